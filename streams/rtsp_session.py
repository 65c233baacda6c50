"""One RTSP 1.0 conversation (RFC 2326), with the video interleaved on the same TCP connection or over UDP beside it."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from streams.camera_clock import SenderClock
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
from streams.network_policy import PinnedAddress
from streams.rtp import RtpPacket
from streams.rtp_udp import PacketCounts, RtpOverUdp
from streams.rtsp_transport import REFUSALS, RtspTransport, is_udp
from streams.sdp import VideoMedia, codecs_of, find_video
from streams.status_words import rtsp_status
from streams.stoppable_socket import StoppableSocket

_LONGEST_LINE: Final = 8192
_MOST_HEADERS: Final = 100
_LARGEST_BODY: Final = 1024 * 1024
_INTERLEAVED: Final = b"$"
_DEFAULT_SESSION_TIMEOUT_S: Final = 60.0
# So many within a session's time limit that one may be refused, as with a log-in that has gone stale.
_KEEP_ALIVES: Final = 3
_STATUS_LINE: Final = re.compile(r"RTSP/\d\.\d (\d{3})(?: +.*)?")
_REQUEST_LINE: Final = re.compile(r"[A-Z_]+ \S+ RTSP/\d\.\d")


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


class RtspSession:
    """Describes, sets up and plays one camera's video.

    The session owns its sockets; `close` ends all. Used by one thread.
    """

    def __init__(self, socket: StoppableSocket, address: PinnedAddress, clock: Clock) -> None:
        self._socket = socket
        self._reader = socket.makefile()
        self._pinned = address
        self._display = address.address.display
        self._url = address.address.request_url
        self._base = self._url
        self._login = Login(address.address)
        self._clock = clock
        self._sequence = 0
        self._session: str | None = None
        self._keep_alive_method = "OPTIONS"
        self._keep_alive_every_s = _DEFAULT_SESSION_TIMEOUT_S / _KEEP_ALIVES
        self._keep_alive_at_s = clock.monotonic_s()
        self._channel, self._report_channel = 0, 1
        self.sender_clock = SenderClock(clock)
        self._udp: RtpOverUdp | None = None
        self._is_playing = False

    @property
    def packet_counts(self) -> PacketCounts | None:
        """What became of packets; None over TCP, where none is lost."""
        return None if self._udp is None else self._udp.counts

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

    def play(self, media: VideoMedia, transport: RtspTransport = RtspTransport.AUTO) -> RtspTransport:
        """Have the video sent; return what it comes over. Raises as `describe` does, or as RtpOverUdp."""
        used = self._set_up_tcp(media, transport) or self._set_up_udp(media)
        self._request("PLAY", self._base, {"Range": "npt=0.000-"})
        self._is_playing = True
        return used

    def packets(self) -> Iterator[RtpPacket]:
        """Yield the video's packets as they come, and keep the session alive between them.

        Raises:
            StreamEndedError: the camera closed the connection or sends something that is not RTSP.
            StreamError: of the kind that the socket's patience names.
            StoppedError: the run was stopped.
        """
        if self._udp is not None:
            yield from self._packets_over_udp(self._udp)
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
        if self._udp is not None:
            self._udp.close()
        self._reader.close()

    def _set_up_tcp(self, media: VideoMedia, transport: RtspTransport) -> RtspTransport | None:
        """Ask for TCP; None where UDP is wanted, or is left to ask for after a refusal."""
        if transport is RtspTransport.UDP:
            return None
        fields = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"}
        reply = self._ask("SETUP", self._control_url(media.control), fields)
        answered = reply.header("transport") or ""
        # What is asked for over TLS is not to come in clear.
        may_be_udp = transport is RtspTransport.AUTO and self._pinned.address.scheme != "rtsps"
        if reply.status in REFUSALS and may_be_udp:
            return None
        self._require_success(reply)
        self._take_session(reply)
        if is_udp(answered):
            if may_be_udp:
                return None
            raise UnreachableError(f"{self._display} answers with UDP where TCP is asked for. Allow TCP in the camera.")
        channels = re.search(r"interleaved=(\d+)(?:-(\d+))?", answered)
        self._channel = 0 if channels is None else int(channels[1])
        self._report_channel = self._channel + 1 if channels is None or not channels[2] else int(channels[2])
        return RtspTransport.TCP

    def _set_up_udp(self, media: VideoMedia) -> RtspTransport:
        self._udp = RtpOverUdp(self._socket, self._pinned, media.payload_type, self._clock)
        self.sender_clock = self._udp.sender_clock
        fields = {"Transport": f"RTP/AVP;unicast;client_port={self._udp.ports}"}
        reply = self._request("SETUP", self._control_url(media.control), fields)
        self._take_session(reply)
        self._udp.start(reply.header("transport") or "")
        return RtspTransport.UDP

    def _take_session(self, reply: _Reply) -> None:
        self._session, _, parameters = (reply.header("session") or "").partition(";")
        timeout = re.search(r"timeout=(\d+)", parameters)
        if timeout is not None and int(timeout[1]) > 0:
            self._keep_alive_every_s = int(timeout[1]) / _KEEP_ALIVES

    def _packets_over_udp(self, udp: RtpOverUdp) -> Iterator[RtpPacket]:
        while True:
            self._keep_alive()
            if udp.wait():
                self._hear_out()
            yield from udp.packets()

    def _hear_out(self) -> None:
        """Read what the camera says while its video comes over UDP: replies to keep-alives, mostly."""
        start = self._reader.read(1)
        # Of a line's end alone, which keeps a connection open, nothing need follow.
        reply = None if start in (b"\r", b"\n") else self._read_message(start)
        if reply is not None and reply.status == 401:
            with suppress(AuthenticationError):  # of no matter while video comes
                self._login.take(reply.all("www-authenticate"))

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
        reply = self._ask(method, url, headers)
        self._require_success(reply)
        return reply

    def _ask(self, method: str, url: str, headers: dict[str, str] | None = None) -> _Reply:
        self._send(method, url, headers or {})
        reply = self._reply()
        # Once to log in, and once more where the camera calls its own challenge stale.
        for _ in range(2):
            if reply.status != 401:
                break
            self._login.take(reply.all("www-authenticate"))
            self._send(method, url, headers or {})
            reply = self._reply()
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
        answer = f"{self._display} answers {rtsp_status(reply.status)}"
        if reply.status in (401, 403):
            raise AuthenticationError(f"{answer}. Check the camera's user, password and rights.")
        if reply.status in (404, 454):
            raise NotVideoError(f"{answer}: there is no stream at this path. Check it in the camera's manual.")
        raise UnreachableError(f"{answer}. It may have too many clients, or not serve this stream over TCP or UDP.")

    def _read_interleaved(self) -> RtpPacket | None:
        channel = self._read(1)[0]
        data = self._read(int.from_bytes(self._read(2), "big"))
        if channel == self._report_channel:
            self.sender_clock.hear(data)
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
        return None if status is None else _Reply(int(status[1]), tuple(headers), body)

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
