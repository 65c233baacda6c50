"""Replayed clips look like cameras."""

import threading
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest

from pipeline.clock import SystemClock
from streams.address import StreamAddress
from streams.errors import ArchiveError, NotVideoError
from streams.live_source import LiveSource
from streams.network_policy import NetworkPolicy
from streams.opener import open_connection
from streams.replay import ReplayServer
from streams.settings import StreamSettings
from tests.support.decoding import DECODER
from tests.support.video import counted, counting_frames, encode_clip


@pytest.fixture
def short_clip(tmp_path: Path) -> Path:
    """1.2 seconds with keyframes at 0 and at frame 10."""
    return encode_clip(counting_frames(12), tmp_path / "short.mp4")


def test_a_clip_is_played_in_a_loop_without_time_going_back(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, short_clip: Path
) -> None:
    with ReplayServer({"site": short_clip}, clock) as server:
        connection = open_connection(StreamAddress.parse(server.url("site")), policy, settings, clock, Event())
        try:
            pictures = [picture for picture, _ in zip(connection.pictures(), range(40), strict=False)]
        finally:
            connection.close()
    times_s = [picture.pts_s for picture in pictures if picture.pts_s is not None]
    assert len(times_s) == 40
    assert [later - earlier for earlier, later in pairwise(times_s)] == pytest.approx([0.1] * 39, abs=0.001)


def test_a_replay_is_a_live_source(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, short_clip: Path
) -> None:
    with ReplayServer({"құрылыс 1": short_clip}, clock) as server:
        source = LiveSource(StreamAddress.parse(server.url("құрылыс 1")), policy, settings, clock, decoder=DECODER)
        with source.open(Event()) as run:
            frames = [next(run.frames) for _ in range(5)]
    assert [counted(frame.image) for frame in frames] in ([0, 10, 0, 10, 0], [10, 0, 10, 0, 10])
    # Real time: five keyframes of a clip with two in 1.2 s.
    assert frames[-1].pts_s == pytest.approx(2.4 if counted(frames[0].image) == 0 else 2.6, abs=0.3)


def test_clients_share_one_time_line_and_leave_each_other_alone(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, h264_clip: Path
) -> None:
    with ReplayServer({"site": h264_clip}, clock) as server:
        source = LiveSource(StreamAddress.parse(server.url("site")), policy, settings, clock, decoder=DECODER)
        with source.open(Event()) as first:
            assert counted(next(first.frames).image) == 0
            assert counted(next(first.frames).image) == 10
            with source.open(Event()) as second:
                # Joins where the first one is, not at the beginning.
                assert counted(next(second.frames).image) in (0, 10)
            assert counted(next(first.frames).image) == 20


def test_stopping_ends_every_thread_and_frees_the_port(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, short_clip: Path
) -> None:
    server = ReplayServer({"site": short_clip}, clock)
    server.start()
    source = LiveSource(StreamAddress.parse(server.url("site")), policy, settings, clock, decoder=DECODER)
    with source.open(Event()) as run:
        next(run.frames)
        server.stop()
    server.stop()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("replay-")]
    with ReplayServer({"site": short_clip}, clock, server.port) as again:
        assert again.port == server.port


def test_an_unknown_name_is_not_found(
    policy: NetworkPolicy, settings: StreamSettings, clock: SystemClock, short_clip: Path
) -> None:
    with ReplayServer({"site": short_clip}, clock) as server:
        source = LiveSource(StreamAddress.parse(server.url("other")), policy, settings, clock, decoder=DECODER)
        with pytest.raises(NotVideoError, match="404"), source.open(Event()):
            pass


def test_a_missing_clip_is_told_at_once(clock: SystemClock, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="There is no clip"):
        ReplayServer({"site": tmp_path / "none.mp4"}, clock)
