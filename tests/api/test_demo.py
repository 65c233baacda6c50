"""The demo, loaded and worked through for real, twice, with the network cut off."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from api.sample_sites import sample_sites
from models.database import Database
from models.principal import Role
from models.words import Basis, Status
from pipeline.clock import SystemClock
from roadmap.items import ItemService, ItemStatusView
from tests.support.builders import ADMIN
from tests.support.instance import eventually, running_nazar
from tests.support.photos import bus_path

_TABLES = ("roadmap_item", "project", "site", "camera", "placement", "observation", "progress_signal", "account")
# Five cameras with sixty days each are worked through in about three minutes on two idle cores.
DEMO_LIMIT_S = 900
pytestmark = pytest.mark.timeout(2 * DEMO_LIMIT_S)
# Each sample site's item, and what its status is to be; the pipeline's camera was moved days before the end.
EXPECTED = {
    "hospital": (17, {Status.ON_TRACK}),
    "road-bridge": (21, {Status.BEHIND}),
    "school": (24, {Status.STALLED}),
    "pipeline": (62, {Status.ON_TRACK, Status.NO_EVIDENCE}),
}
# A network namespace of its own has a loopback and nothing else.
_CUT_OFF = ["unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]


def cut_off(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command where nothing but this machine can be reached."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NAZAR_")}
    environment["NAZAR_MODELS__DATA_DIR"] = str(data_dir)
    command = [*_CUT_OFF, sys.executable, "-m", "api.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=DEMO_LIMIT_S)


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
    shipped = {site.key for site in sample_sites()}
    numbers = {number for number, _ in EXPECTED.values()}
    projects = {project.key: project for number in numbers for project in status(database, number).projects}
    for key, (_, expected) in EXPECTED.items():
        if key in shipped:
            project = projects[key]
            assert project.status in expected, key
            assert project.basis is Basis.OBSERVED, key
            assert project.proposed is not None
            assert project.evidence
            assert project.report_is_synthetic
    others = [project for key, project in projects.items() if key not in shipped]
    assert {project.basis for project in others} <= {Basis.REPORTED, Basis.DECIDED}


@pytest.mark.bar("3: the demo shows a camera that was moved")
def test_only_the_camera_that_was_moved_is_called_so(demo: tuple[Path, Database]) -> None:
    _, database = demo
    statement = sa.text(
        "SELECT camera.name FROM view_state JOIN placement ON placement.id = view_state.placement_id "
        "JOIN camera ON camera.id = placement.camera_id WHERE moved_since IS NOT NULL"
    )
    with database.engine.connect() as connection:
        moved = set(connection.scalars(statement))
    shipped = {site.key for site in sample_sites()}
    assert moved == ({"pipeline mast-1"} if "pipeline" in shipped else set())


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
        note.write_text(json.dumps({**known, "done": known["done"][:-1]}))
    done = cut_off(data_dir, "demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    assert row_counts(database) == before


@pytest.mark.bar("3: the demo's pages are up while its footage is still worked through")
def test_the_demo_serves_while_its_footage_is_worked_through_and_stops_when_told(tmp_path: Path) -> None:
    with running_nazar(tmp_path, "demo") as nazar:
        office = nazar.client(Role.OFFICE)
        assert office.get("/api/v1/roadmap/items").status_code == 200
        assert any(note["done"] == [] for note in notes(tmp_path))
        projects = office.get("/api/v1/projects", params={"limit": 500}).json()["items"]
        hospital = next(project["id"] for project in projects if project["key"] == "hospital")
        eventually(lambda: office.get(f"/api/v1/projects/{hospital}/observations").json()["items"], bool, limit_s=120)
    assert any(note["done"] == [] for note in notes(tmp_path))


def notes(data_dir: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(data_dir.glob("footage-*.json"))]


def test_detecting_needs_no_network(demo: tuple[Path, Database]) -> None:
    data_dir, _ = demo
    done = cut_off(data_dir, "detect", str(bus_path()), "--json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)[0]["detections"]) >= 3
