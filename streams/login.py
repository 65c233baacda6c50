"""Logging in to a camera: the Basic (RFC 7617) and Digest (RFC 7616) schemes, for RTSP and HTTP alike."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from streams.address import StreamAddress
from streams.errors import AuthenticationError

_CHALLENGES: Final = re.compile(r"(?:^|,)\s*(?=(?:basic|digest)\s)", re.IGNORECASE)
_PARAMETER: Final = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# The strongest first.
_HASHES: Final[dict[str, Callable[[str], str]]] = {"sha-256": _sha256, "md5": _md5}


@dataclass(frozen=True, slots=True)
class _Challenge:
    """What a camera asked for; `algorithm` is empty for Basic."""

    algorithm: str = ""
    named: str | None = None
    is_session: bool = False
    realm: str = ""
    nonce: str = ""
    opaque: str | None = None
    has_qop: bool = False
    is_stale: bool = False


class Login:
    """The log-in of one address, answering one conversation's challenges. Its repr is an object's own."""

    def __init__(self, address: StreamAddress) -> None:
        self._display = address.display
        self._has_credentials = address.username is not None
        self._username = "" if address.username is None else address.username.get_secret_value()
        self._password = "" if address.password is None else address.password.get_secret_value()
        self._challenge: _Challenge | None = None
        self._count = 0

    def take(self, www_authenticate: Iterable[str]) -> None:
        """Take a refusal's challenges; the request is then to be sent again with `headers`.

        Raises:
            AuthenticationError: there is no log-in, it was refused, or the camera's scheme is not ours.
        """
        if not self._has_credentials:
            raise AuthenticationError(f"{self._display} asks for a log-in. Give the camera's user and password.")
        challenge = _strongest(www_authenticate)
        if challenge is None:
            raise AuthenticationError(
                f"{self._display} asks for a kind of log-in that is not known here. Set the camera to digest or basic."
            )
        if self._challenge is not None and not challenge.is_stale:
            raise AuthenticationError(f"{self._display} refuses the log-in. Check the camera's user and password.")
        self._challenge = challenge
        self._count = 0

    def headers(self, method: str, uri: str) -> dict[str, str]:
        """Return the headers that log a request in; none before the camera has asked."""
        if self._challenge is None:
            return {}
        if not self._challenge.algorithm:
            token = base64.b64encode(f"{self._username}:{self._password}".encode()).decode("ascii")
            return {"Authorization": f"Basic {token}"}
        self._count += 1
        return {"Authorization": self._digest(self._challenge, method, uri)}

    def _digest(self, challenge: _Challenge, method: str, uri: str) -> str:
        """Compute the answer; the names are those of RFC 7616, section 3.4."""
        digest = _HASHES[challenge.algorithm]
        cnonce, nc = secrets.token_hex(8), f"{self._count:08x}"
        a1 = digest(f"{self._username}:{challenge.realm}:{self._password}")
        if challenge.is_session:
            a1 = digest(f"{a1}:{challenge.nonce}:{cnonce}")
        a2 = digest(f"{method}:{uri}")
        middle = f"{challenge.nonce}:{nc}:{cnonce}:auth" if challenge.has_qop else challenge.nonce
        fields = {
            "username": self._username,
            "realm": challenge.realm,
            "nonce": challenge.nonce,
            "uri": uri,
            "response": digest(f"{a1}:{middle}:{a2}"),
        }
        if challenge.opaque is not None:
            fields["opaque"] = challenge.opaque
        if challenge.has_qop or challenge.is_session:
            fields["cnonce"] = cnonce
        answer = "Digest " + ", ".join(f'{name}="{_escaped(value)}"' for name, value in fields.items())
        # Old cameras stumble over an algorithm that they didn't name.
        if challenge.named is not None:
            answer += f", algorithm={challenge.named}"
        return f"{answer}, qop=auth, nc={nc}" if challenge.has_qop else answer


def _strongest(www_authenticate: Iterable[str]) -> _Challenge | None:
    known = [
        challenge
        for header in www_authenticate
        for text in _CHALLENGES.split(header)
        if (challenge := _parsed(text)) is not None
    ]
    order = [*_HASHES, ""]
    return min(known, key=lambda challenge: order.index(challenge.algorithm), default=None)


def _parsed(text: str) -> _Challenge | None:
    scheme, _, rest = text.strip().partition(" ")
    if scheme.lower() == "basic":
        return _Challenge()
    if scheme.lower() != "digest":
        return None
    found = {key.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare for key, quoted, bare in _PARAMETER.findall(rest)}
    name = found.get("algorithm", "md5").lower()
    algorithm = name.removesuffix("-sess")
    qops = [qop.strip().lower() for qop in found.get("qop", "").split(",") if qop.strip()]
    if algorithm not in _HASHES or (qops and "auth" not in qops):
        return None
    return _Challenge(
        algorithm=algorithm,
        named=found.get("algorithm"),
        is_session=name != algorithm,
        realm=found.get("realm", ""),
        nonce=found.get("nonce", ""),
        opaque=found.get("opaque"),
        has_qop=bool(qops),
        is_stale=found.get("stale", "").lower() == "true",
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
