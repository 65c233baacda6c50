"""Which detections of a picture belong to which track of its run."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.activity_segment import Box
from vision.detections import Detections, Group, Label

NO_TRACK = -1
# Somebody behind a pile for so long is still there; much later nobody knows.
BRIDGED_S = 0.5


@dataclass(frozen=True, slots=True)
class TrackedDetections:
    """A picture's detections and, in the same order, the track that each belongs to.

    `track_ids` is (n,) int64; -1 stands where a detection belongs to no confirmed track.
    """

    detections: Detections
    track_ids: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.track_ids.shape != (len(self.detections),):
            raise ValueError(f"{self.track_ids.shape} track ids for {len(self.detections)} detections.")


@dataclass(frozen=True, slots=True)
class Look:
    """Where something was found in one picture, at its media time."""

    at_s: float
    xyxy: Box


@dataclass(frozen=True, slots=True)
class Track:
    """One person, machine or vehicle as it stands in the newest picture of its run.

    `label` is what it was called most, by confidence; `xyxy` is where it is, or is taken to be while the detector
    misses it: it was last found `missed_s` before, 0 where it was found. `first_looks` are those by which it was
    confirmed.
    """

    track_id: int
    label: Label
    xyxy: Box
    first_looks: tuple[Look, ...]
    missed_s: float = 0.0

    @property
    def is_found(self) -> bool:
        """Whether the newest picture's detections hold it."""
        return self.missed_s == 0.0


def people_seen(detections: Detections, tracks: Iterable[Track]) -> int:
    """How many people a picture holds: all that were found, and those missed for a moment whose tracks stand."""
    missed = sum(
        track.label.group is Group.PERSON and not track.is_found and track.missed_s <= BRIDGED_S for track in tracks
    )
    return len(detections.of_group(Group.PERSON)) + missed
