"""The labelling queue."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.tables.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "queued_frame",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("doubt", sa.Double(), nullable=False),
        sa.Column("reasons", json, nullable=False),
        sa.Column("proposals", json, nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("detector", sa.String(), nullable=False),
        sa.Column("weights_sha256", sa.String(length=64), nullable=False),
        sa.Column("redaction", json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_queued_frame_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queued_frame")),
        sa.UniqueConstraint("path", name=op.f("uq_queued_frame_path")),
    )
    with op.batch_alter_table("queued_frame", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_queued_frame_placement_id"), ["placement_id", "day_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_queued_frame_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "queue_opening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.CheckConstraint("closes_at > opened_at", name=op.f("ck_queue_opening_times")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_opening")),
    )
    op.create_table(
        "sealed_picture",
        sa.Column("frame_id", sa.Uuid(), nullable=False),
        sa.Column("opening_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["frame_id"], ["queued_frame.id"], name=op.f("fk_sealed_picture_frame_id_queued_frame")
        ),
        sa.ForeignKeyConstraint(
            ["opening_id"], ["queue_opening.id"], name=op.f("fk_sealed_picture_opening_id_queue_opening")
        ),
        sa.PrimaryKeyConstraint("frame_id", name=op.f("pk_sealed_picture")),
    )
    with op.batch_alter_table("sealed_picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealed_picture_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "queue_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("detail", json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_event")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("queue_event")
    op.drop_table("sealed_picture")
    op.drop_table("queue_opening")
    op.drop_table("queued_frame")
