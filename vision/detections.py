"""What a detector saw in one picture: parallel arrays, one row a detection."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Group(StrEnum):
    """The kinds of thing that a site's activity is told by."""

    PERSON = "person"
    MACHINE = "machine"
    VEHICLE = "vehicle"
    PPE = "ppe"


@dataclass(frozen=True, slots=True)
class Label:
    """A class of a detector: its name and the group it counts toward."""

    name: str
    group: Group


@dataclass(frozen=True, slots=True)
class Detection:
    """One row of `Detections`; `xyxy` in pixels of the picture as it was given."""

    label: Label
    confidence: float
    xyxy: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Detections:
    """All detections of one picture, most confident first.

    `xyxy` is (n, 4) float32: left, top, right, bottom in pixels of the original picture,
    inside it. `confidence` is (n,) float32 in 0..1. `class_id` is (n,) int64 and indexes `labels`.
    """

    xyxy: NDArray[np.float32]
    confidence: NDArray[np.float32]
    class_id: NDArray[np.int64]
    labels: tuple[Label, ...]

    def __post_init__(self) -> None:
        count = len(self.confidence)
        if self.xyxy.shape != (count, 4) or self.class_id.shape != (count,):
            raise ValueError(
                f"Detections are parallel: xyxy {self.xyxy.shape}, confidence {self.confidence.shape}, "
                f"class_id {self.class_id.shape}."
            )
        if count and (int(self.class_id.min()) < 0 or int(self.class_id.max()) >= len(self.labels)):
            raise ValueError(f"A class_id lies outside the {len(self.labels)} labels.")

    def __len__(self) -> int:
        return len(self.confidence)

    def __iter__(self) -> Iterator[Detection]:
        for box, confidence, class_id in zip(self.xyxy, self.confidence, self.class_id, strict=True):
            left, top, right, bottom = (float(value) for value in box)
            yield Detection(self.labels[int(class_id)], float(confidence), (left, top, right, bottom))

    def of_group(self, group: Group) -> "Detections":
        """Only the detections whose label belongs to `group`."""
        wanted = [index for index, label in enumerate(self.labels) if label.group is group]
        return self._where(np.isin(self.class_id, wanted))

    def above(self, confidence: float) -> "Detections":
        """Only the detections at least this confident."""
        return self._where(self.confidence >= confidence)

    def _where(self, mask: NDArray[np.bool_]) -> "Detections":
        return Detections(self.xyxy[mask], self.confidence[mask], self.class_id[mask], self.labels)


def no_detections(labels: tuple[Label, ...]) -> Detections:
    """The answer for a picture in which nothing was found."""
    return Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64), labels)
