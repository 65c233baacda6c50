"""Element figures and observed progress made by hand."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from models.plan_curve import PlannedTask, planned_percent
from pipeline.signals.progress_pace import SharePoint, forecast_finish, observed_pace
from pipeline.signals.progress_rule import ObservedProgress
from pipeline.signals.progress_share import ElementFigure, project_share

MAST_1, MAST_2 = UUID(int=1), UUID(int=2)


def works_but_sundays(day: date) -> bool:
    """Whether work is scheduled, Monday to Saturday."""
    return day.isoweekday() != 7


def figure(key: str, share: float, half: float = 0.05, **told: Any) -> ElementFigure:
    """An element's figure with so wide an interval; it belongs to the task of its own key."""
    low, high = max(0.0, share - half), min(1.0, share + half)
    named = {"task_key": key, "placement_id": MAST_1, "on": date(2026, 9, 16), "visible_share": 1.0, "unseen_days": 0}
    values = {"element_id": UUID(int=7), "weight": 1.0, "low": low, "high": high, **named, **told}
    return ElementFigure(key=key, share=share, **values)


def progress(
    tasks: Sequence[PlannedTask],
    on: date,
    share_of: Callable[[date], float],
    *,
    half: float = 0.02,
    days: int = 42,
    is_seen: Callable[[date], bool] = lambda _day: True,
    visible_share: float = 1.0,
    unseen_days: int = 0,
) -> ObservedProgress:
    """What is observed of a project whose one element, of the first task, stands by `share_of` on each day."""
    key = tasks[0].key
    told = {"visible_share": visible_share, "unseen_days": unseen_days, "task_key": key}
    share = project_share(tasks, [figure(key, share_of(on), half, on=on, **told)])
    assert share is not None
    counted = [task for task in tasks if task.key in share.task_keys]
    points = []
    for day in (on - timedelta(days=back) for back in range(days, -1, -1)):
        found = 100 * share_of(day)
        planned = planned_percent(counted, day)
        assert planned is not None
        low, high = max(0.0, found - 100 * half), min(100.0, found + 100 * half)
        points.append(SharePoint(day, found, low, high, planned, is_seen(day)))
    pace = observed_pace(points, on, works_but_sundays, 6)
    forecast = forecast_finish(points[-1], pace, 4.0, works_but_sundays, 6)
    return ObservedProgress(share, points, pace, forecast)
