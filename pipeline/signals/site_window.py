"""What a site's cameras saw of its time, over all placements that saw it.

Two cameras of a site may see the same people, so what they count is not added: a site has at least what the placement
that saw the most counted. Only where all saw others is it the sum, and that is the upper end of an interval.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

from models.observed_window import ObservedWindow
from models.tables.observations import Observation
from pipeline.signals.calendar import Span
from pipeline.signals.site_day import SeenWindow
from vision.detections import Group
from vision.view_quality import ViewQuality

# Read a million times a year.
_PERSON, _MACHINE, _USABLE = Group.PERSON.value, Group.MACHINE.value, ViewQuality.USABLE.value


@dataclass(frozen=True, slots=True)
class Count:
    """A label's mean over a window's usable looks; `most` is in one look, `share` of looks that held any, of people
    those that surely did.

    `mean` is that of the placement that counted the most, and `told_by` its observation; `summed` is over placements.
    """

    mean: float
    summed: float
    most: int
    share: float
    told_by: int = 0


@dataclass(frozen=True, slots=True)
class SiteWindow:
    """A stretch of a site's time over which the same observations stand: most often a window, else a part of one.

    `worked` and `evidence_ids` are of the windows that began with it: `worked` maps a machine's label to its working
    and idle machine-seconds, of the placement that watched it the longest. `zones` maps a zone's name and label to a
    group and a count: zones of one name on two placements are one place.
    """

    starts_at: datetime
    seen_s: float
    usable_s: float
    people: Count
    machines: Mapping[str, Count]
    worked: Mapping[str, tuple[float, float]]
    zones: Mapping[tuple[str, str], tuple[str, Count]]
    evidence_ids: tuple[UUID, ...]


NONE_COUNTED = Count(0.0, 0.0, 0, 0.0)


def seen_window(row: Observation | ObservedWindow) -> SeenWindow:
    """What a stored observation adds to its site's day."""
    return SeenWindow(
        placement_id=row.placement_id,
        starts_at=row.window_starts_at,
        window_s=row.window_s,
        stands_for_s=stands_for_s(row),
        looks_seen=row.looks_seen,
        looks_usable=row.looks_usable,
        looks_with_people=sure_looks(row),
        machine_working_s=row.machine_working_s,
        machine_idle_s=row.machine_idle_s,
        unusable={reason: looks for reason, looks in row.view_quality.items() if reason != _USABLE},
    )


def sure_looks(row: Observation | ObservedWindow) -> int:
    """How many looks surely held somebody; rows from before that was told say how many held any box."""
    return _sure(tally for tally in row.tallies.values() if tally["group"] == _PERSON)


def stands_for_s(row: Observation | ObservedWindow) -> float:
    """For how long an observation stands: its turns at the camera's pace.

    A camera that reconnects looks again at once; those looks stand for no time of their own.
    """
    return min(row.turns_seen * row.look_every_s, max(row.window_s, row.look_every_s))


def watched(row: ObservedWindow) -> Span:
    """The window itself, however long its looks stand for."""
    return Span(row.window_starts_at, row.window_starts_at + timedelta(seconds=row.window_s))


def site_windows(rows: Iterable[ObservedWindow], within: Callable[[ObservedWindow], Span]) -> list[SiteWindow]:
    """What stands over a site's time, in order, from its placements' observations, each clipped to what `within` says.

    A placement's newest window stands in the place of its earlier ones. Where windows of several overlap, because one
    looks seldom or they look in turns, time is cut at their borders.
    """
    stretches = _stretches([row for row in rows if row.looks_seen], within)
    borders = sorted({stretch.starts_at for _, stretch in stretches} | {stretch.ends_at for _, stretch in stretches})
    windows: list[SiteWindow] = []
    standing: list[tuple[ObservedWindow, Span]] = []
    coming = iter([*stretches, None])
    following = next(coming)
    for starts_at, ends_at in pairwise([*borders, *borders[-1:]]):
        standing = [one for one in standing if one[1].ends_at > starts_at]
        began = []
        while following is not None and following[1].starts_at == starts_at:
            began.append(following[0])
            if following[1].ends_at > starts_at:
                standing.append(following)
            following = next(coming)
        if standing or began:
            seen_s = (ends_at - starts_at).total_seconds() if standing else 0.0
            windows.append(_site_window(starts_at, seen_s, [row for row, _ in standing] or began, began))
    return windows


