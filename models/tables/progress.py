"""What is built: work elements as they were drawn, daily views, and the share of each element by day."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

_RowNumber = BigInteger().with_variant(Integer(), "sqlite")


class WorkElementRow(Base):
    """A polygon over the finished extent of something that will be built, on the picture of one placement.

    Only its title, its task, its weight and its place in the order are ever changed. What changes what is seen of it
    (redrawing it, another growth direction, another reference) retires the row and adds another, so that the days of
    the old one stand.

    `polygon` is in shares (0..1) of the picture's width and height. `built_after` lists keys of elements of the same
    placement that stand before it is begun; empty: those of a lower `position`. `weight` is its share of its task
    among that task's elements on all placements; without a `task_key` it is shown and counted nowhere.
    `reference_share` of it stood on `reference_on`.
    """

    __tablename__ = "work_element"
    __table_args__ = (
        CheckConstraint("weight > 0", name="weight"),
        CheckConstraint("reference_share >= 0 AND reference_share <= 1", name="reference_share"),
        Index(
            "uq_work_element_key",
            "placement_id",
            "key",
            unique=True,
            sqlite_where="retired_at IS NULL",
            postgresql_where="retired_at IS NULL",
        ),
        Index(None, "placement_id", "position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placement.id"))
    key: Mapped[str] = mapped_column(String(80))
    title: Mapped[str]
    task_key: Mapped[str | None] = mapped_column(String(80))
    weight: Mapped[float]
    reference_share: Mapped[float]
    growth: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str | None] = mapped_column(String(20))
    polygon: Mapped[list[Any]]
    built_after: Mapped[list[Any]]
    position: Mapped[int]
    reference_on: Mapped[date]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration


class DailyViewRow(Base):
    """One clean picture of one placement and local day; append-only, the newest row of a day is in force.

    `evidence_id` is its picture, null where no picture showed anything. `reference_id` is the picture it was laid
    over, the same one for the life of a placement; null while there was none. `picture_ids` are the evidence it was
    made of, `left_out` why others are not in it. `seen` is a PNG of the picture's size, white where something was
    seen; `seen_share` is how much of the picture that is.
    """

    __tablename__ = "daily_view"
    __table_args__ = (Index("ix_daily_view_in_force", "placement_id", "on_day", "id"),)

    id: Mapped[int] = mapped_column(_RowNumber, primary_key=True, autoincrement=True)
    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placement.id"))
    on_day: Mapped[date]
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    reference_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    pictures: Mapped[int]
    picture_ids: Mapped[list[Any]]
    left_out: Mapped[list[Any]]
    shift_px_share: Mapped[float]
    outline_levels: Mapped[float]
    seen_share: Mapped[float]
    seen: Mapped[bytes | None] = mapped_column(LargeBinary)
    input_sha256: Mapped[str] = mapped_column(String(64))
    # Of the detectors that found what hides the works in its pictures.
    weights_sha256: Mapped[list[Any]]
    rule_version: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]


class ElementDayRow(Base):
    """How much of a work element stood on a day, as far as could be told then; the newest row of a day is in force.

    Shares are 0 to 1, `low` and `high` the ends of the 90 % interval; `state` and `reason` are the words of
    vision/progress. `unseen_days` is how long it had not been seen. Its key is (element, day, input hash, weights,
    rule version), the input being its drawing and all daily views up to that day: the same as in force writes nothing.
    """

    __tablename__ = "element_day"
    __table_args__ = (
        # Not unique by key: the order in which elements are built can change and change back.
        Index("ix_element_day_in_force", "element_id", "on_day", "id"),
    )

    id: Mapped[int] = mapped_column(_RowNumber, primary_key=True, autoincrement=True)
    element_id: Mapped[UUID] = mapped_column(ForeignKey("work_element.id"))
    on_day: Mapped[date]
    share: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    visible_share: Mapped[float]
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(40))
    unseen_days: Mapped[int]
    input_sha256: Mapped[str] = mapped_column(String(64))
    weights_sha256: Mapped[str] = mapped_column(String(64))
    rule_version: Mapped[str] = mapped_column(String(80))
    # That day's daily view, where it shows anything.
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    created_at: Mapped[datetime]
