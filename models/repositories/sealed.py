"""Queries over everything that is sealed, for those who change its key."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.tables.labelling import SealedPicture
from models.tables.push import PushedPicture
from models.tables.sites import Camera


@dataclass(frozen=True, slots=True)
class SealedValue:
    """One sealed value: a camera's address, with the camera's name, or a picture."""

    id: UUID
    sealed: bytes
    camera: str | None = None


class SealedRepository:
    """Sealed values by id, a batch at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def addresses(self, after: UUID | None, most: int) -> Sequence[SealedValue]:
        """Addresses of cameras; a retired camera has none."""
        statement = select(Camera.id, Camera.sealed_address, Camera.name).where(Camera.sealed_address != "")
        if after is not None:
            statement = statement.where(Camera.id > after)
        rows = self._session.execute(statement.order_by(Camera.id).limit(most))
        return [SealedValue(camera_id, sealed.encode(), name) for camera_id, sealed, name in rows]

    def pictures(self, after: UUID | None, most: int) -> Sequence[SealedValue]:
        """Unredacted pictures of the labelling queue, expired or not."""
        statement = select(SealedPicture.frame_id, SealedPicture.sealed)
        if after is not None:
            statement = statement.where(SealedPicture.frame_id > after)
        rows = self._session.execute(statement.order_by(SealedPicture.frame_id).limit(most))
        return [SealedValue(frame_id, sealed) for frame_id, sealed in rows]

    def pushed(self, after: UUID | None, most: int) -> Sequence[SealedValue]:
        """Pictures that cameras sent by themselves and nobody has looked at yet."""
        statement = select(PushedPicture.id, PushedPicture.sealed)
        if after is not None:
            statement = statement.where(PushedPicture.id > after)
        rows = self._session.execute(statement.order_by(PushedPicture.id).limit(most))
        return [SealedValue(picture_id, sealed) for picture_id, sealed in rows]

    def put_address(self, value: SealedValue, sealed: bytes) -> None:
        """Put a value's new seal in its place, unless the address was changed since it was read.

        The camera's version stays: it is the same address.
        """
        same = (Camera.id == value.id, Camera.sealed_address == value.sealed.decode())
        statement = update(Camera).where(*same).values(sealed_address=sealed.decode(), version=Camera.version)
        self._session.execute(statement, execution_options={"synchronize_session": False})

    def put_picture(self, value: SealedValue, sealed: bytes) -> None:
        """Put a picture's new seal in its place; pictures are deleted but never changed."""
        statement = update(SealedPicture).where(SealedPicture.frame_id == value.id).values(sealed=sealed)
        self._session.execute(statement, execution_options={"synchronize_session": False})

    def put_pushed(self, value: SealedValue, sealed: bytes) -> None:
        """Put a pushed picture's new seal in its place; it may have been looked at and deleted meanwhile."""
        statement = update(PushedPicture).where(PushedPicture.id == value.id).values(sealed=sealed)
        self._session.execute(statement, execution_options={"synchronize_session": False})
