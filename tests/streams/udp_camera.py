"""A camera of our own that serves UDP only, and sends exactly the datagrams that a test wants to come."""

import re
import socket
import struct
from collections.abc import Callable, Iterable
from itertools import islice
from threading import Event
from types import TracebackType
from typing import Self

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.connection import Connection
from streams.network_policy import NetworkPolicy
from streams.opener import open_connection
from streams.rtsp_connection import RtspConnection
from streams.rtsp_transport import RtspTransport
from streams.settings import StreamSettings
from tests.streams.scripted_server import ScriptedServer, rtsp_answer
from tests.support.decoding import DECODER
from tests.support.video import counted

_SDP = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 {codec}/90000\r\na=control:track1\r\n"
_MOST_KEEP_ALIVES = 2


class UdpCamera:
    """Sends `datagrams` to the client when it is asked to play; `rtp` and `rtcp` are its own two sockets.

    `transport` stands in its answer to SETUP, with `{rtp}` and `{rtcp}` for its ports. `tcp` is its
    answer to SETUP for TCP: a status and a Transport header; `keep_alive` is its answer to the
    first keep-alive: a status and a further header. It hangs up on the second.
    """

    def __init__(
        self,
        datagrams: Iterable[bytes] = (),
        *,
        codec: str = "H264",
        transport: str = "RTP/AVP;unicast;server_port={rtp}-{rtcp}",
        tcp: tuple[str, str] = ("461 Unsupported Transport", ""),
        keep_alive: tuple[str, str] = ("200 OK", "Server: camera"),
        on_play: Callable[["UdpCamera"], None] | None = None,
    ) -> None:
        self._datagrams = datagrams
        self._codec = codec
        self._transport = transport
        self._tcp = tcp
        self._keep_alive = keep_alive
        self._on_play = on_play
        self.rtp, self.rtcp = _bound(), _bound()
        self.client_port = 0
        self.server = ScriptedServer(self._answer)

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.__exit__(kind, error, trace)
        self.rtp.close()
        self.rtcp.close()

    @property
    def url(self) -> str:
        """Where it is asked for its video."""
        return f"rtsp://127.0.0.1:{self.server.port}/cam"

    def send(self, datagram: bytes, sender: socket.socket | None = None) -> None:
        """Send to the client's RTP port, from the camera's own or from another."""
        (sender or self.rtp).sendto(datagram, ("127.0.0.1", self.client_port))

    def say_good_bye(self, ssrc: int) -> None:
        """Send a good-bye of source `ssrc` to the client's RTCP port."""
        self.rtcp.sendto(struct.pack(">BBHI", 0x81, 203, 1, ssrc), ("127.0.0.1", self.client_port + 1))

    def asked(self, method: str) -> list[str]:
        """Return the requests of one method that came so far."""
        return [request for request in self.server.requests if request.startswith(f"{method} ")]

    def _answer(self, request: str) -> bytes | None:
        headers = ["Session: 4711;timeout=30", "Public: DESCRIBE, GET_PARAMETER"]
        if len(self.asked("GET_PARAMETER")) == _MOST_KEEP_ALIVES:
            return None
        if request.startswith("GET_PARAMETER"):
            return rtsp_answer(request, self._keep_alive[0], (*headers, self._keep_alive[1]))
        if request.startswith("DESCRIBE"):
            return rtsp_answer(request, body=_SDP.format(codec=self._codec))
        if request.startswith("SETUP"):
            ports = re.search(r"client_port=(\d+)-\d+", request)
            if ports is None:
                return rtsp_answer(request, self._tcp[0], (f"Transport: {self._tcp[1]}",))
            self.client_port = int(ports[1])
            transport = self._transport.format(rtp=self.rtp.getsockname()[1], rtcp=self.rtcp.getsockname()[1])
            headers.append(f"Transport: {transport}")
        if request.startswith("PLAY"):
            if self._on_play is not None:
                self._on_play(self)
            for datagram in self._datagrams:
                self.send(datagram)
        return rtsp_answer(request, headers=tuple(headers))


class CameraOpener:
    """Opens connections with one policy, one set of settings and one clock."""

    def __init__(self, policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> None:
        self.policy, self.settings, self.clock = policy, settings, clock

    def __call__(
        self, url: str, transport: RtspTransport = RtspTransport.AUTO, stop: Event | None = None
    ) -> RtspConnection:
        connection = open_connection(
            StreamAddress.parse(url), self.policy, self.settings, self.clock, stop or Event(), rtsp_transport=transport
        )
        assert isinstance(connection, RtspConnection)
        return connection


def keyframe_counts(connection: Connection, pictures: int) -> list[int]:
    """Decode the keyframes among the next pictures."""
    counts = []
    for picture in islice(connection.pictures(), pictures):
        if picture.data is not None:
            image = DECODER.decode(connection.codec, picture.data, Event())
            assert image is not None
            counts.append(counted(image))
    return counts


def _bound() -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.bind(("127.0.0.1", 0))
    bound.settimeout(5)
    return bound
