"""Bringing a site's days up to date: from observations in force to rows of hours and days.

A day in progress is replaced in place. A little after its end it is final, though no observation came; what changes
it after that appends a row that supersedes it and says why. The same inputs write nothing.
"""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models.observed_window import ObservedWindow
from models.repositories.observations import ObservationRepository
from models.repositories.site_days import Arrival, SiteDayRepository
from models.repositories.sites import SiteRepository
from models.tables.site_days import SiteDayRow
from models.tables.sites import Placement, Site
from pipeline.corrections import corrected_because
from pipeline.registry.sites import calendar_of
from pipeline.signals.activity_rule import DAYS_BACK
from pipeline.signals.calendar import Span
from pipeline.signals.site_rollup import RULE_VERSION, RolledDay, day_reach, days_of, roll_up
from pipeline.stored_day import stored_day, stored_hour

# A day's last window closes, and is written, within two windows of its end.
FINAL_AFTER = timedelta(minutes=10)
# A camera may be entered with the date since which it has stood; its footage from before is worked through after that.
WORKED_THROUGH_AFTER = timedelta(days=1)
# Late footage comes window by window; a day that is final is corrected once, when no more of it comes.
SETTLED_AFTER = timedelta(minutes=10)
# So many days are read and written at a time.
MONTH = 31
_FAR_FUTURE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DueDays:
    """Which days of a site are to be rolled up anew, and how far its watermark moves once they are."""

    site_id: UUID
    days: tuple[date, ...]
    watermark: int


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day whose row in force changed; `reasons` says of a correction why."""

    site_id: UUID
    day: date
    state: str
    is_correction: bool
    reasons: tuple[dict[str, Any], ...]


class DayRoller:
    """Rolls up the days of one site within a transaction, as of `at`."""

    def __init__(self, session: Session, site: Site, at: datetime) -> None:
        self._site = site
        self._at = at
        self._days = SiteDayRepository(session)
        self._observations = ObservationRepository(session)
        self._calendar = calendar_of(site)
        self._placements = [
            placement for placement in SiteRepository(session).placements_of_site(site.id) if placement.starts_at <= at
        ]

    @property
    def site_id(self) -> UUID:
        """Whose days these are."""
        return self._site.id

    @property
    def today(self) -> date:
        """The site's day at `at`."""
        return self._calendar.day_of(self._at)

    @property
    def began(self) -> date | None:
        """The day on which the first camera stood there."""
        return min((self._calendar.day_of(placement.starts_at) for placement in self._placements), default=None)

    def due(self, days: Iterable[date] = ()) -> DueDays:
        """The days that something may have changed, besides `days`: today, each that is under way or may be final now,
        days without a row, and days of which observations came that were not taken in; of the days looked back over
        also those whose calendar, rule or placements have changed.
        """
        began, today = self.began, self.today
        watermark = self._days.watermark(self._site.id)
        if began is None or began > today:
            return DueDays(self._site.id, (), watermark)
        arrivals = self._days.arrivals([placement.id for placement in self._placements], watermark)
        known = self._days.known_days(self._site.id)
        open_days = set(self._days.open_days(self._site.id))
        wanted = {*days, today, *self._missing(began, known), *filter(self._goes_on, open_days)}
        settled_before = self._at - SETTLED_AFTER
        if known is not None:
            wanted |= self._changed(arrivals, settled_before, open_days) | self._outdated(today)
        for arrival in arrivals:
            if arrival.created_at > settled_before:
                break
            watermark = arrival.id
        return DueDays(self._site.id, tuple(sorted(day for day in wanted if began <= day <= today)), watermark)

    def roll(self, days: Sequence[date]) -> list[DayChange]:
        """Bring the rows of some days up to date; say which changed."""
        changes: list[DayChange] = []
        for chunk in _stretches(days):
            changes += self._roll_stretch(chunk)
        return changes

    def _missing(self, began: date, known: tuple[date, date] | None) -> Iterator[date]:
        if known is None:
            yield from _from_to(began, self.today)
            return
        yield from _from_to(began, known[0] - timedelta(days=1))
        yield from self._days.holes(self._site.id)
        yield from _from_to(known[1] + timedelta(days=1), self.today)

    def _goes_on(self, day: date) -> bool:
        """Whether a day that is not final is not over either, or may be final now."""
        return self._at < day_reach(self._calendar, day).ends_at or self._at >= self._closes_at(day)

    def _closes_at(self, day: date) -> datetime:
        """When a day is final: after its end, and after its cameras were entered if that was later."""
        reach = day_reach(self._calendar, day)
        entered = [
            placement.created_at + WORKED_THROUGH_AFTER
            for placement in self._placements
            if placement.created_at > reach.ends_at and reach.overlap(_placed(placement)) is not None
        ]
        return max(reach.ends_at, *entered) + FINAL_AFTER if entered else reach.ends_at + FINAL_AFTER

    def _changed(self, arrivals: Sequence[Arrival], settled_before: datetime, open_days: Container[date]) -> set[date]:
        newest: dict[date, datetime] = {}
        for arrival in arrivals:
            for day in days_of(self._calendar, arrival.window_starts_at):
                newest[day] = max(newest.get(day, arrival.created_at), arrival.created_at)
        return {day for day, came_at in newest.items() if day in open_days or came_at <= settled_before}

    def _outdated(self, today: date) -> set[date]:
        back = self._calendar.working_days_back(today, DAYS_BACK)
        rows = self._days.in_force(self._site.id, min(back, default=today), today)
        return {
            day
            for day, row in rows.items()
            if row.rule_version != RULE_VERSION
            or (row.scheduled_from, row.scheduled_to) != self._scheduled(day)
            or row.placed_sha256 != self._placed_sha256(day)
        }

    def _scheduled(self, day: date) -> tuple[datetime | None, datetime | None]:
        span = self._calendar.scheduled(day)
        return (None, None) if span is None else (span.starts_at, span.ends_at)

    def _roll_stretch(self, days: Sequence[date]) -> list[DayChange]:
        placed = [(placement.id, _placed(placement)) for placement in self._placements]
        reaches = {day: day_reach(self._calendar, day) for day in days}
        known = self._days.in_force(self._site.id, days[0], days[-1])
        before_reached = [Span(row.reached_from, row.reached_to) for row in known.values()]
        rows = self._observations.windows(
            [placement.id for placement in self._placements],
            min(reach.starts_at for reach in [*reaches.values(), *before_reached]),
            max(reach.ends_at for reach in [*reaches.values(), *before_reached]),
        )
        starts = [row.window_starts_at for row in rows]
        changes: list[DayChange] = []
        written: list[tuple[SiteDayRow, RolledDay]] = []
        for day in days:
            reach = reaches[day]
            here = rows[bisect_left(starts, reach.starts_at) : bisect_left(starts, reach.ends_at)]
            before = known.get(day)
            if before is not None and before.is_final and _count(starts, before) < before.windows:
                # Observations are never taken back, only thinned out: the day stands as it was judged with them.
                continue
            is_final = self._at >= self._closes_at(day) or (before is not None and before.is_final)
            as_of = reach.ends_at if is_final else min(self._at, reach.ends_at)
            digest = self._digest(day, here, as_of)
            if before is not None and (before.inputs_sha256, before.is_final) == (digest, is_final):
                continue
            rolled = roll_up(self._calendar, day, placed, here, as_of)
            values = stored_day(rolled, here, reach) | {"placed_sha256": self._placed_sha256(day)}
            reasons: list[dict[str, Any]] = []
            if before is None:
                row = SiteDayRow(site_id=self._site.id, day=day, supersedes_id=None)
            elif before.is_final:
                row = SiteDayRow(site_id=self._site.id, day=day, supersedes_id=before.id)
                reasons = corrected_because(before, values, here)
            else:
                row = before
            values |= {"is_final": is_final, "inputs_sha256": digest, "derived_at": self._at}
            for name, value in (values | {"corrected_because": reasons}).items():
                setattr(row, name, value)
            self._days.add(row)
            written.append((row, rolled))
            changes.append(DayChange(self._site.id, day, row.state, bool(reasons), tuple(reasons)))
        self._days.flush()
        hours = [stored_hour(row.id, hour) for row, rolled in written for hour in rolled.hours]
        if written:
            self._days.put_hours([row.id for row, _ in written], hours)
        return changes

    def _placed_sha256(self, day: date) -> str:
        """Of where a day's cameras stood."""
        reach = day_reach(self._calendar, day)
        stood = [(str(one.id), reach.overlap(_placed(one))) for one in self._placements]
        return _sha256(
            sorted(
                [name, part.starts_at.isoformat(), part.ends_at.isoformat()] for name, part in stood if part is not None
            )
        )

    def _digest(self, day: date, rows: Sequence[ObservedWindow], as_of: datetime) -> str:
        """Of all that a day's row rests on."""
        reach = day_reach(self._calendar, day)
        inputs = {
            "rule": RULE_VERSION,
            "reach": [reach.starts_at.isoformat(), reach.ends_at.isoformat()],
            "scheduled": [None if moment is None else moment.isoformat() for moment in self._scheduled(day)],
            "placed": self._placed_sha256(day),
            "observations": [row.id for row in rows],
            "as_of": as_of.isoformat(),
        }
        return _sha256(inputs)


def _sha256(document: object) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _count(starts: Sequence[datetime], before: SiteDayRow) -> int:
    """How many windows there are now where a row was judged, whatever hours and zone its site has since."""
    return bisect_left(starts, before.reached_to) - bisect_left(starts, before.reached_from)


def _placed(placement: Placement) -> Span:
    return Span(placement.starts_at, placement.ends_at or _FAR_FUTURE)


def _from_to(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _stretches(days: Sequence[date]) -> Iterator[list[date]]:
    """Days that follow each other, a month of them at most."""
    stretch: list[date] = []
    for day in sorted(set(days)):
        if stretch and (day != stretch[-1] + timedelta(days=1) or len(stretch) == MONTH):
            yield stretch
            stretch = []
        stretch.append(day)
    if stretch:
        yield stretch
