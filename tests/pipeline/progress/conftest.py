import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.support.built_site import BuiltSite


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[BuiltSite]:
    """On SQLite: looking at pictures takes seconds, and is the same on either database."""
    path = tmp_path / "nazar.sqlite3"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield BuiltSite(database, tmp_path)
    database.close()


@pytest.fixture
def any_site(database: Database, tmp_path: Path) -> BuiltSite:
    """On both databases, one after the other."""
    return BuiltSite(database, tmp_path)
