"""Queries over flags, and over the thresholds that items have of their own."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables.flags import Flag, ItemRule
from models.tables.observations import Evidence


class FlagRepository:
    """What rules raised, and by which thresholds."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open_flags(self, project_ids: Iterable[UUID]) -> Sequence[Flag]:
        """The flags of some projects that are not cleared, the oldest first."""
        statement = select(Flag).where(Flag.project_id.in_(list(project_ids)), Flag.cleared_at.is_(None))
        return self._session.scalars(statement.order_by(Flag.raised_at, Flag.kind)).all()

    def flags(self, project_id: UUID) -> Sequence[Flag]:
        """All flags of a project, open and cleared, the oldest first."""
        statement = select(Flag).where(Flag.project_id == project_id)
        return self._session.scalars(statement.order_by(Flag.raised_at, Flag.kind)).all()

    def newest_pictures(self, placement_id: UUID, count: int) -> list[str]:
        """The ids of a placement's newest pictures that are kept with what was seen, the oldest of them first."""
        statement = (
            select(Evidence.id)
            .where(Evidence.placement_id == placement_id, Evidence.kind != "latest", Evidence.removed_at.is_(None))
            .order_by(Evidence.taken_at.desc(), Evidence.id)
            .limit(count)
        )
        return [str(found) for found in reversed(self._session.scalars(statement).all())]

    def item_rule(self, item_number: int) -> ItemRule | None:
        """An item's own thresholds, where it has any."""
        return self._session.get(ItemRule, item_number)

    def add(self, row: Flag | ItemRule) -> None:
        """Remember a new row."""
        self._session.add(row)

    def flush(self) -> None:
        """Send what is pending to the database, so that its constraints speak now."""
        self._session.flush()
