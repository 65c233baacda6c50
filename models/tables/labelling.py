"""Frames that people are asked to label, and who opened the queue for unredacted ones."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

_RowNumber = BigInteger().with_variant(Integer(), "sqlite")


class QueuedFrame(Base):
    """A redacted picture in the evidence store on which the detector was unsure; deleted at `expires_at`.

    `day_on` is the site's day. `reasons` is `[{"kind", "boxes", "amount"}]`, `proposals` are boxes as evidence
    carries them, in pixels of the stored picture, from below the threshold for counting on.
    """

    __tablename__ = "queued_frame"
    __table_args__ = (Index(None, "placement_id", "day_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placement.id"))
    day_on: Mapped[date]
    taken_at: Mapped[datetime]
    doubt: Mapped[float]
    reasons: Mapped[list[Any]]
    proposals: Mapped[list[Any]]
    width_px: Mapped[int]
    height_px: Mapped[int]
    path: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    detector: Mapped[str]
    weights_sha256: Mapped[str] = mapped_column(String(64))
    redaction: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class QueueOpening(Base):
    """A time for which an admin has the queue take in unredacted frames, and lets them be read."""

    __tablename__ = "queue_opening"
    __table_args__ = (CheckConstraint("closes_at > opened_at", name="times"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    opened_by_id: Mapped[UUID]
    reason: Mapped[str]
    closes_at: Mapped[datetime]
    # Set where it was closed before its time was over.
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]


class SealedPicture(Base):
    """A queued frame as the camera sent it, privacy masks filled, sealed; deleted at `expires_at`.

    It lies in the database and not in a file, so that it goes with its row whatever crashes.
    """

    __tablename__ = "sealed_picture"

    frame_id: Mapped[UUID] = mapped_column(ForeignKey("queued_frame.id"), primary_key=True)
    opening_id: Mapped[UUID] = mapped_column(ForeignKey("queue_opening.id"))
    sealed: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class QueueEvent(Base):
    """Who did what with unredacted frames, and when; append-only, and kept when they are gone."""

    __tablename__ = "queue_event"

    id: Mapped[int] = mapped_column(_RowNumber, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    actor_id: Mapped[UUID]
    action: Mapped[str] = mapped_column(String(20))
    detail: Mapped[dict[str, Any]]
