"""Work elements, daily views and what they came to; what a signal says of progress; flags, and an item's thresholds."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

from models.tables.base import JsonDocument, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_RowNumber = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLACEMENT_COLUMNS = ("suspended_since", "confirmed_at")
_SIGNAL_COLUMNS: dict[str, TypeEngine[Any]] = {
    "observed_share_of_plan": sa.Double(),
    "visible_share": sa.Double(),
    "pace_points_a_week": sa.Double(),
    "forecast_p50": sa.Date(),
    "forecast_p80": sa.Date(),
    "stage": sa.String(length=20),
    "report_gap_points": sa.Double(),
}


def upgrade() -> None:
    """Apply."""
    for name in _PLACEMENT_COLUMNS:
        op.add_column("placement", sa.Column(name, UtcDateTime(), nullable=True))
    for name, kind in _SIGNAL_COLUMNS.items():
        op.add_column("progress_signal", sa.Column(name, kind, nullable=True))
    op.add_column(
        "progress_signal", sa.Column("elements", JsonDocument, server_default=sa.text("'[]'"), nullable=False)
    )
    _create_progress()
    _create_flags()


def downgrade() -> None:
    """Take back."""
    for table in ("item_rule", "flag", "element_day", "daily_view", "work_element"):
        op.drop_table(table)
    op.drop_column("progress_signal", "elements")
    for name in reversed(_SIGNAL_COLUMNS):
        op.drop_column("progress_signal", name)
    for name in reversed(_PLACEMENT_COLUMNS):
        op.drop_column("placement", name)


def _create_progress() -> None:
    op.create_table(
        "work_element",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("task_key", sa.String(length=80), nullable=True),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("reference_share", sa.Double(), nullable=False),
        sa.Column("growth", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("polygon", JsonDocument, nullable=False),
        sa.Column("built_after", JsonDocument, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reference_on", sa.Date(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_work_element_weight")),
        sa.CheckConstraint(
            "reference_share >= 0 AND reference_share <= 1", name=op.f("ck_work_element_reference_share")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_work_element_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_element")),
    )
    op.create_index(op.f("ix_work_element_placement_id_position"), "work_element", ["placement_id", "position"])
    op.create_index(
        "uq_work_element_key",
        "work_element",
        ["placement_id", "key"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "daily_view",
        sa.Column("id", _RowNumber, autoincrement=True, nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("reference_id", sa.Uuid(), nullable=True),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("picture_ids", JsonDocument, nullable=False),
        sa.Column("left_out", JsonDocument, nullable=False),
        sa.Column("shift_px_share", sa.Double(), nullable=False),
        sa.Column("outline_levels", sa.Double(), nullable=False),
        sa.Column("seen_share", sa.Double(), nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=True),
        sa.Column("input_sha256", sa.String(length=64), nullable=False),
        sa.Column("weights_sha256", JsonDocument, nullable=False),
        sa.Column("rule_version", sa.String(length=80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_daily_view_placement_id_placement")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_daily_view_evidence_id_evidence")),
        sa.ForeignKeyConstraint(["reference_id"], ["evidence.id"], name=op.f("fk_daily_view_reference_id_evidence")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_view")),
    )
    op.create_index("ix_daily_view_in_force", "daily_view", ["placement_id", "on_day", "id"])
    op.create_table(
        "element_day",
        sa.Column("id", _RowNumber, autoincrement=True, nullable=False),
        sa.Column("element_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("visible_share", sa.Double(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("unseen_days", sa.Integer(), nullable=False),
        sa.Column("input_sha256", sa.String(length=64), nullable=False),
        sa.Column("weights_sha256", sa.String(length=64), nullable=False),
        sa.Column("rule_version", sa.String(length=80), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["element_id"], ["work_element.id"], name=op.f("fk_element_day_element_id_work_element")
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_element_day_evidence_id_evidence")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_element_day")),
    )
    op.create_index("ix_element_day_in_force", "element_day", ["element_id", "on_day", "id"])


def _create_flags() -> None:
    op.create_table(
        "flag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("reason_kk", sa.String(), nullable=False),
        sa.Column("reason_ru", sa.String(), nullable=False),
        sa.Column("reason_en", sa.String(), nullable=False),
        sa.Column("evidence_ids", JsonDocument, nullable=False),
        sa.Column("signal_id", _RowNumber, nullable=True),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("cleared_at", UtcDateTime(), nullable=True),
        sa.Column("rule_version", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_flag_project_id_project")),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_flag_placement_id_placement")),
        sa.ForeignKeyConstraint(["signal_id"], ["progress_signal.id"], name=op.f("fk_flag_signal_id_progress_signal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_project_id_raised_at"), "flag", ["project_id", "raised_at"])
    op.create_index(
        "uq_flag_open",
        "flag",
        ["project_id", "kind"],
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_table(
        "item_rule",
        sa.Column("item_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("preset", sa.String(length=20), nullable=False),
        sa.Column("at_risk_points", sa.Double(), nullable=True),
        sa.Column("behind_points", sa.Double(), nullable=True),
        sa.Column("escalate_points", sa.Double(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("preset IN ('steps', 'phase')", name=op.f("ck_item_rule_preset")),
        sa.ForeignKeyConstraint(
            ["item_number"], ["roadmap_item.number"], name=op.f("fk_item_rule_item_number_roadmap_item")
        ),
        sa.PrimaryKeyConstraint("item_number", name=op.f("pk_item_rule")),
    )
