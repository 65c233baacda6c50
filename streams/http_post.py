"""Posting to an HTTP service over a checked connection; the answer is read whole, whatever its status."""

import http.client
import socket
from dataclasses import dataclass
from typing import Final, cast

from streams.address import StreamAddress
from streams.errors import OnvifError, UnreachableError
from streams.http_body import request_head
from streams.login import Login
from streams.stoppable_socket import StoppableSocket

_CHUNK_BYTES: Final = 65536


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: status, the challenges of a refusal, where a redirect leads, and the body."""

    status: int
    challenges: tuple[str, ...]
    location: str | None
    body: bytes


def post(
    connection: StoppableSocket,
    address: StreamAddress,
    login: Login,
    body: bytes,
    content_type: str,
    largest_bytes: int,
) -> HttpAnswer:
    """Post `body` and read the answer, of whose body at most one byte over `largest_bytes`. Closes the connection.

    Raises:
        StreamError: nothing answers in time, or not in HTTP.
        StoppedError: the run was stopped.
    """
    fields = {"Content-Type": content_type, "Content-Length": str(len(body))}
    with connection:
        try:
            connection.send(request_head(address, login, "POST", fields) + body)
            # Of a socket, HTTPResponse uses only makefile().
            response = http.client.HTTPResponse(cast(socket.socket, connection), method="POST")
            with response:
                response.begin()
                received = _read(response, largest_bytes)
        except OSError as error:
            raise UnreachableError(
                f"{address.display} closed the connection without an answer. Check the port."
            ) from error
        except http.client.HTTPException as error:
            raise OnvifError(
                f"{address.display} doesn't speak HTTP. Check the port, and the scheme in the address."
            ) from error
    return HttpAnswer(
        response.status,
        tuple(response.headers.get_all("www-authenticate", [])),
        response.getheader("location"),
        received,
    )


def _read(response: http.client.HTTPResponse, largest_bytes: int) -> bytes:
    parts: list[bytes] = []
    missing = largest_bytes + 1
    while missing > 0 and (part := response.read1(min(missing, _CHUNK_BYTES))):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
