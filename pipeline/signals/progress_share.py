"""How much of a project stands, from the built shares of its work elements over all its cameras.

An element counts by its weight within its task, a task by its weight in the plan. Only tasks with elements count, for
the plan as for what was observed: like is compared with like. What is tied to no task of the plan counts nowhere.

Intervals are of 90 %, and so is their sum. What one camera sees errs together (weather, snow, light and a reference
view in fog are the same for all its elements, and one reading of extent stands for volume everywhere, ADR 20), so half
widths of one camera's elements are added as they are: the widest that any correlation gives (JCGM 100:2008, 5.2.2,
note 1). Cameras see by other views through other lenses; their sums are taken for independent and added by squares
(ibid., 5.1.2), save that cameras which see the same work are one.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from models.plan_curve import PlannedTask
from vision.progress.element_progress import SEEN_FROM_SHARE

# What is not seen may have grown by so much of itself a day; vision/progress/built_share.py says the same of days on
# which it looked and saw nothing.
UNSEEN_A_DAY = 0.01
# An element that was seen within so many days still tells how its project stands.
FRESH_DAYS = 7
# Where two cameras see one work, a camera that shows nothing of it today still has some say by its last figure.
LEAST_VISIBLE = 0.05
# No interval is taken to be narrower than this when figures are weighed against each other.
LEAST_HALF_WIDTH = 0.01
# Rounding apart, intervals that touch overlap.
_TOUCHING = 1e-9


@dataclass(frozen=True, slots=True)
class ElementFigure:
    """One work element as it was judged on `on`; shares are 0 to 1.

    `key` names it within its task: elements of one task and key on two placements are the same work.
    """

    element_id: UUID
    placement_id: UUID
    key: str
    task_key: str | None
    weight: float
    on: date
    share: float
    low: float
    high: float
    visible_share: float
    unseen_days: int

    def __post_init__(self) -> None:
        if not 0.0 <= self.low <= self.share <= self.high <= 1.0:
            raise ValueError(f"A share lies in its interval within 0 to 1: {self.low}, {self.share}, {self.high}.")
        if not 0.0 < self.weight < math.inf:
            raise ValueError(f"An element's weight is above 0, not {self.weight}.")

    def carried_to(self, on: date) -> "ElementFigure":
        """The same figure on a later day that has no answer of its own: unseen for longer, and less sure."""
        days = (on - self.on).days
        if days <= 0:
            return self
        high = min(1.0, self.high + UNSEEN_A_DAY * days)
        return replace(self, on=on, high=high, visible_share=0.0, unseen_days=self.unseen_days + days)


@dataclass(frozen=True, slots=True)
class ProjectShare:
    """The built share of the tasks that have elements, in percent with its interval.

    Of their weight, `visible_share` was seen that day, `seen_share` belongs to elements that were seen that day at
    all, `fresh_share` to those seen within a week. The tasks are `share_of_plan` of the plan's weight. `disagreeing`
    are the keys of elements on which two cameras don't agree.
    """

    percent: float
    low: float
    high: float
    visible_share: float
    seen_share: float
    fresh_share: float
    share_of_plan: float
    task_keys: frozenset[str]
    disagreeing: tuple[str, ...]
    task_shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Work:
    """What is built, by all cameras that see it; `below` and `above` are its half widths."""

    key: str
    weight: float
    share: float
    below: float
    above: float
    visible_share: float
    unseen_days: int
    placements: frozenset[UUID]
    is_disputed: bool

    @property
    def is_seen(self) -> bool:
        """Whether it was seen that day: on its reference's own day nothing is unseen yet, and all may be hidden."""
        return self.unseen_days == 0 and self.visible_share >= SEEN_FROM_SHARE


