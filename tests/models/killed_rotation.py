"""A rotation that is killed at one instant after another, each time from the same start; run by test_key_rotation.

`python -m tests.models.killed_rotation FOLDER` takes a folder with `nazar.sqlite3` and `seal.key`, and prints how
many instants it was killed at. It forks, which a test's own process with its threads must not.
"""

import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models.database import Database
from models.key_rotation import check_seals, rotate_key_file
from models.secrets import Seal

# What changes files; commits come on top.
_FILE_EVENTS = frozenset({"open", "os.link", "os.remove", "os.rename"})


def killed_at_each_instant(start: Path) -> int:
    """Kill a rotation before its first change of a file or a row, its second, and so on until it gets through."""
    for instant in count():
        folder = start.with_name(f"{start.name}-{instant}")
        shutil.copytree(start, folder)
        was_killed = _in_child(folder, kill_at=instant)
        report = _report(folder)
        assert report.unopened == 0, f"killed at {instant}: {report}"
        assert not _in_child(folder, kill_at=None), f"killed at {instant}"
        report = _report(folder)
        assert report.is_well, f"gone on after {instant}: {report}"
        assert len((folder / "seal.key").read_text().split()) == 1
        assert not (folder / "seal.key.part").exists()
        shutil.rmtree(folder)
        if not was_killed:
            return instant
    raise AssertionError


def _report(folder: Path) -> Any:
    database = Database(f"sqlite:///{folder / 'nazar.sqlite3'}")
    try:
        return check_seals(database, Seal(key_file=folder / "seal.key"))
    finally:
        database.close()


def _in_child(folder: Path, kill_at: int | None) -> bool:
    """Rotate in a child; say whether it was killed."""
    child = os.fork()
    if child == 0:
        database = Database(f"sqlite:///{folder / 'nazar.sqlite3'}")
        if kill_at is not None:
            _kill_self_at(kill_at, database)
        rotate_key_file(database, folder / "seal.key", lambda: None)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _kill_self_at(instant: int, database: Database) -> None:
    left = count(instant, -1)

    def _pass(*_: object) -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(database.engine, "commit", _pass)
    sys.addaudithook(lambda event, _arguments: _pass() if event in _FILE_EVENTS else None)


if __name__ == "__main__":
    print(killed_at_each_instant(Path(sys.argv[1])))  # noqa: T201 - what it is run for
