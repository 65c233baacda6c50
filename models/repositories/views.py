"""Queries over reference views and whether cameras were moved."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.tables.views import ReferenceView, ViewState


class ViewRepository:
    """What placements look like."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def reference_views(self, placement_id: UUID, rule_version: str) -> Sequence[ReferenceView]:
        """A placement's views in the order they were learnt; the first is its reference."""
        statement = select(ReferenceView).where(
            ReferenceView.placement_id == placement_id, ReferenceView.rule_version == rule_version
        )
        return self._session.scalars(statement.order_by(ReferenceView.id)).all()

    def learn(self, view: ReferenceView, most: int) -> None:
        """Remember a further view; of more than `most`, the oldest but the first is let go."""
        known = self.reference_views(view.placement_id, view.rule_version)
        for old in known[1 : max(1, len(known) + 2 - most)]:
            self._session.delete(old)
        self._session.add(view)

    def forget(self, placement_id: UUID) -> None:
        """Forget what a placement looks like and whether its camera was moved."""
        self._session.execute(delete(ReferenceView).where(ReferenceView.placement_id == placement_id))
        self._session.execute(delete(ViewState).where(ViewState.placement_id == placement_id))

    def state(self, placement_id: UUID) -> ViewState | None:
        """Whether the camera has been moved, where that was ever judged."""
        return self._session.get(ViewState, placement_id)

    def note(self, placement_id: UUID, moved_since: datetime | None, judged_at: datetime) -> None:
        """Remember whether the camera has been moved; an older look does not overrule a newer one."""
        known = self._session.get(ViewState, placement_id)
        if known is None:
            self._session.add(ViewState(placement_id=placement_id, moved_since=moved_since, judged_at=judged_at))
        elif judged_at >= known.judged_at:
            known.moved_since, known.judged_at = moved_since, judged_at
