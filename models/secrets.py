"""Sealing at rest: camera addresses, and pictures that have not passed the redactor."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from models.errors import SealError
from models.key_file import make_key_file, parse_keys, read_keys
from models.settings import ModelsSettings

KEY_VARIABLE: Final = "NAZAR_MODELS__SEAL_KEY"


@dataclass(frozen=True, slots=True, repr=False)
class _Ring:
    """Keys in use, and what their file looked like when they were read."""

    newest: Fernet
    every: MultiFernet
    stamp: tuple[int, ...] = ()


class Seal:
    """Seals texts and pictures with the newest of its keys, opens with any (Fernet: AES-128-CBC and HMAC-SHA256).

    With a `key_file` the keys are read again whenever it was replaced, so that running processes follow a
    rotation. Shared between threads: the ring is replaced whole.
    """

    def __init__(self, *keys: bytes, key_file: Path | None = None) -> None:
        self._key_file = key_file
        self._ring = _ring(keys) if key_file is None else _ring_of(key_file)

    def close_over(self, text: str) -> str:
        """Seal a text."""
        return self.close_over_bytes(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Open a sealed text.

        Raises:
            SealError: it was sealed with another key, or altered.
        """
        try:
            return self._current().every.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealError(
                "A camera's address was sealed with another key. Put the key file that belongs to this database back."
            ) from error

    def close_over_bytes(self, data: bytes) -> bytes:
        """Seal a picture."""
        return self._current().newest.encrypt(data)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Open a sealed picture.

        Raises:
            SealError: it was sealed with another key, or altered.
        """
        try:
            return self._current().every.decrypt(sealed)
        except InvalidToken as error:
            raise SealError(
                "A picture was sealed with another key, or altered. Put this database's key file back."
            ) from error

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the newest key opens what was sealed."""
        try:
            self._current().newest.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def renewed(self, sealed: bytes) -> bytes:
        """Seal with the newest key what any key opens.

        Raises:
            SealError: none does.
        """
        try:
            return self._current().every.rotate(sealed)
        except InvalidToken as error:
            raise SealError("This was sealed with another key, or altered.") from error

    def _current(self) -> _Ring:
        if self._key_file is None:
            return self._ring
        try:
            if _stamp(self._key_file) != self._ring.stamp:
                self._ring = _ring_of(self._key_file)
        except (OSError, SealError):
            # What a running process needs doesn't go with the file; the next start will say what is wrong with it.
            return self._ring
        return self._ring


def load_seal(key_file: Path) -> Seal:
    """Read the key file, or make one readable by its owner only.

    Raises:
        SealError: others have rights to the key file, or it holds no key.
    """
    if not key_file.exists():
        make_key_file(key_file)
    return Seal(key_file=key_file)


def open_seal(settings: ModelsSettings) -> Seal:
    """Take the keys from the environment, or else from their file.

    Raises:
        SealError: as `load_seal`.
    """
    if settings.seal_key is not None:
        return Seal(*keys_given(settings.seal_key.get_secret_value()))
    return load_seal(settings.key_file)


def keys_given(text: str) -> tuple[bytes, ...]:
    """Read the keys in the variable, the newest first.

    Raises:
        SealError: it holds none.
    """
    return parse_keys(text, KEY_VARIABLE)


def _ring(keys: tuple[bytes, ...], stamp: tuple[int, ...] = ()) -> _Ring:
    fernets = [Fernet(key) for key in keys]
    return _Ring(fernets[0], MultiFernet(fernets), stamp)


def _ring_of(key_file: Path) -> _Ring:
    # Taken first: a file that is replaced in between is read once more.
    stamp = _stamp(key_file) if key_file.exists() else ()
    return _ring(read_keys(key_file), stamp)


def _stamp(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
