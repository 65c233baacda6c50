"""What was observed of a project by a day, read off its elements' stored days: share, course, pace and forecast.

The course of the days before is taken over the elements of the day that is judged, as they were drawn then, and an
element without a figure of such a day counts with its first: growth is what grew, and never what was drawn anew.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models.plan_curve import PlannedTask, planned_percent
from models.repositories.element_history import ElementHistoryRepository
from models.repositories.progress import ProgressRepository
from models.tables.progress import ElementDayRow, WorkElementRow
from models.tables.sites import Placement
from pipeline.signals.progress_pace import SharePoint, forecast_finish, observed_pace
from pipeline.signals.progress_rule import ObservedProgress
from pipeline.signals.progress_share import ElementFigure, ProjectShare, project_share
from vision.progress.built_share import ElementState
from vision.progress.element_progress import OLD_AFTER_DAYS, ElementDay, ProgressReason
from vision.progress.stage import Stage, stage_of
from vision.progress.work_kind import WorkKind

# How far back a project's course is looked at: to say since when it is behind.
COURSE_DAYS = 56
# Reports of days longer ago are not held against what was seen then.
REPORT_DAYS = 366
# A day on which elements of so much of the weight were seen is a seen day.
SEEN_FROM_SHARE = 0.5
_MOST_VIEWS = 2


@dataclass(frozen=True, slots=True)
class ElementStanding:
    """One element as it stands on a day: its drawing, the row its figure is of, and the figure carried to the day."""

    element: WorkElementRow
    row: ElementDayRow
    figure: ElementFigure


@dataclass(frozen=True, slots=True)
class DayProgress:
    """What was observed by one day, the elements behind it, counted or not, and the stage that they tell of."""

    observed: ObservedProgress
    standings: Sequence[ElementStanding]
    stage: Stage


class ObservedElements:
    """The elements of one project with their days from `first`, looking back from there, to `last`."""

    def __init__(self, session: Session, project_id: UUID, first: date, last: date) -> None:
        self._drawings: dict[tuple[UUID, str], list[tuple[WorkElementRow, Placement]]] = {}
        for element, placement in ElementHistoryRepository(session).drawings(project_id):
            self._drawings.setdefault((placement.id, element.key), []).append((element, placement))
        ids = [element.id for drawn in self._drawings.values() for element, _ in drawn]
        self._rows: dict[UUID, list[ElementDayRow]] = {}
        self._on: dict[UUID, list[date]] = {}
        # By element, the days on which it was judged by a daily view, with that view.
        self._views: dict[UUID, list[tuple[date, str]]] = {}
        if ids:
            history = ElementHistoryRepository(session)
            days = ProgressRepository(session).element_days(ids, first, last)
            for row in [*history.last_days_before(ids, first), *days]:
                self._rows.setdefault(row.element_id, []).append(row)
            self._on = {key: [row.on_day for row in rows] for key, rows in self._rows.items()}
            # However long ago the last one was: what is shown of a day does not hang on which days are asked for.
            for row in [*history.last_days_before(ids, first, has_view=True), *days]:
                if row.evidence_id is not None:
                    self._views.setdefault(row.element_id, []).append((row.on_day, str(row.evidence_id)))
        self._figures: dict[int, ElementFigure] = {}
        self._shares: dict[tuple[object, ...], ProjectShare | None] = {}

    @property
    def is_empty(self) -> bool:
        """Whether no element has any figure."""
        return not self._rows

    def are_drawn(self, at: datetime) -> bool:
        """Whether the project has elements at a moment, with figures or without."""
        return any(
            element.created_at <= at and (element.retired_at is None or element.retired_at > at)
            for drawn in self._drawings.values()
            for element, _ in drawn
        )

    def drawn(self, at: datetime, on: date) -> list[WorkElementRow]:
        """The elements as they were drawn at a moment, with figures by a day.

        Of ended placements, those whose work no other placement has a figure of under the same key.
        """
        found = [pair for drawn in self._drawings.values() if (pair := self._as_of(drawn, at, on)) is not None]
        standing = {
            (element.task_key, element.key)
            for element, placement in found
            if placement.ends_at is None or placement.ends_at > at
        }
        return [
            element
            for element, placement in found
            if placement.ends_at is None or placement.ends_at > at or (element.task_key, element.key) not in standing
        ]

    def standings(self, elements: Iterable[WorkElementRow], on: date) -> list[ElementStanding]:
        """How elements stand on a day: by that day's figure or the last one before it; those without are left out."""
        found = []
        for element in elements:
            place = bisect_right(self._on.get(element.id, []), on)
            if place:
                row = self._rows[element.id][place - 1]
                found.append(ElementStanding(element, row, self._figure(element, row).carried_to(on)))
        return found

    def progress(
        self,
        tasks: Sequence[PlannedTask],
        on: date,
        at: datetime,
        is_working_day: Callable[[date], bool],
        week_days: int,
    ) -> DayProgress | None:
        """What was observed by `on`, as elements were drawn at `at`; None where no element of the plan has a figure."""
        standings = self.standings(self.drawn(at, on), on)
        share = project_share(tasks, [one.figure for one in standings])
        if share is None:
            return None
        counted = [one.element for one in standings if one.element.task_key in share.task_keys]
        points = self._course(tasks, share, counted, on)
        pace = observed_pace(points, on, is_working_day, week_days)
        seen_tasks = [task for task in tasks if task.key in share.task_keys]
        forecast = forecast_finish(
            points[-1], pace, _plan_pace(seen_tasks, is_working_day, week_days), is_working_day, week_days
        )
        observed = ObservedProgress(share, points, pace, forecast)
        return DayProgress(observed, standings, _stage([one for one in standings if one.element in counted]))

    def share_on(self, tasks: Sequence[PlannedTask], on: date, at: datetime) -> ProjectShare | None:
        """The share of an earlier day, by the elements as they were drawn at `at`."""
        return project_share(tasks, [one.figure for one in self.standings(self.drawn(at, on), on)])

    def _as_of(
        self, drawn: Sequence[tuple[WorkElementRow, Placement]], at: datetime, on: date
    ) -> tuple[WorkElementRow, Placement] | None:
        """The drawing of one key that tells of a day: that of the moment, or until a day was judged by it, the one
        before it of the same task; of days before the first, the first.
        """
        judged = [pair for pair in drawn if bisect_right(self._on.get(pair[0].id, []), on)]
        known = [pair for pair in judged if pair[0].created_at <= at]
        if not known:
            return judged[0] if judged else None
        newest = next(element for element, _ in reversed(drawn) if element.created_at <= at)
        if newest.retired_at is not None and newest.retired_at <= at:
            return None
        return next((pair for pair in reversed(known) if pair[0].task_key == newest.task_key), None)

    def _course(
        self, tasks: Sequence[PlannedTask], share: ProjectShare, elements: Sequence[WorkElementRow], on: date
    ) -> list[SharePoint]:
        begins = on - timedelta(days=COURSE_DAYS)
        days = {day for element in elements for day in self._on[element.id] if begins <= day < on}
        counted = tuple(task for task in tasks if task.key in share.task_keys)
        of = (counted, *((element.id, element.task_key, element.weight) for element in elements))
        points = []
        for day in sorted(days):
            key = (day, of)
            if key not in self._shares:
                self._shares[key] = project_share(tasks, [self._on_day(element, day) for element in elements])
            if (found := self._shares[key]) is not None:
                points.append(_point(counted, found, day))
        return [*points, _point(counted, share, on)]

    def _on_day(self, element: WorkElementRow, day: date) -> ElementFigure:
        place = bisect_right(self._on[element.id], day)
        if place:
            return self._figure(element, self._rows[element.id][place - 1]).carried_to(day)
        # Not judged yet: what it began with stood already.
        first = self._figure(element, self._rows[element.id][0])
        return replace(first, on=day, visible_share=0.0, unseen_days=1)

    def _figure(self, element: WorkElementRow, row: ElementDayRow) -> ElementFigure:
        known = self._figures.get(row.id)
        if known is None:
            known = self._figures[row.id] = ElementFigure(
                element_id=element.id,
                placement_id=element.placement_id,
                key=element.key,
                task_key=element.task_key,
                weight=element.weight,
                on=row.on_day,
                share=row.share,
                low=row.low,
                high=row.high,
                visible_share=row.visible_share,
                unseen_days=row.unseen_days,
            )
        return known

    def views(self, progress: DayProgress, since: date | None) -> list[str]:
        """The daily views to show: one from before `since` (or four weeks before) and the newest, of the placements
        that count most.
        """
        on = progress.observed.points[-1].on
        before = since or on - timedelta(days=COURSE_DAYS // 2)
        weights: dict[UUID, float] = {}
        for one in progress.standings:
            if one.element.task_key in progress.observed.share.task_keys:
                placement_id = one.element.placement_id
                weights[placement_id] = weights.get(placement_id, 0.0) + one.element.weight
        shown: list[str] = []
        for placement_id in sorted(weights, key=lambda key: (-weights[key], str(key)))[:_MOST_VIEWS]:
            ids = [one.element.id for one in progress.standings if one.element.placement_id == placement_id]
            found = (self._view(ids, before) or self._first_view(ids, on), self._view(ids, on))
            shown += dict.fromkeys(view for view in found if view is not None)
        return shown

    def _view(self, element_ids: Sequence[UUID], on: date) -> str | None:
        """The newest daily view by a day that these elements, of one placement, were judged by."""
        viewed = [self._views.get(element_id, []) for element_id in element_ids]
        until = [views[place - 1] for views in viewed if (place := bisect_right(views, on, key=_day_of))]
        return max(until)[1] if until else None

    def _first_view(self, element_ids: Sequence[UUID], on: date) -> str | None:
        """The first daily view of these elements, if it is of a day by then."""
        viewed = [views[0] for element_id in element_ids if (views := self._views.get(element_id))]
        until = [view for view in viewed if view[0] <= on]
        return min(until)[1] if until else None


def element_document(one: ElementStanding, share: ProjectShare) -> dict[str, Any]:
    """An element as a signal keeps it; `counts` says whether its task is in the plan."""
    figure = one.figure
    return {
        "id": str(figure.element_id),
        "placement_id": str(figure.placement_id),
        "key": figure.key,
        "title": one.element.title,
        "task_key": figure.task_key,
        "counts": figure.task_key in share.task_keys,
        "weight": figure.weight,
        "share": round(figure.share, 4),
        "low": round(figure.low, 4),
        "high": round(figure.high, 4),
        "visible_share": round(figure.visible_share, 4),
        "state": one.row.state,
        "reason": _reason(one).value,
        "unseen_days": figure.unseen_days,
        "rule_version": one.row.rule_version,
    }


def _day_of(view: tuple[date, str]) -> date:
    return view[0]


def _point(tasks: Sequence[PlannedTask], share: ProjectShare, on: date) -> SharePoint:
    planned = planned_percent(tasks, on)
    assert planned is not None
    return SharePoint(on, share.percent, share.low, share.high, planned, share.seen_share >= SEEN_FROM_SHARE)


def _plan_pace(tasks: Sequence[PlannedTask], is_working_day: Callable[[date], bool], week_days: int) -> float:
    """The mean pace of the plan over these tasks, in points a week."""
    first, last = min(task.starts_on for task in tasks), max(task.finishes_on for task in tasks)
    days = sum(is_working_day(first + timedelta(days=number)) for number in range((last - first).days + 1))
    return 100.0 / days * week_days if days else 0.0


def _stage(standings: Sequence[ElementStanding]) -> Stage:
    return stage_of([(_kind(one.element), _element_day(one)) for one in standings])


def _kind(element: WorkElementRow) -> WorkKind | None:
    return WorkKind(element.kind) if element.kind in set(WorkKind) else None


def _element_day(one: ElementStanding) -> ElementDay:
    figure = one.figure
    return ElementDay(
        on=figure.on,
        element_id=figure.key,
        share=figure.share,
        low=figure.low,
        high=figure.high,
        visible_share=figure.visible_share,
        state=ElementState(one.row.state),
        reason=_reason(one),
        unseen_days=figure.unseen_days,
    )


def _reason(one: ElementStanding) -> ProgressReason:
    if one.figure.on == one.row.on_day:
        return ProgressReason(one.row.reason)
    is_old = one.figure.unseen_days > OLD_AFTER_DAYS
    return ProgressReason.NOT_SEEN_FOR_LONG if is_old else ProgressReason.NOT_SEEN
