"""Pictures that a camera sent by itself become frames, oldest first, and none is lost on the way."""

from datetime import UTC, datetime, timedelta
from threading import Event
from uuid import uuid4

import pytest

from streams.decoding.video_codec import VideoCodec
from streams.errors import DecoderLostError, StalledError
from streams.push_source import PushSource, WaitingPicture
from tests.support.clocks import StandingClock
from tests.support.decoding import DECODER
from tests.support.jpegs import jpeg
from tests.support.video import counted, counting_frames

NOON = datetime(2026, 9, 16, 7, 0, tzinfo=UTC)
JPEGS = [jpeg(image) for image in counting_frames(4)]


class Spool:
    """Pictures that wait in memory; whoever asks in vain lets some time pass."""

    def __init__(self, clock: StandingClock, *waiting: WaitingPicture, passes_s: float = 0.0) -> None:
        self.waiting = list(waiting)
        self._clock = clock
        self._passes_s = passes_s

    def oldest(self) -> WaitingPicture | None:
        if not self.waiting:
            self._clock.advance(self._passes_s)
        return self.waiting[0] if self.waiting else None

    def remove(self, picture: WaitingPicture) -> None:
        self.waiting.remove(picture)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOON)


def sent(number: int, after_s: float, skew_s: float | None = None) -> WaitingPicture:
    return WaitingPicture(uuid4(), JPEGS[number], NOON + timedelta(seconds=after_s), skew_s)


def source(spool: Spool, clock: StandingClock, look_every_s: float = 0.2) -> PushSource:
    return PushSource(spool, clock, look_every_s, decoder=DECODER)


def test_each_picture_is_a_frame_dated_by_its_arrival(clock: StandingClock) -> None:
    spool = Spool(clock, sent(0, -30), sent(1, -20, 7.5), sent(2, -10))
    with source(spool, clock).open(Event()) as run:
        frames = [next(run.frames) for _ in range(3)]
    assert [counted(frame.image) for frame in frames] == [0, 1, 2]
    assert [(frame.captured_at - NOON).total_seconds() for frame in frames] == [-30, -20, -10]
    assert [(frame.index, frame.pts_s) for frame in frames] == [(0, 0.0), (1, 10.0), (2, 20.0)]
    assert [frame.clock_skew_s for frame in frames] == [None, 7.5, None]
    assert {frame.run_id for frame in frames} == {run.run_id}


def test_a_picture_waits_until_its_frame_was_dealt_with(clock: StandingClock) -> None:
    first, second = sent(0, -20), sent(1, -10)
    spool = Spool(clock, first, second)
    with source(spool, clock).open(Event()) as run:
        next(run.frames)
        assert spool.waiting == [first, second]
        next(run.frames)
        assert spool.waiting == [second]
    assert spool.waiting == []


def test_silence_is_a_stall_with_what_to_check(clock: StandingClock) -> None:
    spool = Spool(clock, sent(0, -5), passes_s=10)
    with source(spool, clock, look_every_s=0.2).open(Event()) as run:
        next(run.frames)
        with pytest.raises(StalledError, match=r"no picture for 60 s.*power.*key"):
            next(run.frames)
    # Five seconds old when it was looked at: asked in vain six times.
    assert clock.now() == NOON + timedelta(seconds=60)


def test_three_looks_may_be_missed_at_a_slow_pace(clock: StandingClock) -> None:
    spool = Spool(clock, passes_s=900)
    with source(spool, clock, look_every_s=600).open(Event()) as run, pytest.raises(StalledError, match="1800 s"):
        next(run.frames)
    assert clock.now() == NOON + timedelta(seconds=1800)


def test_a_picture_that_waited_while_nobody_watched_is_no_sign_of_life(clock: StandingClock) -> None:
    spool = Spool(clock, sent(0, -7200), passes_s=0.1)
    with source(spool, clock).open(Event()) as run:
        assert counted(next(run.frames).image) == 0
        with pytest.raises(StalledError):
            next(run.frames)
    assert clock.now() - NOON < timedelta(seconds=1)


def test_a_picture_that_can_not_be_decoded_is_left_out(clock: StandingClock) -> None:
    broken = WaitingPicture(uuid4(), b"\xff\xd8\xff\xda" + bytes(3000) + b"\xff\xd9", NOON)
    spool = Spool(clock, broken, sent(1, 1))
    with source(spool, clock).open(Event()) as run:
        frame = next(run.frames)
    assert (counted(frame.image), frame.index) == (1, 0)


class LosingDecoder:
    """Loses its process on every picture."""

    def decode(self, codec: VideoCodec, data: bytes, stop: Event) -> None:
        raise DecoderLostError("A picture crashed the decoder.")


def test_a_picture_that_crashes_the_decoder_is_not_tried_for_ever(clock: StandingClock) -> None:
    spool = Spool(clock, sent(0, 0))
    with PushSource(spool, clock, 1.0, decoder=LosingDecoder()).open(Event()) as run, pytest.raises(DecoderLostError):
        next(run.frames)
    assert spool.waiting == []


def test_a_stop_ends_the_wait_and_keeps_what_waits(clock: StandingClock) -> None:
    spool, stop = Spool(clock, sent(0, 0)), Event()
    stop.set()
    with source(spool, clock).open(stop) as run:
        assert list(run.frames) == []
    assert len(spool.waiting) == 1


def test_a_waiting_picture_shows_none_of_itself() -> None:
    assert "JFIF" not in repr(sent(0, 0))
    assert "bytes, 2026-09-16" in repr(sent(0, 0))
