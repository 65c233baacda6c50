"""`nazar seal` as people call it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from models.database import Database
from models.secrets import Seal, load_seal
from tests.api.test_cli import nazar, refused
from tests.support.builders import plant

ADDRESS = "rtsp://оператор:p%40ss@192.0.2.1/live"
VARIABLE = "NAZAR_MODELS__SEAL_KEY"


def given(file: Path) -> str:
    """What a file written by the command says the variable is to be set to."""
    assert file.stat().st_mode & 0o777 == 0o600
    name, _, value = file.read_text().strip().partition("=")
    assert name == VARIABLE
    return value


@pytest.fixture
def data_dir(tmp_path: Path, sqlite_template: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "nazar.sqlite3").write_bytes(sqlite_template.read_bytes())
    return folder


def add_camera(data_dir: Path, seal: Seal, number: int = 17) -> None:
    database = Database(f"sqlite:///{data_dir / 'nazar.sqlite3'}")
    try:
        plant(database, number=number, sealed_address=seal.close_over(ADDRESS))
    finally:
        database.close()


def test_the_key_file_is_rotated_and_no_key_is_printed(data_dir: Path) -> None:
    key_file = data_dir / "seal.key"
    add_camera(data_dir, load_seal(key_file))
    old = key_file.read_text().strip()
    done = nazar("seal", "rotate", "--settle-s", "0", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    new = key_file.read_text().strip()
    assert new != old
    assert "1 sealed values open with the key" in done.stdout
    for key in (old, new):
        assert key not in done.stdout + done.stderr
    checked = nazar("seal", "check", "--json", data_dir=data_dir)
    assert checked.returncode == 0
    assert json.loads(checked.stdout) == {"newest": 1, "older": 0, "unopened": 0, "cameras": []}


def test_check_names_the_cameras_that_the_key_does_not_open(data_dir: Path) -> None:
    add_camera(data_dir, load_seal(data_dir / "seal.key"))
    add_camera(data_dir, Seal(Fernet.generate_key()), number=18)
    done = nazar("seal", "check", data_dir=data_dir)
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[:2] == [
        "1 sealed values open with the key.",
        "1 open with no key; put the right key back, or give the cameras' addresses again.",
    ]
    assert len(done.stdout.splitlines()) == 3
    # A key that is made now would open nothing.
    (data_dir / "seal.key").unlink()
    assert "no key file" in refused(nazar("seal", "check", data_dir=data_dir))
    assert "no key file" in refused(nazar("seal", "rotate", data_dir=data_dir))
    assert not (data_dir / "seal.key").exists()


def test_a_key_file_with_wider_rights_is_refused_in_one_line(data_dir: Path) -> None:
    load_seal(data_dir / "seal.key")
    (data_dir / "seal.key").chmod(0o644)
    assert "0644, wider than 0600" in refused(nazar("seal", "rotate", data_dir=data_dir))


def test_a_key_given_by_the_environment_is_changed_in_two_calls(data_dir: Path, tmp_path: Path) -> None:
    old = Fernet.generate_key().decode()
    add_camera(data_dir, Seal(old.encode()))
    first, second = tmp_path / "first.env", tmp_path / "second.env"
    begun = nazar("seal", "rotate", "--to", str(first), data_dir=data_dir, **{VARIABLE: old})
    assert begun.returncode == 0, begun.stderr
    both = given(first)
    new = both.split(",")[0]
    assert both == f"{new},{old}"
    # Until the processes have both keys, everything opens with the old one.
    assert nazar("seal", "check", data_dir=data_dir, **{VARIABLE: old}).returncode == 0
    assert nazar("seal", "check", data_dir=data_dir, **{VARIABLE: both}).returncode == 1
    ended = nazar("seal", "rotate", "--to", str(second), data_dir=data_dir, **{VARIABLE: both})
    assert ended.returncode == 0, ended.stderr
    assert given(second) == new
    assert nazar("seal", "check", data_dir=data_dir, **{VARIABLE: new}).returncode == 0
    for key in (old, new):
        assert key not in begun.stdout + begun.stderr + ended.stdout + ended.stderr
    assert not (data_dir / "seal.key").exists()


def test_a_key_given_by_the_environment_goes_to_a_descriptor_that_is_named(data_dir: Path) -> None:
    old = Fernet.generate_key().decode()
    reader, writer = os.pipe()
    environment = {**os.environ, "NAZAR_MODELS__DATA_DIR": str(data_dir), VARIABLE: old}
    command = [sys.executable, "-m", "api.cli.main", "seal", "rotate", "--to-fd", str(writer)]
    done = subprocess.run(command, env=environment, pass_fds=[writer], capture_output=True, check=False, timeout=120)
    os.close(writer)
    with os.fdopen(reader) as handle:
        said = handle.read()
    assert done.returncode == 0, done.stderr
    assert said.startswith(f"{VARIABLE}=")
    assert said.endswith(f",{old}\n")


def test_where_what_to_set_goes_is_asked_for_and_never_overwritten(data_dir: Path, tmp_path: Path) -> None:
    key = {VARIABLE: Fernet.generate_key().decode()}
    taken = tmp_path / "taken.env"
    taken.write_text("kept")
    assert "--to FILE" in refused(nazar("seal", "rotate", data_dir=data_dir, **key))
    assert "there already" in refused(nazar("seal", "rotate", "--to", str(taken), data_dir=data_dir, **key))
    assert taken.read_text() == "kept"
    assert "not open" in refused(nazar("seal", "rotate", "--to-fd", "97", data_dir=data_dir, **key))
    assert "in a file" in refused(nazar("seal", "rotate", "--to", str(tmp_path / "x"), data_dir=data_dir))
    said = refused(nazar("seal", "check", data_dir=data_dir, **{VARIABLE: "not-a-key"}))
    assert VARIABLE in said
    assert "not-a-key" not in said
