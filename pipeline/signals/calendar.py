"""A site's work calendar: which stretches of time it is to be judged over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

ALL_DAY = time(0, 0)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of wall time, aware, its end excluded."""

    starts_at: datetime
    ends_at: datetime

    @property
    def seconds(self) -> float:
        """Length in seconds; never negative."""
        return max(0.0, (self.ends_at - self.starts_at).total_seconds())

    def overlap(self, other: "Span") -> "Span | None":
        """The stretch that both cover."""
        starts_at, ends_at = max(self.starts_at, other.starts_at), min(self.ends_at, other.ends_at)
        return Span(starts_at, ends_at) if ends_at > starts_at else None

    def holds(self, moment: datetime) -> bool:
        """Whether the moment lies in the stretch."""
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working days and hours of a site in its own time zone.

    `work_days` are ISO weekdays (1 is Monday). Equal opening and closing times mean round the
    clock; a closing time before the opening one means a shift into the next day.
    """

    time_zone: ZoneInfo
    work_days: frozenset[int]
    opens_at: time
    closes_at: time
    holidays: frozenset[date]

    def day_of(self, moment: datetime) -> date:
        """The site's own day that a moment belongs to."""
        return moment.astimezone(self.time_zone).date()

    def is_working_day(self, day: date) -> bool:
        """Whether work is scheduled on that day."""
        return day.isoweekday() in self.work_days and day not in self.holidays

    def day_span(self, day: date) -> Span:
        """The whole local day, 23 to 25 hours long over a clock change."""
        return Span(self._at(day, ALL_DAY), self._at(day + timedelta(days=1), ALL_DAY))

    def scheduled(self, day: date) -> Span | None:
        """The scheduled hours of a working day, or None on other days."""
        if not self.is_working_day(day):
            return None
        last = day if self.closes_at > self.opens_at else day + timedelta(days=1)
        return Span(self._at(day, self.opens_at), self._at(last, self.closes_at))

    def working_days_back(self, last: date, count: int) -> list[date]:
        """The latest `count` working days up to and including `last`, oldest first.

        Looks back a year at most: a calendar without working days has none.
        """
        days = (last - timedelta(days=back) for back in range(366))
        return sorted(islice((day for day in days if self.is_working_day(day)), count))

    def _at(self, day: date, clock_time: time) -> datetime:
        # In UTC, since differences within one time zone ignore a change of its clock.
        return datetime.combine(day, clock_time, tzinfo=self.time_zone).astimezone(UTC)


def total_seconds(spans: Iterable[Span]) -> float:
    """Summed length of stretches that do not overlap."""
    return sum(span.seconds for span in spans)
