"""One decoded picture of a stream, with the times that belong to it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of one run.

    `image` is (height, width, 3) uint8 in BGR order and must not be written to. `run_id` names
    the unbroken stretch of stream it came from; `index` counts the run's frames from 0.
    `captured_at` is aware UTC wall time. `pts_s` is media time in seconds from the run's first
    frame, never going back within a run. Within one `burst` frames follow each other as the camera
    sent them; between two bursts of a run nobody looked. `clock_skew_s` is how far the camera's own
    clock is ahead of ours, as it told last; None as long as it has not. `left_out` pictures fell due since
    the run's last frame and came damaged.
    """

    image: NDArray[np.uint8]
    captured_at: datetime
    run_id: UUID
    index: int
    pts_s: float
    is_keyframe: bool
    burst: int = 0
    clock_skew_s: float | None = None
    left_out: int = 0

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.shape[2] != 3 or self.image.dtype != np.uint8:
            raise ValueError(f"A frame's image is (height, width, 3) uint8, not {self.image.shape} {self.image.dtype}.")
        if self.captured_at.utcoffset() is None:
            raise ValueError("A frame's captured_at carries its time zone.")

    @property
    def width_px(self) -> int:
        """Width of the picture in pixels."""
        return int(self.image.shape[1])

    @property
    def height_px(self) -> int:
        """Height of the picture in pixels."""
        return int(self.image.shape[0])
