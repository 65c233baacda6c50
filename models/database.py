"""One database, SQLite or PostgreSQL, and its transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine.url import make_url
from sqlalchemy.orm import Session

_MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK_WAIT_S = 30
# Any number that nothing else on the database uses.
_MIGRATION_LOCK = 7_261_909


class Database:
    """Owns the engine; hands out one session a transaction. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        if self.is_sqlite and self._url.database:
            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = sa.create_engine(self._url, hide_parameters=True, **self._engine_options())
        if self.is_sqlite:
            _prepare_sqlite(self.engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the single-machine database."""
        return self._url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One writing transaction: committed when the block ends, rolled back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads; on SQLite it takes no write lock."""
        engine = self.engine.execution_options(nazar_reading=True)
        with Session(engine, expire_on_commit=False, autoflush=False) as session, session.begin():
            yield session

    def upgrade(self) -> None:
        """Bring the schema to the newest migration."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                # Two processes that start together migrate one after the other.
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            config = _alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()

    def is_current(self) -> bool:
        """Whether the schema is at the newest migration."""
        with self.engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
        return present == ScriptDirectory.from_config(_alembic_config()).get_current_head()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _engine_options(self) -> dict[str, Any]:
        if self.is_sqlite:
            return {"connect_args": {"timeout": _LOCK_WAIT_S, "check_same_thread": False}}
        return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def _prepare_sqlite(engine: sa.Engine) -> None:
    # The driver's own transaction handling starts none before a SELECT and upgrades locks late,
    # which fails at once instead of waiting; so transactions are begun here, writers IMMEDIATE.
    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("nazar_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
