"""Checking the whole evidence store: every file that a row names, against its sha256, and files that no row names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.database import Database
from models.errors import EvidenceError
from models.evidence import EvidenceStore, StoredFile
from models.repositories.evidence import EvidenceRepository, NamedFile
from pipeline.orphans import BATCH, FRESH_FOR, StoreState, named_files, still_named

_MOST_NOTED = 20


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file that a row names and that is missing or was altered; of a queued frame the kind is `labelling`."""

    id: UUID
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class CheckedStore:
    """What checking the store found; `removed_by_policy` are rows whose file is not expected to be there."""

    checked: int
    removed_by_policy: int
    missing: tuple[BadFile, ...]
    changed: tuple[BadFile, ...]
    orphaned: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        """Whether each file is there and as it was, and none is there without a row."""
        return not (self.missing or self.changed or self.orphaned)


def count_named(database: Database) -> int:
    """How many files there are to check."""
    with database.reading() as session:
        return EvidenceRepository(session).count_named()


def check_store(
    database: Database, store: EvidenceStore, now: datetime, on_checked: Callable[[int], None]
) -> CheckedStore:
    """Read every file; `on_checked` takes how many were read so far. What it finds is left for `nazar doctor`.

    Raises:
        EvidenceError: a folder can't be read, or nothing can be written.
    """
    checked = 0
    missing: list[BadFile] = []
    changed: list[BadFile] = []
    for batch in named_files(database, BATCH):
        absent, altered = [], []
        for file in batch:
            if store.size_bytes(file.path) is None:
                absent.append(file)
            elif not _is_as_it_was(store, file):
                altered.append(file)
            checked += 1
            on_checked(checked)
        missing += [_bad(file) for file in still_named(database, absent)]
        changed += [_bad(file) for file in still_named(database, altered)]
    orphaned = _orphaned(database, store, now)
    with database.reading() as session:
        removed = EvidenceRepository(session).count_removed()
    noted = tuple(file.path for file in missing[:_MOST_NOTED])
    last = StoreState.read(store)
    # How many are left alone is for who collects them to say, as far as there still are so many.
    left_alone = min(len(orphaned), 0 if last is None else last.left_alone)
    StoreState(now, checked, len(missing), noted, left_alone).write(store)
    return CheckedStore(checked, removed, tuple(missing), tuple(changed), tuple(orphaned))


def _is_as_it_was(store: EvidenceStore, file: NamedFile) -> bool:
    try:
        store.read(StoredFile(file.path, file.sha256))
    except EvidenceError:
        return False
    return True


def _bad(file: NamedFile) -> BadFile:
    return BadFile(file.id, file.kind, file.path)


def _orphaned(database: Database, store: EvidenceStore, now: datetime) -> list[str]:
    until = now - FRESH_FOR
    found = []
    for batch in store.walk(BATCH):
        paths = [file.path for file in batch]
        with database.reading() as session:
            repository = EvidenceRepository(session)
            named, removed = repository.named(paths), repository.removed(paths)
        unnamed = [file for file in batch if file.path not in named]
        found += [file.path for file in unnamed if file.changed_at < until or file.path in removed]
    # A sweep that runs meanwhile removes files right after their rows.
    return sorted(path for path in found if store.size_bytes(path) is not None)
