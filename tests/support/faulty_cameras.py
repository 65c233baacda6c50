"""Cameras over HTTP whose streams have holes: MJPEG with broken parts, HLS that stops and jumps."""

import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from tests.streams.scripted_server import ScriptedServer, http_answer

_SEND_LIMIT_S: Final = 5.0
_SEGMENT_S: Final = 0.5
_LISTED: Final = 6
# What comes in the place of every third picture, once it is faulty.
_BROKEN_PARTS: Final = 4


class MjpegCamera(ScriptedServer):
    """Sends `jpegs` over and over, two a second, to one client at a time; once `is_faulty`, every third part is broken.

    Broken in turn: cut off in its middle, with a length that is not its own, without any header, of rubbish.
    """

    def __init__(self, jpegs: Sequence[bytes]) -> None:
        super().__init__(lambda _request: None)
        self._jpegs = jpegs
        self.is_faulty = False

    def _converse(self, connection: socket.socket) -> None:
        connection.settimeout(_SEND_LIMIT_S)
        with suppress(OSError):
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n")
            self._send_parts(connection)

    def _send_parts(self, client: socket.socket) -> None:
        number = 0
        while not self._stop.wait(_SEGMENT_S):
            client.sendall(self._part(number))
            number += 1

    def _part(self, number: int) -> bytes:
        jpeg = self._jpegs[number % len(self._jpegs)]
        whole = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n"
        if not self.is_faulty or number % 3:
            return whole % (len(jpeg), jpeg)
        return (
            whole % (len(jpeg), jpeg[: len(jpeg) // 2] + bytes(len(jpeg) - len(jpeg) // 2)),
            whole % (len(jpeg) // 3, jpeg),
            b"--frame\r\n\r\n" + jpeg[: len(jpeg) // 4],
            whole % (400, bytes(range(200)) * 2),
        )[number // 3 % _BROKEN_PARTS]


class LiveHls:
    """A script for ScriptedServer: a live playlist over `segments` of half a second, over and over.

    While `is_stopped` the playlist stays as it was; afterwards it goes on where it would have been.
    """

    def __init__(self, segments: Mapping[str, bytes]) -> None:
        self._segments = segments
        self._began_s = time.monotonic()
        self.is_stopped = False
        self._newest = _LISTED

    def __call__(self, request: str) -> bytes:
        name = request.split(" ", 2)[1].rpartition("/")[2]
        if name in self._segments:
            return http_answer(self._segments[name], "video/mp2t")
        if name != "live.m3u8":
            return http_answer(b"", "text/plain", "404 Not Found")
        if not self.is_stopped:
            self._newest = _LISTED + int((time.monotonic() - self._began_s) / _SEGMENT_S)
        return http_answer(self._playlist().encode(), "application/vnd.apple.mpegurl")

    def _playlist(self) -> str:
        first = self._newest - _LISTED
        lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:1", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
        lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{first // len(self._segments)}")
        for number in range(first, self._newest):
            place = number % len(self._segments)
            if place == 0 and number > first:
                lines.append("#EXT-X-DISCONTINUITY")
            lines += [f"#EXTINF:{_SEGMENT_S},", f"{place}.ts"]
        return "\n".join([*lines, ""])
