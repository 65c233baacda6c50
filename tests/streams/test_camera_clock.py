"""How far a camera's clock is off, over each protocol: real servers, and scripted ones whose clock is wrong."""

import struct
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network
from itertools import islice
from pathlib import Path
from threading import Event

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.burst_source import BurstSource
from streams.camera_clock import skew_by_date, skew_by_ntp
from streams.connection import Connection
from streams.errors import StreamEndedError
from streams.live_source import LiveSource
from streams.network_policy import NetworkPolicy
from streams.opener import open_connection
from streams.rtp import H264
from streams.rtsp_transport import RtspTransport
from streams.settings import StreamSettings
from streams.snapshot_source import SnapshotSource
from tests.streams.hls_camera import HlsCamera, playlist
from tests.streams.rtp_packets import rtp_packet, rtp_payloads
from tests.streams.scripted_server import Script, ScriptedServer, http_answer, rtsp_answer
from tests.streams.udp_camera import UdpCamera
from tests.support.decoding import DECODER
from tests.support.rtsp_server import RtspServer
from tests.support.video import counting_frames

_NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_POLICY = NetworkPolicy((ip_network("127.0.0.1/32"),))
_SETTINGS = StreamSettings(read_timeout_s=5)
_1970_IN_NTP_S = 2_208_988_800
_SDP = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"


def _ntp(at: datetime) -> int:
    return int((_1970_IN_NTP_S + at.timestamp()) * 2**32)


def _sender_report(ntp: int, ssrc: int = 1) -> bytes:
    return struct.pack(">BBHIQIII", 0x80, 200, 6, ssrc, ntp, 0, 0, 0)


def _interleaved(channel: int, data: bytes) -> bytes:
    return struct.pack(">cBH", b"$", channel, len(data)) + data


def _tcp_camera(clip: Path, reports: list[tuple[int, bytes]], channels: str = "0-1") -> Script:
    """Sends its reports, each on its channel, and then all of the clip's video."""
    video = int(channels.partition("-")[0])
    packets = [
        _interleaved(video, rtp_packet(payload, number)) for number, payload in enumerate(rtp_payloads(clip, H264))
    ]

    def script(request: str) -> bytes:
        if request.startswith("DESCRIBE"):
            return rtsp_answer(request, body=_SDP)
        if request.startswith("SETUP"):
            transport = f"Transport: RTP/AVP/TCP;unicast;interleaved={channels}"
            return rtsp_answer(request, headers=("Session: 1", transport))
        sent = [_interleaved(channel, report) for channel, report in reports] + packets
        return rtsp_answer(request) + (b"".join(sent) if request.startswith("PLAY") else b"")

    return script


def _opened(url: str, transport: RtspTransport = RtspTransport.AUTO) -> Connection:
    return open_connection(
        StreamAddress.parse(url), _POLICY, _SETTINGS, SystemClock(), Event(), rtsp_transport=transport
    )


def _read(url: str, pictures: int = 20) -> float | None:
    with closing(_opened(url)) as connection:
        assert len(list(islice(connection.pictures(), pictures))) == pictures
        return connection.clock_skew_s


def _dated(script: Script, at: datetime, *more: str) -> Script:
    """Let a camera's answers carry the Date that its clock shows."""
    lines = "\r\n".join([f"Date: {format_datetime(at, usegmt=True)}", *more])

    def dated(request: str) -> bytes | None:
        answer = script(request)
        return None if answer is None else answer.replace(b"\r\n", f"\r\n{lines}\r\n".encode(), 1)

    return dated


def _jpeg() -> bytes:
    return bytes(cv2.imencode(".jpg", next(counting_frames(1)))[1].tobytes())


@pytest.mark.parametrize("transport", [RtspTransport.TCP, RtspTransport.UDP])
def test_a_real_servers_sender_reports_tell_that_its_clock_is_right(h264_clip: Path, transport: RtspTransport) -> None:
    with RtspServer({"/cam": h264_clip}) as server, closing(_opened(server.url(), transport)) as connection:
        before_s = connection.clock_skew_s
        told_s = (connection.clock_skew_s for _ in connection.pictures())
        skew_s = next(skew_s for skew_s in told_s if skew_s is not None)
    assert before_s is None
    # The same machine's clock; what is left is the time that a busy machine takes to read it.
    assert -10 < skew_s < 0.1


