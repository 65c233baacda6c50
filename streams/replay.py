"""Sample footage as if it came from cameras: an HTTP server on this machine that plays clips in real time."""

import socket
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, unquote

from streams.clock import Clock
from streams.errors import ArchiveError
from streams.replay_playback import Audience, play

_SUFFIX: Final = ".ts"
_JOIN_LIMIT_S: Final = 5.0
# A client that takes nothing for this long is dropped.
_SEND_LIMIT_S: Final = 10.0


class ReplayServer:
    """Plays each clip endlessly at `/NAME.ts` on 127.0.0.1, from one beginning for all clients.

    `start` and `stop` belong to its owner, which `with` is short for. One thread accepts clients,
    one more serves each of them; `stop` ends them all.
    """

    def __init__(self, clips: Mapping[str, Path], clock: Clock, port: int = 0) -> None:
        missing = [str(clip) for clip in clips.values() if not clip.is_file()]
        if missing:
            raise ArchiveError(f"There is no clip {missing[0]} to replay.")
        self._clips = dict(clips)
        self._clock = clock
        self._port = port
        self._server: _Server | None = None
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port that it serves on."""
        return self._port

    def url(self, name: str) -> str:
        """Return the address of a clip, once the server runs."""
        return f"http://127.0.0.1:{self._port}/{quote(name)}{_SUFFIX}"

    def start(self) -> None:
        """Begin to play; raises OSError if the port is taken."""
        self._server = _Server(self._clips, self._clock, self._port)
        self._port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, name="replay-server", kwargs={"poll_interval": 0.1})
        self._thread.start()

    def stop(self) -> None:
        """End all playing; again is harmless."""
        if self._server is None or self._thread is None:
            return
        self._server.stop.set()
        self._server.shutdown()
        self._thread.join(_JOIN_LIMIT_S)
        self._server.server_close()
        self._server.join_clients(_JOIN_LIMIT_S)
        self._server = self._thread = None


class _Server(ThreadingHTTPServer):
    """Accepts clients, each in a thread of its own, which is known by name and waited for at the end."""

    def __init__(self, clips: Mapping[str, Path], clock: Clock, port: int) -> None:
        self.clips = clips
        self.clock = clock
        self.stop = Event()
        self.start_s = clock.monotonic_s()
        self._clients: list[Thread] = []
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        thread = Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name=f"replay-client-{client_address[1]}",
            daemon=True,
        )
        self._clients = [*(client for client in self._clients if client.is_alive()), thread]
        thread.start()

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        # A client that leaves before it has asked for anything is nothing to report.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def join_clients(self, limit_s: float) -> None:
        for client in self._clients:
            client.join(limit_s)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SEND_LIMIT_S

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        clip = self._answer()
        if clip is not None:
            elapsed_s = self.server.clock.monotonic_s() - self.server.start_s
            play(clip, Audience(self.wfile), self.server.clock, self.server.stop, elapsed_s)

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet: requests are not news."""

    def _answer(self) -> Path | None:
        clip = self.server.clips.get(unquote(self.path).removeprefix("/").removesuffix(_SUFFIX))
        if clip is None or not self.path.endswith(_SUFFIX):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "video/mp2t")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        return clip
