"""Collecting files that no row names, and finding rows whose file is missing, bit by bit.

A file comes before its row and goes after it, so a kill leaves at most a few files that nobody can ask for. Fresh
ones are left: their row may be on its way. Many files without a row are no crash's doing but another database's, one
restored from a backup or begun anew; those are reported and left for a person to decide on.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

import structlog

from models.database import Database
from models.evidence import EvidenceStore
from models.repositories.evidence import EvidenceRepository, NamedFile
from streams.clock import Clock

BATCH: Final = 500
# A row follows its file within seconds; an hour also covers a slow disk and a clock that is a little off.
FRESH_FOR: Final = timedelta(hours=1)
# So many files without a row may come from kills; more, only where far more have one.
FEW: Final = 50
FEW_SHARE: Final = 0.1
# More are left for the next round.
_MOST_AT_ONCE: Final = 10_000
_NOTE: Final = "upkeep.json"


@dataclass(frozen=True, slots=True)
class StoreState:
    """What the last look at the whole store found; `missing` names some of the files that are missing."""

    at: datetime
    files: int
    missing_count: int
    missing: tuple[str, ...]
    # Files without a row that were not removed, since there are too many.
    left_alone: int

    @classmethod
    def read(cls, store: EvidenceStore) -> Self | None:
        """What was last left in the store, if anything was."""
        text = store.noted(_NOTE)
        if text is None:
            return None
        try:
            found: dict[str, Any] = json.loads(text)
            at = datetime.fromisoformat(found["at"])
            return cls(at, found["files"], found["missing_count"], tuple(found["missing"]), found["left_alone"])
        except (ValueError, KeyError, TypeError):
            return None

    def write(self, store: EvidenceStore) -> None:
        """Leave it in the store, for `nazar doctor`.

        Raises:
            EvidenceError: the disk refused it.
        """
        store.note(_NOTE, json.dumps(asdict(self) | {"at": self.at.isoformat()}, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class Collected:
    """What one step did: files removed, and how many without a row were left alone."""

    removed: int = 0
    left_alone: int = 0

    def plus(self, other: "Collected") -> "Collected":
        """Both together."""
        return Collected(self.removed + other.removed, self.left_alone + other.left_alone)


class OrphanCollection:
    """Walks the store and the rows against each other; owned by one thread."""

    def __init__(self, database: Database, store: EvidenceStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._log = structlog.get_logger()

    def collect(self, *, is_dry: bool = False, however_many: bool = False) -> Collected:
        """Remove what no row names; if dry, only count it. A person may say that it is right, however many."""
        collected = Collected()
        for step in self.steps(is_dry=is_dry, however_many=however_many):
            collected = collected.plus(step)
        return collected

    def steps(self, *, is_dry: bool = False, however_many: bool = False) -> Iterator[Collected]:
        """The same, one batch after another."""
        until = self._clock.now() - FRESH_FOR
        orphans: list[str] = []
        named_count = orphan_count = 0
        for batch in self._store.walk(BATCH, clear_before=None if is_dry else until):
            with self._database.reading() as session:
                repository = EvidenceRepository(session)
                named = repository.named([file.path for file in batch])
                surely_gone = repository.removed([file.path for file in batch])
            named_count += len(named)
            unnamed = [file for file in batch if file.path not in named]
            old = [file for file in unnamed if file.changed_at < until or file.path in surely_gone]
            sure = [file.path for file in old if file.is_part or file.path in surely_gone]
            others = [file.path for file in old if not file.is_part and file.path not in surely_gone]
            orphan_count += len(others)
            orphans += others if however_many else others[: _MOST_AT_ONCE - len(orphans)]
            yield Collected(len(sure) if is_dry else self._discard(sure))
        is_few = named_count > 0 and orphan_count <= max(FEW, FEW_SHARE * named_count)
        if orphan_count and not is_few and not however_many:
            yield Collected(left_alone=orphan_count)
            return
        for start in range(0, len(orphans), BATCH):
            yield self._remove(orphans[start : start + BATCH], is_dry=is_dry)

    def missing(self) -> Iterator[tuple[int, list[NamedFile]]]:
        """How many files that rows name were looked for, and those that aren't there, one batch after another."""
        for batch in named_files(self._database, BATCH):
            absent = [file for file in batch if self._store.size_bytes(file.path) is None]
            yield len(batch), still_named(self._database, absent)

    def _remove(self, paths: Sequence[str], *, is_dry: bool) -> Collected:
        with self._database.reading() as session:
            named = EvidenceRepository(session).named(paths)
        gone = [path for path in paths if path not in named]
        return Collected(len(gone) if is_dry else self._discard(gone))

    def _discard(self, paths: Sequence[str]) -> int:
        removed = 0
        for path in paths:
            try:
                self._store.discard(path)
            except OSError as error:
                self._log.error("evidence file can't be removed", path=path, reason=error.strerror)
                continue
            removed += 1
        return removed


def named_files(database: Database, most: int) -> Iterator[list[NamedFile]]:
    """All files that rows name, pictures and frames of the labelling queue, one batch a transaction."""
    for read in (EvidenceRepository.pictures, EvidenceRepository.queued_frames):
        after = None
        while True:
            with database.reading() as session:
                batch = read(EvidenceRepository(session), after, most)
            if not batch:
                break
            yield batch
            after = batch[-1].id


def still_named(database: Database, files: Sequence[NamedFile]) -> list[NamedFile]:
    """Those of some files that a row still names: a latest view may have been replaced, a picture swept."""
    if not files:
        return []
    with database.reading() as session:
        named = EvidenceRepository(session).named([file.path for file in files])
    return [file for file in files if file.path in named]
