"""An interval between looks that changes while a stream is watched."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.burst_source import BurstSource
from streams.live_source import LiveSource
from streams.look_every import wait_for_turn
from streams.look_schedule import LookSchedule
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from streams.snapshot_source import SnapshotSource
from tests.streams.scripted_server import ScriptedServer, http_answer
from tests.support.clocks import StandingClock
from tests.support.decoding import DECODER
from tests.support.jpegs import jpeg
from tests.support.rtsp_server import RtspServer
from tests.support.video import counted, counting_frames

NIGHT_S = 3600.0


class Pace:
    """An interval that the test changes."""

    def __init__(self) -> None:
        self.every_s = NIGHT_S

    def __call__(self) -> float:
        return self.every_s


@pytest.fixture
def pace() -> Pace:
    return Pace()


MakeLive = Callable[[str, Pace | None], LiveSource]


@pytest.fixture
def make_live(policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock) -> MakeLive:
    def _make(url: str, pace: Pace | None) -> LiveSource:
        return LiveSource(StreamAddress.parse(url), policy, settings, clock, pace, decoder=DECODER)

    return _make


def test_a_shorter_interval_makes_the_next_look_due_sooner(pace: Pace) -> None:
    schedule = LookSchedule(pace)
    schedule.take(0.0)
    assert not schedule.is_due(500.0)
    pace.every_s = 10.0
    assert schedule.is_due(500.0)
    schedule.take(500.0)
    assert [schedule.is_due(at_s) for at_s in (505.0, 510.0)] == [False, True]
    pace.every_s = NIGHT_S
    assert not schedule.is_due(510.0)
    assert schedule.due_in_s(510.0) == pytest.approx(500.0 + 0.9 * NIGHT_S - 510.0)


def test_a_connection_stands_while_the_pace_changes(h264_clip: Path, make_live: MakeLive, pace: Pace) -> None:
    with RtspServer({"/cam": h264_clip}) as server, make_live(server.url(), pace).open(Event()) as run:
        first = next(run.frames)
        pace.every_s = 0.5
        second = next(run.frames)
    # The keyframes in between were passed over; the next one is looked at, over the same connection.
    assert (counted(first.image), first.run_id) == (0, second.run_id)
    assert (second.index, counted(second.image) % 10) == (1, 0)


def test_a_burst_comes_sooner_when_the_pace_quickens(
    h264_clip: Path, make_live: MakeLive, clock: SystemClock, pace: Pace
) -> None:
    with RtspServer({"/cam": h264_clip}) as server:
        source = BurstSource(make_live(server.url(), None), clock, burst_every_s=pace, burst_s=0)
        with source.open(Event()) as run:
            next(run.frames)
            pace.every_s = 0.5
            assert next(run.frames).burst == 1


def test_a_snapshot_is_asked_for_sooner_when_the_pace_quickens(clock: SystemClock, pace: Pace) -> None:
    pictures = iter([http_answer(jpeg(image), "image/jpeg") for image in counting_frames(2)])
    policy = NetworkPolicy.of(StreamSettings.model_validate({"allowed_networks": ["127.0.0.0/8"]}))
    with ScriptedServer(lambda _: next(pictures, None)) as server:
        address = StreamAddress.parse(f"http://127.0.0.1:{server.port}/a.jpg")
        source = SnapshotSource(address, policy, StreamSettings(), clock, pace, decoder=DECODER)
        with source.open(Event()) as run:
            assert counted(next(run.frames).image) == 0
            pace.every_s = 0.2
            assert counted(next(run.frames).image) == 1


def test_a_wait_looks_again_whether_its_turn_was_put_forward() -> None:
    clock = StandingClock()
    turns_s = iter([clock.monotonic_s() + 0.05, clock.monotonic_s() - 300.0])
    assert wait_for_turn(lambda: next(turns_s), clock, Event()) == clock.monotonic_s() - 300.0


def test_a_stop_ends_a_wait() -> None:
    stop = Event()
    stop.set()
    assert wait_for_turn(lambda: 1e9, StandingClock(), stop) is None