def project_share(tasks: Sequence[PlannedTask], figures: Iterable[ElementFigure]) -> ProjectShare | None:
    """The share of a project on a day, from the figures of its elements of that day; None where none counts."""
    by_key = {task.key: task for task in tasks}
    groups: dict[str, dict[str, list[ElementFigure]]] = {}
    for figure in figures:
        if figure.task_key is not None and figure.task_key in by_key:
            groups.setdefault(figure.task_key, {}).setdefault(figure.key, []).append(figure)
    works = {task_key: [_work(key, same) for key, same in sorted(of.items())] for task_key, of in groups.items()}
    counted_weight = sum(by_key[task_key].weight for task_key in works)
    if counted_weight <= 0:
        return None
    parts: list[tuple[float, _Work]] = []
    task_shares = {}
    for task_key in sorted(works):
        within = sum(work.weight for work in works[task_key])
        task_shares[task_key] = sum(work.weight * work.share for work in works[task_key]) / within
        of_project = by_key[task_key].weight / counted_weight
        parts += [(of_project * work.weight / within, work) for work in works[task_key]]
    share = _clipped(sum(part * work.share for part, work in parts))
    low = _clipped(share - _half_width([(part * work.below, work.placements) for part, work in parts]))
    high = _clipped(share + _half_width([(part * work.above, work.placements) for part, work in parts]))
    return ProjectShare(
        percent=100.0 * share,
        low=100.0 * low,
        high=100.0 * high,
        visible_share=_clipped(sum(part * work.visible_share for part, work in parts)),
        seen_share=_clipped(sum(part for part, work in parts if work.is_seen)),
        fresh_share=_clipped(sum(part for part, work in parts if work.unseen_days <= FRESH_DAYS)),
        share_of_plan=min(1.0, counted_weight / sum(task.weight for task in tasks)),
        task_keys=frozenset(works),
        disagreeing=tuple(sorted(work.key for _, work in parts if work.is_disputed)),
        task_shares=task_shares,
    )


def _work(key: str, figures: Sequence[ElementFigure]) -> _Work:
    """One work by all cameras that see it, each counted by the inverse of its variance and by how much it sees.

    Both read extent in the same way, so that two cameras make it no surer than they are on the average. Where they
    contradict each other, at least one is wrong and nobody knows which: the interval covers both.
    """
    counts = [_count(figure) for figure in figures]
    total = sum(counts)
    share, low, high = (
        sum(count * value for count, value in zip(counts, values, strict=True)) / total
        for values in (
            [figure.share for figure in figures],
            [figure.low for figure in figures],
            [figure.high for figure in figures],
        )
    )
    is_disputed = max(figure.low for figure in figures) > min(figure.high for figure in figures) + _TOUCHING
    if is_disputed:
        low, high = min(figure.low for figure in figures), max(figure.high for figure in figures)
    return _Work(
        key=key,
        weight=sum(figure.weight for figure in figures) / len(figures),
        share=share,
        below=max(0.0, share - low),
        above=max(0.0, high - share),
        visible_share=max(figure.visible_share for figure in figures),
        unseen_days=min(figure.unseen_days for figure in figures),
        placements=frozenset(figure.placement_id for figure in figures),
        is_disputed=is_disputed,
    )


def _count(figure: ElementFigure) -> float:
    half = max(LEAST_HALF_WIDTH, (figure.high - figure.low) / 2)
    return max(LEAST_VISIBLE, figure.visible_share) / half**2


def _half_width(halves: Sequence[tuple[float, frozenset[UUID]]]) -> float:
    """Half widths added up within what errs together, and by squares over that."""
    sums: list[tuple[float, frozenset[UUID]]] = []
    for half, placements in halves:
        together = [one for one in sums if not one[1].isdisjoint(placements)]
        apart = [one for one in sums if one[1].isdisjoint(placements)]
        within = half + sum(known for known, _ in together)
        sums = [*apart, (within, placements.union(*(of for _, of in together)))]
    return math.hypot(*(half for half, _ in sums))


def _clipped(share: float) -> float:
    return min(1.0, max(0.0, share))
