"""A TCP server that answers by a script, for what a well-behaved server never says."""

import socket
import ssl
from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Self

Script = Callable[[str], bytes | None]

_POLL_S = 0.1
_JOIN_LIMIT_S = 5.0


class ScriptedServer:
    """Answers each request, up to its empty line, with `script(request)`; closes after None.

    One client at a time, in one thread, over TLS where `tls` is given. `requests` keeps what was asked.
    """

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._tls = tls
        self._stop = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_POLL_S)
        self._thread = Thread(target=self._serve, name="scripted-server")
        self.requests: list[str] = []
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(_JOIN_LIMIT_S)
        self._listener.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            with connection:
                self._greet(connection)

    def _greet(self, connection: socket.socket) -> None:
        if self._tls is None:
            connection.settimeout(_POLL_S)
            self._converse(connection)
            return
        connection.settimeout(_JOIN_LIMIT_S)
        try:
            secured = self._tls.wrap_socket(connection, server_side=True)
        except OSError:
            # The client did not trust the certificate.
            return
        with secured:
            secured.settimeout(_POLL_S)
            self._converse(secured)

    def _converse(self, connection: socket.socket) -> None:
        received = b""
        while not self._stop.is_set():
            while b"\r\n\r\n" in received:
                request, _, received = received.partition(b"\r\n\r\n")
                self.requests.append(request.decode())
                answer = self._script(self.requests[-1])
                if answer is None:
                    return
                try:
                    connection.sendall(answer)
                except OSError:
                    return
            try:
                data = connection.recv(4096)
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            received += data


def http_answer(body: bytes, content_type: str, status: str = "200 OK", headers: tuple[str, ...] = ()) -> bytes:
    """Return a whole HTTP response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def rtsp_answer(request: str, status: str = "200 OK", headers: tuple[str, ...] = (), body: str = "") -> bytes:
    """Return a whole RTSP response to `request`."""
    sequence = next(line for line in request.split("\r\n") if line.lower().startswith("cseq"))
    lines = [f"RTSP/1.0 {status}", sequence, f"Content-Length: {len(body)}", *headers, "", body]
    return "\r\n".join(lines).encode()
