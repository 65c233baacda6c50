"""How well a camera did over the last hour: a pure function of its counts by the hour.

Counts are kept by whole hours. Of the hour before the present one, the part that lies within the last
sixty minutes is taken; a part of a reconnect or of a stall counts as one, so that no grade is better for rounding.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models.tables.health import CameraHour
from models.words import Grade

HOUR = timedelta(hours=1)

# Good: looks come as they should, and at most a restart a camera makes by itself. Fair: site days
# can still be judged by it. Poor: anything worse. None: no look was due.
GOOD_COVERAGE = 0.95
FAIR_COVERAGE = 0.7
GOOD_INTERRUPTIONS = 2
FAIR_INTERRUPTIONS = 10


@dataclass(frozen=True, slots=True)
class HourCounts:
    """What watching a camera was like; the fields of models/tables/health.py, CameraHour."""

    looks_due: int = 0
    looks_taken: int = 0
    reconnects: int = 0
    stalls: int = 0
    drops: int = 0
    seconds_live: float = 0.0

    def __post_init__(self) -> None:
        for name in HourCounts.__slots__:
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is counted up from 0, so it can't be {getattr(self, name)}.")

    def __add__(self, other: "HourCounts") -> "HourCounts":
        return HourCounts(
            self.looks_due + other.looks_due,
            self.looks_taken + other.looks_taken,
            self.reconnects + other.reconnects,
            self.stalls + other.stalls,
            self.drops + other.drops,
            self.seconds_live + other.seconds_live,
        )


@dataclass(frozen=True, slots=True)
class CameraGrade:
    """A camera's last hour. `coverage` is looks taken of looks due, 0 to 1, or None where none was due."""

    grade: Grade
    coverage: float | None
    reconnects: int
    stalls: int
    drops: int
    seconds_live: float


def hour_of(at: datetime) -> datetime:
    """The whole hour in UTC that a moment lies in."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def camera_grade(hours: Iterable[CameraHour], at: datetime) -> CameraGrade:
    """Grade the sixty minutes before `at`; hours that do not reach into them count for nothing."""
    due = taken = reconnects = stalls = drops = seconds_live = 0.0
    for hour in hours:
        share = min(1.0, max(0.0, 1.0 - (at - HOUR - hour.starts_at) / HOUR)) if hour.starts_at <= at else 0.0
        due += share * hour.looks_due
        taken += share * hour.looks_taken
        reconnects += share * hour.reconnects
        stalls += share * hour.stalls
        drops += share * hour.drops
        seconds_live += share * hour.seconds_live
    # A look that was taken a little before its hour was due would make more than all.
    coverage = min(1.0, taken / due) if due > 0 else None
    lost, stood = math.ceil(reconnects), math.ceil(stalls)
    return CameraGrade(_grade(coverage, max(lost, stood)), coverage, lost, stood, math.ceil(drops), seconds_live)


def _grade(coverage: float | None, interruptions: int) -> Grade:
    if coverage is None:
        return Grade.NONE
    if coverage >= GOOD_COVERAGE and interruptions <= GOOD_INTERRUPTIONS:
        return Grade.GOOD
    if coverage >= FAIR_COVERAGE and interruptions <= FAIR_INTERRUPTIONS:
        return Grade.FAIR
    return Grade.POOR
