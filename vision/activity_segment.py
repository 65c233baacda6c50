"""What somebody or something on a site did for a while: the stretch of one track in one state."""

from dataclasses import dataclass
from enum import StrEnum

from vision.detections import Label

Box = tuple[float, float, float, float]


class WorkState(StrEnum):
    """What a machine does, as far as the motion inside its box tells."""

    WORKING = "working"
    IDLE = "idle"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ActivitySegment:
    """A stretch of one track in one state.

    `starts_s` and `ends_s` are media time in seconds. `state` is None for what is no machine. `first_xyxy` and
    `last_xyxy` are the boxes at its ends, in pixels of the picture as it was given; `looks` is in how many pictures
    the track was found meanwhile. `is_first` and `is_last` tell whether the track begins and ends with it.
    """

    track_id: int
    label: Label
    state: WorkState | None
    starts_s: float
    ends_s: float
    first_xyxy: Box
    last_xyxy: Box
    looks: int
    is_first: bool
    is_last: bool

    def __post_init__(self) -> None:
        if self.ends_s < self.starts_s:
            raise ValueError(f"A segment ends after it begins, not at {self.ends_s:g} s after {self.starts_s:g} s.")

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.ends_s - self.starts_s


def foot_of(xyxy: Box) -> tuple[float, float]:
    """Where something stands: the middle of its box's lower edge, in the box's pixels."""
    left, _, right, bottom = xyxy
    return (left + right) / 2, bottom
