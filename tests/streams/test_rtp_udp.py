"""Video over UDP from a real RTSP server: which transport is used, and how a stream ends."""

import threading
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Literal

import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import StalledError, StreamEndedError, UnreachableError
from streams.live_source import LiveSource
from streams.network_policy import NetworkPolicy
from streams.rtp_udp import PacketCounts
from streams.rtsp_transport import RtspTransport
from streams.settings import StreamSettings
from tests.streams.udp_camera import CameraOpener, keyframe_counts
from tests.support.decoding import DECODER
from tests.support.rtsp_server import Login, RtspServer
from tests.support.video import counted


@pytest.fixture
def open_camera(policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> CameraOpener:
    return CameraOpener(policy, settings, clock)


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_a_camera_that_refuses_tcp_is_asked_for_udp(
    open_camera: CameraOpener, h264_clip: Path, h265_clip: Path, codec: str
) -> None:
    clip = h264_clip if codec == "h264" else h265_clip
    with (
        RtspServer({"/cam": clip}, transports=("udp",)) as server,
        closing(open_camera(server.url())) as connection,
    ):
        assert connection.transport == "rtsp/udp"
        assert keyframe_counts(connection, 45) == [0, 10, 20, 30, 0]
        assert connection.packet_counts == PacketCounts(lost=0, late=0, foreign=0)


@pytest.mark.parametrize(
    ("transport", "used"),
    [(RtspTransport.AUTO, "rtsp/tcp"), (RtspTransport.TCP, "rtsp/tcp"), (RtspTransport.UDP, "rtsp/udp")],
)
def test_tcp_comes_first_unless_udp_is_asked_for(
    open_camera: CameraOpener, h264_clip: Path, transport: RtspTransport, used: str
) -> None:
    with RtspServer({"/cam": h264_clip}) as server, closing(open_camera(server.url(), transport)) as connection:
        assert connection.transport == used
        assert keyframe_counts(connection, 11) == [0, 10]


@pytest.mark.parametrize(("allowed", "asked"), [(("udp",), RtspTransport.TCP), (("tcp",), RtspTransport.UDP)])
def test_a_transport_that_was_asked_for_is_not_replaced(
    open_camera: CameraOpener, h264_clip: Path, allowed: tuple[Literal["tcp", "udp"], ...], asked: RtspTransport
) -> None:
    with (
        RtspServer({"/cam": h264_clip}, transports=allowed) as server,
        pytest.raises(UnreachableError, match="461 Unsupported"),
    ):
        open_camera(server.url(), asked)


@pytest.mark.parametrize("scheme", ["basic", "digest"])
def test_a_log_in_carries_over_to_udp(open_camera: CameraOpener, h264_clip: Path, scheme: str) -> None:
    login = Login("оператор", "п@роль/#?: %40", "basic" if scheme == "basic" else "digest")
    with (
        RtspServer({"/cam": h264_clip}, login, ("udp",)) as server,
        closing(open_camera(server.url())) as connection,
    ):
        assert connection.transport == "rtsp/udp"
        assert keyframe_counts(connection, 1) == [0]


def test_a_killed_server_ends_the_stream_and_a_reconnect_goes_on(open_camera: CameraOpener, h264_clip: Path) -> None:
    with RtspServer({"/cam": h264_clip}, transports=("udp",)) as server:
        with closing(open_camera(server.url())) as connection:
            pictures = connection.pictures()
            next(pictures)
            server.stop()
            with pytest.raises(StreamEndedError, match="closed the connection"):
                for _ in pictures:
                    pass
        server.start()
        with closing(open_camera(server.url())) as connection:
            assert keyframe_counts(connection, 1) == [0]


def test_a_server_that_hangs_is_a_stall_within_the_time_limit(open_camera: CameraOpener, h264_clip: Path) -> None:
    with (
        RtspServer({"/cam": h264_clip}, transports=("udp",)) as server,
        closing(open_camera(server.url())) as connection,
    ):
        pictures = connection.pictures()
        next(pictures)
        server.freeze()
        with pytest.raises(StalledError, match=r"within 2 s\.$"):
            for _ in pictures:
                pass


def test_a_stop_ends_a_run_over_udp_without_an_error(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, h264_clip: Path
) -> None:
    stop = Event()
    with RtspServer({"/cam": h264_clip}, transports=("udp",)) as server:
        source = LiveSource(StreamAddress.parse(server.url()), policy, settings, clock, decoder=DECODER)
        with source.open(stop) as run:
            assert counted(next(run.frames).image) == 0
            server.freeze()
            timer = threading.Timer(0.3, stop.set)
            timer.start()
            # Well before the read limit, or this would be a StalledError.
            assert list(run.frames) == []
            timer.join()
