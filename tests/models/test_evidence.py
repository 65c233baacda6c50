import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.errors import EvidenceError, SealError
from models.evidence import EvidenceStore, StoredFile
from models.secrets import load_seal


def test_a_stored_file_is_named_by_its_digest_and_read_back(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    stored = store.put(b"picture", "window/x", ".jpg")
    assert stored.sha256 == hashlib.sha256(b"picture").hexdigest()
    assert (tmp_path / stored.path).name.startswith(stored.sha256)
    assert store.read(stored) == b"picture"
    assert [path.name for path in tmp_path.rglob("*.part")] == []


def test_an_altered_file_is_not_served(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    stored = store.put(b"picture", "window/x", ".jpg")
    (tmp_path / stored.path).write_bytes(b"another")
    with pytest.raises(EvidenceError, match="altered"):
        store.read(stored)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="can't be read"):
        EvidenceStore(tmp_path).read(StoredFile("window/x/none.jpg", "0" * 64))


def test_a_file_is_synced_before_its_name_and_every_folder_above_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    sync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(tmp_path).as_posix())
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    store = EvidenceStore(tmp_path / "evidence")
    store.put(b"picture", "window/x/2026-09-16", ".jpg")
    *folders, part, last = synced
    assert folders == [".", "evidence", "evidence/window", "evidence/window/x"]
    assert part.startswith("evidence/window/x/2026-09-16/.")
    assert last == "evidence/window/x/2026-09-16"
    synced.clear()
    store.put(b"another", "window/x/2026-09-16", ".jpg")
    assert len(synced) == 2


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    stored = store.put(b"picture", "window/x", ".jpg")
    # A folder stands where the next file is to be named.
    taken = tmp_path / "window" / "x" / f"{hashlib.sha256(b'other').hexdigest()}.jpg"
    taken.mkdir()
    with pytest.raises(EvidenceError, match="could not be written"):
        store.put(b"other", "window/x", ".jpg")
    assert {path.name for path in (tmp_path / "window" / "x").iterdir()} == {Path(stored.path).name, taken.name}


def test_a_folder_that_is_cleared_away_is_made_again(tmp_path: Path) -> None:
    store, other = EvidenceStore(tmp_path), EvidenceStore(tmp_path)
    first = store.put(b"first", "window/x", ".jpg")
    store.discard(first.path)
    later = datetime.now(UTC) + timedelta(hours=1)
    while (tmp_path / "window").exists():
        assert list(other.walk(10, clear_before=later)) == []
    assert store.read(store.put(b"second", "window/x", ".jpg")) == b"second"


def test_a_walk_gives_what_was_stored_in_batches_and_leaves_out_what_was_not(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    assert list(EvidenceStore(tmp_path / "none").walk(2)) == []
    paths = {store.put(str(number).encode(), f"window/{number % 2}", ".jpg").path for number in range(5)}
    store.mark("latest/x/wanted", datetime(2026, 9, 16, tzinfo=UTC))
    (tmp_path / "window" / "read me.txt").write_text("somebody's")
    part = tmp_path / "window" / "0" / f".{'b' * 64}.jpg.12.part"
    part.write_bytes(b"cut short")
    batches = list(store.walk(2))
    found = [file for batch in batches for file in batch]
    assert [len(batch) for batch in batches] == [2, 2, 2]
    assert {file.path for file in found if not file.is_part} == paths
    assert [file.path for file in found if file.is_part] == [part.relative_to(tmp_path).as_posix()]


def test_a_sealed_address_opens_with_its_key_only(tmp_path: Path) -> None:
    seal = load_seal(tmp_path / "seal.key")
    sealed = seal.close_over("rtsp://user:сырласу@192.0.2.1/live")
    assert "сырласу" not in sealed
    assert load_seal(tmp_path / "seal.key").open(sealed) == "rtsp://user:сырласу@192.0.2.1/live"
    with pytest.raises(SealError, match="another key"):
        load_seal(tmp_path / "other.key").open(sealed)


def test_the_sealing_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    key = tmp_path / "seal.key"
    load_seal(key)
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    with pytest.raises(SealError, match="chmod 600"):
        load_seal(key)


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "seal.key"
    key.write_bytes(b"short")
    key.chmod(0o600)
    with pytest.raises(SealError, match="no sealing key"):
        load_seal(key)
