"""A live camera as frames: real RTSP servers, and what happens when they misbehave."""

import threading
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import (
    AddressRefusedError,
    AuthenticationError,
    NotVideoError,
    StalledError,
    StreamEndedError,
    StreamError,
    UnreachableError,
)
from streams.live_source import LiveSource
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from tests.streams.scripted_server import ScriptedServer, rtsp_answer
from tests.support.decoding import DECODER
from tests.support.rtsp_server import Login, RtspServer
from tests.support.video import counted

_PASSWORD = 'п@роль/#?: %40 with "quotes" and more than 127 bytes: ' + "құпия" * 20


@pytest.fixture
def make_source(policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> "_Maker":
    return _Maker(policy, settings, clock)


class _Maker:
    def __init__(self, policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> None:
        self.policy, self.settings, self.clock = policy, settings, clock

    def __call__(self, url: str, look_every_s: float | None = None, policy: NetworkPolicy | None = None) -> LiveSource:
        address = StreamAddress.parse(url)
        return LiveSource(address, policy or self.policy, self.settings, self.clock, look_every_s, decoder=DECODER)


def _failure(source: LiveSource) -> StreamError:
    with pytest.raises(StreamError) as caught, source.open(Event()) as run:
        for _ in run.frames:
            pass
    return caught.value


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_keyframes_only_become_frames(make_source: _Maker, h264_clip: Path, h265_clip: Path, codec: str) -> None:
    clip = h264_clip if codec == "h264" else h265_clip
    stop = Event()
    with RtspServer({"/cam": clip}) as server, make_source(server.url()).open(stop) as run:
        frames = [next(run.frames) for _ in range(5)]
    # One run through the clip has keyframes at 0, 10, 20 and 30; then it begins again.
    assert [counted(frame.image) for frame in frames] == [0, 10, 20, 30, 0]
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
    assert [frame.pts_s for frame in frames] == pytest.approx([0, 1, 2, 3, 4], abs=0.01)
    assert all(frame.is_keyframe and frame.run_id == run.run_id for frame in frames)
    assert all((frame.width_px, frame.height_px) == (320, 240) for frame in frames)
    assert all(earlier.captured_at < later.captured_at for earlier, later in pairwise(frames))
    assert not frames[0].image.flags.writeable


def test_a_look_interval_passes_keyframes_over(make_source: _Maker, h264_clip: Path) -> None:
    with RtspServer({"/cam": h264_clip}) as server, make_source(server.url(), 2.0).open(Event()) as run:
        assert [counted(next(run.frames).image) for _ in range(3)] == [0, 20, 0]


@pytest.mark.parametrize("scheme", ["basic", "digest"])
def test_any_password_logs_in(make_source: _Maker, h264_clip: Path, scheme: str) -> None:
    login = Login("оператор", _PASSWORD, "basic" if scheme == "basic" else "digest")
    with RtspServer({"/cam": h264_clip}, login) as server, make_source(server.url()).open(Event()) as run:
        assert counted(next(run.frames).image) == 0


@pytest.mark.parametrize("scheme", ["basic", "digest"])
def test_a_wrong_password_is_an_authentication_error_that_does_not_show_it(
    make_source: _Maker, h264_clip: Path, scheme: str
) -> None:
    with RtspServer({"/cam": h264_clip}, Login("admin", "right", "basic" if scheme == "basic" else "digest")) as server:
        url = server.url(with_login=False).replace("rtsp://", "rtsp://admin:wr0ng-geheim@")
        error = _failure(make_source(url))
        assert isinstance(error, AuthenticationError)
        assert "user and password" in str(error)
        assert "geheim" not in f"{error!r} {error} {error.__cause__!r} {error.__context__!r}"
        assert "asks for a log-in" in str(_failure(make_source(server.url(with_login=False))))


def test_a_path_without_a_stream_is_told(make_source: _Maker, h264_clip: Path) -> None:
    with RtspServer({"/cam": h264_clip}) as server:
        error = _failure(make_source(server.url("/other")))
    assert isinstance(error, NotVideoError)
    assert "no stream at this path" in str(error)


def test_a_port_where_nobody_listens_is_unreachable(make_source: _Maker) -> None:
    with ScriptedServer(lambda _: None) as server:
        port = server.port
    error = _failure(make_source(f"rtsp://127.0.0.1:{port}/cam"))
    assert isinstance(error, UnreachableError)
    assert "refused" in str(error)


def test_a_server_that_accepts_and_says_nothing_is_unreachable_within_the_time_limit(
    policy: NetworkPolicy, clock: SystemClock
) -> None:
    with ScriptedServer(lambda _: b"") as server:
        address = StreamAddress.parse(f"rtsp://127.0.0.1:{server.port}/cam")
        error = _failure(LiveSource(address, policy, StreamSettings(open_timeout_s=0.5), clock, decoder=DECODER))
    assert isinstance(error, UnreachableError)
    assert "within 0.5 s" in str(error)


def test_something_else_than_rtsp_is_not_video(make_source: _Maker) -> None:
    with ScriptedServer(lambda _: b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") as server:
        error = _failure(make_source(f"rtsp://127.0.0.1:{server.port}/cam"))
    assert isinstance(error, NotVideoError)
    assert "doesn't speak RTSP" in str(error)


def test_a_codec_that_is_not_read_is_named(make_source: _Maker) -> None:
    sdp = "v=0\r\nm=video 0 RTP/AVP 26\r\na=rtpmap:26 JPEG/90000\r\na=control:track1\r\n"
    with ScriptedServer(lambda request: rtsp_answer(request, body=sdp)) as server:
        error = _failure(make_source(f"rtsp://127.0.0.1:{server.port}/cam"))
    assert isinstance(error, NotVideoError)
    assert "offers JPEG; set the camera's stream to H.264 or H.265" in str(error)


def test_loopback_is_refused_unless_it_is_named(make_source: _Maker, h264_clip: Path) -> None:
    with ScriptedServer(lambda _: None) as server:
        error = _failure(make_source(f"rtsp://127.0.0.1:{server.port}/cam", policy=NetworkPolicy()))
        assert isinstance(error, AddressRefusedError)
        assert server.requests == []


def test_a_redirect_to_a_refused_address_is_refused_before_it_is_connected_to(make_source: _Maker) -> None:
    only_one = NetworkPolicy((ip_network("127.0.0.1/32"),))
    with ScriptedServer(lambda _: None) as victim:
        location = f"Location: rtsp://127.0.0.2:{victim.port}/"
        with ScriptedServer(lambda request: rtsp_answer(request, "302 Moved", (location,))) as server:
            error = _failure(make_source(f"rtsp://admin:geheim@127.0.0.1:{server.port}/cam", policy=only_one))
        assert victim.requests == []
    assert isinstance(error, AddressRefusedError)
    assert "127.0.0.2" in str(error)
    assert "geheim" not in str(error)


def test_a_redirect_to_another_machine_does_not_take_the_log_in_along(make_source: _Maker, h264_clip: Path) -> None:
    def move(request: str) -> bytes:
        if "Authorization" not in request:
            return rtsp_answer(request, "401 Unauthorized", ('WWW-Authenticate: Basic realm="camera"',))
        return rtsp_answer(request, "302 Moved", (f"Location: rtsp://127.0.0.1:{target.port}/cam",))

    with RtspServer({"/cam": h264_clip}, Login("admin", "geheim", "basic")) as target, ScriptedServer(move) as server:
        error = _failure(make_source(f"rtsp://admin:geheim@127.0.0.1:{server.port}/cam"))
    assert isinstance(error, AuthenticationError)
    assert "asks for a log-in" in str(error)


def test_a_redirect_that_may_be_followed_is(make_source: _Maker, h264_clip: Path) -> None:
    with RtspServer({"/cam": h264_clip}) as target:
        location = f"Location: rtsp://127.0.0.1:{target.port}/cam"
        with (
            ScriptedServer(lambda request: rtsp_answer(request, "302 Moved", (location,))) as server,
            make_source(f"rtsp://127.0.0.1:{server.port}/cam").open(Event()) as run,
        ):
            assert counted(next(run.frames).image) == 0


def test_redirects_in_a_circle_end(make_source: _Maker) -> None:
    def again(request: str) -> bytes:
        return rtsp_answer(request, "302 Moved", (f"Location: rtsp://127.0.0.1:{server.port}/cam",))

    with ScriptedServer(again) as server:
        assert "redirects more than" in str(_failure(make_source(f"rtsp://127.0.0.1:{server.port}/cam")))


def test_a_killed_server_ends_the_run_and_a_reconnect_is_a_new_one(make_source: _Maker, h264_clip: Path) -> None:
    with RtspServer({"/cam": h264_clip}) as server:
        source = make_source(server.url())
        with source.open(Event()) as first:
            next(first.frames)
            server.stop()
            with pytest.raises(StreamEndedError, match="closed the connection"):
                next(first.frames)
        assert isinstance(_failure(source), UnreachableError)
        server.start()
        with source.open(Event()) as second:
            frame = next(second.frames)
    assert second.run_id != first.run_id
    assert (frame.run_id, frame.index, frame.pts_s) == (second.run_id, 0, 0.0)


def test_a_server_that_hangs_is_a_stall_within_the_time_limit(make_source: _Maker, h264_clip: Path) -> None:
    with RtspServer({"/cam": h264_clip}) as server, make_source(server.url()).open(Event()) as run:
        next(run.frames)
        server.freeze()
        # What came before it hung is still given out.
        with pytest.raises(StalledError, match="within 2 s"):
            for _ in run.frames:
                pass


def test_a_short_pause_is_survived_in_the_same_run(make_source: _Maker, h264_clip: Path) -> None:
    with RtspServer({"/cam": h264_clip}) as server, make_source(server.url()).open(Event()) as run:
        next(run.frames)
        server.freeze()
        timer = threading.Timer(1.0, server.thaw)
        timer.start()
        assert counted(next(run.frames).image) == 10
        timer.join()


def test_noise_in_the_stream_ends_the_run(make_source: _Maker) -> None:
    sdp = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"

    def noise(request: str) -> bytes:
        answer = rtsp_answer(request, body=sdp if request.startswith("DESCRIBE") else "", headers=("Session: 1",))
        return answer + b"\x00\xffnoise\n" * 50 if request.startswith("PLAY") else answer

    with ScriptedServer(noise) as server:
        error = _failure(make_source(f"rtsp://127.0.0.1:{server.port}/cam"))
    assert isinstance(error, StreamEndedError)
    assert "not RTSP" in str(error)


class _SteppingClock(SystemClock):
    """A clock on which a second passes each time it is read."""

    def __init__(self) -> None:
        self._reads = 0

    def monotonic_s(self) -> float:
        self._reads += 1
        return float(self._reads)


def test_a_session_is_kept_alive_within_its_time_limit(policy: NetworkPolicy) -> None:
    sdp = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"
    empty_packets = (b"$\x00\x00\x0d" + b"\x80\x60" + b"\x00" * 11) * 200

    def camera(request: str) -> bytes | None:
        if request.startswith("GET_PARAMETER"):
            return None
        headers = ("Session: 4711;timeout=30", "Public: DESCRIBE, GET_PARAMETER")
        answer = rtsp_answer(request, body=sdp if request.startswith("DESCRIBE") else "", headers=headers)
        return answer + empty_packets if request.startswith("PLAY") else answer

    with ScriptedServer(camera) as server:
        address = StreamAddress.parse(f"rtsp://127.0.0.1:{server.port}/cam")
        settings = StreamSettings(open_timeout_s=1e9, read_timeout_s=1e9, keyframe_timeout_s=1e9)
        error = _failure(LiveSource(address, policy, settings, _SteppingClock(), decoder=DECODER))
    assert isinstance(error, StreamEndedError)
    assert server.requests[4].startswith("GET_PARAMETER rtsp://127.0.0.1")
    assert "Session: 4711" in server.requests[4]


def test_a_stop_ends_a_run_without_an_error(make_source: _Maker, h264_clip: Path) -> None:
    stop = Event()
    with RtspServer({"/cam": h264_clip}) as server, make_source(server.url()).open(stop) as run:
        next(run.frames)
        server.freeze()
        timer = threading.Timer(0.3, stop.set)
        timer.start()
        # Well before the read limit, or this would be a StalledError.
        assert list(run.frames) == []
        timer.join()


def test_a_stop_ends_the_opening_without_an_error(make_source: _Maker) -> None:
    stop = Event()
    stop.set()
    with (
        ScriptedServer(lambda _: b"") as server,
        make_source(f"rtsp://127.0.0.1:{server.port}/cam").open(stop) as run,
    ):
        assert list(run.frames) == []


def test_many_clients_get_their_own_streams(make_source: _Maker, h264_clip: Path) -> None:
    with RtspServer({"/cam": h264_clip}) as server:
        source = make_source(server.url())
        with source.open(Event()) as first, source.open(Event()) as second:
            assert counted(next(first.frames).image) == counted(next(second.frames).image) == 0
            assert first.run_id != second.run_id
