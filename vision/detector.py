"""The seam between what finds things in pictures and what is done with them."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vision.detections import Detections, Label

Image = NDArray[np.uint8]


class Detector(Protocol):
    """Finds labelled boxes in pictures.

    Implementations are safe to call from several threads.
    """

    @property
    def name(self) -> str:
        """What people call these weights, such as `nazar-site-n`."""
        ...

    @property
    def weights_sha256(self) -> str:
        """Hex digest of the weights that answered; part of every observation's key."""
        ...

    @property
    def labels(self) -> tuple[Label, ...]:
        """The classes, in class_id order."""
        ...

    @property
    def threshold(self) -> float:
        """The confidence chosen for counting when these weights were made."""
        ...

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        """Detect in each picture, (height, width, 3) uint8 BGR, sizes may differ.

        `threshold` replaces the shipped one, as the redactor's recall-first one does. One picture
        may carry the same box under several labels when their scores all pass.
        """
        ...
