"""Changing the sealing key, and saying which key opens what.

At every instant of a rotation each sealed value opens with the keys in the file: the new key is in it, durably,
before anything is sealed with it, and the old one leaves it when nothing is sealed with it any more. A rotation
that was killed is gone on with by the next.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from models.database import Database
from models.errors import SealError
from models.key_file import read_keys, replace_keys, rotation_lock
from models.repositories.sealed import SealedRepository, SealedValue
from models.secrets import Seal

# A batch is one transaction; while it lasts nobody else writes to SQLite.
_ADDRESSES_AT_ONCE: Final = 100
_PICTURES_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class SealReport:
    """How many sealed values open with the newest key, with an older one, with none.

    `cameras` are the names of those whose address doesn't open with the newest.
    """

    newest: int
    older: int
    unopened: int
    cameras: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        """Whether the newest key opens everything."""
        return not self.older and not self.unopened


def check_seals(database: Database, seal: Seal) -> SealReport:
    """Try every sealed value."""
    newest = older = unopened = 0
    cameras = []
    for kind in _KINDS:
        for batch in _batches(database, kind):
            for value in batch:
                if seal.is_newest(value.sealed):
                    newest += 1
                    continue
                if _opens(seal, value):
                    older += 1
                else:
                    unopened += 1
                if value.camera is not None:
                    cameras.append(value.camera)
    return SealReport(newest, older, unopened, tuple(sorted(cameras)))


def reseal(database: Database, seal: Seal) -> None:
    """Seal everything with the newest key that an older one sealed; what no key opens stays as it is."""
    while any(_reseal_kind(database, seal, kind) for kind in _KINDS):
        # What was written behind the pass, by processes that had not seen the new key yet.
        continue


def rotate_key_file(database: Database, key_file: Path, settle: Callable[[], None]) -> SealReport:
    """Make a new key, or go on with the one that a killed rotation made, and seal everything with it.

    `settle` waits until changes that were begun with the old key are in the database; they are sealed anew then.

    Raises:
        SealError: another rotation runs, or the key file can't be used.
    """
    with rotation_lock(key_file):
        keys = read_keys(key_file)
        if len(keys) == 1:
            keys = (Fernet.generate_key(), *keys)
            replace_keys(key_file, keys)
        seal = Seal(*keys)
        reseal(database, seal)
        settle()
        reseal(database, seal)
        replace_keys(key_file, keys[:1])
        return check_seals(database, Seal(*keys[:1]))


@dataclass(frozen=True, slots=True)
class _Kind:
    read: Callable[[SealedRepository, UUID | None, int], Sequence[SealedValue]]
    put: Callable[[SealedRepository, SealedValue, bytes], None]
    at_once: int


_KINDS: Final = (
    _Kind(SealedRepository.addresses, SealedRepository.put_address, _ADDRESSES_AT_ONCE),
    _Kind(SealedRepository.pictures, SealedRepository.put_picture, _PICTURES_AT_ONCE),
    _Kind(SealedRepository.pushed, SealedRepository.put_pushed, _PICTURES_AT_ONCE),
)


def _reseal_kind(database: Database, seal: Seal, kind: _Kind) -> bool:
    after, has_changed = None, False
    while True:
        with database.transaction() as session:
            batch = kind.read(SealedRepository(session), after, kind.at_once)
            has_changed |= _reseal_batch(session, seal, kind, batch)
        if not batch:
            return has_changed
        after = batch[-1].id


def _reseal_batch(session: Session, seal: Seal, kind: _Kind, batch: Sequence[SealedValue]) -> bool:
    behind = [value for value in batch if not seal.is_newest(value.sealed) and _opens(seal, value)]
    for value in behind:
        kind.put(SealedRepository(session), value, seal.renewed(value.sealed))
    return bool(behind)


def _batches(database: Database, kind: _Kind) -> Iterator[Sequence[SealedValue]]:
    after = None
    while True:
        with database.reading() as session:
            batch = kind.read(SealedRepository(session), after, kind.at_once)
        if not batch:
            return
        yield batch
        after = batch[-1].id


def _opens(seal: Seal, value: SealedValue) -> bool:
    try:
        seal.open_bytes(value.sealed)
    except SealError:
        return False
    return True
