import hashlib
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
