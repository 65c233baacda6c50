"""The evidence store: a folder of files, each named by its sha256, each checked when read.

A file is written, synced and renamed into place before its row is inserted; a crash between the
two leaves a file without a row, never a row without a file.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from models.errors import EvidenceError


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where a file lies under the store's root, and the digest of its bytes."""

    path: str
    sha256: str


class EvidenceStore:
    """Keeps files under one folder; what goes in has passed the redactor (pipeline/evidence.py)."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes, folder: str, suffix: str) -> StoredFile:
        """Store bytes durably; the same bytes in the same folder are stored once.

        Raises:
            EvidenceError: the disk refused them.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = f"{folder}/{digest}{suffix}"
        target = self._root / path
        try:
            _write_durably(target, data)
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


def _write_durably(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    with part.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
