"""Where cameras look: sites, cameras, placements, and what each stream is doing."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class Site(Base):
    """Where the works of a project are, with its time zone and work calendar."""

    __tablename__ = "site"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    time_zone: Mapped[str] = mapped_column(String(64))
    # ISO weekdays, 1 is Monday; holidays are ISO dates.
    work_days: Mapped[list[Any]]
    opens_at: Mapped[time]
    closes_at: Mapped[time]
    holidays: Mapped[list[Any]]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration


class Camera(Base):
    """An address with sealed credentials and a sampling policy."""

    __tablename__ = "camera"
    __table_args__ = (
        CheckConstraint("look_every_s > 0", name="look_every_s"),
        CheckConstraint("burst_s > 0", name="burst_s"),
        CheckConstraint("off_hours_every_s > 0", name="off_hours_every_s"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    # For people: without user, password or secret query values. A pushing camera has no address.
    address_display: Mapped[str]
    # The whole address, sealed; models/secrets.py opens it.
    sealed_address: Mapped[str]
    look_every_s: Mapped[float]
    sampling: Mapped[str] = mapped_column(String(20), server_default="continuous")
    # How long one burst lasts; of no meaning under the other sampling policies.
    burst_s: Mapped[float] = mapped_column(server_default="6")
    # Outside the site's scheduled hours; None: as within them.
    off_hours_every_s: Mapped[float | None]
    rtsp_transport: Mapped[str] = mapped_column(String(20), server_default="auto")
    # Of the key that a pushing camera shows; the key itself is kept nowhere.
    push_key_sha256: Mapped[str | None] = mapped_column(String(64))
    is_replay: Mapped[bool]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration


class Placement(Base):
    """A camera aimed at a site between two dates, with what is drawn on its picture.

    `zones` is a list of `{"name", "purpose", "polygon": [[x, y], ...]}`, the polygon in shares
    (0..1) of the picture's width and height, so that it survives a change of stream size.
    """

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="dates"),
        Index(None, "camera_id", "starts_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    camera_id: Mapped[UUID] = mapped_column(ForeignKey("camera.id"))
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    zones: Mapped[list[Any]]
    # The camera was moved, and nobody has confirmed its view yet: built shares take nothing from it meanwhile.
    suspended_since: Mapped[datetime | None]
    # When an operator last said that it shows its view: what was seen before suspends nothing any more.
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration


class CameraHealth(Base):
    """What a camera's stream is doing now; one row a camera, each change a health event."""

    __tablename__ = "camera_health"

    camera_id: Mapped[UUID] = mapped_column(ForeignKey("camera.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str]
    since: Mapped[datetime]
    last_frame_at: Mapped[datetime | None]
