"""Queries over pictures that cameras sent by themselves."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.tables.push import PushedPicture, PushTurn

# A picture that nobody looked at for so long is given to nobody, swept or not: its day was judged without it.
KEPT_FOR: Final = timedelta(days=1)


class PushRepository:
    """Pictures that wait for their look, oldest first."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def counted_from(self, camera_id: UUID) -> datetime | None:
        """From when on the camera's next look is counted; None before its first picture."""
        return self._session.scalar(select(PushTurn.counted_from).where(PushTurn.camera_id == camera_id))

    def count_from(self, camera_id: UUID, at: datetime) -> None:
        """Count the camera's next look from `at` on."""
        turn = self._session.get(PushTurn, camera_id)
        if turn is None:
            self._session.add(PushTurn(camera_id=camera_id, counted_from=at))
        else:
            turn.counted_from = at

    def add(self, picture: PushedPicture) -> None:
        """Take a picture in."""
        self._session.add(picture)
        self._session.flush()

    def oldest(self, camera_id: UUID, placement_id: UUID, at: datetime) -> PushedPicture | None:
        """The picture of a placement that has waited longest at `at`."""
        statement = select(PushedPicture).where(
            PushedPicture.camera_id == camera_id,
            PushedPicture.placement_id == placement_id,
            PushedPicture.arrived_at > at - KEPT_FOR,
        )
        return self._session.scalar(statement.order_by(PushedPicture.arrived_at, PushedPicture.id).limit(1))

    def remove(self, picture_id: UUID) -> None:
        """Delete a picture."""
        self._session.execute(delete(PushedPicture).where(PushedPicture.id == picture_id))

    def trim(self, camera_id: UUID, most: int, most_bytes: int) -> int:
        """Delete the oldest pictures of a camera over so many, or over so many bytes; return how many were deleted.

        The newest is kept whatever its size.
        """
        statement = select(PushedPicture.id, PushedPicture.size_bytes).where(PushedPicture.camera_id == camera_id)
        kept_bytes, dropped = 0, []
        newest_first = self._session.execute(statement.order_by(PushedPicture.arrived_at.desc(), PushedPicture.id))
        for number, (picture_id, size_bytes) in enumerate(newest_first):
            kept_bytes += size_bytes
            if number >= most or (number > 0 and kept_bytes > most_bytes):
                dropped.append(picture_id)
        if dropped:
            self._session.execute(delete(PushedPicture).where(PushedPicture.id.in_(dropped)))
        return len(dropped)

    def remove_expired(self, at: datetime) -> Mapping[UUID, int]:
        """Delete every picture whose time is over; return how many of each camera."""
        is_expired = PushedPicture.arrived_at <= at - KEPT_FOR
        cameras = Counter(self._session.scalars(select(PushedPicture.camera_id).where(is_expired)))
        if cameras:
            self._session.execute(delete(PushedPicture).where(is_expired))
        return cameras

    def forget(self, camera_id: UUID) -> None:
        """Delete all that is kept of a camera that pushes no more."""
        self._session.execute(delete(PushedPicture).where(PushedPicture.camera_id == camera_id))
        self._session.execute(delete(PushTurn).where(PushTurn.camera_id == camera_id))
