"""Alembic's entry: migrate over the connection that models/database.py hands in."""

from alembic import context

from models.tables import (
    accounts,
    flags,
    health,
    labelling,
    observations,
    progress,
    push,
    roadmap,
    signals,
    site_days,
    sites,
    views,
)
from models.tables.base import Base

# Importing the modules registers their tables on the metadata.
_REGISTERED = (
    accounts,
    flags,
    health,
    labelling,
    observations,
    progress,
    push,
    roadmap,
    signals,
    site_days,
    sites,
    views,
)


def _migrate() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        user_module_prefix="",
    )
    with context.begin_transaction():
        context.run_migrations()


_migrate()