@pytest.mark.parametrize("off", [timedelta(hours=5), timedelta(days=-9000), timedelta(seconds=-90)])
def test_a_camera_whose_clock_is_off_tells_so_over_tcp(h264_clip: Path, off: timedelta) -> None:
    report = _sender_report(_ntp(datetime.now(UTC) + off))
    with ScriptedServer(_tcp_camera(h264_clip, [(1, report)])) as server:
        skew_s = _read(f"rtsp://127.0.0.1:{server.port}/cam")
    assert skew_s == pytest.approx(off.total_seconds(), abs=10)


def test_reports_are_taken_from_the_channel_that_the_camera_names_and_the_newest_counts(h264_clip: Path) -> None:
    now = datetime.now(UTC)
    reports = [
        (6, _sender_report(_ntp(now + timedelta(hours=1)))),
        (6, _sender_report(_ntp(now + timedelta(hours=2)))),
        (7, _sender_report(_ntp(now + timedelta(hours=3)))),
        # Of a camera that has lost its clock again nothing is known anew.
        (6, _sender_report(0)),
    ]
    with ScriptedServer(_tcp_camera(h264_clip, reports, "4-6")) as server:
        assert _read(f"rtsp://127.0.0.1:{server.port}/cam") == pytest.approx(7200, abs=10)


def test_a_camera_whose_clock_is_off_tells_so_over_udp(h264_clip: Path) -> None:
    datagrams = [rtp_packet(payload, number) for number, payload in enumerate(rtp_payloads(h264_clip, H264))]
    report = _sender_report(_ntp(datetime.now(UTC) - timedelta(hours=1)))

    def tell(camera: UdpCamera) -> None:
        camera.rtcp.sendto(report, ("127.0.0.1", camera.client_port + 1))

    with UdpCamera(datagrams, on_play=tell) as camera, closing(_opened(camera.url)) as connection:
        pictures = connection.pictures()
        assert len(list(islice(pictures, 40))) == 40
        # Another source's report, now that ours is known, is none of it.
        foreign = _sender_report(_ntp(datetime.now(UTC) + timedelta(days=9)), ssrc=666)
        camera.rtcp.sendto(foreign, ("127.0.0.1", camera.client_port + 1))
        camera.say_good_bye(ssrc=1)
        with pytest.raises(StreamEndedError, match="said good-bye"):
            next(pictures)
        assert connection.clock_skew_s == pytest.approx(-3600, abs=10)


def test_frames_carry_what_the_camera_has_told_also_over_bursts(h264_clip: Path) -> None:
    report = _sender_report(_ntp(datetime.now(UTC) + timedelta(hours=1)))
    with ScriptedServer(_tcp_camera(h264_clip, [(1, report)])) as server:
        address = StreamAddress.parse(f"rtsp://127.0.0.1:{server.port}/cam")
        live = LiveSource(address, _POLICY, _SETTINGS, SystemClock(), decoder=DECODER)
        with BurstSource(live, SystemClock(), burst_every_s=0.2, burst_s=0.0).open(Event()) as run:
            frames = list(islice(run.frames, 2))
    assert [frame.burst for frame in frames] == [0, 1]
    assert [frame.clock_skew_s for frame in frames] == pytest.approx([3600, 3600], abs=10)


def test_an_http_stream_tells_by_the_date_of_its_answer() -> None:
    script = _dated(lambda _: http_answer(_jpeg(), "image/jpeg"), datetime.now(UTC) - timedelta(hours=5))
    with ScriptedServer(script) as server:
        assert _read(f"http://127.0.0.1:{server.port}/cam", 1) == pytest.approx(-18000, abs=10)


