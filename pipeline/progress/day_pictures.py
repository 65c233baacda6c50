"""Which of a day's stored pictures a daily view is made of: a few in daylight, spread over the working hours."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from models.repositories.progress import StoredPictureRef
from pipeline.signals.calendar import Span, WorkCalendar
from pipeline.sun import Position, sun_elevation_deg

# More show no more of a wall, and each is read, laid over the reference and searched.
MOST_PICTURES: Final = 6
# Whether there is light enough is told by the picture itself.
DAYLIGHT_FROM_DEG: Final = 0.0
# The hours that are looked at where a site works by night, or round the clock.
_DAY_FROM, _DAY_TO = time(7), time(19)


def view_hours(calendar: WorkCalendar, day: date) -> Span:
    """The hours whose pictures a day's view is made of: the working hours, on days off too.

    They are over at the same time whatever comes later, so that a view that was made stays.
    """
    opens, closes = calendar.opens_at, calendar.closes_at
    if closes <= opens:
        opens, closes = _DAY_FROM, _DAY_TO
    zone = calendar.time_zone
    return Span(
        datetime.combine(day, opens, tzinfo=zone).astimezone(UTC),
        datetime.combine(day, closes, tzinfo=zone).astimezone(UTC),
    )


def chosen(pictures: Sequence[StoredPictureRef], position: Position) -> list[StoredPictureRef]:
    """A day's pictures that a view is made of, oldest first."""
    by_day = [
        one
        for one in sorted(pictures, key=lambda one: (one.taken_at, str(one.evidence_id)))
        if one.looks_usable and sun_elevation_deg(position, one.taken_at) >= DAYLIGHT_FROM_DEG
    ]
    if len(by_day) <= MOST_PICTURES:
        return by_day
    first, last = by_day[0].taken_at, by_day[-1].taken_at
    step = (last - first) / (MOST_PICTURES - 1)
    found: list[StoredPictureRef] = []
    for number in range(MOST_PICTURES):
        at = first + number * step
        left = [one for one in by_day if one not in found]
        found.append(min(left, key=lambda one: (_apart(one.taken_at, at), one.taken_at)))
    return sorted(found, key=lambda one: one.taken_at)


def _apart(one: datetime, other: datetime) -> timedelta:
    return abs(one - other)
