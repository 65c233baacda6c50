"""The sealing key's file: one key a line, the newest first; more than one only while keys are rotated."""

import fcntl
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet

from models.errors import SealError

_OWNER_ONLY: Final = 0o600


def parse_keys(text: str, place: str) -> tuple[bytes, ...]:
    """Read keys apart by spaces, lines or commas, the newest first; `place` names where they stood.

    Raises:
        SealError: there is none, or one that is no key; it is not repeated.
    """
    keys = tuple(word.encode() for word in text.replace(",", " ").split())
    if not keys or not all(_is_key(key) for key in keys):
        raise SealError(f"{place} holds no sealing key, or something else beside it. Put this database's key back.")
    return keys


def read_keys(key_file: Path) -> tuple[bytes, ...]:
    """Read the keys, the newest first.

    Raises:
        SealError: there is no such file, others have rights to it, or it holds no key.
    """
    try:
        with key_file.open("rb") as handle:
            rights = stat.S_IMODE(os.fstat(handle.fileno()).st_mode)
            text = handle.read().decode("ascii", errors="replace")
    except FileNotFoundError as error:
        raise SealError(f"There is no key file {key_file}. Put this database's key file back.") from error
    except OSError as error:
        raise SealError(f"The key file {key_file} can't be read: {error.strerror}.") from error
    if rights & ~_OWNER_ONLY:
        raise SealError(
            f"The key file {key_file} has the rights {rights:04o}, wider than 0600: it can be used by others. "
            f"Run: chmod 600 {key_file}"
        )
    return parse_keys(text, f"The key file {key_file}")


def make_key_file(key_file: Path) -> None:
    """Make a file with one new key, unless there is one: of two processes starting together one key wins."""
    key_file.parent.mkdir(parents=True, exist_ok=True)
    fresh = key_file.with_name(f"{key_file.name}.{os.getpid()}")
    write_secret(fresh, _as_text([Fernet.generate_key()]))
    try:
        os.link(fresh, key_file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    _sync_folder(key_file)


def replace_keys(key_file: Path, keys: Sequence[bytes]) -> None:
    """Put these keys in the file's place: whoever reads it, whatever is cut off, finds the old ones or these.

    To be called under `rotation_lock`.

    Raises:
        SealError: the disk refused them.
    """
    # A link, as a mounted secret's, keeps pointing where it did.
    target = key_file.resolve()
    part = target.with_name(f"{target.name}.part")
    try:
        # Left by a rotation that was killed before anything was sealed with what is in it.
        part.unlink(missing_ok=True)
        write_secret(part, _as_text(keys))
        part.replace(target)
        _sync_folder(target)
    except OSError as error:
        raise SealError(f"The key file {key_file} can't be replaced: {error.strerror}.") from error


def write_secret(path: Path, text: str) -> None:
    """Write a new file that is its owner's only, durably.

    Raises:
        OSError: there is such a file, or the disk refused it.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    _sync_folder(path)


@contextmanager
def rotation_lock(key_file: Path) -> Iterator[None]:
    """Let one rotation run at a time; the lock goes with the process that holds it, however it ends.

    Raises:
        SealError: another rotation runs, or the folder can't be written to.
    """
    target = key_file.resolve()
    try:
        descriptor = os.open(target.with_name(f"{target.name}.lock"), os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
    except OSError as error:
        raise SealError(f"The folder of {key_file} can't be written to: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SealError("The key is being rotated already. Wait until that has ended.") from error
        yield
    finally:
        os.close(descriptor)


def _is_key(key: bytes) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def _as_text(keys: Sequence[bytes]) -> str:
    return "".join(f"{key.decode()}\n" for key in keys)


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
