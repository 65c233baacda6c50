"""What each hour of a site's day came to, by the site's own clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pipeline.signals.calendar import Span
from pipeline.signals.site_window import SiteWindow

_HOUR = timedelta(hours=1)
# A window keeps one picture a placement, so this is all there are of two.
_MOST_EVIDENCE = 24


@dataclass(frozen=True, slots=True)
class SiteHour:
    """An hour from the site's midnight on: a day has 23 to 25, the last cut short where the clock moves by less.

    Means are over the time that usable looks stand for, None where there was none. The documents are as they are
    stored (models/tables/site_days.py).
    """

    starts_at: datetime
    scheduled_s: float
    due_s: float
    seen_s: float
    usable_s: float
    people_mean: float | None
    people_most: int | None
    machines: dict[str, Any]
    zones: dict[str, Any]
    evidence_ids: tuple[UUID, ...]


@dataclass(slots=True)
class _Sum:
    span: Span
    seen_s: float = 0.0
    usable_s: float = 0.0
    windows: list[tuple[SiteWindow, float]] = field(default_factory=list)


def site_hours(
    day: Span, scheduled: Sequence[Span], due: Sequence[Span], windows: Sequence[SiteWindow]
) -> list[SiteHour]:
    """The hours of one day from its windows; `due` is when cameras stood there, up to now."""
    sums = []
    at = day.starts_at
    while at < day.ends_at:
        sums.append(_Sum(Span(at, min(at + _HOUR, day.ends_at))))
        at += _HOUR
    for window in windows:
        _spread(window, sums, day)
    return [_hour(one, scheduled, due) for one in sums]


def _spread(window: SiteWindow, sums: Sequence[_Sum], day: Span) -> None:
    """Add a window to the hours it stands for; a rare look may stand for several."""
    if window.seen_s <= 0:
        return
    first = int((window.starts_at - day.starts_at) / _HOUR)
    last = int((window.starts_at - day.starts_at + timedelta(seconds=window.seen_s - 0.001)) / _HOUR)
    for number in range(max(0, first), min(last, len(sums) - 1) + 1):
        one = sums[number]
        if first == last:
            seen_s = window.seen_s
        else:
            part = one.span.overlap(Span(window.starts_at, window.starts_at + timedelta(seconds=window.seen_s)))
            seen_s = 0.0 if part is None else part.seconds
        usable_s = seen_s * window.usable_s / window.seen_s
        one.seen_s += seen_s
        one.usable_s += usable_s
        one.windows.append((window, usable_s))


def _hour(one: _Sum, scheduled: Sequence[Span], due: Sequence[Span]) -> SiteHour:
    usable = [(window, weight) for window, weight in one.windows if weight > 0]
    total = sum(weight for _, weight in usable)
    machines: dict[str, Any] = {}
    zones: dict[str, Any] = {}
    for window, weight in usable:
        for label, count in window.machines.items():
            entry = machines.setdefault(label, {"mean": 0.0, "most": 0, "working_s": 0.0, "idle_s": 0.0})
            entry["mean"] += count.mean * weight / total
            entry["most"] = max(entry["most"], count.most)
        # What was watched was watched when the window began, however long it stands for.
        for label, (working_s, idle_s) in window.worked.items() if one.span.holds(window.starts_at) else ():
            entry = machines.setdefault(label, {"mean": 0.0, "most": 0, "working_s": 0.0, "idle_s": 0.0})
            entry["working_s"] += working_s
            entry["idle_s"] += idle_s
        for (zone, label), (group, count) in window.zones.items():
            held = zones.setdefault(zone, {}).setdefault(label, {"group": group, "mean": 0.0, "most": 0})
            held["mean"] += count.mean * weight / total
            held["most"] = max(held["most"], count.most)
    for entry in machines.values():
        watched_s = entry["working_s"] + entry["idle_s"]
        # Not told, where machines were not watched closely enough; never idle.
        entry["working_share"] = entry["working_s"] / watched_s if watched_s > 0 else None
    begun = [window for window, _ in one.windows if one.span.holds(window.starts_at)]
    evidence = tuple(name for window in begun for name in window.evidence_ids)
    return SiteHour(
        starts_at=one.span.starts_at,
        scheduled_s=_overlap_s(one.span, scheduled),
        due_s=_overlap_s(one.span, due),
        seen_s=one.seen_s,
        usable_s=one.usable_s,
        people_mean=sum(window.people.mean * weight for window, weight in usable) / total if total > 0 else None,
        people_most=max(window.people.most for window, _ in usable) if usable else None,
        machines=machines,
        zones=zones,
        evidence_ids=evidence[:_MOST_EVIDENCE],
    )


def _overlap_s(span: Span, others: Sequence[Span]) -> float:
    return sum(part.seconds for other in others if (part := span.overlap(other)) is not None)
