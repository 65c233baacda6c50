"""Sampling policies, and the history of each camera's health."""

import sqlalchemy as sa
from alembic import op

from models.tables.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Written out: Alembic would make the table anew for a constraint on SQLite, which refuses to drop one that
# other tables name.
_COLUMNS = {
    "sampling": "VARCHAR(20) DEFAULT 'continuous' NOT NULL",
    "burst_s": "DOUBLE PRECISION DEFAULT 6 NOT NULL CONSTRAINT ck_camera_burst_s CHECK (burst_s > 0)",
    "off_hours_every_s": "DOUBLE PRECISION CONSTRAINT ck_camera_off_hours_every_s CHECK (off_hours_every_s > 0)",
    "rtsp_transport": "VARCHAR(20) DEFAULT 'auto' NOT NULL",
    "push_key_sha256": "VARCHAR(64)",
}


def upgrade() -> None:
    """Apply."""
    for name, definition in _COLUMNS.items():
        op.execute(f"ALTER TABLE camera ADD COLUMN {name} {definition}")

    op.create_table(
        "camera_health_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("camera_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_camera_health_event_camera_id_camera")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_health_event")),
    )
    op.create_index(op.f("ix_camera_health_event_camera_id_id"), "camera_health_event", ["camera_id", "id"])
    op.create_index(
        "uq_camera_health_event_open",
        "camera_health_event",
        ["camera_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    # What each camera is doing now is where its history begins.
    op.execute(
        "INSERT INTO camera_health_event (camera_id, state, reason, at)"
        " SELECT camera_id, state, reason, since FROM camera_health"
    )

    op.create_table(
        "camera_hour",
        sa.Column("camera_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("looks_due", sa.Integer(), nullable=False),
        sa.Column("looks_taken", sa.Integer(), nullable=False),
        sa.Column("reconnects", sa.Integer(), nullable=False),
        sa.Column("stalls", sa.Integer(), nullable=False),
        sa.Column("drops", sa.Integer(), nullable=False),
        sa.Column("seconds_live", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_camera_hour_camera_id_camera")),
        sa.PrimaryKeyConstraint("camera_id", "starts_at", name=op.f("pk_camera_hour")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("camera_hour")
    op.drop_table("camera_health_event")
    for name in reversed(_COLUMNS):
        op.drop_column("camera", name)
