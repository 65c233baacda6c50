"""The evidence store as people call it and as the API serves it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import cv2
import numpy as np
import pytest

from models.database import Database
from models.evidence import EvidenceStore
from models.principal import Role
from models.repositories.evidence import EvidenceRepository
from models.tables.observations import Evidence
from models.tables.progress import DailyViewRow, WorkElementRow
from pipeline.orphans import StoreState
from tests.api.test_cli import nazar
from tests.support.builders import Planted, plant
from tests.support.instance import RunningInstance, eventually, running_nazar
from tests.support.kept_pictures import evidence_of, evidence_row, kept_picture
from tests.support.scenes import view
from vision.image import encode_jpeg

NOW = datetime.now(UTC).replace(microsecond=0)
OLD = NOW - timedelta(days=91)


@pytest.fixture
def data_dir(tmp_path: Path, sqlite_template: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "nazar.sqlite3").write_bytes(sqlite_template.read_bytes())
    return folder


@pytest.fixture
def opened(data_dir: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{data_dir / 'nazar.sqlite3'}")
    yield database
    database.close()


@pytest.fixture
def store(data_dir: Path) -> EvidenceStore:
    return EvidenceStore(data_dir / "evidence")


def evidence_finding(data_dir: Path) -> tuple[bool, str]:
    found = json.loads(nazar("doctor", "--json", data_dir=data_dir).stdout)
    (finding,) = [one for one in found if one["what"] == "evidence"]
    return finding["is_well"], finding["detail"]


def test_verify_ends_with_1_and_names_what_is_wrong_and_doctor_remembers(
    data_dir: Path, opened: Database, store: EvidenceStore
) -> None:
    placement_id = plant(opened).placement_id
    kept = [kept_picture(opened, store, placement_id, NOW) for _ in range(3)]
    assert evidence_finding(data_dir) == (True, "not looked through yet")
    done = nazar("evidence", "verify", "--json", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "checked": 3,
        "removed_by_policy": 0,
        "missing": [],
        "changed": [],
        "orphaned": [],
        "is_well": True,
    }
    (data_dir / "evidence" / kept[0].path).write_bytes(b"another")
    (data_dir / "evidence" / kept[1].path).unlink()
    done = nazar("evidence", "verify", "--json", data_dir=data_dir)
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["changed"] == [{"id": str(kept[0].id), "kind": "window", "path": kept[0].path}]
    assert found["missing"] == [{"id": str(kept[1].id), "kind": "window", "path": kept[1].path}]
    said = nazar("evidence", "verify", data_dir=data_dir)
    assert said.returncode == 1
    assert said.stdout.splitlines() == [
        "3 files checked; 0 pictures were removed by policy.",
        "1 missing; put them back from a backup:",
        f"  {kept[1].path}",
        "1 altered, and not served; put them back from a backup:",
        f"  {kept[0].path}",
    ]
    is_well, detail = evidence_finding(data_dir)
    assert not is_well
    assert f"1 missing, such as {kept[1].path}" in detail


def test_sweep_says_what_it_would_remove_and_removes_it(data_dir: Path, opened: Database, store: EvidenceStore) -> None:
    placement_id = plant(opened).placement_id
    old, young = (kept_picture(opened, store, placement_id, at) for at in (OLD, NOW))
    dry = nazar("evidence", "sweep", "--dry-run", data_dir=data_dir)
    assert dry.returncode == 0, dry.stderr
    assert dry.stdout.splitlines()[0] == "1 pictures would be removed (0.0 MB)."
    assert evidence_of(opened, old.id).removed_at is None
    done = nazar("evidence", "sweep", "--json", data_dir=data_dir)
    assert json.loads(done.stdout) == {
        "dry_run": False,
        "pictures": 1,
        "size_bytes": 16,
        "cited": 0,
        "orphans": {"removed": 0, "left_alone": 0},
    }
    assert evidence_of(opened, old.id).removed_because == "age"
    assert store.size_bytes(old.path) is None
    assert store.size_bytes(young.path) == 16


def test_days_that_are_too_few_are_refused(data_dir: Path) -> None:
    done = nazar("evidence", "sweep", data_dir=data_dir, NAZAR_RETENTION__PICTURE_DAYS="6")
    assert done.returncode == 2
    assert "retention.picture_days" in done.stderr


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInstance]:
    with running_nazar(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture
def running_database(instance: RunningInstance) -> Iterator[Database]:
    database = Database(instance.database_url)
    yield database
    database.close()


def daily_view(database: Database, store: EvidenceStore, placement_id: UUID, on: date, built: float) -> Evidence:
    name = uuid4()
    stored = store.put(encode_jpeg(view(built=built)), f"daily_view/{placement_id}", f"-{name.hex[:8]}.jpg")
    row = evidence_row(name, placement_id, stored.path, stored.sha256, NOW, "daily_view")
    with database.transaction() as session:
        session.add(row)
        session.flush()
        session.add(
            DailyViewRow(
                placement_id=placement_id,
                on_day=on,
                evidence_id=name,
                pictures=1,
                picture_ids=[],
                left_out=[],
                shift_px_share=0.0,
                outline_levels=9.0,
                seen_share=1.0,
                input_sha256="0" * 64,
                weights_sha256=[],
                rule_version="test",
                created_at=NOW,
            )
        )
    return row


def test_the_store_is_looked_through_when_an_instance_starts(instance: RunningInstance) -> None:
    store = EvidenceStore(instance.data_dir / "evidence")
    state = eventually(lambda: StoreState.read(store), lambda found: found is not None)
    assert state is not None
    assert (state.files, state.missing_count, state.left_alone) == (0, 0, 0)


def draw_tower(database: Database, planted: Planted) -> None:
    with database.transaction() as session:
        session.add(
            WorkElementRow(
                id=uuid4(),
                placement_id=planted.placement_id,
                key="tower",
                title="Мұнара",
                weight=1.0,
                reference_share=0.0,
                growth="up",
                polygon=[[0.34, 0.11], [0.66, 0.11], [0.66, 0.89], [0.34, 0.89]],
                built_after=[],
                position=0,
                reference_on=NOW.date(),
                created_at=NOW,
            )
        )


def test_before_and_after_are_served_and_a_picture_that_policy_removed_is_gone(
    instance: RunningInstance, running_database: Database
) -> None:
    database, store = running_database, EvidenceStore(instance.data_dir / "evidence")
    planted = plant(database, number=990)
    viewer, owner = instance.client(Role.VIEWER), instance.client(Role.OWNER)
    address = f"/api/v1/projects/{planted.project_id}/elements/before-after"
    assert viewer.get(address).status_code == 404
    draw_tower(database, planted)
    first, last = date(2026, 9, 7), date(2026, 10, 1)
    before = daily_view(database, store, planted.placement_id, first, 0.0)
    daily_view(database, store, planted.placement_id, last, 0.6)
    shown = viewer.get(address, params={"from": "2026-09-08", "to": "2026-10-05"})
    assert shown.status_code == 200, shown.text
    assert shown.headers["content-type"] == "image/jpeg"
    assert (shown.headers["x-nazar-before"], shown.headers["x-nazar-after"]) == ("2026-09-07", "2026-10-01")
    decoded = cv2.imdecode(np.frombuffer(shown.content, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape[1] > 2 * 960 - 1
    again = viewer.get(address, headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert viewer.get(address, params={"from": "yesterday"}).status_code == 422
    assert owner.get(address).status_code == 404
    with database.transaction() as session:
        EvidenceRepository(session).remove([before.id], NOW, "project_over")
    for gone in (viewer.get(address), viewer.get(f"/api/v1/evidence/{before.id}")):
        assert gone.status_code == 410
        assert gone.headers["content-type"] == "application/problem+json"
        assert gone.json()["type"] == "urn:nazar:problem:evidence-removed"
        assert before.sha256 in gone.json()["detail"]
