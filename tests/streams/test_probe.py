"""A probe says what a stream is, measured on real streams."""

import base64
from fractions import Fraction
from pathlib import Path

import cv2
import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import AddressRefusedError, AuthenticationError, NotVideoError
from streams.network_policy import NetworkPolicy
from streams.probe import ProbeReport, probe
from streams.replay import ReplayServer
from streams.settings import StreamSettings
from tests.streams.scripted_server import ScriptedServer, http_answer
from tests.support.decoding import DECODER
from tests.support.rtsp_server import Login, RtspServer
from tests.support.video import access_units, clip_facts, counted, counting_frames, encode_clip


@pytest.fixture
def settings() -> StreamSettings:
    return StreamSettings(read_timeout_s=2, probe_listen_s=2.5)


def _probed(url: str, policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> ProbeReport:
    return probe(StreamAddress.parse(url), policy, settings, clock, DECODER)


def _kbit_s(clip: Path) -> float:
    units = access_units(clip)
    return 8 * sum(map(len, units)) / len(units) * float(clip_facts(clip)[1]) / 1000


@pytest.mark.parametrize(("codec", "name"), [("h264", "h264"), ("h265", "hevc")])
def test_an_rtsp_camera_is_measured(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, tmp_path: Path, codec: str, name: str
) -> None:
    frames = counting_frames(60, 640, 360)
    clip = encode_clip(frames, tmp_path / "clip.mp4", frame_rate=Fraction(25), gop=20, codec=codec)
    with RtspServer({"/cam": clip}, Login("admin", "p@ss/w#rd")) as server:
        report = _probed(server.url(), policy, settings, clock)
    assert (report.codec, report.width_px, report.height_px) == (name, 640, 360)
    assert report.frame_rate == 25
    assert report.keyframe_interval_s == pytest.approx(0.8, abs=0.01)
    assert report.listened_s >= 2.5
    assert report.keyframe_interval_over_s is None
    assert report.bitrate_kbit_s == pytest.approx(_kbit_s(clip), rel=0.1)
    assert report.transport == "rtsp/tcp"
    assert not report.is_single_picture
    assert counted(report.sample.image) == 0


def test_a_broadcast_rate_is_told_exactly(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, tmp_path: Path
) -> None:
    clip = encode_clip(counting_frames(60), tmp_path / "clip.mp4", frame_rate=Fraction(30000, 1001), gop=30)
    with RtspServer({"/cam": clip}) as server:
        assert _probed(server.url(), policy, settings, clock).frame_rate == Fraction(30000, 1001)


def test_b_frames_do_not_disturb_the_measuring(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, tmp_path: Path
) -> None:
    options = {"preset": "fast", "tune": "film", "bf": "2"}
    clip = encode_clip(counting_frames(60), tmp_path / "clip.mp4", options=options)
    with ReplayServer({"site": clip}, clock) as server:
        report = _probed(server.url("site"), policy, settings, clock)
    assert report.frame_rate == 10
    assert report.keyframe_interval_s == pytest.approx(1.0, abs=0.01)
    assert report.transport == "http"


def test_with_one_keyframe_the_interval_is_longer_than_what_was_heard(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, tmp_path: Path
) -> None:
    clip = encode_clip(counting_frames(100), tmp_path / "clip.mp4", gop=100)
    with RtspServer({"/cam": clip}) as server:
        report = _probed(server.url(), policy, settings, clock)
    assert report.keyframe_interval_s is None
    assert report.keyframe_interval_over_s is not None
    assert 2 < report.keyframe_interval_over_s <= report.listened_s
    assert report.frame_rate == 10


def test_a_clock_is_told_by_a_camera_over_udp(policy: NetworkPolicy, clock: SystemClock, h264_clip: Path) -> None:
    with RtspServer({"/cam": h264_clip}, transports=("udp",)) as server:
        report = _probed(server.url(), policy, StreamSettings(), clock)
    assert report.transport == "rtsp/udp"
    # The same machine's; a busy one may take a while to read it.
    assert report.clock_skew_s == pytest.approx(0, abs=10)


def test_a_snapshot_has_a_size_and_no_rate(policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> None:
    jpeg = cv2.imencode(".jpg", next(counting_frames(1, 800, 600)))[1].tobytes()
    with ScriptedServer(lambda _: http_answer(jpeg, "image/jpeg")) as server:
        report = _probed(f"http://127.0.0.1:{server.port}/snap.jpg", policy, settings, clock)
    assert (report.codec, report.width_px, report.height_px) == ("mjpeg", 800, 600)
    assert report.is_single_picture
    assert (report.frame_rate, report.declared_frame_rate, report.keyframe_interval_s) == (None, None, None)
    assert (report.bitrate_kbit_s, report.keyframe_interval_over_s) == (None, None)


def test_a_png_is_a_snapshot_too(policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> None:
    png = cv2.imencode(".png", next(counting_frames(1, 800, 600)))[1].tobytes()
    with ScriptedServer(lambda _: http_answer(png, "image/png")) as server:
        report = _probed(f"http://127.0.0.1:{server.port}/snap", policy, settings, clock)
    assert (report.codec, report.width_px, report.is_single_picture) == ("png", 800, True)
    assert counted(report.sample.image) == 0


def test_a_snapshot_behind_a_log_in_of_any_signs_is_taken(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock
) -> None:
    jpeg = cv2.imencode(".jpg", next(counting_frames(1)))[1].tobytes()
    expected = base64.b64encode("оператор:п@р/о#л?ь:%41".encode()).decode()

    def camera(request: str) -> bytes:
        if f"Authorization: Basic {expected}" in request:
            # As many cameras say of it.
            return http_answer(jpeg, "application/octet-stream")
        return http_answer(b"", "text/plain", "401 Unauthorized", ('WWW-Authenticate: Basic realm="camera"',))

    with ScriptedServer(camera) as server:
        address = StreamAddress.parse(
            f"http://127.0.0.1:{server.port}/snap.jpg", username="оператор", password="п@р/о#л?ь:%41"
        )
        report = probe(address, policy, settings, clock, DECODER)
    assert report.is_single_picture


def test_a_snapshot_that_is_cut_short_is_an_error(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock
) -> None:
    jpeg = cv2.imencode(".jpg", next(counting_frames(1)))[1].tobytes()
    with (
        ScriptedServer(lambda _: http_answer(jpeg[:-400], "image/jpeg")) as server,
        pytest.raises(NotVideoError, match="cut short"),
    ):
        _probed(f"http://127.0.0.1:{server.port}/snap.jpg", policy, settings, clock)


def test_a_stream_of_jpegs_is_no_snapshot(policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> None:
    jpeg = cv2.imencode(".jpg", next(counting_frames(1)))[1].tobytes()
    part = b"--b\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(jpeg), jpeg)
    body = part * 5
    with ScriptedServer(lambda _: http_answer(body, "multipart/x-mixed-replace; boundary=b")) as server:
        report = _probed(f"http://127.0.0.1:{server.port}/cam", policy, settings, clock)
    assert (report.codec, report.is_single_picture) == ("mjpeg", False)


def test_what_can_not_be_probed_is_an_error(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, h264_clip: Path
) -> None:
    with RtspServer({"/cam": h264_clip}, Login("admin", "right")) as server:
        with pytest.raises(AuthenticationError):
            _probed(server.url(with_login=False), policy, settings, clock)
        with pytest.raises(AddressRefusedError):
            _probed(server.url(), NetworkPolicy(), settings, clock)
    with ScriptedServer(lambda _: http_answer(b"<html></html>", "text/html")) as page, pytest.raises(NotVideoError):
        _probed(f"http://127.0.0.1:{page.port}/", policy, settings, clock)
