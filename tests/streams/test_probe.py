"""A probe says what a stream is, measured on real streams."""

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
from tests.support.video import counted, counting_frames, encode_clip


@pytest.fixture
def settings() -> StreamSettings:
    return StreamSettings(read_timeout_s=2, probe_listen_s=2.5)


def _probed(url: str, policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> ProbeReport:
    return probe(StreamAddress.parse(url), policy, settings, clock, DECODER)


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
    assert report.transport == "rtsp/tcp"
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


def test_with_one_keyframe_the_interval_is_unknown(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, tmp_path: Path
) -> None:
    clip = encode_clip(counting_frames(100), tmp_path / "clip.mp4", gop=100)
    with RtspServer({"/cam": clip}) as server:
        report = _probed(server.url(), policy, settings, clock)
    assert report.keyframe_interval_s is None
    assert report.frame_rate == 10


def test_a_snapshot_has_a_size_and_no_rate(policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> None:
    jpeg = cv2.imencode(".jpg", next(counting_frames(1, 800, 600)))[1].tobytes()
    with ScriptedServer(lambda _: http_answer(jpeg, "image/jpeg")) as server:
        report = _probed(f"http://127.0.0.1:{server.port}/snap.jpg", policy, settings, clock)
    assert (report.codec, report.width_px, report.height_px) == ("mjpeg", 800, 600)
    assert (report.frame_rate, report.declared_frame_rate, report.keyframe_interval_s) == (None, None, None)


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
