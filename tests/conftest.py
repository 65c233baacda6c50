"""What all tests share: databases of both kinds, and folders named on the command line."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis_settings

from models.database import Database
from tests.support.postgres import postgres_server

# Machines are noisy; what is slow is tools/bench.py's business.
hypothesis_settings.register_profile("nazar", deadline=None)
hypothesis_settings.load_profile("nazar")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--photos", type=Path, help="Folder of labelled site photographs, for tests marked photos.")
    parser.addoption("--prove", action="store_true", help="Run every bar in full instead of with reduced counts.")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Under --prove, print every bar with its outcome."""
    if not config.getoption("--prove"):
        return
    terminalreporter.section("bars")
    for outcome in ("passed", "failed", "error", "skipped"):
        for result in terminalreporter.stats.get(outcome, []):
            for name, text in getattr(result, "user_properties", ()):
                if name == "bar" and (result.when == "call" or outcome != "passed"):
                    terminalreporter.write_line(f"{outcome.upper():<8} {text}  [{result.nodeid.split('::')[-1]}]")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        item.user_properties += [("bar", mark.args[0]) for mark in item.iter_markers("bar")]
    if config.getoption("--photos") is None:
        skip = pytest.mark.skip(reason="needs real photographs: name their folder with --photos DIR")
        for item in items:
            if item.get_closest_marker("photos") is not None:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def photos(request: pytest.FixtureRequest) -> Path:
    folder = request.config.getoption("--photos")
    assert isinstance(folder, Path)
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """A migrated database that tests are given copies of."""
    name = "nazar_template"
    _run_sql(postgres_url, f"CREATE DATABASE {name}")
    database = Database(f"{postgres_url}/{name}")
    database.upgrade()
    database.close()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file that tests are given copies of."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    # The last connection to close folds the write-ahead log into the file.
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh, migrated database; every test that takes it runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "nazar.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        opened = Database(f"sqlite:///{path}")
        yield opened
        opened.close()
        return
    url, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_template")
    name = f"t{uuid4().hex}"
    _run_sql(url, f"CREATE DATABASE {name} TEMPLATE {template}")
    opened = Database(f"{url}/{name}")
    yield opened
    opened.close()
    _run_sql(url, f"DROP DATABASE {name} WITH (FORCE)")


def _run_sql(url: str, statement: str) -> None:
    engine = sa.create_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
