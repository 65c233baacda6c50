"""Changing the sealing key: at every instant each value opens with what the key file holds."""

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet

from models.database import Database
from models.errors import SealError
from models.key_file import read_keys, replace_keys, rotation_lock
from models.key_rotation import SealReport, check_seals, reseal, rotate_key_file
from models.repositories.labelling import LabellingRepository
from models.repositories.sites import SiteRepository
from models.secrets import Seal, load_seal
from models.tables.labelling import QueuedFrame, QueueOpening, SealedPicture
from models.tables.sites import Camera
from tests.support.builders import BEFORE, plant

ADDRESS = "rtsp://оператор:p%40ss@192.0.2.1/live"
PICTURE = bytes(range(256)) * 400


def add_cameras(database: Database, seal: Seal, most: int) -> list[UUID]:
    ids = [uuid4() for _ in range(most)]
    with database.transaction() as session:
        for number, camera_id in enumerate(ids):
            SiteRepository(session).add(
                Camera(
                    id=camera_id,
                    name=f"camera {number:03}",
                    address_display="rtsp://192.0.2.1/live",
                    sealed_address=seal.close_over(f"{ADDRESS}/{number}"),
                    look_every_s=10,
                    is_replay=False,
                    created_at=BEFORE,
                    retired_at=None,
                )
            )
    return ids


def add_picture(database: Database, seal: Seal) -> UUID:
    placement_id, frame_id, opening_id = plant(database).placement_id, uuid4(), uuid4()
    later = BEFORE + timedelta(days=1)
    with database.transaction() as session:
        labelling = LabellingRepository(session)
        labelling.add(
            QueueOpening(
                id=opening_id,
                opened_at=BEFORE,
                opened_by="a",
                opened_by_id=uuid4(),
                reason="a test",
                closes_at=later,
                closed_at=None,
                closed_by=None,
            )
        )
        labelling.add(
            QueuedFrame(
                id=frame_id,
                placement_id=placement_id,
                day_on=BEFORE.date(),
                taken_at=BEFORE,
                doubt=1.0,
                reasons=[],
                proposals=[],
                width_px=8,
                height_px=8,
                path=f"labelling/{frame_id}.jpg",
                sha256="0" * 64,
                detector="d",
                weights_sha256="0" * 64,
                redaction={},
                created_at=BEFORE,
                expires_at=later,
            )
        )
        labelling.flush()
        sealed = seal.close_over_bytes(PICTURE)
        labelling.add(SealedPicture(frame_id=frame_id, opening_id=opening_id, sealed=sealed, expires_at=later))
    return frame_id


def camera(database: Database, camera_id: UUID) -> Camera:
    with database.reading() as session:
        found = SiteRepository(session).camera(camera_id)
    assert found is not None
    return found


def picture(database: Database, frame_id: UUID) -> bytes:
    with database.reading() as session:
        found = LabellingRepository(session).sealed(frame_id, BEFORE)
    assert found is not None
    return found.sealed


def test_after_a_rotation_the_new_key_alone_opens_everything(database: Database, tmp_path: Path) -> None:
    key_file = tmp_path / "seal.key"
    old = load_seal(key_file)
    (old_key,) = read_keys(key_file)
    # More than one batch of each.
    ids, frame_id = add_cameras(database, old, 230), add_picture(database, old)
    version = camera(database, ids[7]).version
    report = rotate_key_file(database, key_file, lambda: None)
    assert report == SealReport(newest=231, older=0, unopened=0, cameras=())
    (new_key,) = read_keys(key_file)
    assert new_key != old_key
    assert key_file.stat().st_mode & 0o777 == 0o600
    new = Seal(new_key)
    assert new.open(camera(database, ids[7]).sealed_address) == f"{ADDRESS}/7"
    assert new.open_bytes(picture(database, frame_id)) == PICTURE
    # The address is the same: nobody's change becomes stale, and no worker starts anew.
    assert camera(database, ids[7]).version == version
    with pytest.raises(SealError, match="another key"):
        Seal(old_key).open(camera(database, ids[7]).sealed_address)


