"""A site's day rolled up: its state, person-hours and machine-hours, where, which way, and after hours.

Hours are over the scheduled hours of the day, up to now. They are estimated from the time that was seen and stand for
all of it; what was not seen widens the interval. What is seen within scheduled hours tells of them alone, and what is
seen outside them of the time outside, though a rare look stands for hours. A day that was not seen (OUTAGE,
OBSTRUCTED), or on which nothing was scheduled, has hours of None: not observed is not "nobody there".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from models.observed_window import ObservedWindow
from models.words import SiteDayState
from pipeline.signals.calendar import Span, WorkCalendar, total_seconds
from pipeline.signals.site_day import RULE_VERSION as SITE_DAY_VERSION
from pipeline.signals.site_day import SiteDay, judge_site_day
from pipeline.signals.site_hours import SiteHour, site_hours
from pipeline.signals.site_window import (
    NONE_COUNTED,
    Count,
    SiteWindow,
    seen_window,
    site_windows,
    sure_looks,
    watched,
)
from pipeline.signals.work_sampling import Estimate, mean_of, share_over

RULE_VERSION = f"roll-up-2+{SITE_DAY_VERSION}"
_MOST_EVIDENCE = 4
_MOST_AFTER_HOURS = 12
_SEEN = frozenset({SiteDayState.ACTIVE, SiteDayState.STANDSTILL})
_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class MachineHours:
    """Hours of machines of one type; working and idle are None where they were not watched closely enough."""

    present: Estimate
    working: Estimate | None
    idle: Estimate | None
    working_share: Estimate | None


@dataclass(frozen=True, slots=True)
class AfterHours:
    """What was seen outside scheduled hours: for how long, in which hours, and the pictures of it.

    A machine left standing over night is present and not at work; `machine_working_s` tells the two apart.
    """

    people_s: float
    machine_s: float
    machine_working_s: float
    people_hours: tuple[datetime, ...]
    machine_hours: tuple[datetime, ...]
    evidence_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class SeenPicture:
    """A picture behind a day; `has_people` where its window surely held somebody."""

    evidence_id: UUID
    at: datetime
    has_people: bool


@dataclass(frozen=True, slots=True)
class RolledDay:
    """One site day; the documents are as they are stored (models/tables/site_days.py)."""

    judged: SiteDay
    scheduled: Span | None
    due_s: float
    seen_s: float
    usable_s: float
    people_most: int | None
    person_hours: Estimate | None
    machine_hours: dict[str, MachineHours]
    working_share: Estimate | None
    zones: dict[str, Any]
    gates: dict[str, Any]
    after_hours: AfterHours
    evidence: tuple[SeenPicture, ...]
    hours: tuple[SiteHour, ...]


def day_reach(calendar: WorkCalendar, day: date) -> Span:
    """From a day's midnight to its end, or to the end of a shift that began on it."""
    whole, scheduled = calendar.day_span(day), calendar.scheduled(day)
    return whole if scheduled is None else Span(whole.starts_at, max(whole.ends_at, scheduled.ends_at))


def days_of(calendar: WorkCalendar, moment: datetime) -> list[date]:
    """The days that a moment belongs to: its own, and the day before where its shift went on until then."""
    day = calendar.day_of(moment)
    before = day - timedelta(days=1)
    return [before, day] if day_reach(calendar, before).ends_at > moment else [day]


