"""Queries over how a project's work elements were drawn and how they stood, over time."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from models.tables.progress import ElementDayRow, WorkElementRow
from models.tables.sites import Placement, Site


class ElementHistoryRepository:
    """All drawings of a project's elements, and the last that was known of each before a day."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def drawings(self, project_id: UUID) -> Sequence[tuple[WorkElementRow, Placement]]:
        """Every work element of a project's sites in use, retired or not, as they were drawn one after another."""
        statement = (
            select(WorkElementRow, Placement)
            .join(Placement, Placement.id == WorkElementRow.placement_id)
            .join(Site, Site.id == Placement.site_id)
            .where(Site.project_id == project_id, Site.retired_at.is_(None))
            .order_by(WorkElementRow.created_at, WorkElementRow.id)
        )
        return [(element, placement) for element, placement in self._session.execute(statement)]

    def last_days_before(
        self, element_ids: Sequence[UUID], day: date, *, has_view: bool = False
    ) -> Sequence[ElementDayRow]:
        """The row in force of each element's last day before a day, or last day with a daily view, where it has one."""
        days = select(ElementDayRow.element_id, func.max(ElementDayRow.on_day).label("on_day")).where(
            ElementDayRow.element_id.in_(element_ids), ElementDayRow.on_day < day
        )
        if has_view:
            newer = aliased(ElementDayRow)
            is_superseded = (
                select(newer.id)
                .where(
                    newer.element_id == ElementDayRow.element_id,
                    newer.on_day == ElementDayRow.on_day,
                    newer.id > ElementDayRow.id,
                )
                .exists()
            )
            days = days.where(ElementDayRow.evidence_id.is_not(None), ~is_superseded)
        last = days.group_by(ElementDayRow.element_id).subquery()
        statement = select(ElementDayRow).join(
            last, (ElementDayRow.element_id == last.c.element_id) & (ElementDayRow.on_day == last.c.on_day)
        )
        newest = {row.element_id: row for row in self._session.scalars(statement.order_by(ElementDayRow.id))}
        return list(newest.values())