def test_each_snapshot_tells_what_the_clock_is_then() -> None:
    now = datetime.now(UTC)
    plain = http_answer(_jpeg(), "image/jpeg")
    ahead, right = _dated(lambda _: plain, now + timedelta(hours=5)), _dated(lambda _: plain, now)
    answers = iter([ahead(""), right(""), plain])
    with ScriptedServer(lambda _: next(answers)) as server:
        address = StreamAddress.parse(f"http://127.0.0.1:{server.port}/snap.jpg")
        source = SnapshotSource(address, _POLICY, _SETTINGS, SystemClock(), 0.05, decoder=DECODER)
        with source.open(Event()) as run:
            skews_s = [frame.clock_skew_s for frame in islice(run.frames, 3)]
    assert skews_s[:2] == pytest.approx([18000, 0], abs=10)
    assert skews_s[2] is None


def test_a_playlist_tells_too(hls_segments: dict[str, bytes]) -> None:
    camera = HlsCamera(hls_segments, [playlist(0, ["0.ts"], is_ended=True)])
    with ScriptedServer(_dated(camera, datetime.now(UTC) + timedelta(hours=1))) as server:
        assert _read(f"http://127.0.0.1:{server.port}/live.m3u8", 5) == pytest.approx(3600, abs=10)


@pytest.mark.parametrize("is_cached", [True, False])
def test_an_answer_without_a_date_or_out_of_a_cache_tells_nothing(*, is_cached: bool) -> None:
    answer = http_answer(_jpeg(), "image/jpeg")
    from_a_cache = _dated(lambda _: answer, datetime.now(UTC) - timedelta(seconds=90), "Age: 90")
    with ScriptedServer(from_a_cache if is_cached else lambda _: answer) as server:
        assert _read(f"http://127.0.0.1:{server.port}/cam", 1) is None


def test_a_time_of_day_counts_as_told_to_a_part_of_a_second() -> None:
    assert skew_by_ntp(_ntp(_NOW + timedelta(seconds=1.5)), _NOW) == pytest.approx(1.5, abs=1e-3)
    # Never set, since it was switched on two hours ago; and one that stands at 2000.
    since_1970 = timedelta(hours=2) - (_NOW - datetime(1970, 1, 1, tzinfo=UTC))
    assert skew_by_ntp(_ntp(_NOW + since_1970), _NOW) == pytest.approx(since_1970.total_seconds(), abs=1e-3)
    since_2000 = datetime(2000, 1, 1, tzinfo=UTC) - _NOW
    assert skew_by_ntp(_ntp(_NOW + since_2000), _NOW) == pytest.approx(since_2000.total_seconds(), abs=1e-3)


@pytest.mark.parametrize("ntp", [0, 7200 << 32, (_1970_IN_NTP_S - 1) << 32])
def test_zero_and_the_time_since_a_start_are_no_time_of_day(ntp: int) -> None:
    assert skew_by_ntp(ntp, _NOW) is None


def test_the_next_era_of_network_time_is_counted_on() -> None:
    later = datetime(2040, 1, 1, tzinfo=UTC)
    told = _ntp(later + timedelta(seconds=5)) & (2**64 - 1)
    assert skew_by_ntp(told, later) == pytest.approx(5, abs=1e-3)


@pytest.mark.parametrize(
    ("date", "skew_s"),
    [
        ("Sat, 21 Nov 2026 12:00:00 GMT", 0.0),
        ("Sat, 21 Nov 2026 17:00:00 GMT", 18000.0),
        ("Sat, 21 Nov 2026 17:00:00 +0500", 0.0),
        ("Sat, 21 Nov 2026 11:59:00 -0000", -60.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", -1795262400.0),
        ("Sunday", None),
        ("Sat, 21 Nov 99999999999999999999 12:00:00 GMT", None),
        ("Sat, 21 Nov 2026 12:00:00 +99999999999999999999", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_tells_to_the_second_or_not_at_all(date: str | None, skew_s: float | None) -> None:
    assert skew_by_date(date, _NOW) == skew_s


@given(st.text())
def test_whatever_stands_for_a_date_is_survived(date: str) -> None:
    told = skew_by_date(date, _NOW)
    assert told is None or told == round(told)
