"""The evidence store: a folder of files, each named by its sha256, each checked when read.

A file is written, synced and renamed into place, and every folder that holds it synced, before its
row is inserted; a crash between the two leaves a file without a row, never a row without a file.
Removing goes the other way round: the row says first that the file is gone.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from models.errors import EvidenceError

# As `put` names them. What else lies in the folder is somebody's, and not the store's to remove.
_STORED_NAME = re.compile(r"[0-9a-f]{64}(?![0-9a-f]).*")
_PART_NAME = re.compile(r"\.[0-9a-f]{64}.*\.part")
# A folder that is swept away empty may be wanted again at the same moment.
_TRIES = 3
_MOST_MADE = 10_000


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where a file lies under the store's root, and the digest of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that lies in the store; a part is one whose writing was cut short, or goes on."""

    path: str
    changed_at: datetime
    is_part: bool


class EvidenceStore:
    """Keeps files under one folder; what goes in has passed the redactor (pipeline/evidence.py)."""

    def __init__(self, root: Path) -> None:
        self._root = root
        # Folders that this process knows to be on the disk, so that they are synced once and not for every file.
        self._made: set[Path] = set()

    def put(self, data: bytes, folder: str, suffix: str) -> StoredFile:
        """Store bytes durably; the same bytes in the same folder are stored once.

        Raises:
            EvidenceError: the disk refused them.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = f"{folder}/{digest}{suffix}"
        target = self._root / path
        try:
            self._write_durably(target, data)
        except OSError as error:
            raise EvidenceError(f"Evidence could not be written to {self._root}: {error.strerror}.") from error
        return StoredFile(path, digest)

    def read(self, stored: StoredFile) -> bytes:
        """Read a file back, checked against its digest.

        Raises:
            EvidenceError: it is missing, or its bytes changed.
        """
        target = self._root / stored.path
        try:
            data = target.read_bytes()
        except OSError as error:
            raise EvidenceError(f"The evidence file {stored.path} can't be read: {error.strerror}.") from error
        if hashlib.sha256(data).hexdigest() != stored.sha256:
            raise EvidenceError(f"The evidence file {stored.path} no longer has its sha256; it was altered.")
        return data

    def discard(self, path: str) -> None:
        """Remove a file that no row names any more."""
        (self._root / path).unlink(missing_ok=True)

    def size_bytes(self, path: str) -> int | None:
        """How large a file is; None where there is none, though there may be one that can't be read."""
        try:
            return (self._root / path).stat().st_size
        except OSError:
            return None

    def walk(self, most: int, clear_before: datetime | None = None) -> Iterator[list[FoundFile]]:
        """All files that were stored here, at most `most` at a time; what appears meanwhile may be among them.

        Folders that have held nothing since `clear_before` are removed on the way.

        Raises:
            EvidenceError: a folder can't be read.
        """
        batch: list[FoundFile] = []
        folders = [self._root]
        while folders:
            folder = folders.pop()
            entries = _entries(folder)
            if not entries and clear_before is not None and folder != self._root:
                _clear(folder, clear_before)
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(folder / entry.name)
                    continue
                found = self._found(entry)
                if found is not None:
                    batch.append(found)
                if len(batch) >= most:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def mark(self, path: str, at: datetime) -> None:
        """Leave a moment at a path, for other processes that share the store; a crash may lose it.

        Raises:
            EvidenceError: the disk refused it.
        """
        target = self._root / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()
            os.utime(target, (at.timestamp(), at.timestamp()))
        except OSError as error:
            raise EvidenceError(f"Nothing can be written to {self._root}: {error.strerror}.") from error

    def marked_at(self, path: str) -> datetime | None:
        """The moment last left at a path, or None."""
        try:
            return datetime.fromtimestamp((self._root / path).stat().st_mtime, UTC)
        except OSError:
            return None

    def note(self, name: str, text: str) -> None:
        """Leave a short text under a name at the root, in the place of the one before.

        Raises:
            EvidenceError: the disk refused it.
        """
        try:
            self._write_durably(self._root / name, text.encode())
        except OSError as error:
            raise EvidenceError(f"Nothing can be written to {self._root}: {error.strerror}.") from error

    def noted(self, name: str) -> str | None:
        """The text last left under a name, or None."""
        try:
            return (self._root / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def _found(self, entry: os.DirEntry[str]) -> FoundFile | None:
        is_part = _PART_NAME.fullmatch(entry.name) is not None
        if not is_part and _STORED_NAME.fullmatch(entry.name) is None:
            return None
        try:
            changed_at = datetime.fromtimestamp(entry.stat(follow_symlinks=False).st_mtime, UTC)
        except OSError:
            # It was removed since the folder was listed.
            return None
        return FoundFile(Path(entry.path).relative_to(self._root).as_posix(), changed_at, is_part)

    def _write_durably(self, target: Path, data: bytes) -> None:
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            self._write_part(part, data)
            part.replace(target)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)

    def _write_part(self, part: Path, data: bytes) -> None:
        for tries_left in reversed(range(_TRIES)):
            try:
                handle = self._open_new(part)
            except FileNotFoundError:
                self._made.discard(part.parent)
                if tries_left:
                    continue
                raise
            with handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
            return

    def _open_new(self, part: Path) -> BinaryIO:
        self._make_folder(part.parent)
        return part.open("wb")

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and those above it, up to the root, each synced into the one that holds it."""
        if folder in self._made:
            return
        self._root.parent.mkdir(parents=True, exist_ok=True)
        inner = folder.relative_to(self._root).parts
        for depth in range(len(inner) + 1):
            one = self._root.joinpath(*inner[:depth])
            one.mkdir(exist_ok=True)
            # Also where it was there already: whoever made it may not have come to this.
            _sync_folder(one.parent)
        if len(self._made) >= _MOST_MADE:
            self._made.clear()
        self._made.add(folder)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise EvidenceError(f"The evidence folder {folder} can't be read: {error.strerror}.") from error


def _clear(folder: Path, before: datetime) -> None:
    # Somebody may have put a file there since; then it stays.
    with suppress(OSError):
        if folder.stat().st_mtime < before.timestamp():
            folder.rmdir()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
