"""Packets over UDP that get lost, overtake each other, come from elsewhere or not at all."""

import socket
import struct
from contextlib import closing
from ipaddress import ip_network
from itertools import islice
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import AddressRefusedError, StreamEndedError, UnreachableError
from streams.live_source import LiveSource
from streams.network_policy import NetworkPolicy
from streams.rtp import H264, H265
from streams.rtp_udp import PacketCounts, RtpOverUdp
from streams.rtsp_session import RtspSession
from streams.rtsp_transport import RtspTransport
from streams.settings import StreamSettings
from streams.stoppable_socket import Patience, StoppableSocket
from tests.streams.rtp_packets import rtp_packet, rtp_payloads
from tests.streams.udp_camera import CameraOpener, UdpCamera, keyframe_counts
from tests.support.decoding import DECODER
from tests.support.video import Image, counted, encode_clip

_RMEM_MAX = Path("/proc/sys/net/core/rmem_max")


@pytest.fixture
def open_camera(policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> CameraOpener:
    return CameraOpener(policy, settings, clock)


@pytest.mark.parametrize(
    "tcp",
    [
        ("400 Bad Request", ""),
        ("461 Unsupported Transport", ""),
        ("501 Not Implemented", ""),
        ("200 OK", "RTP/AVP;unicast;client_port=5000-5001"),
    ],
)
def test_other_ways_of_refusing_tcp_are_understood(
    open_camera: CameraOpener, h264_clip: Path, tcp: tuple[str, str]
) -> None:
    datagrams = [rtp_packet(payload, number) for number, payload in enumerate(rtp_payloads(h264_clip, H264))]
    with UdpCamera(datagrams, tcp=tcp) as camera, closing(open_camera(camera.url)) as connection:
        assert keyframe_counts(connection, 40) == [0, 10, 20, 30]
        assert len(camera.asked("SETUP")) == 2


def test_what_is_asked_for_over_tls_does_not_come_in_clear(clock: SystemClock) -> None:
    with UdpCamera() as camera:
        plain = socket.create_connection(("127.0.0.1", camera.server.port))
        plain.settimeout(0.25)
        address = StreamAddress.parse(camera.url.replace("rtsp:", "rtsps:"))
        pinned = NetworkPolicy((ip_network("127.0.0.0/8"),)).check(address)
        stoppable = StoppableSocket(plain, Patience("camera", clock, Event(), 5, UnreachableError))
        with closing(RtspSession(stoppable, pinned, clock)) as session:
            media = session.describe()
            with pytest.raises(UnreachableError, match="461"):
                session.play(media)
            with pytest.raises(AddressRefusedError, match=r"asks for TLS.*Accepted are TCP, or rtsp://"):
                session.play(media, RtspTransport.UDP)
    assert len(camera.asked("SETUP")) == 1


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_packets_that_overtake_each_other_or_come_twice_harm_nothing(
    open_camera: CameraOpener, h264_clip: Path, h265_clip: Path, codec: str
) -> None:
    clip, syntax = (h264_clip, H264) if codec == "h264" else (h265_clip, H265)
    datagrams = [rtp_packet(payload, 65_500 + number) for number, payload in enumerate(rtp_payloads(clip, syntax))]
    chunks = [datagrams[start : start + 20] for start in range(0, len(datagrams), 20)]
    mixed = [datagram for chunk in chunks for datagram in (chunk[-1], *reversed(chunk))]
    with UdpCamera(mixed, codec=codec.upper()) as camera, closing(open_camera(camera.url)) as connection:
        assert keyframe_counts(connection, 40) == [0, 10, 20, 30]
        counts = connection.packet_counts
    assert counts == PacketCounts(lost=0, late=len(chunks), foreign=0)


@pytest.mark.parametrize("codec", ["h264", "h265"])
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_keyframe_that_lost_a_packet_is_not_shown(
    open_camera: CameraOpener, h264_clip: Path, h265_clip: Path, codec: str, place: str
) -> None:
    clip, syntax = (h264_clip, H264) if codec == "h264" else (h265_clip, H265)
    payloads = rtp_payloads(clip, syntax)
    keyframe = [number for number, payload in enumerate(payloads) if payload[2] == 10 * 9000]
    lost = {"first": keyframe[0], "middle": keyframe[len(keyframe) // 2], "last": keyframe[-1]}[place]
    datagrams = [rtp_packet(payload, number) for number, payload in enumerate(payloads) if number != lost]
    with UdpCamera(datagrams, codec=codec.upper()) as camera, closing(open_camera(camera.url)) as connection:
        assert keyframe_counts(connection, 40) == [0, 20, 30]
        assert connection.packet_counts == PacketCounts(lost=1, late=0, foreign=0)


def test_a_look_that_came_damaged_is_told_with_the_next_one(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, h264_clip: Path
) -> None:
    payloads = rtp_payloads(h264_clip, H264)
    lost = next(number for number, payload in enumerate(payloads) if payload[2] == 10 * 9000)
    datagrams = [rtp_packet(payload, number) for number, payload in enumerate(payloads) if number != lost]
    with UdpCamera(datagrams) as camera:
        source = LiveSource(StreamAddress.parse(camera.url), policy, settings, clock, decoder=DECODER)
        with source.open(Event()) as run:
            frames = list(islice(run.frames, 3))
    assert [counted(frame.image) for frame in frames] == [0, 20, 30]
    assert [frame.left_out for frame in frames] == [0, 1, 0]


def test_a_burst_larger_than_the_usual_buffer_is_held(open_camera: CameraOpener, tmp_path: Path) -> None:
    if int(_RMEM_MAX.read_text()) < 2 * 1024 * 1024:
        pytest.skip("this kernel grants no large receive buffer; raise net.core.rmem_max")
    frames: list[Image] = [np.random.default_rng(0).integers(0, 256, (540, 960, 3), np.uint8)] * 2
    clip = encode_clip(frames, tmp_path / "noise.mp4", gop=1, options={"crf": "16"})
    payloads = [payload for payload in rtp_payloads(clip, H264, size=1400) if payload[2] == 0]
    assert 500_000 < sum(len(payload[0]) for payload in payloads) < 1_000_000
    # All of it is sent before the first packet is read: PLAY is answered only then.
    datagrams = [rtp_packet(payload, number) for number, payload in enumerate(payloads)]
    with UdpCamera(datagrams) as camera, closing(open_camera(camera.url)) as connection:
        picture = next(connection.pictures())
    assert picture.is_keyframe
    assert picture.data is not None


@pytest.mark.parametrize("names_port", [True, False])
def test_packets_from_elsewhere_are_dropped(open_camera: CameraOpener, h264_clip: Path, *, names_port: bool) -> None:
    payloads = rtp_payloads(h264_clip, H264)
    datagrams = [rtp_packet(payload, number) for number, payload in enumerate(payloads)]

    def forge(camera: UdpCamera) -> None:
        # Another machine; or, where the camera has named its port, another port of the same one.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1" if names_port else "127.0.0.2", 0))
            for number, payload in enumerate(payloads[:20]):
                camera.send(rtp_packet(payload, number, ssrc=666), other)

    transport = "RTP/AVP;unicast" + (";server_port={rtp}-{rtcp}" if names_port else "")
    with (
        UdpCamera(datagrams, transport=transport, on_play=forge) as camera,
        closing(open_camera(camera.url)) as connection,
    ):
        assert keyframe_counts(connection, 40) == [0, 10, 20, 30]
        counts = connection.packet_counts
    # The kernel itself turns away what does not come from a port that is known.
    assert counts == PacketCounts(lost=0, late=0, foreign=0 if names_port else 20)


def test_an_ipv6_camera_is_heard_from_its_own_address_only(clock: SystemClock, h264_clip: Path) -> None:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    camera = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    camera.bind(("::1", 0))
    with listener, camera:
        port = listener.getsockname()[1]
        pinned = NetworkPolicy((ip_network("::1/128"),)).check(StreamAddress.parse(f"rtsp://[::1]:{port}/cam"))
        plain = socket.create_connection(("::1", port))
        with StoppableSocket(plain, Patience("camera", clock, Event(), 5, UnreachableError)) as control:
            receiver = RtpOverUdp(control, pinned, 96, clock)
            with closing(receiver):
                receiver.start("RTP/AVP;unicast;source=::1;destination=::1")
                client_port = int(receiver.ports.partition("-")[0])
                payloads = rtp_payloads(h264_clip, H264)[:5]
                for number, payload in enumerate(payloads):
                    camera.sendto(rtp_packet(payload, number), ("::1", client_port))
                received: list[int] = []
                while len(received) < len(payloads):
                    receiver.wait()
                    received += [packet.sequence for packet in receiver.packets()]
    assert received == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("named", ["source=127.0.0.9", "source=169.254.169.254", "destination=192.0.2.7"])
def test_an_answer_that_names_another_machine_is_refused(open_camera: CameraOpener, named: str) -> None:
    transport = "RTP/AVP;unicast;server_port={rtp}-{rtcp};" + named
    with UdpCamera(transport=transport) as camera:
        with pytest.raises(AddressRefusedError, match=named.partition("=")[2]):
            open_camera(camera.url)
        assert camera.asked("PLAY") == []
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
            again.bind(("127.0.0.1", camera.client_port))


def test_ports_are_a_pair_and_the_way_for_packets_is_opened(open_camera: CameraOpener, h264_clip: Path) -> None:
    with UdpCamera([rtp_packet(rtp_payloads(h264_clip, H264)[0], 0)]) as camera:
        with closing(open_camera(camera.url)):
            _, rtp_sender = camera.rtp.recvfrom(2048)
            report, rtcp_sender = camera.rtcp.recvfrom(2048)
        assert camera.client_port % 2 == 0
        assert (rtp_sender[1], rtcp_sender[1]) == (camera.client_port, camera.client_port + 1)
        assert report[:2] == bytes([0x80, 201])


class _SteppingClock(SystemClock):
    """A clock on which a second passes each time it is read."""

    def __init__(self) -> None:
        self._reads = 0

    def monotonic_s(self) -> float:
        self._reads += 1
        return float(self._reads)


def test_the_session_is_kept_alive_and_ends_with_its_connection(policy: NetworkPolicy, h264_clip: Path) -> None:
    payloads = rtp_payloads(h264_clip, H264)
    with UdpCamera([rtp_packet(payload, 7 + number) for number, payload in enumerate(payloads)]) as camera:
        settings = StreamSettings(open_timeout_s=1e9, read_timeout_s=1e9)
        opener = CameraOpener(policy, settings, _SteppingClock())
        # The camera hangs up when it is asked to keep the session a second time.
        with (
            closing(opener(camera.url)) as connection,
            pytest.raises(StreamEndedError, match="closed the connection"),
        ):
            for _ in connection.pictures():
                pass
        assert ["Session: 4711" in asked for asked in camera.asked("GET_PARAMETER")] == [True, True]
        reports = iter(lambda: camera.rtcp.recv(2048), b"")
        full = next(report for report in reports if report[:2] == bytes([0x81, 201]))
    source, lost, highest = struct.unpack_from(">III", full, 8)
    assert (source, lost, highest) == (1, 0, 7 + len(payloads) - 1)


def test_a_log_in_that_has_gone_stale_is_renewed_for_the_next_keep_alive(policy: NetworkPolicy) -> None:
    stale = ("401 Unauthorized", 'WWW-Authenticate: Digest realm="camera", nonce="second", stale=true')
    settings = StreamSettings(open_timeout_s=1e9, read_timeout_s=1e9)
    opener = CameraOpener(policy, settings, _SteppingClock())
    with UdpCamera(keep_alive=stale) as camera:
        url = camera.url.replace("rtsp://", "rtsp://admin:geheim@")
        with closing(opener(url)) as connection, pytest.raises(StreamEndedError, match="closed the connection"):
            next(connection.pictures())
    assert ['nonce="second"' in asked for asked in camera.asked("GET_PARAMETER")] == [False, True]


def test_a_good_bye_ends_the_stream(open_camera: CameraOpener, h264_clip: Path) -> None:
    payloads = rtp_payloads(h264_clip, H264)
    datagrams = [rtp_packet(payload, number) for number, payload in enumerate(payloads)]
    with UdpCamera(datagrams) as camera, closing(open_camera(camera.url)) as connection:
        pictures = connection.pictures()
        # All of them, and then the good-bye; another source's ends nothing.
        camera.say_good_bye(ssrc=2)
        assert len([next(pictures) for _ in range(40)]) == 40
        camera.say_good_bye(ssrc=1)
        with pytest.raises(StreamEndedError, match="said good-bye"):
            next(pictures)


def test_silence_from_the_start_advises_on_firewalls(policy: NetworkPolicy, clock: SystemClock) -> None:
    opener = CameraOpener(policy, StreamSettings(open_timeout_s=0.5), clock)
    with (
        UdpCamera() as camera,
        closing(opener(camera.url)) as connection,
        pytest.raises(UnreachableError, match=r"within 0\.5 s\. Nothing has come over UDP.*firewalls"),
    ):
        next(connection.pictures())
