"""What an operator should know of drawn work elements that is no reason to refuse them."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from statistics import fmean
from typing import TypeAlias

import shapely
from pydantic import BaseModel, ConfigDict

from models.repositories.progress import PlacedElement
from models.tables.progress import WorkElementRow
from pipeline.registry.element_order import built_before

# Less of the smaller one than this is two borders that touch.
OVERLAPS_FROM_SHARE = 0.05
OUTSIDE_FROM_SHARE = 0.01
WEIGHTS_WITHIN = 0.02

# By task and key.
WorkWeights: TypeAlias = Mapping[str | None, Mapping[str, float]]

_PICTURE = shapely.box(0.0, 0.0, 1.0, 1.0)


class ElementWarningCode(StrEnum):
    """What a warning is about."""

    OUTSIDE_PICTURE = "outside_picture"
    OVERLAP = "overlap"
    NO_SUCH_TASK = "no_such_task"
    NO_TASK = "no_task"
    WEIGHTS = "weights"
    NO_SUCH_ELEMENT = "no_such_element"


class ElementWarning(BaseModel):
    """One thing to know of a work element, and what to do about it."""

    model_config = ConfigDict(frozen=True)

    code: ElementWarningCode
    text: str


def warnings_of(
    elements: Sequence[WorkElementRow], in_project: Sequence[PlacedElement], task_keys: Collection[str] | None
) -> dict[str, list[ElementWarning]]:
    """The warnings of each of one placement's elements, by key.

    `in_project` are the elements of all the project's placements, `task_keys` those of the plan in force, None where
    there is no plan.
    """
    found: dict[str, list[ElementWarning]] = {one.key: [] for one in elements}
    before = built_before(elements)
    weights = work_weights(in_project)
    for at, one in enumerate(elements):
        found[one.key] += _of_itself(one, elements)
        found[one.key] += _of_task(one, weights, task_keys)
        for other in elements[:at]:
            if one.key in before[other.key] or other.key in before[one.key]:
                continue
            share = _overlap(one, other)
            if share >= OVERLAPS_FROM_SHARE:
                found[one.key].append(_overlaps(one, other, share))
                found[other.key].append(_overlaps(other, one, share))
    return found


def work_weights(in_project: Sequence[PlacedElement]) -> WorkWeights:
    """What each work weighs within its task, over all placements of a project.

    Elements of one task and key are one work with the mean of their weights (pipeline/signals/progress_share.py). What
    was carried over from a placement that has ended counts where it is drawn now.
    """
    standing = {_name(one) for one in in_project if one.placement.ends_at is None}
    found: dict[str | None, dict[str, list[float]]] = {}
    for one in in_project:
        is_carried = one.placement.ends_at is not None and _name(one) in standing
        if one.element.task_key is not None and not is_carried:
            found.setdefault(one.element.task_key, {}).setdefault(one.element.key, []).append(one.element.weight)
    return {task_key: {key: fmean(same) for key, same in works.items()} for task_key, works in found.items()}


def share_of_task(one: WorkElementRow, weights: WorkWeights) -> float:
    """How much of its task an element is."""
    works = _works_of(one, weights)
    return works[one.key] / sum(works.values())


def _works_of(one: WorkElementRow, weights: WorkWeights) -> Mapping[str, float]:
    # On a site that is not in use it is none of the project's.
    return {one.key: one.weight, **weights.get(one.task_key, {})}


def _name(one: PlacedElement) -> tuple[str | None, str]:
    return one.element.task_key, one.element.key


def _of_itself(one: WorkElementRow, elements: Sequence[WorkElementRow]) -> list[ElementWarning]:
    shape = shapely.Polygon(one.polygon)
    outside = 1.0 - shape.intersection(_PICTURE).area / shape.area
    found: list[ElementWarning] = []
    if outside >= OUTSIDE_FROM_SHARE:
        text = f"{outside:.0%} of it lies outside the picture, and is taken to grow as the rest does."
        found.append(ElementWarning(code=ElementWarningCode.OUTSIDE_PICTURE, text=text))
    missing = sorted(set(one.built_after) - {other.key for other in elements})
    if missing:
        text = f"It is to be built after {', '.join(missing)}, which this placement doesn't have (any more)."
        found.append(ElementWarning(code=ElementWarningCode.NO_SUCH_ELEMENT, text=text))
    return found


def _of_task(one: WorkElementRow, weights: WorkWeights, task_keys: Collection[str] | None) -> list[ElementWarning]:
    if one.task_key is None:
        text = "It belongs to no task of the plan: it is shown, and counted nowhere."
        return [ElementWarning(code=ElementWarningCode.NO_TASK, text=text)]
    if task_keys is None or one.task_key not in task_keys:
        why = "the project has no plan" if task_keys is None else f"the plan in force has no task {one.task_key!r}"
        text = f"It is counted nowhere, for {why}. Name a task that there is, or re-baseline the plan."
        return [ElementWarning(code=ElementWarningCode.NO_SUCH_TASK, text=text)]
    total = sum(_works_of(one, weights).values())
    if abs(total - 1.0) <= WEIGHTS_WITHIN:
        return []
    text = (
        f"The weights of the elements of task {one.task_key!r} come to {total:g}, not 1. "
        f"Each counts by its share of that: this one {share_of_task(one, weights):.0%} of the task."
    )
    return [ElementWarning(code=ElementWarningCode.WEIGHTS, text=text)]


def _overlap(one: WorkElementRow, other: WorkElementRow) -> float:
    """How much of the smaller one both cover."""
    first, second = shapely.Polygon(one.polygon), shapely.Polygon(other.polygon)
    return float(first.intersection(second).area / min(first.area, second.area))


def _overlaps(one: WorkElementRow, other: WorkElementRow, share: float) -> ElementWarning:
    order = (one.position, one.key) > (other.position, other.key)
    first, second = (other.key, one.key) if order else (one.key, other.key)
    text = (
        f"It overlaps {other.key!r} ({share:.0%} of the smaller one), and neither is said to be built after the other. "
        f"By their order {second!r} is taken to follow {first!r}; say so in built_after, or draw them apart."
    )
    return ElementWarning(code=ElementWarningCode.OVERLAP, text=text)
