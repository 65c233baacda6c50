"""Reference views, and whether a placement's camera has been moved."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.tables.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "reference_view",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("to_first", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.Column("rule_version", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_reference_view_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_view")),
    )
    with op.batch_alter_table("reference_view", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reference_view_placement_id"), ["placement_id"], unique=False)

    op.create_table(
        "view_state",
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("moved_since", UtcDateTime(), nullable=True),
        sa.Column("judged_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_view_state_placement_id_placement")),
        sa.PrimaryKeyConstraint("placement_id", name=op.f("pk_view_state")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("view_state")
    with op.batch_alter_table("reference_view", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reference_view_placement_id"))

    op.drop_table("reference_view")
