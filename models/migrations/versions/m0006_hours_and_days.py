"""What machines did, where and which way things went, and the hour and day roll-ups of a site."""

import sqlalchemy as sa
from alembic import op

from models.tables.base import JsonDocument, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_RowNumber = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DOCUMENTS = ("machine_seconds", "zone_tallies", "gate_crossings")


def upgrade() -> None:
    """Apply."""
    # Rows from before say nothing of it, which is what an empty document means.
    for name in _DOCUMENTS:
        op.add_column("observation", sa.Column(name, JsonDocument, server_default=sa.text("'{}'"), nullable=False))
    op.add_column("observation", sa.Column("late_by_s", sa.Double(), nullable=True))
    op.add_column("observation", sa.Column("zones_sha256", sa.String(length=64), server_default="", nullable=False))
    op.add_column("observation", sa.Column("looked_until", UtcDateTime(), nullable=True))
    op.add_column("observation", sa.Column("turns_seen", sa.Integer(), server_default=sa.text("0"), nullable=False))
    # What was looked at in bursts before was counted by its pictures, and nobody can tell any more.
    op.execute("UPDATE observation SET turns_seen = looks_seen")
    # What came since: by placement, from an observation on.
    op.create_index("ix_observation_arrival", "observation", ["placement_id", "id"])

    op.create_table(
        "site_day",
        sa.Column("id", _RowNumber, autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("supersedes_id", _RowNumber, nullable=True),
        sa.Column("corrected_because", JsonDocument, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("usable_share", sa.Double(), nullable=False),
        sa.Column("reasons", JsonDocument, nullable=False),
        sa.Column("scheduled_from", UtcDateTime(), nullable=True),
        sa.Column("scheduled_to", UtcDateTime(), nullable=True),
        sa.Column("reached_from", UtcDateTime(), nullable=False),
        sa.Column("reached_to", UtcDateTime(), nullable=False),
        sa.Column("placed_sha256", sa.String(length=64), nullable=False),
        sa.Column("windows", sa.Integer(), nullable=False),
        sa.Column("newest_observation_id", sa.BigInteger(), nullable=True),
        sa.Column("due_s", sa.Double(), nullable=False),
        sa.Column("seen_s", sa.Double(), nullable=False),
        sa.Column("usable_s", sa.Double(), nullable=False),
        sa.Column("people_most", sa.Integer(), nullable=True),
        sa.Column("person_hours", sa.Double(), nullable=True),
        sa.Column("person_hours_low", sa.Double(), nullable=True),
        sa.Column("person_hours_high", sa.Double(), nullable=True),
        sa.Column("machine_hours", JsonDocument, nullable=False),
        sa.Column("working_share", sa.Double(), nullable=True),
        sa.Column("working_share_low", sa.Double(), nullable=True),
        sa.Column("working_share_high", sa.Double(), nullable=True),
        sa.Column("zones", JsonDocument, nullable=False),
        sa.Column("gates", JsonDocument, nullable=False),
        sa.Column("after_hours", JsonDocument, nullable=False),
        sa.Column("evidence", JsonDocument, nullable=False),
        sa.Column("weights_sha256", JsonDocument, nullable=False),
        sa.Column("observation_rules", JsonDocument, nullable=False),
        sa.Column("rule_version", sa.String(length=80), nullable=False),
        sa.Column("inputs_sha256", sa.String(length=64), nullable=False),
        sa.Column("derived_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_day_site_id_site")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["site_day.id"], name=op.f("fk_site_day_supersedes_id_site_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_day")),
    )
    op.create_index("ix_site_day_in_force", "site_day", ["site_id", "day", "id"])
    op.create_table(
        "site_hour",
        sa.Column("site_day_id", _RowNumber, nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("scheduled_s", sa.Double(), nullable=False),
        sa.Column("due_s", sa.Double(), nullable=False),
        sa.Column("seen_s", sa.Double(), nullable=False),
        sa.Column("usable_s", sa.Double(), nullable=False),
        sa.Column("people_mean", sa.Double(), nullable=True),
        sa.Column("people_most", sa.Integer(), nullable=True),
        sa.Column("machines", JsonDocument, nullable=False),
        sa.Column("zones", JsonDocument, nullable=False),
        sa.Column("evidence_ids", JsonDocument, nullable=False),
        sa.ForeignKeyConstraint(["site_day_id"], ["site_day.id"], name=op.f("fk_site_hour_site_day_id_site_day")),
        sa.PrimaryKeyConstraint("site_day_id", "starts_at", name=op.f("pk_site_hour")),
    )
    op.create_table(
        "site_watermark",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("observation_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_watermark_site_id_site")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_site_watermark")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("site_watermark")
    op.drop_table("site_hour")
    op.drop_table("site_day")
    op.drop_index("ix_observation_arrival", "observation")
    op.drop_column("observation", "turns_seen")
    op.drop_column("observation", "looked_until")
    op.drop_column("observation", "zones_sha256")
    op.drop_column("observation", "late_by_s")
    for name in reversed(_DOCUMENTS):
        op.drop_column("observation", name)