def roll_up(
    calendar: WorkCalendar,
    day: date,
    placed: Sequence[tuple[UUID, Span]],
    rows: Sequence[ObservedWindow],
    at: datetime,
) -> RolledDay:
    """Roll up one day from the observations in force that begin within its reach, in order of time, as of `at`.

    What a placement saw when it did not stand there is left out.
    """
    whole, scheduled = calendar.day_span(day), calendar.scheduled(day)
    stands = dict(placed)
    rows = [row for row in rows if _reaches(row, stands[row.placement_id])]
    judged = judge_site_day(calendar, day, placed, [seen_window(row) for row in rows], at)
    shifts = (scheduled, calendar.scheduled(day - timedelta(days=1)))
    working_hours = [span for span in shifts if span is not None and whole.overlap(span) is not None]
    parts = _parts(whole, working_hours)
    by_part: dict[Span, list[ObservedWindow]] = {part: [] for part in parts}
    for row in rows:
        by_part[next(part for part in parts if _reaches(row, part))].append(row)
    windows = {part: site_windows(here, _within(part, stands, at)) for part, here in by_part.items()}
    at_work = [] if scheduled is None else windows.get(scheduled, [])
    after = [window for part in parts if part not in working_hours for window in windows[part]]
    ordered = sorted((window for some in windows.values() for window in some), key=lambda window: window.starts_at)
    due = [] if scheduled is None else _stood(scheduled, placed, at)
    due_s = total_seconds(due)
    is_seen = judged.state in _SEEN
    return RolledDay(
        judged=judged,
        scheduled=scheduled,
        due_s=due_s,
        seen_s=min(due_s, sum(window.seen_s for window in at_work)),
        usable_s=min(due_s, sum(window.usable_s for window in at_work)),
        people_most=max((window.people.most for window in at_work if window.usable_s > 0), default=None),
        person_hours=_person_hours(at_work, due_s) if is_seen else None,
        machine_hours=_machine_hours(at_work, due_s) if is_seen else {},
        working_share=_working_share(at_work, due_s) if is_seen else None,
        zones=_zones(at_work),
        gates=_gates([row for row in rows if row.window_starts_at < whole.ends_at]),
        after_hours=_after_hours(whole, after),
        evidence=_evidence(rows if scheduled is None else [row for row in rows if _reaches(row, scheduled)]),
        hours=tuple(site_hours(whole, working_hours, _stood(whole, placed, at), ordered)) if rows else (),
    )


def _parts(whole: Span, working_hours: Sequence[Span]) -> list[Span]:
    """Working hours, those that begin on the day first, and then what they leave of it."""
    rest = []
    begins = whole.starts_at
    for span in sorted(working_hours, key=lambda span: span.starts_at):
        if span.starts_at > begins:
            rest.append(Span(begins, span.starts_at))
        begins = max(begins, span.ends_at)
    if begins < whole.ends_at:
        rest.append(Span(begins, whole.ends_at))
    return [*working_hours, *rest]


def _within(part: Span, stands: Mapping[UUID, Span], at: datetime) -> Callable[[ObservedWindow], Span]:
    """What an observation may stand for at most: a part of the day, up to now, while its placement stood there."""
    bounds = {
        name: Span(max(part.starts_at, stood.starts_at), min(part.ends_at, stood.ends_at, at))
        for name, stood in stands.items()
    }
    return lambda row: bounds[row.placement_id]


def _stood(span: Span, placed: Sequence[tuple[UUID, Span]], at: datetime) -> list[Span]:
    """When at least one camera stood there, up to `at`."""
    past = span.overlap(Span(span.starts_at, at)) if at > span.starts_at else None
    parts = [] if past is None else [part for _, one in placed if (part := past.overlap(one)) is not None]
    merged: list[Span] = []
    for part in sorted(parts, key=lambda part: part.starts_at):
        if merged and part.starts_at <= merged[-1].ends_at:
            merged[-1] = Span(merged[-1].starts_at, max(merged[-1].ends_at, part.ends_at))
        else:
            merged.append(part)
    return merged


def _reaches(row: ObservedWindow, span: Span) -> bool:
    return row.window_starts_at < span.ends_at and watched(row).ends_at > span.starts_at


def _person_hours(windows: Sequence[SiteWindow], due_s: float) -> Estimate | None:
    return _count_hours([(window.people, window.usable_s) for window in windows], due_s)


def _count_hours(counted: Sequence[tuple[Count, float]], due_s: float) -> Estimate | None:
    """Hours of what was counted: of the placement that saw the most, the upper end as if each saw others.

    Stretches over which one observation tells are one sample.
    """
    means, summed, weights = [], [], []
    for _, some in groupby(((one, weight) for one, weight in counted if weight > 0), key=lambda one: one[0].told_by):
        told = list(some)
        weights.append(sum(weight for _, weight in told))
        means.append(told[0][0].mean)
        summed.append(sum(count.summed * weight for count, weight in told) / weights[-1])
    seen = sum(weights) / due_s if due_s > 0 else 0.0
    least = mean_of(means, weights, max((count.most for count, _ in counted), default=0), seen)
    if least is None:
        return None
    high = least.high
    if any(most > mean for most, mean in zip(summed, means, strict=True)):
        most = mean_of(summed, weights, max(summed), seen)
        high = high if most is None else max(high, most.high)
    return Estimate(least.value, least.low, high).times(due_s / _HOUR_S)


