"""What kind of day a site had, judged over its scheduled hours.

In this order, so that what was not seen is never called idle: NON_WORKING, OUTAGE (under 30 %
covered), OBSTRUCTED (under 30 % of what was seen was usable), ACTIVE, STANDSTILL.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from models.words import SiteDayState
from pipeline.signals.calendar import Span, WorkCalendar
from vision.view_quality import ViewQuality

RULE_VERSION = "site-day-3"
LEAST_COVERAGE = 0.3
LEAST_USABLE = 0.3
# A single look may hold a passer-by or a false box; on few looks a day one is all there is.
LEAST_SHARE_WITH_PEOPLE = 0.02
# Of the machine-seconds in which it could be told: an idle machine is taken for a working one now and then.
LEAST_SHARE_WORKING = 0.02
# One empty look between obstructed ones doesn't make a day idle.
LEAST_LOOKS_STILL = 2
_FROZEN = ViewQuality.FROZEN.value


@dataclass(frozen=True, slots=True)
class SeenWindow:
    """What one observation adds to its site's day.

    `looks_with_people` surely held somebody: a box or two of which the detector is unsure may be posts.
    `stands_for_s` is the time that the window stands for: its looks at the camera's sampling
    period, and no longer than one period or one window, whichever is longer.
    """

    placement_id: UUID
    starts_at: datetime
    window_s: float
    stands_for_s: float
    looks_seen: int
    looks_usable: int
    looks_with_people: int
    machine_working_s: float | None
    # How many looks were not usable for each reason.
    unusable: Mapping[str, int] = field(default_factory=dict)
    machine_idle_s: float | None = None


@dataclass(frozen=True, slots=True)
class SiteDay:
    """One site, one local day, with what the state rests on; shares are 0..1.

    `reasons` says why looks were not usable, the most frequent first.
    """

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

    Each placement is judged by itself, over the scheduled hours in which it stood, up to `now`;
    the site's day is that of the placement that tells the most, since one good view of people at
    work is not outvoted by another of an empty corner.
    """
    scheduled = calendar.scheduled(day)
    if scheduled is None:
        return SiteDay(day, SiteDayState.NON_WORKING, 0.0, 0.0, 0, 0, ())
    past = scheduled.overlap(Span(scheduled.starts_at, now)) if now > scheduled.starts_at else None
    judged = [SiteDay(day, SiteDayState.OUTAGE, 0.0, 0.0, 0, 0, ())]
    for placement_id, placed_span in placed:
        due = None if past is None else past.overlap(placed_span)
        if due is not None:
            here = [item for item in windows if item.placement_id == placement_id and _reaches_into(due, item)]
            judged.append(_judge_placement(day, due, here))
    return max(judged, key=lambda one: (_TELLS[one.state], one.coverage))


_TELLS = {
    SiteDayState.NON_WORKING: 0,
    SiteDayState.OUTAGE: 1,
    SiteDayState.OBSTRUCTED: 2,
    SiteDayState.STANDSTILL: 3,
    SiteDayState.ACTIVE: 4,
}


def _judge_placement(day: date, due: Span, windows: Sequence[SeenWindow]) -> SiteDay:
    coverage = _coverage(due, windows)
    windows = _without_frozen(windows)
    seen, usable = sum(item.looks_seen for item in windows), sum(item.looks_usable for item in windows)
    usable_share = usable / seen if seen else 0.0
    with_people = sum(item.looks_with_people for item in windows)
    unusable: Counter[str] = Counter()
    for item in windows:
        unusable.update(item.unusable)
    reasons = tuple(sorted(unusable, key=lambda reason: (-unusable[reason], reason)))
    if coverage < LEAST_COVERAGE:
        state = SiteDayState.OUTAGE
    elif usable_share < LEAST_USABLE:
        state = SiteDayState.OBSTRUCTED
    elif with_people > LEAST_SHARE_WITH_PEOPLE * usable or _machines_work(windows):
        state = SiteDayState.ACTIVE
    elif usable < min(seen, LEAST_LOOKS_STILL):
        state = SiteDayState.OBSTRUCTED
    else:
        state = SiteDayState.STANDSTILL
    return SiteDay(day, state, coverage, usable_share, usable, with_people, reasons)


def _machines_work(windows: Sequence[SeenWindow]) -> bool:
    working_s = sum(item.machine_working_s or 0.0 for item in windows)
    idle_s = sum(item.machine_idle_s or 0.0 for item in windows)
    return working_s > LEAST_SHARE_WORKING * (working_s + idle_s)


def _without_frozen(windows: Sequence[SeenWindow]) -> list[SeenWindow]:
    """Windows in order of time, in which the first look at a frozen picture counts as frozen like its repeats.

    That it was the first only its repeats told; where looks are hours apart it would be a third of the day, and
    what it shows may be of another time than it was taken at.
    """
    ordered = sorted(windows, key=lambda item: item.starts_at)
    settled = list(ordered)
    for number, item in enumerate(ordered):
        before = ordered[number - 1] if number else None
        if not item.unusable.get(_FROZEN) or (before is not None and before.unusable.get(_FROZEN)):
            continue
        at = number if item.looks_usable else number - 1
        if at >= 0 and settled[at].looks_usable:
            settled[at] = _one_frozen(settled[at])
    return settled


def _one_frozen(window: SeenWindow) -> SeenWindow:
    usable = window.looks_usable - 1
    unusable = {**window.unusable, _FROZEN: window.unusable.get(_FROZEN, 0) + 1}
    with_people = min(window.looks_with_people, usable)
    return replace(window, looks_usable=usable, looks_with_people=with_people, unusable=unusable)


def _reaches_into(due: Span, window: SeenWindow) -> bool:
    # A placement, or a day, can begin in the middle of a window.
    return window.starts_at + timedelta(seconds=window.window_s) > due.starts_at and window.starts_at < due.ends_at


def _coverage(due: Span, windows: Sequence[SeenWindow]) -> float:
    """Share of the due time that windows stand for; where they overlap it counts once."""
    ordered = sorted(windows, key=lambda item: item.starts_at)
    bounds = [*(max(item.starts_at, due.starts_at) for item in ordered), due.ends_at]
    seen_s = sum(
        min(item.stands_for_s, max(0.0, (end - start).total_seconds()))
        for item, (start, end) in zip(ordered, pairwise(bounds), strict=True)
    )
    return min(1.0, seen_s / due.seconds)
