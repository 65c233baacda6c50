"""The body of an HTTP response, read from a checked connection, as a file that libav can read."""

import http.client
import socket
from collections.abc import Mapping
from typing import Final, cast

from streams.address import StreamAddress
from streams.camera_clock import skew_by_date
from streams.errors import (
    AuthenticationError,
    NotVideoError,
    RedirectedError,
    UnreachableError,
)
from streams.login import Login
from streams.status_words import http_status
from streams.stoppable_socket import StoppableSocket

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class HttpBody:
    """A response's body; `read` and `close` are what libav asks of a file.

    Owns its connection. Used by one thread. `clock_skew_s` is how far the server's clock is ahead of
    ours by the Date of its answer; None where it doesn't tell, or the answer comes out of a cache.
    """

    def __init__(self, socket: StoppableSocket, response: http.client.HTTPResponse) -> None:
        self._socket = socket
        self._response = response
        self._peeked = b""
        self._is_broken = False
        self.patience = socket.patience
        date = None if response.getheader("age") else response.getheader("date")
        self.clock_skew_s = skew_by_date(date, self.patience.clock.now())

    @property
    def content_type(self) -> str:
        """The media type that the server gives, in small letters and without parameters."""
        return (self._response.getheader("content-type") or "").partition(";")[0].strip().lower()

    @property
    def is_cut_short(self) -> bool:
        """Whether less came than was announced; known once `read` returned nothing."""
        return self._is_broken or bool(self._response.length)

    def peek(self, size: int) -> bytes:
        """Return the first bytes, fewer than `size` only at the end, and leave them to be read."""
        while len(self._peeked) < size and (part := self._received(size - len(self._peeked))):
            self._peeked += part
        return self._peeked

    def read(self, size: int) -> bytes:
        """Read what is there, at least one byte; nothing at the end. Raises what the socket raises."""
        if self._peeked:
            part, self._peeked = self._peeked[:size], self._peeked[size:]
            return part
        return self._received(size)

    def close(self) -> None:
        """Close the connection."""
        self._response.close()
        self._socket.close()

    def _received(self, size: int) -> bytes:
        try:
            return self._response.read1(size)
        except http.client.HTTPException:
            # A chunk that ends early: the other side has closed.
            self._is_broken = True
            return b""


def request_body(socket: StoppableSocket, address: StreamAddress, login: Login) -> HttpBody | None:
    """Ask for `address`; None if the server wants a log-in and is to be asked again with it.

    The connection is closed unless a body is returned.

    Raises:
        RedirectedError: what was asked for is elsewhere.
        StreamError: the server refuses, or doesn't speak HTTP.
        StoppedError: the run was stopped.
    """
    try:
        response = _response(socket, address, login)
        if response.status == 401:
            login.take(response.headers.get_all("www-authenticate", []))
            socket.close()
            return None
        _require_success(response, address)
    except BaseException:
        socket.close()
        raise
    return HttpBody(socket, response)


def request_head(
    address: StreamAddress, login: Login, method: str = "GET", more: Mapping[str, str] | None = None
) -> bytes:
    """Return a request up to its empty line, logged in as far as the server has asked for it, with `more` fields."""
    _, _, rest = address.request_url.partition("://")
    host, _, _ = rest.partition("/")
    host, _, _ = host.partition("?")
    target = rest[len(host) :]
    target = target if target.startswith("/") else f"/{target}"
    fields = {
        "Host": host,
        "User-Agent": "Nazar",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    } | login.headers(method, target)
    fields |= more or {}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    # A digest log-in names the user as it is, Cyrillic too (RFC 7616, section 3.4: in UTF-8).
    return "\r\n".join([*lines, "", ""]).encode()


def _response(connection: StoppableSocket, address: StreamAddress, login: Login) -> http.client.HTTPResponse:
    try:
        connection.send(request_head(address, login))
        # Of a socket, HTTPResponse uses only makefile().
        response = http.client.HTTPResponse(cast(socket.socket, connection), method="GET")
        response.begin()
    except OSError as error:
        raise UnreachableError(f"{address.display} closed the connection without an answer. Check the port.") from error
    except http.client.HTTPException as error:
        raise NotVideoError(
            f"{address.display} doesn't speak HTTP. Check the port, and the scheme in the address."
        ) from error
    return response


def _require_success(response: http.client.HTTPResponse, address: StreamAddress) -> None:
    location = response.getheader("location")
    if response.status in _REDIRECTS and location is not None:
        raise RedirectedError(location)
    if response.status == 200:
        return
    answer = f"{address.display} answers {http_status(response.status)}"
    if response.status == 403:
        raise AuthenticationError(f"{answer}. Check the camera's user, password and rights.")
    if 400 <= response.status < 500:
        raise NotVideoError(f"{answer}: there is no stream at this path. Check it in the camera's manual.")
    raise UnreachableError(f"{answer}. The camera may be starting, or have too many clients.")
