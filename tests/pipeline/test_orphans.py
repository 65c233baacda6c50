"""Files without a row, rows without a file, and the upkeep that looks for both while cameras are watched."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from models.database import Database
from models.evidence import EvidenceStore
from models.tables.labelling import QueuedFrame
from pipeline.orphans import FEW, Collected, OrphanCollection, StoreState
from pipeline.retention_settings import RetentionSettings
from pipeline.upkeep import AGAIN_AFTER_S, EVERY_S, EvidenceUpkeep
from tests.support.builders import Planted, plant
from tests.support.clocks import StandingClock
from tests.support.kept_pictures import age, evidence_of, kept_picture

NOW = datetime(2026, 9, 16, 6, 0, tzinfo=UTC)
OVER_AN_HOUR = timedelta(minutes=61)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
def store(root: Path) -> EvidenceStore:
    return EvidenceStore(root)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOW)


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


@pytest.fixture
def collection(database: Database, store: EvidenceStore, clock: StandingClock) -> OrphanCollection:
    return OrphanCollection(database, store, clock)


def orphan(store: EvidenceStore, root: Path, by: timedelta = OVER_AN_HOUR) -> str:
    """A file whose row was never written, since the process was killed."""
    path = store.put(uuid4().bytes, f"window/{uuid4()}/2026-09-15", "-12345678.jpg").path
    age(root, path, NOW, by)
    return path


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def queued(planted: Planted, path: str) -> QueuedFrame:
    return QueuedFrame(
        id=uuid4(),
        placement_id=planted.placement_id,
        day_on=NOW.date(),
        taken_at=NOW,
        doubt=1.0,
        reasons=[],
        proposals=[],
        width_px=1,
        height_px=1,
        path=path,
        sha256="0" * 64,
        detector="test",
        weights_sha256="d" * 64,
        redaction={},
        created_at=NOW,
        expires_at=NOW,
    )


def test_a_kill_between_file_and_row_leaves_a_file_that_is_collected_after_an_hour(
    database: Database, store: EvidenceStore, root: Path, planted: Planted, collection: OrphanCollection
) -> None:
    kept = kept_picture(database, store, planted.placement_id, NOW)
    frame = store.put(b"frame", "labelling/x", "-12345678.jpg").path
    with database.transaction() as session:
        session.add(queued(planted, frame))
    for path in (kept.path, frame):
        age(root, path, NOW, timedelta(days=9))
    gone, fresh = orphan(store, root), orphan(store, root, timedelta(minutes=59))
    part = Path(gone).with_name(f".{'a' * 64}-12345678.jpg.77.part").as_posix()
    (root / part).write_bytes(b"cut short")
    age(root, part, NOW, OVER_AN_HOUR)
    store.mark("latest/x/wanted", NOW - timedelta(days=9))
    (root / "notes.txt").write_text("somebody's")
    age(root, "notes.txt", NOW, timedelta(days=9))
    assert collection.collect(is_dry=True) == Collected(removed=2)
    assert collection.collect() == Collected(removed=2)
    assert files(root) == {kept.path, frame, fresh, "latest/x/wanted", "notes.txt"}
    # Its folder has only now become empty; it goes when it has been so for an hour.
    folder = (root / gone).parent
    assert folder.is_dir()
    age(root, folder.relative_to(root).as_posix(), NOW, OVER_AN_HOUR)
    collection.collect()
    assert not folder.exists()


def test_a_store_that_the_database_knows_nothing_of_is_left_alone(
    database: Database, store: EvidenceStore, root: Path, planted: Planted, collection: OrphanCollection
) -> None:
    paths = {orphan(store, root) for _ in range(3)}
    assert collection.collect() == Collected(left_alone=3)
    kept_picture(database, store, planted.placement_id, NOW)
    paths |= {orphan(store, root) for _ in range(FEW - 2)}
    assert collection.collect() == Collected(left_alone=FEW + 1)
    assert paths <= files(root)
    assert collection.collect(however_many=True) == Collected(removed=FEW + 1)
    assert len(files(root)) == 1


def test_upkeep_collects_and_sweeps_at_the_start_and_once_a_day_and_leaves_what_it_found(
    database: Database, store: EvidenceStore, root: Path, planted: Planted, clock: StandingClock
) -> None:
    old = kept_picture(database, store, planted.placement_id, NOW - timedelta(days=100))
    lost, kept = (kept_picture(database, store, planted.placement_id, NOW) for _ in range(2))
    (root / lost.path).unlink()
    orphan(store, root)
    upkeep = EvidenceUpkeep(database, store, clock, RetentionSettings())
    with capture_logs() as logs:
        upkeep.tick()
    assert files(root) == {kept.path, "upkeep.json"}
    assert StoreState.read(store) == StoreState(NOW, 3, 1, (lost.path,), 0)
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [
        ("evidence files are missing", "error"),
        ("evidence store swept", "info"),
    ]
    assert evidence_of(database, old.id).removed_because == "age"
    late = orphan(store, root)
    clock.advance(EVERY_S - 1)
    upkeep.tick()
    assert late in files(root)
    clock.advance(2)
    upkeep.tick()
    assert late not in files(root)


class TickingClock(StandingClock):
    """Every question for the steady count takes a tenth of a second."""

    def monotonic_s(self) -> float:
        self.advance(0.1)
        return super().monotonic_s()


def test_upkeep_takes_a_moment_of_each_tick_and_goes_on_in_the_next(
    database: Database, store: EvidenceStore, root: Path, planted: Planted
) -> None:
    kept = kept_picture(database, store, planted.placement_id, NOW - timedelta(days=100))
    upkeep = EvidenceUpkeep(database, store, TickingClock(NOW), RetentionSettings())
    upkeep.tick()
    assert kept.path in files(root)
    for _ in range(4):
        upkeep.tick()
    assert kept.path not in files(root)


def test_upkeep_outlives_a_database_that_does_not_answer(
    database: Database, store: EvidenceStore, root: Path, planted: Planted, clock: StandingClock
) -> None:
    old = kept_picture(database, store, planted.placement_id, NOW - timedelta(days=100))
    with database.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE queued_frame RENAME TO away"))
    upkeep = EvidenceUpkeep(database, store, clock, RetentionSettings())
    with capture_logs() as logs:
        upkeep.tick()
    assert [entry["event"] for entry in logs] == ["evidence store could not be looked after; trying again"]
    with database.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE away RENAME TO queued_frame"))
    upkeep.tick()
    assert old.path in files(root)
    clock.advance(AGAIN_AFTER_S)
    upkeep.tick()
    assert old.path not in files(root)
