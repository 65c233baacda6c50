"""Moving sample footage to days that just passed, so that its statuses are of today."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from streams.frame import Frame


def last_working_day_before(day: date, working_weekdays: frozenset[int]) -> date:
    """The latest working day before `day`; `working_weekdays` are ISO weekdays, at least one."""
    candidate = day - timedelta(days=1)
    while candidate.isoweekday() not in working_weekdays:
        candidate -= timedelta(days=1)
    return candidate


def working_days_map(
    footage_days: Iterable[date], anchor_on: date, working_weekdays: frozenset[int]
) -> dict[date, date]:
    """Each working day of the footage mapped to one that ends at `anchor_on`, in order.

    Days off in the footage are left out: the calendar's own days off lie elsewhere, and nobody
    judges a site on them.
    """
    working = sorted((day for day in set(footage_days) if day.isoweekday() in working_weekdays), reverse=True)
    mapped = {}
    target = anchor_on
    for day in working:
        mapped[day] = target
        target = last_working_day_before(target, working_weekdays)
    return mapped


def moved(frames: Iterable[Frame], days: dict[date, date], zone: ZoneInfo) -> Iterator[Frame]:
    """The frames of the mapped days, each at its local time of day on the day it is moved to."""
    for frame in frames:
        at = moved_moment(frame.captured_at, days, zone)
        if at is not None:
            yield replace(frame, captured_at=at)


def moved_moment(moment: datetime, days: dict[date, date], zone: ZoneInfo) -> datetime | None:
    """The same local time of day on the day that its day is moved to, or None where that day is left out."""
    local = moment.astimezone(zone)
    target = days.get(local.date())
    return None if target is None else datetime.combine(target, local.time(), tzinfo=zone).astimezone(UTC)
