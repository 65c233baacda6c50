"""A detector that says what it was told to, in place of the COCO-trained one."""

from collections.abc import Sequence

import numpy as np

from vision.detections import Detection, Detections, Group, Label
from vision.detector import Image

PERSON = Label("person", Group.PERSON)
CAR = Label("car", Group.VEHICLE)
TRUCK = Label("truck", Group.VEHICLE)


class ScriptedTeacher:
    """Finds the same in every picture."""

    name = "scripted"
    weights_sha256 = "0" * 64
    labels = (PERSON, CAR, TRUCK)
    threshold = 0.4

    def __init__(self, *found: Detection) -> None:
        self._found = sorted(found, key=lambda one: -one.confidence)

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        found = Detections(
            np.array([one.xyxy for one in self._found], np.float32).reshape(-1, 4),
            np.array([one.confidence for one in self._found], np.float32),
            np.array([self.labels.index(one.label) for one in self._found], np.int64),
            self.labels,
        )
        return [found.above(self.threshold if threshold is None else threshold) for _ in images]
