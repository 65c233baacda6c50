"""One RTSP 1.0 conversation (RFC 2326), with the video interleaved on the same TCP connection."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from streams.address import StreamAddress
from streams.clock import Clock
from streams.errors import (
    AuthenticationError,
    NotVideoError,
    RedirectedError,
    StreamEndedError,
    StreamError,
    UnreachableError,
)
from streams.login import Login
from streams.rtp import RtpPacket
from streams.sdp import VideoMedia, codecs_of, find_video
from streams.stoppable_socket import StoppableSocket

_LONGEST_LINE: Final = 8192
_MOST_HEADERS: Final = 100
_LARGEST_BODY: Final = 1024 * 1024
_INTERLEAVED: Final = b"$"
_DEFAULT_SESSION_TIMEOUT_S: Final = 60.0
_STATUS_LINE: Final = re.compile(r"RTSP/\d\.\d (\d{3})(?: +(.*))?")
_REQUEST_LINE: Final = re.compile(r"[A-Z_]+ \S+ RTSP/\d\.\d")


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


class RtspSession:
    """Describes, sets up and plays one camera's video.

    The session owns its socket; `close` ends both. Used by one thread.
    """

    def __init__(self, socket: StoppableSocket, address: StreamAddress, clock: Clock) -> None:
        self._socket = socket
        self._reader = socket.makefile()
        self._display = address.display
        self._url = address.request_url
        self._base = self._url
        self._login = Login(address)
        self._clock = clock
        self._sequence = 0
        self._session: str | None = None
        self._keep_alive_method = "OPTIONS"
        self._keep_alive_every_s = _DEFAULT_SESSION_TIMEOUT_S / 2
        self._keep_alive_at_s = clock.monotonic_s()
        self._channel = 0
        self._is_playing = False

    def describe(self) -> VideoMedia:
        """Ask what there is, and log in.

        Raises:
            RedirectedError: the video is elsewhere.
            StreamError: the camera refuses, or offers no video that is read here.
            StoppedError: the run was stopped.
        """
        methods = self._request("OPTIONS", self._url).header("public") or ""
        if "GET_PARAMETER" in methods.upper():
            self._keep_alive_method = "GET_PARAMETER"
        reply = self._request("DESCRIBE", self._url, {"Accept": "application/sdp"})
        self._base = reply.header("content-base") or reply.header("content-location") or self._url
        sdp = reply.body.decode("utf-8", errors="replace")
        media = find_video(sdp)
        if media is None:
            offered = ", ".join(codecs_of(sdp)) or "nothing"
            raise NotVideoError(f"{self._display} offers {offered}; set the camera's stream to H.264 or H.265.")
        return media

    def play(self, media: VideoMedia) -> None:
        """Have the video sent; raises as `describe` does."""
        transport = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"}
        reply = self._request("SETUP", self._control_url(media.control), transport)
        self._session, _, parameters = (reply.header("session") or "").partition(";")
        timeout = re.search(r"timeout=(\d+)", parameters)
        if timeout is not None and int(timeout[1]) > 0:
            self._keep_alive_every_s = int(timeout[1]) / 2
        channel = re.search(r"interleaved=(\d+)", reply.header("transport") or "")
        self._channel = 0 if channel is None else int(channel[1])
        self._request("PLAY", self._base, {"Range": "npt=0.000-"})
        self._is_playing = True

    def packets(self) -> Iterator[RtpPacket]:
        """Yield the video's packets as they come, and keep the session alive between them.

        Raises:
            StreamEndedError: the camera closed the connection or sends something that is not RTSP.
            StreamError: of the kind that the socket's patience names.
            StoppedError: the run was stopped.
        """
        while True:
            self._keep_alive()
            start = self._reader.read(1)
            if start != _INTERLEAVED:
                self._read_message(start)
                continue
            packet = self._read_interleaved()
            if packet is not None:
                yield packet

    def close(self) -> None:
        """Say good-bye as far as that needs no waiting, and close the connection."""
        if self._session:
            self._socket.send_at_once(self._message("TEARDOWN", self._base, {}))
        self._reader.close()

    def _control_url(self, control: str) -> str:
        if re.match(r"rtsps?://", control, re.IGNORECASE):
            return control
        if control in ("", "*"):
            return self._base
        return f"{self._base.removesuffix('/')}/{control.removeprefix('/')}"

    def _keep_alive(self) -> None:
        now_s = self._clock.monotonic_s()
        if now_s - self._keep_alive_at_s >= self._keep_alive_every_s:
            self._keep_alive_at_s = now_s
            self._send(self._keep_alive_method, self._base, {})

    def _request(self, method: str, url: str, headers: dict[str, str] | None = None) -> _Reply:
        self._send(method, url, headers or {})
        reply = self._reply()
        # Once to log in, and once more where the camera calls its own challenge stale.
        for _ in range(2):
            if reply.status != 401:
                break
            self._login.take(reply.all("www-authenticate"))
            self._send(method, url, headers or {})
            reply = self._reply()
        self._require_success(reply)
        return reply

    def _send(self, method: str, url: str, headers: dict[str, str]) -> None:
        try:
            self._socket.send(self._message(method, url, headers))
        except OSError as error:
            raise self._closed() from error

    def _message(self, method: str, url: str, headers: dict[str, str]) -> bytes:
        self._sequence += 1
        own = {"CSeq": str(self._sequence), "User-Agent": "Nazar"}
        if self._session:
            own["Session"] = self._session
        fields = own | headers | self._login.headers(method, url)
        lines = [f"{method} {url} RTSP/1.0", *(f"{name}: {value}" for name, value in fields.items())]
        return "\r\n".join([*lines, "", ""]).encode()

    def _reply(self) -> _Reply:
        while True:
            start = self._reader.read(1)
            if start == _INTERLEAVED:
                # A camera may begin to send before it has answered PLAY.
                self._read_interleaved()
                continue
            reply = self._read_message(start)
            if reply is not None and reply.header("cseq") in (str(self._sequence), None):
                return reply

    def _require_success(self, reply: _Reply) -> None:
        location = reply.header("location")
        if 300 <= reply.status < 400 and location is not None:
            raise RedirectedError(location)
        if 200 <= reply.status < 300:
            return
        answer = f"{self._display} answers {reply.status} {reply.reason}"
        if reply.status in (401, 403):
            raise AuthenticationError(f"{answer}. Check the camera's user, password and rights.")
        if reply.status in (404, 454):
            raise NotVideoError(f"{answer}: there is no stream at this path. Check it in the camera's manual.")
        raise UnreachableError(f"{answer}. It may have too many clients, or not serve this stream over TCP.")

    def _read_interleaved(self) -> RtpPacket | None:
        channel = self._read(1)[0]
        data = self._read(int.from_bytes(self._read(2), "big"))
        return RtpPacket.parse(data) if channel == self._channel else None

    def _read_message(self, start: bytes) -> _Reply | None:
        """Read a reply whose first byte is `start`; None for a request of the camera's own."""
        first = self._read_line(start)
        while not first:
            first = self._read_line()
        status = _STATUS_LINE.fullmatch(first)
        if status is None and not _REQUEST_LINE.fullmatch(first):
            raise self._nonsense()
        headers = []
        while line := self._read_line():
            name, _, value = line.partition(":")
            headers.append((name.strip().lower(), value.strip()))
            if len(headers) > _MOST_HEADERS:
                raise self._nonsense()
        length = next((int(value) for name, value in headers if name == "content-length" and value.isdecimal()), 0)
        if length > _LARGEST_BODY:
            raise self._nonsense()
        body = self._read(length)
        return None if status is None else _Reply(int(status[1]), (status[2] or "")[:80], tuple(headers), body)

    def _read_line(self, start: bytes = b"") -> str:
        line = start if start == b"\n" else start + self._reader.readline(_LONGEST_LINE)
        if line.endswith(b"\n"):
            return line.decode("utf-8", errors="replace").strip()
        raise self._nonsense() if len(line) >= _LONGEST_LINE else self._closed()

    def _read(self, size: int) -> bytes:
        data = self._reader.read(size)
        if len(data) < size:
            raise self._closed()
        return data

    def _nonsense(self) -> StreamError:
        if self._is_playing:
            return StreamEndedError(f"{self._display} sent bytes that are not RTSP; the connection is dropped.")
        return NotVideoError(f"{self._display} doesn't speak RTSP. Check the port, and the scheme in the address.")

    def _closed(self) -> StreamError:
        if self._is_playing:
            return StreamEndedError(f"{self._display} closed the connection.")
        return UnreachableError(f"{self._display} closed the connection without an answer. Check the port.")
