"""Sealing at rest: camera addresses, and pictures that have not passed the redactor."""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from models.errors import SealError


class Seal:
    """Seals and opens texts and pictures with one key (Fernet: AES-128-CBC and HMAC-SHA256)."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)

    def close_over(self, text: str) -> str:
        """Seal a text."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Open a sealed text.

        Raises:
            SealError: it was sealed with another key, or altered.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealError(
                "A camera's address was sealed with another key. Put the key file that belongs to this database back."
            ) from error

    def close_over_bytes(self, data: bytes) -> bytes:
        """Seal a picture."""
        return self._fernet.encrypt(data)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Open a sealed picture.

        Raises:
            SealError: it was sealed with another key, or altered.
        """
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise SealError(
                "A picture was sealed with another key, or altered. Put this database's key file back."
            ) from error


def load_seal(key_file: Path) -> Seal:
    """Read the key, or make one readable by its owner only.

    Raises:
        SealError: others may read the key file, or it holds no key.
    """
    if not key_file.exists():
        key_file.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and linked into place: of two processes starting together one key wins.
        fresh = key_file.with_name(f"{key_file.name}.{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(Fernet.generate_key())
            handle.flush()
            os.fsync(handle.fileno())
        try:
            os.link(fresh, key_file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    if key_file.stat().st_mode & 0o077:
        raise SealError(f"{key_file} can be read by others; run: chmod 600 {key_file}")
    try:
        return Seal(key_file.read_bytes().strip())
    except ValueError as error:
        raise SealError(f"{key_file} holds no sealing key: {error}") from error
