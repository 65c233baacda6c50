"""How much of a plan should be done by a day: a pure function of stored plans.

It stands in models/ because both the camera's rules and the roadmap's roll-up read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.repositories.roadmap import PlanInForce
from models.tables.roadmap import Project


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task's dates, both days included, its weight, positive, and the key that work elements name it by."""

    starts_on: date
    finishes_on: date
    weight: float
    key: str = ""


def planned_percent(tasks: Sequence[PlannedTask], on: date) -> float | None:
    """Percent of the plan's weight due by the end of a day, each task spread evenly over its days.

    This is planned value over budget at completion with the weights as the budget (PMI, Practice
    Standard for Earned Value Management). None where there are no tasks.
    """
    total = sum(task.weight for task in tasks)
    if not tasks or total <= 0:
        return None
    return 100.0 * sum(task.weight * _share_due(task, on) for task in tasks) / total


def planned_tasks(plan: PlanInForce | None) -> list[PlannedTask]:
    """The tasks of a stored plan, none where there is no plan."""
    if plan is None:
        return []
    return [PlannedTask(task.starts_on, task.finishes_on, task.weight, task.key) for task in plan.tasks]


def planned_percent_of(project: Project, plan: PlanInForce | None, on: date) -> float:
    """Percent due of a stored project; without a plan, even work between its dates is assumed."""
    tasks = planned_tasks(plan) or [PlannedTask(project.starts_on, project.finishes_on, 1.0)]
    percent = planned_percent(tasks, on)
    assert percent is not None
    return percent


def _share_due(task: PlannedTask, on: date) -> float:
    days = (task.finishes_on - task.starts_on).days + 1
    passed = (on - task.starts_on).days + 1
    return min(1.0, max(0.0, passed / days))
