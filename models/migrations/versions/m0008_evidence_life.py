"""When and why a picture was removed; its row stays, with what it showed."""

import sqlalchemy as sa
from alembic import op

from models.tables.base import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("evidence", sa.Column("removed_at", UtcDateTime(), nullable=True))
    op.add_column("evidence", sa.Column("removed_because", sa.String(length=20), nullable=True))
    # What is still kept, by age: sweeping looks for the oldest, and rows of what is gone only grow in number.
    op.create_index(
        "ix_evidence_kept",
        "evidence",
        ["placement_id", "created_at", "id"],
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_evidence_kept", "evidence")
    op.drop_column("evidence", "removed_because")
    op.drop_column("evidence", "removed_at")
