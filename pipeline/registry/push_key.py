"""The key with which a camera that sends its pictures by itself says that it is that camera."""

import hashlib
import hmac
import secrets
from typing import Final

_MARK: Final = "nzc_"


def new_push_key() -> str:
    """Make a key; it is shown once and kept nowhere."""
    return _MARK + secrets.token_urlsafe(32)


def push_key_digest(key: str) -> str:
    """What is kept of a key: it is 256 random bits, of which a plain digest gives nothing away."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_push_key(key: str, digest: str | None) -> bool:
    """Whether a key is the one of which the digest was kept."""
    return hmac.compare_digest(push_key_digest(key), digest or "")
