"""Flags that rules raise on projects, and the thresholds an item has of its own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

_RowNumber = BigInteger().with_variant(Integer(), "sqlite")


class Flag(Base):
    """Something about a project that a rule wants looked at; at most one of a kind is open a project.

    `signal_id` is the progress signal it was raised from, `evidence_ids` the pictures it rests on.
    """

    __tablename__ = "flag"
    __table_args__ = (
        Index(
            "uq_flag_open",
            "project_id",
            "kind",
            unique=True,
            sqlite_where="cleared_at IS NULL",
            postgresql_where="cleared_at IS NULL",
        ),
        Index(None, "project_id", "raised_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    placement_id: Mapped[UUID | None] = mapped_column(ForeignKey("placement.id"))
    kind: Mapped[str] = mapped_column(String(30))
    escalated: Mapped[bool]
    reason_kk: Mapped[str]
    reason_ru: Mapped[str]
    reason_en: Mapped[str]
    evidence_ids: Mapped[list[Any]]
    signal_id: Mapped[int | None] = mapped_column(_RowNumber, ForeignKey("progress_signal.id"))
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    rule_version: Mapped[str] = mapped_column(String(80))


class ItemRule(Base):
    """From how many points of slippage an item's projects are at risk, behind, and escalated.

    Points that are null are those of the preset.
    """

    __tablename__ = "item_rule"
    __table_args__ = (CheckConstraint("preset IN ('steps', 'phase')", name="preset"),)

    item_number: Mapped[int] = mapped_column(ForeignKey("roadmap_item.number"), primary_key=True, autoincrement=False)
    preset: Mapped[str] = mapped_column(String(20))
    at_risk_points: Mapped[float | None]
    behind_points: Mapped[float | None]
    escalate_points: Mapped[float | None]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration
