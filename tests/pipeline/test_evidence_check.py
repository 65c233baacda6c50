"""Checking the store finds what is missing, altered or without a row, and nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.database import Database
from models.evidence import EvidenceStore
from models.repositories.evidence import EvidenceRepository
from pipeline.evidence_check import BadFile, CheckedStore, check_store, count_named
from pipeline.orphans import StoreState
from tests.support.builders import plant
from tests.support.kept_pictures import age, kept_picture

NOW = datetime(2026, 9, 16, 6, 0, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


def test_an_edited_byte_a_missing_file_and_an_orphan_are_found(database: Database, root: Path) -> None:
    placement_id, store = plant(database).placement_id, EvidenceStore(root)
    whole, edited, missing, swept = (kept_picture(database, store, placement_id, NOW) for _ in range(4))
    data = bytearray((root / edited.path).read_bytes())
    data[3] ^= 1
    (root / edited.path).write_bytes(data)
    (root / missing.path).unlink()
    (root / swept.path).unlink()
    with database.transaction() as session:
        EvidenceRepository(session).remove([swept.id], NOW, "age")
    old, fresh = (store.put(text, "window/x", "-12345678.jpg").path for text in (b"old", b"fresh"))
    age(root, old, NOW, timedelta(hours=2))
    age(root, fresh, NOW, timedelta(minutes=5))
    counts: list[int] = []
    assert count_named(database) == 3
    assert check_store(database, store, NOW, counts.append) == CheckedStore(
        checked=3,
        removed_by_policy=1,
        missing=(BadFile(missing.id, "window", missing.path),),
        changed=(BadFile(edited.id, "window", edited.path),),
        orphaned=(old,),
    )
    assert counts == [1, 2, 3]
    assert StoreState.read(store) == StoreState(NOW, 3, 1, (missing.path,), 0)
    assert store.size_bytes(whole.path) == 16


def test_a_store_that_is_as_it_was_is_well(database: Database, root: Path) -> None:
    placement_id, store = plant(database).placement_id, EvidenceStore(root)
    kept_picture(database, store, placement_id, NOW)
    found = check_store(database, store, NOW, lambda _count: None)
    assert (found.is_well, found.checked) == (True, 1)


def test_what_collecting_left_alone_is_remembered_while_it_is_there(database: Database, root: Path) -> None:
    store = EvidenceStore(root)
    lone = store.put(b"lone", "window/x", "-12345678.jpg").path
    age(root, lone, NOW, timedelta(hours=2))
    StoreState(NOW, 0, 0, (), left_alone=1).write(store)
    assert not check_store(database, store, NOW, lambda _count: None).is_well
    assert StoreState.read(store) == StoreState(NOW, 0, 0, (), left_alone=1)
    store.discard(lone)
    assert check_store(database, store, NOW, lambda _count: None).is_well
    assert StoreState.read(store) == StoreState(NOW, 0, 0, (), left_alone=0)


def test_an_empty_instance_is_well(database: Database, root: Path) -> None:
    found = check_store(database, EvidenceStore(root), NOW, lambda _count: None)
    assert found == CheckedStore(0, 0, (), (), ())
