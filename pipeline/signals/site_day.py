"""What kind of day a site had, judged over its scheduled hours.

In this order, so that what was not seen is never called idle: NON_WORKING, OUTAGE (under 30 %
covered), OBSTRUCTED (under 30 % of what was seen was usable), ACTIVE, STANDSTILL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from models.words import SiteDayState
from pipeline.signals.calendar import Span, WorkCalendar

RULE_VERSION = "site-day-1"
LEAST_COVERAGE = 0.3
LEAST_USABLE = 0.3
# A single look may hold a passer-by or a false box; on few looks a day one is all there is.
LEAST_SHARE_WITH_PEOPLE = 0.02


@dataclass(frozen=True, slots=True)
class SeenWindow:
    """What one observation adds to its site's day.

    `seen_s` is the time its looks stand for at the camera's sampling period, which on sparse
    sampling is longer than the window itself.
    """

    placement_id: UUID
    starts_at: datetime
    seen_s: float
    usable_s: float
    looks_usable: int
    looks_with_people: int
    machine_working_s: float | None
    quality_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteDay:
    """One site, one local day, with what the state rests on; shares are 0..1."""

    day: date
    state: SiteDayState
    coverage: float
    usable_share: float
    looks_usable: int
    looks_with_people: int
    reasons: tuple[str, ...]


def judge_site_day(
    calendar: WorkCalendar,
    day: date,
    placed: Sequence[tuple[UUID, Span]],
    windows: Sequence[SeenWindow],
    now: datetime,
) -> SiteDay:
    """Judge one day from its placements and the observations in force.

    A placement is due for the scheduled hours in which it stood, up to `now`; the coverage of a
    site is that of its best-covered placement, since one good view tells who is at work.
    """
    scheduled = calendar.scheduled(day)
    if scheduled is None:
        return SiteDay(day, SiteDayState.NON_WORKING, 0.0, 0.0, 0, 0, ())
    past = scheduled.overlap(Span(scheduled.starts_at, now)) if now > scheduled.starts_at else None
    within = [window for window in windows if scheduled.holds(window.starts_at)]
    coverage = 0.0 if past is None else max((_coverage(past, *place, within) for place in placed), default=0.0)
    seen_s = sum(window.seen_s for window in within)
    usable_share = sum(window.usable_s for window in within) / seen_s if seen_s > 0 else 0.0
    looks = sum(window.looks_usable for window in within)
    with_people = sum(window.looks_with_people for window in within)
    reasons = tuple(sorted({reason for window in within for reason in window.quality_reasons}))
    if coverage < LEAST_COVERAGE:
        state = SiteDayState.OUTAGE
    elif usable_share < LEAST_USABLE:
        state = SiteDayState.OBSTRUCTED
    elif with_people > LEAST_SHARE_WITH_PEOPLE * looks or any(window.machine_working_s for window in within):
        state = SiteDayState.ACTIVE
    else:
        state = SiteDayState.STANDSTILL
    return SiteDay(day, state, coverage, usable_share, looks, with_people, reasons)


def _coverage(past: Span, placement_id: UUID, placed: Span, windows: Sequence[SeenWindow]) -> float:
    due = past.overlap(placed)
    if due is None:
        return 0.0
    seen_s = sum(window.seen_s for window in windows if window.placement_id == placement_id)
    return min(1.0, seen_s / due.seconds)