def _machine_hours(windows: Sequence[SiteWindow], due_s: float) -> dict[str, MachineHours]:
    hours = {}
    for label in sorted({label for window in windows for label in window.machines}):
        # Where there is none, whoever told of the people tells that too.
        counted = [
            (window.machines.get(label) or replace(NONE_COUNTED, told_by=window.people.told_by), window.usable_s)
            for window in windows
        ]
        present = _count_hours(counted, due_s)
        if present is None:
            continue
        share = _working_share(windows, due_s, label)
        hours[label] = MachineHours(
            present=present,
            working=None if share is None else present.product(share),
            idle=None if share is None else present.product(share.rest()),
            working_share=share,
        )
    return hours


def _working_share(windows: Sequence[SiteWindow], due_s: float, label: str | None = None) -> Estimate | None:
    """Of the machine-seconds in which it could be told, how many were at work; of one type, or of all."""
    shares, weights = [], []
    for window in windows:
        told = [seconds for name, seconds in window.worked.items() if label is None or name == label]
        working_s, watched_s = sum(one[0] for one in told), sum(sum(one) for one in told)
        if watched_s > 0:
            shares.append(working_s / watched_s)
            weights.append(watched_s)
    if not shares:
        return None
    share = sum(one * weight for one, weight in zip(shares, weights, strict=True)) / sum(weights)
    return share_over(share, shares, weights, sum(window.usable_s for window in windows) / due_s)


def _zones(windows: Sequence[SiteWindow]) -> dict[str, Any]:
    total = sum(window.usable_s for window in windows)
    zones: dict[str, Any] = {}
    for window in windows:
        for (zone, label), (group, count) in window.zones.items() if window.usable_s > 0 else ():
            held = zones.setdefault(zone, {}).setdefault(label, {"group": group, "mean": 0.0, "most": 0})
            held["mean"] += count.mean * window.usable_s / total
            held["most"] = max(held["most"], count.most)
    return zones


def _gates(rows: Sequence[ObservedWindow]) -> dict[str, Any]:
    """What passed each gate as it was seen; of a gate that two placements show, what the greater count says."""
    by_placement: dict[UUID, dict[tuple[str, str], list[int]]] = {}
    for row in rows:
        if row.gate_crossings:
            mine = by_placement.setdefault(row.placement_id, {})
            for gate, labels in row.gate_crossings.items():
                for label, passed in labels.items():
                    counts = mine.setdefault((gate, label), [0, 0])
                    counts[0] += passed["arrivals"]
                    counts[1] += passed["departures"]
    gates: dict[str, Any] = {}
    for mine in by_placement.values():
        for (gate, label), (arrivals, departures) in mine.items():
            entry = gates.setdefault(gate, {}).setdefault(label, {"arrivals": 0, "departures": 0})
            entry["arrivals"] = max(entry["arrivals"], arrivals)
            entry["departures"] = max(entry["departures"], departures)
    return gates


def _after_hours(day: Span, windows: Sequence[SiteWindow]) -> AfterHours:
    people_s = machine_s = working_s = 0.0
    people_hours: list[datetime] = []
    machine_hours: list[datetime] = []
    evidence: list[UUID] = []
    for window in windows:
        hour = day.starts_at + timedelta(hours=int((window.starts_at - day.starts_at) / timedelta(hours=1)))
        machine_share = max((count.share for count in window.machines.values()), default=0.0)
        people_s += window.usable_s * window.people.share
        machine_s += window.usable_s * machine_share
        working_s += sum(seconds[0] for seconds in window.worked.values())
        if window.people.share > 0 and hour not in people_hours:
            people_hours.append(hour)
        if machine_share > 0 and hour not in machine_hours:
            machine_hours.append(hour)
        if window.people.share > 0 or machine_share > 0:
            evidence += window.evidence_ids
    return AfterHours(
        people_s, machine_s, working_s, tuple(people_hours), tuple(machine_hours), tuple(evidence[:_MOST_AFTER_HOURS])
    )


def _evidence(rows: Sequence[ObservedWindow]) -> tuple[SeenPicture, ...]:
    """The newest frames, sure people first, at most one an observation."""
    shown = [
        SeenPicture(row.evidence_id, row.window_starts_at, sure_looks(row) > 0)
        for row in rows
        if row.evidence_id is not None
    ]
    with_people = [picture for picture in shown if picture.has_people]
    return tuple((with_people or shown)[-_MOST_EVIDENCE:])
