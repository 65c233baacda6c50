"""How cameras fared: each change of state, and what each hour was like."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

_RowNumber = BigInteger().with_variant(Integer(), "sqlite")


class CameraHealthEvent(Base):
    """A camera's change of state; append-only, but that the next one ends it. At most one a camera has not ended."""

    __tablename__ = "camera_health_event"
    __table_args__ = (
        Index(None, "camera_id", "id"),
        Index(
            "uq_camera_health_event_open",
            "camera_id",
            unique=True,
            sqlite_where="ended_at IS NULL",
            postgresql_where="ended_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(_RowNumber, primary_key=True, autoincrement=True)
    camera_id: Mapped[UUID] = mapped_column(ForeignKey("camera.id"))
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CameraHour(Base):
    """What watching one camera was like over one hour; `starts_at` is a whole hour in UTC.

    `reconnects` are connections that were lost and opened anew; those that a burst opens are not among them.
    `stalls` are times at which nothing came for longer than it should, `drops` looks that were had and left out.
    """

    __tablename__ = "camera_hour"

    camera_id: Mapped[UUID] = mapped_column(ForeignKey("camera.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    looks_due: Mapped[int]
    looks_taken: Mapped[int]
    reconnects: Mapped[int]
    stalls: Mapped[int]
    drops: Mapped[int]
    seconds_live: Mapped[float]