def test_a_running_process_follows_a_rotation(database: Database, tmp_path: Path) -> None:
    key_file = tmp_path / "seal.key"
    running = load_seal(key_file)
    (camera_id,) = add_cameras(database, running, 1)
    sealed_meanwhile: list[str] = []

    def _settle() -> None:
        assert len(read_keys(key_file)) == 2
        assert running.open(camera(database, camera_id).sealed_address) == f"{ADDRESS}/0"
        sealed_meanwhile.append(running.close_over("meanwhile"))

    rotate_key_file(database, key_file, _settle)
    assert running.open(camera(database, camera_id).sealed_address) == f"{ADDRESS}/0"
    assert Seal(*read_keys(key_file)).open(sealed_meanwhile[0]) == "meanwhile"


def test_what_was_begun_with_the_old_key_is_sealed_anew_after_settling(database: Database, tmp_path: Path) -> None:
    key_file = tmp_path / "seal.key"
    load_seal(key_file)
    old = Seal(*read_keys(key_file))

    def _settle() -> None:
        add_cameras(database, old, 3)

    report = rotate_key_file(database, key_file, _settle)
    assert report == SealReport(newest=3, older=0, unopened=0, cameras=())


def test_a_rotation_killed_at_any_instant_loses_nothing_and_is_gone_on_with(
    sqlite_template: Path, tmp_path: Path
) -> None:
    start = tmp_path / "start"
    start.mkdir()
    shutil.copyfile(sqlite_template, start / "nazar.sqlite3")
    database = Database(f"sqlite:///{start / 'nazar.sqlite3'}")
    seal = load_seal(start / "seal.key")
    add_cameras(database, seal, 120)
    add_picture(database, seal)
    database.close()
    command = [sys.executable, "-m", "tests.models.killed_rotation", str(start)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    # Two key files and five batches at the least.
    assert int(done.stdout) > 15


def test_what_no_key_opens_is_named_and_left_as_it_is(database: Database, tmp_path: Path) -> None:
    key_file = tmp_path / "seal.key"
    add_cameras(database, load_seal(key_file), 2)
    strange = Seal(Fernet.generate_key()).close_over(ADDRESS)
    planted = plant(database, sealed_address=strange)
    name = camera(database, planted.camera_id).name
    assert check_seals(database, load_seal(key_file)) == SealReport(2, 0, 1, (name,))
    assert rotate_key_file(database, key_file, lambda: None) == SealReport(2, 0, 1, (name,))
    assert camera(database, planted.camera_id).sealed_address == strange


def test_what_an_older_key_opens_is_told_from_what_none_does(database: Database) -> None:
    old, new = Fernet.generate_key(), Fernet.generate_key()
    add_cameras(database, Seal(old), 2)
    assert check_seals(database, Seal(new, old)) == SealReport(0, 2, 0, ("camera 000", "camera 001"))
    reseal(database, Seal(new, old))
    assert check_seals(database, Seal(new)) == SealReport(2, 0, 0, ())


def test_two_rotations_do_not_run_at_once(database: Database, tmp_path: Path) -> None:
    key_file = tmp_path / "seal.key"
    load_seal(key_file)
    before = read_keys(key_file)
    with rotation_lock(key_file), pytest.raises(SealError, match="already"):
        rotate_key_file(database, key_file, lambda: None)
    assert read_keys(key_file) == before


@pytest.mark.parametrize("rights", [0o640, 0o604, 0o700, 0o644])
def test_a_key_file_with_wider_rights_is_refused(tmp_path: Path, rights: int) -> None:
    key_file = tmp_path / "seal.key"
    load_seal(key_file)
    key_file.chmod(rights)
    with pytest.raises(SealError, match=f"rights {rights:04o}, wider than 0600.*chmod 600"):
        load_seal(key_file)


def test_a_key_behind_a_link_is_replaced_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "mounted").mkdir()
    key_file, linked = tmp_path / "seal.key", tmp_path / "mounted" / "seal.key"
    load_seal(linked)
    key_file.symlink_to(linked)
    keys = (Fernet.generate_key(), *read_keys(linked))
    replace_keys(key_file, keys)
    assert key_file.is_symlink()
    assert read_keys(linked) == keys


def test_a_running_process_outlives_its_key_file(tmp_path: Path) -> None:
    key_file = tmp_path / "seal.key"
    running = load_seal(key_file)
    sealed = running.close_over(ADDRESS)
    key_file.unlink()
    assert running.open(sealed) == ADDRESS
    with pytest.raises(SealError, match=r"There is no key file .*Put this database's key file back"):
        read_keys(key_file)
