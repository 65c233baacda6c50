"""Pictures that cameras send by themselves, and when the next of each camera is due."""

import sqlalchemy as sa
from alembic import op

from models.tables.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "pushed_picture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("camera_id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("clock_skew_s", sa.Double(), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_pushed_picture_camera_id_camera")),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_pushed_picture_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushed_picture")),
    )
    op.create_index(op.f("ix_pushed_picture_camera_id_arrived_at"), "pushed_picture", ["camera_id", "arrived_at"])
    op.create_table(
        "push_turn",
        sa.Column("camera_id", sa.Uuid(), nullable=False),
        sa.Column("counted_from", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_push_turn_camera_id_camera")),
        sa.PrimaryKeyConstraint("camera_id", name=op.f("pk_push_turn")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("push_turn")
    op.drop_table("pushed_picture")
