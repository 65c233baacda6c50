"""A camera looked at in bursts: connections come and go, the run goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Timer

import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.burst_source import BurstSource
from streams.errors import StreamError, UnreachableError
from streams.frame import Frame
from streams.live_source import LiveSource
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from streams.source import Run
from tests.support.decoding import DECODER
from tests.support.rtsp_server import RtspServer
from tests.support.video import counted


class Opened:
    """A source that counts how often it is opened, and how many of those are open."""

    def __init__(self, source: LiveSource) -> None:
        self._source = source
        self.times = 0
        self.now = 0

    @contextmanager
    def open(self, stop: Event) -> Iterator[Run]:
        self.times += 1
        with self._source.open(stop) as run:
            self.now += 1
            try:
                yield run
            finally:
                self.now -= 1


@pytest.fixture
def server(h264_clip: Path) -> Iterator[RtspServer]:
    with RtspServer({"/cam": h264_clip}) as server:
        yield server


@pytest.fixture
def camera(server: RtspServer, policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> Opened:
    return Opened(LiveSource(StreamAddress.parse(server.url()), policy, settings, clock, decoder=DECODER))


def test_each_burst_is_a_connection_of_its_own_and_all_are_one_run(camera: Opened, clock: SystemClock) -> None:
    frames: list[Frame] = []
    with BurstSource(camera, clock, burst_every_s=2.5, burst_s=1).open(Event()) as run:
        for frame in run.frames:
            frames.append(frame)
            if frame.burst == 2:
                break
        assert camera.now == 1
    assert camera.now == 0
    # Keyframes are a second apart: two in each burst, the clip from its start for each connection.
    assert [(frame.burst, counted(frame.image)) for frame in frames] == [(0, 0), (0, 10), (1, 0), (1, 10), (2, 0)]
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
    assert {frame.run_id for frame in frames} == {run.run_id}
    assert camera.times == 3
    times_s = [frame.pts_s for frame in frames]
    assert times_s == sorted(times_s)
    # Not sooner; how much later is the machine's business.
    assert times_s[2] - times_s[0] >= 2.4


@pytest.mark.parametrize("burst_s", [0, 0.9])
def test_a_burst_of_less_than_a_second_is_one_frame(camera: Opened, clock: SystemClock, burst_s: float) -> None:
    with BurstSource(camera, clock, burst_every_s=1, burst_s=burst_s).open(Event()) as run:
        frames = [next(run.frames) for _ in range(3)]
    assert [frame.burst for frame in frames] == [0, 1, 2]
    assert [counted(frame.image) for frame in frames] == [0, 0, 0]


def test_nothing_is_open_between_bursts_and_a_stop_ends_the_wait(camera: Opened, clock: SystemClock) -> None:
    stop = Event()
    with BurstSource(camera, clock, burst_every_s=600, burst_s=0).open(stop) as run:
        next(run.frames)
        timer = Timer(0.3, stop.set)
        timer.start()
        assert list(run.frames) == []
        assert camera.now == 0
    timer.join()


def test_a_burst_that_fails_ends_the_run(server: RtspServer, camera: Opened, clock: SystemClock) -> None:
    with BurstSource(camera, clock, burst_every_s=0.5, burst_s=0).open(Event()) as run:
        next(run.frames)
        server.stop()
        with pytest.raises(UnreachableError):
            list(run.frames)


@pytest.mark.parametrize("burst_s", [-1.0, 10.0, 11.0])
def test_a_burst_as_long_as_its_turn_is_refused(camera: Opened, clock: SystemClock, burst_s: float) -> None:
    with pytest.raises(ValueError, match="less than the 10 s"):
        BurstSource(camera, clock, burst_every_s=10, burst_s=burst_s)


def test_errors_of_the_first_burst_come_from_the_frames(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock
) -> None:
    nobody = LiveSource(StreamAddress.parse("rtsp://127.0.0.1:9/x"), policy, settings, clock, decoder=DECODER)
    with BurstSource(nobody, clock, burst_every_s=5, burst_s=0).open(Event()) as run, pytest.raises(StreamError):
        next(run.frames)
