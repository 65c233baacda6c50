"""What is derived from what was seen, and what people decided on it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

_RowNumber = BigInteger().with_variant(Integer(), "sqlite")


class ProgressSignal(Base):
    """One project, one day, one set of inputs; append-only, the newest row of a day is in force.

    Where the plan has work elements, planned and observed percent and the slippage between them are over the tasks
    that have elements, which are `observed_share_of_plan` (0 to 1) of its weight. `elements` are those behind the
    figure, with their shares of that day.
    """

    __tablename__ = "progress_signal"
    __table_args__ = (
        # Not unique by inputs: what is known of a day can change and change back.
        Index("ix_progress_signal_in_force", "project_id", "signal_on", "id"),
    )

    id: Mapped[int] = mapped_column(_RowNumber, primary_key=True, autoincrement=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    signal_on: Mapped[date]
    plan_version: Mapped[int | None]
    planned_percent: Mapped[float | None]
    observed_percent: Mapped[float | None]
    observed_low: Mapped[float | None]
    observed_high: Mapped[float | None]
    reported_percent: Mapped[float | None]
    slippage_points: Mapped[float | None]
    observed_share_of_plan: Mapped[float | None]
    visible_share: Mapped[float | None]
    pace_points_a_week: Mapped[float | None]
    forecast_p50: Mapped[date | None]
    forecast_p80: Mapped[date | None]
    stage: Mapped[str | None] = mapped_column(String(20))
    report_gap_points: Mapped[float | None]
    elements: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    coverage: Mapped[float]
    # The site days behind it: `[{"site_id", "day", "state", "coverage", "reason", ...}]`.
    site_days: Mapped[list[Any]]
    status: Mapped[str] = mapped_column(String(20))
    reason_kk: Mapped[str]
    reason_ru: Mapped[str]
    reason_en: Mapped[str]
    evidence_ids: Mapped[list[Any]]
    weights_sha256: Mapped[list[Any]]
    rule_version: Mapped[str] = mapped_column(String(40))
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class ProposedStatus(Base):
    """A status that a rule proposes for a project; a row is added when the proposal changes."""

    __tablename__ = "proposed_status"
    __table_args__ = (Index(None, "project_id", "proposed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    signal_id: Mapped[int] = mapped_column(ForeignKey("progress_signal.id"))
    status: Mapped[str] = mapped_column(String(20))
    reason_kk: Mapped[str]
    reason_ru: Mapped[str]
    reason_en: Mapped[str]
    proposed_at: Mapped[datetime]


class Decision(Base):
    """What a person decided on a proposed status; never edited."""

    __tablename__ = "decision"
    __table_args__ = (Index(None, "project_id", "decided_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    proposed_status_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposed_status.id"))
    verdict: Mapped[str] = mapped_column(String(20))
    # The status from here on; null where the proposal was returned with a question.
    status: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
