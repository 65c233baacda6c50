"""The demo, loaded and worked through for real, twice, with the network cut off."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.database import Database
from models.words import Basis, Status
from pipeline.clock import SystemClock
from roadmap.items import ItemService, ItemStatusView
from tests.support.builders import ADMIN
from tests.support.photos import bus_path

_TABLES = ("roadmap_item", "project", "site", "camera", "placement", "observation", "progress_signal", "account")
# A network namespace of its own has a loopback and nothing else.
_CUT_OFF = ["unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]


def cut_off(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command where nothing but this machine can be reached."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NAZAR_")}
    environment["NAZAR_MODELS__DATA_DIR"] = str(data_dir)
    command = [*_CUT_OFF, sys.executable, "-m", "api.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=280)


def row_counts(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one() for name in _TABLES}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Database]]:
    if shutil.which("unshare") is None or subprocess.run([*_CUT_OFF, "true"], check=False).returncode != 0:
        pytest.skip("this machine gives no network namespaces")
    data_dir = tmp_path_factory.mktemp("demo")
    done = cut_off(data_dir, "demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    assert "nazar-demo" in done.stdout
    database = Database(f"sqlite:///{data_dir / 'nazar.sqlite3'}")
    yield data_dir, database
    database.close()


def status(database: Database, number: int) -> ItemStatusView:
    return ItemService(database, SystemClock().now).status(ADMIN, number)


@pytest.mark.bar("2: the demo shows statuses derived from frames, network cut off")
def test_the_demo_shows_statuses_derived_from_frames(demo: tuple[Path, Database]) -> None:
    _, database = demo
    projects = {project.key: project for number in (17, 24) for project in status(database, number).projects}
    hospital, school = projects["hospital"], projects["school"]
    assert (hospital.status, hospital.basis) == (Status.ON_TRACK, Basis.OBSERVED)
    assert (school.status, school.basis) == (Status.STALLED, Basis.OBSERVED)
    assert hospital.proposed is not None
    assert hospital.evidence
    assert hospital.report_is_synthetic
    others = [project for key, project in projects.items() if key not in {"hospital", "school"}]
    assert {project.basis for project in others} <= {Basis.REPORTED, Basis.DECIDED}


@pytest.mark.bar("2: a second demo run duplicates nothing")
def test_a_second_run_duplicates_nothing(demo: tuple[Path, Database]) -> None:
    data_dir, database = demo
    before = row_counts(database)
    done = cut_off(data_dir, "demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    assert "Working through" not in done.stderr
    assert row_counts(database) == before


def test_a_first_run_that_was_killed_is_taken_up_again(demo: tuple[Path, Database]) -> None:
    data_dir, database = demo
    before = row_counts(database)
    for note in data_dir.glob("footage-*.json"):
        known = json.loads(note.read_text())
        note.write_text(json.dumps({**known, "is_done": False}))
    done = cut_off(data_dir, "demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    assert row_counts(database) == before


def test_detecting_needs_no_network(demo: tuple[Path, Database]) -> None:
    data_dir, _ = demo
    done = cut_off(data_dir, "detect", str(bus_path()), "--json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)[0]["detections"]) >= 3
