"""Asking for one thing after another over HTTP: a camera's snapshots, or a playlist and its segments."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial
from ssl import SSLContext
from threading import Event
from typing import Final

from pydantic import SecretStr

from streams.address import StreamAddress
from streams.clock import Clock
from streams.errors import (
    AddressRefusedError,
    AuthenticationError,
    NotVideoError,
    RedirectedError,
    UnreachableError,
)
from streams.http_body import HttpBody, request_body
from streams.login import Login
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from streams.stoppable_socket import Patience, StoppableSocket, connect, tls_context

_SCHEMES: Final = frozenset({"http", "https"})
_MOST_REDIRECTS: Final = 3
# What a playlist names may be spread over servers; a log-in that was forgotten is asked for again.
_MOST_LOGINS: Final = 16
_CHUNK_BYTES: Final = 65536

_LoginKey = tuple[str, SecretStr | None, SecretStr | None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came. `address` is where from after all redirects: what the data names is meant relative to it.

    `clock_skew_s` is how far the clock there is ahead of ours, to the second; None where it doesn't tell.
    """

    address: StreamAddress
    data: bytes
    clock_skew_s: float | None = None


class HttpClient:
    """Checks every address before it connects, also those that redirects name.

    A log-in that was accepted goes along with the next request to the same origin, unasked. Used by
    one thread; no connection stays open between requests.
    """

    def __init__(self, policy: NetworkPolicy, settings: StreamSettings, clock: Clock, stop: Event) -> None:
        self._policy = policy
        self._settings = settings
        self._clock = clock
        self._stop = stop
        self._logins: dict[_LoginKey, Login] = {}

    def get(self, address: StreamAddress, largest_bytes: int, patience: Patience) -> Fetched:
        """Return all that is at `address`, within what `patience` allows.

        Raises:
            StreamError: an address is refused, nothing whole comes, or more than `largest_bytes`.
            StoppedError: the run was stopped.
        """
        target, body = self._found(address, patience)
        with closing(body):
            if body.content_type.startswith("multipart/"):
                raise NotVideoError(
                    f"{target.display} answers with pictures without end where one file is wanted. Register it as a "
                    "stream."
                )
            return Fetched(target, _read(body, target, largest_bytes), body.clock_skew_s)

    @cached_property
    def _tls(self) -> SSLContext:
        return tls_context(self._settings)

    def _found(self, address: StreamAddress, patience: Patience) -> tuple[StreamAddress, HttpBody]:
        target = address
        for _ in range(_MOST_REDIRECTS + 1):
            if target.scheme not in _SCHEMES:
                raise AddressRefusedError(
                    f"{target.display} is refused: snapshots, playlists and segments are had over http and https only."
                )
            try:
                return target, self._body(target, patience)
            except RedirectedError as redirect:
                target = target.redirected(redirect.location)
        raise UnreachableError(f"{address.display} redirects more than {_MOST_REDIRECTS} times. Give the last address.")

    def _body(self, address: StreamAddress, patience: Patience) -> HttpBody:
        pinned = self._policy.check(address)
        tls = self._tls if address.scheme == "https" else None
        dial = partial(connect, pinned, self._settings, self._clock, self._stop, patience=patience, tls=tls)
        if address.username is None:
            return ask(dial, address, Login(address))
        key = (address.origin, address.username, address.password)
        kept = self._logins.pop(key, None)
        body = None if kept is None else _asked_again(dial, address, kept)
        if kept is None or body is None:
            kept = Login(address)
            body = ask(dial, address, kept)
        if len(self._logins) >= _MOST_LOGINS:
            self._logins.clear()
        self._logins[key] = kept
        return body


def ask(dial: Callable[[], StoppableSocket], address: StreamAddress, login: Login) -> HttpBody:
    """Ask for `address` over a connection of its own, and again as often as logging in takes.

    Raises:
        RedirectedError: what was asked for is elsewhere.
        StreamError: the server refuses, or doesn't speak HTTP.
        StoppedError: the run was stopped.
    """
    # Once to be asked, once to log in, and once more where the camera calls its own challenge stale.
    for _ in range(3):
        body = request_body(dial(), address, login)
        if body is not None:
            return body
    raise AuthenticationError(f"{address.display} refuses the log-in. Check the camera's user and password.")


def _asked_again(dial: Callable[[], StoppableSocket], address: StreamAddress, login: Login) -> HttpBody | None:
    """Ask with a log-in that was accepted before; None if it is refused now.

    Its challenge may have aged without the camera saying that it is stale, as it should.
    """
    try:
        return ask(dial, address, login)
    except AuthenticationError:
        return None


def _read(body: HttpBody, address: StreamAddress, largest_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := body.read(_CHUNK_BYTES):
        size += len(part)
        if size > largest_bytes:
            raise NotVideoError(
                f"{address.display} holds more than {largest_bytes / 1e6:g} MB, more than is read at once. Choose a "
                "smaller picture size in the camera."
            )
        parts.append(part)
    if body.is_cut_short:
        raise UnreachableError(f"{address.display} broke off after {size} bytes. Check the network.")
    return b"".join(parts)