def _stretches(
    rows: Sequence[ObservedWindow], within: Callable[[ObservedWindow], Span]
) -> list[tuple[ObservedWindow, Span]]:
    """From when to when each row stands, in order of time; those that stand for no time come with an empty stretch."""
    stretches = []
    followed_at: dict[UUID, datetime] = {}
    by_window = [list(group) for _, group in groupby(rows, key=lambda row: row.window_starts_at)]
    for group in reversed(by_window):
        # A look that one camera missed does not take its window apart.
        together_s = min(group[0].window_s, max(stands_for_s(row) for row in group))
        for row in reversed(group):
            bounds, starts_at = within(row), row.window_starts_at
            ends_at = min(starts_at + timedelta(seconds=max(stands_for_s(row), together_s)), bounds.ends_at)
            if (followed := followed_at.get(row.placement_id)) is not None:
                ends_at = min(ends_at, followed)
            begins = max(starts_at, bounds.starts_at)
            if ends_at > begins:
                followed_at[row.placement_id] = begins
            stretches.append((row, Span(begins, max(begins, ends_at))))
    return sorted(stretches, key=lambda one: one[1].starts_at)


def _site_window(
    starts_at: datetime, seen_s: float, standing: Sequence[ObservedWindow], began: Sequence[ObservedWindow]
) -> SiteWindow:
    people: list[Count] = []
    machines: dict[str, list[Count]] = {}
    zones: dict[tuple[str, str], tuple[str, list[Count]]] = {}
    worked: dict[str, tuple[float, float]] = {}
    # The newest first: where several count the same, it tells.
    for row in reversed(standing):
        if not row.looks_usable:
            continue
        persons = []
        for label, tally in row.tallies.items():
            if tally["group"] == _PERSON:
                persons.append(tally)
            elif tally["group"] == _MACHINE:
                machines.setdefault(label, []).append(_count([tally], row))
        people.append(_people(persons, row))
        for zone, tallies in row.zone_tallies.items():
            for label, tally in tallies.items():
                zones.setdefault((zone, label), (tally["group"], []))[1].append(_count([tally], row))
    for row in began:
        for label, seconds in row.machine_seconds.items() if row.looks_usable else ():
            told = (float(seconds["working_s"]), float(seconds["idle_s"]))
            if sum(told) > sum(worked.get(label, (0.0, 0.0))):
                worked[label] = told
    return SiteWindow(
        starts_at=starts_at,
        seen_s=seen_s,
        usable_s=seen_s * max(row.looks_usable / row.looks_seen for row in standing),
        people=_greatest(people),
        machines={label: _greatest(counts) for label, counts in machines.items()},
        worked=worked,
        zones={key: (group_name, _greatest(counts)) for key, (group_name, counts) in zones.items()},
        evidence_ids=tuple(row.evidence_id for row in began if row.evidence_id is not None),
    )


def _people(tallies: Sequence[Mapping[str, Any]], row: ObservedWindow) -> Count:
    count = _count(tallies, row)
    return Count(count.mean, count.summed, count.most, min(1.0, _sure(tallies) / row.looks_usable), row.id)


def _sure(tallies: Iterable[Mapping[str, Any]]) -> int:
    return max((tally.get("sure", tally["looks"]) for tally in tallies), default=0)


def _count(tallies: Sequence[Mapping[str, Any]], row: ObservedWindow) -> Count:
    if not tallies:
        return Count(0.0, 0.0, 0, 0.0, row.id)
    mean = sum(tally["total"] for tally in tallies) / row.looks_usable
    return Count(
        mean,
        mean,
        sum(tally["most"] for tally in tallies),
        min(1.0, max(tally["looks"] for tally in tallies) / row.looks_usable),
        row.id,
    )


def _greatest(counts: Sequence[Count]) -> Count:
    if len(counts) == 1:
        return counts[0]
    if not counts:
        return NONE_COUNTED
    most = max(counts, key=lambda count: count.mean)
    return Count(
        most.mean,
        sum(count.mean for count in counts),
        max(count.most for count in counts),
        max(count.share for count in counts),
        most.told_by,
    )
