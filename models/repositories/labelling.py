"""Queries over the labelling queue."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.repositories.paging import Page, PageRequest, read_page
from models.tables.labelling import QueuedFrame, QueueEvent, QueueOpening, SealedPicture


class LabellingRepository:
    """Frames that people are asked to label. Nothing that has expired is given out, swept or not."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def frames(self, request: PageRequest, at: datetime) -> Page[QueuedFrame]:
        """A page of frames by id."""
        return read_page(self._session, select(QueuedFrame).where(QueuedFrame.expires_at > at), QueuedFrame.id, request)

    def newest(self, most: int, at: datetime, *, only_sealed: bool = False) -> Sequence[QueuedFrame]:
        """The newest frames, oldest of them first; or of those of which a sealed picture is kept."""
        statement = select(QueuedFrame).where(QueuedFrame.expires_at > at)
        if only_sealed:
            statement = statement.join(SealedPicture, SealedPicture.frame_id == QueuedFrame.id)
            statement = statement.where(SealedPicture.expires_at > at)
        rows = self._session.scalars(statement.order_by(QueuedFrame.taken_at.desc(), QueuedFrame.id).limit(most)).all()
        return rows[::-1]

    def frame(self, frame_id: UUID, at: datetime) -> QueuedFrame | None:
        """One frame."""
        return self._session.scalar(select(QueuedFrame).where(QueuedFrame.id == frame_id, QueuedFrame.expires_at > at))

    def of_day(self, placement_id: UUID, day_on: date) -> Sequence[QueuedFrame]:
        """A placement's frames of one of its site's days, the least doubtful and oldest first."""
        statement = select(QueuedFrame).where(QueuedFrame.placement_id == placement_id, QueuedFrame.day_on == day_on)
        return self._session.scalars(statement.order_by(QueuedFrame.doubt, QueuedFrame.taken_at)).all()

    def expired(self, at: datetime) -> Sequence[QueuedFrame]:
        """Frames whose time is over."""
        return self._session.scalars(select(QueuedFrame).where(QueuedFrame.expires_at <= at)).all()

    def remove(self, frame: QueuedFrame) -> None:
        """Delete a frame's rows, the sealed picture among them."""
        self._session.execute(delete(SealedPicture).where(SealedPicture.frame_id == frame.id))
        self._session.execute(delete(QueuedFrame).where(QueuedFrame.id == frame.id))

    def sealed(self, frame_id: UUID, at: datetime) -> SealedPicture | None:
        """A frame's sealed picture."""
        return self._session.scalar(
            select(SealedPicture).where(SealedPicture.frame_id == frame_id, SealedPicture.expires_at > at)
        )

    def with_sealed(self, frame_ids: Sequence[UUID], at: datetime) -> set[UUID]:
        """Those of the frames that have a sealed picture."""
        statement = select(SealedPicture.frame_id).where(
            SealedPicture.frame_id.in_(frame_ids), SealedPicture.expires_at > at
        )
        return set(self._session.scalars(statement))

    def remove_expired_sealed(self, at: datetime) -> int:
        """Delete sealed pictures whose time is over; return how many."""
        expired = self._session.scalars(select(SealedPicture.frame_id).where(SealedPicture.expires_at <= at)).all()
        self._session.execute(delete(SealedPicture).where(SealedPicture.frame_id.in_(expired)))
        return len(expired)

    def opening_in_force(self, at: datetime) -> QueueOpening | None:
        """The opening under which unredacted frames may be taken in and read at `at`."""
        statement = select(QueueOpening).where(
            QueueOpening.opened_at <= at, QueueOpening.closes_at > at, QueueOpening.closed_at.is_(None)
        )
        return self._session.scalar(statement.order_by(QueueOpening.closes_at.desc()).limit(1))

    def opening(self, opening_id: UUID) -> QueueOpening | None:
        """One opening, past or present."""
        return self._session.get(QueueOpening, opening_id)

    def openings(self) -> Sequence[QueueOpening]:
        """Every opening there ever was, newest first."""
        return self._session.scalars(select(QueueOpening).order_by(QueueOpening.opened_at.desc())).all()

    def events(self, request: PageRequest) -> Page[QueueEvent]:
        """A page of what was done with unredacted frames, oldest first."""
        return read_page(self._session, select(QueueEvent), QueueEvent.id, request)

    def add(self, row: QueuedFrame | QueueOpening | SealedPicture | QueueEvent) -> None:
        """Remember a new row."""
        self._session.add(row)

    def flush(self) -> None:
        """Send what is pending to the database, so that its constraints speak now."""
        self._session.flush()
