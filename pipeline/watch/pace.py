"""How often a camera is looked at: within its site's scheduled hours, and outside them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from models.tables.sites import Camera, Site
from pipeline.registry.sites import calendar_of
from pipeline.signals.calendar import Span, WorkCalendar, total_seconds
from streams.clock import Clock

_ASKED_AGAIN_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks; outside the calendar's hours `off_hours_every_s`, where both are given."""

    look_every_s: float
    off_hours_every_s: float | None = None
    calendar: WorkCalendar | None = None

    @property
    def every_s(self) -> frozenset[float]:
        """Every interval that may hold."""
        return frozenset({self.look_every_s, self.off_hours_every_s or self.look_every_s})

    def at(self, moment: datetime) -> float:
        """The interval that holds at a moment."""
        if self.off_hours_every_s is None or self.calendar is None:
            return self.look_every_s
        hours = _scheduled(self.calendar, Span(moment, moment))
        return self.look_every_s if any(span.holds(moment) for span in hours) else self.off_hours_every_s

    def looks_due(self, seconds: float, until: datetime) -> float:
        """How many looks fall due within so many seconds that end at a moment, parts of one included."""
        if self.off_hours_every_s is None or self.calendar is None:
            return seconds / self.look_every_s
        passed = Span(until - timedelta(seconds=seconds), until)
        parts = [passed.overlap(span) for span in _scheduled(self.calendar, passed)]
        within_s = min(seconds, total_seconds(part for part in parts if part is not None))
        return within_s / self.look_every_s + (seconds - within_s) / self.off_hours_every_s


def pace_of(camera: Camera, site: Site) -> Pace:
    """How often a stored camera is looked at where it stands."""
    if camera.off_hours_every_s is None:
        return Pace(camera.look_every_s)
    return Pace(camera.look_every_s, camera.off_hours_every_s, calendar_of(site))


class PaceNow:
    """The interval that holds now, for whoever asks before every look; owned by the camera's thread."""

    def __init__(self, pace: Pace, clock: Clock) -> None:
        self._pace = pace
        self._clock = clock
        self._every_s = pace.at(clock.now())
        self._asked_at_s = clock.monotonic_s()

    def __call__(self) -> float:
        """Seconds between two looks, as they were a second ago at most: a stream may ask for each picture."""
        now_s = self._clock.monotonic_s()
        if now_s - self._asked_at_s >= _ASKED_AGAIN_S:
            self._every_s, self._asked_at_s = self._pace.at(self._clock.now()), now_s
        return self._every_s


def _scheduled(calendar: WorkCalendar, around: Span) -> list[Span]:
    """The scheduled hours that may reach into a stretch; a shift belongs to the day on which it begins."""
    day, spans = calendar.day_of(around.starts_at) - timedelta(days=1), []
    while day <= calendar.day_of(around.ends_at):
        scheduled = calendar.scheduled(day)
        if scheduled is not None:
            spans.append(scheduled)
        day += timedelta(days=1)
    return spans
