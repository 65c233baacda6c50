"""Pictures that cameras send by themselves, between their arrival and their look."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class PushedPicture(Base):
    """A picture as its camera sent it, sealed; deleted once it was looked at, dropped where too many wait.

    It lies in the database and not in a file, so that it is taken in whole or not at all, and is seen by a watching
    process on another machine. `placement_id` is where the camera stood when it arrived. `clock_skew_s` is how far
    the camera's clock was ahead of ours then, where it said its time.
    """

    __tablename__ = "pushed_picture"
    __table_args__ = (Index(None, "camera_id", "arrived_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    camera_id: Mapped[UUID] = mapped_column(ForeignKey("camera.id"))
    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placement.id"))
    arrived_at: Mapped[datetime]
    clock_skew_s: Mapped[float | None]
    size_bytes: Mapped[int]
    sealed: Mapped[bytes]


class PushTurn(Base):
    """From when on a pushing camera's next look is counted; one row a camera, from its first picture on."""

    __tablename__ = "push_turn"

    camera_id: Mapped[UUID] = mapped_column(ForeignKey("camera.id"), primary_key=True)
    counted_from: Mapped[datetime]
