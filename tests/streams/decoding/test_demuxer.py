"""Containers taken apart in a process of their own, which may crash, hang or be left in the middle."""

import os
import signal
from collections.abc import Iterator

import pytest

from streams.decoding.demux_messages import Failure, Opening
from streams.decoding.demuxer import Demuxer, UnreadError
from streams.errors import DecoderLostError, StalledError
from tests.streams.hls_camera import encode_segments
from tests.support.video import counting_frames

_TRANSPORT = Opening("mpegts", codecs=("h264", "hevc"))
_PARTS = 1000


class Body:
    """Bytes that come a few at a time, and end in `error` if there is one."""

    def __init__(self, data: bytes, error: Exception | None = None) -> None:
        self._rest = data
        self._error = error

    def read(self, size: int) -> bytes:
        if not self._rest and self._error is not None:
            raise self._error
        part, self._rest = self._rest[: min(size, _PARTS)], self._rest[min(size, _PARTS) :]
        return part


def is_gone(process: int) -> bool:
    """Whether there is no such process any more, not even one that nobody has waited for."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A transport stream of five pictures."""
    return encode_segments(counting_frames(5), tmp_path_factory.mktemp("segments") / "ts")["0.ts"]


@pytest.fixture
def demuxer() -> Iterator[Demuxer]:
    demuxer = Demuxer()
    yield demuxer
    demuxer.close()


def test_a_body_that_comes_by_and_by_gives_the_same_pictures_as_a_whole_segment(
    demuxer: Demuxer, segment: bytes
) -> None:
    opened = demuxer.open_segment(_TRANSPORT, segment)
    whole = list(demuxer.pictures())
    assert (opened.format_name, opened.codec.name, len(whole)) == ("mpegts", "h264", 5)
    assert demuxer.open_body(_TRANSPORT, Body(segment)) == opened
    assert list(demuxer.pictures()) == whole


def test_one_process_serves_a_connection_s_segments_one_after_another(demuxer: Demuxer, segment: bytes) -> None:
    demuxer.open_segment(_TRANSPORT, segment)
    assert len(list(demuxer.pictures())) == 5
    first = demuxer.process_id
    demuxer.abandon()
    demuxer.open_segment(_TRANSPORT, segment)
    assert demuxer.process_id == first


def test_a_segment_that_was_left_in_the_middle_gives_nothing_to_the_next(demuxer: Demuxer, segment: bytes) -> None:
    demuxer.open_segment(_TRANSPORT, segment)
    next(demuxer.pictures())
    demuxer.abandon()
    demuxer.open_segment(_TRANSPORT, segment)
    assert [picture.is_keyframe for picture in demuxer.pictures()] == [True, False, False, False, False]


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGALRM])
def test_a_crash_ends_what_was_open_and_the_next_container_has_a_new_process(
    demuxer: Demuxer, segment: bytes, how: signal.Signals
) -> None:
    demuxer.open_body(_TRANSPORT, Body(segment, StalledError("nothing more came")))
    crashed = demuxer.process_id
    assert crashed is not None
    os.kill(crashed, how)
    with pytest.raises(DecoderLostError, match="set it to RTSP"):
        list(demuxer.pictures())
    assert is_gone(crashed)
    demuxer.open_segment(_TRANSPORT, segment)
    assert len(list(demuxer.pictures())) == 5


def test_what_reading_the_body_raises_comes_through(demuxer: Demuxer, segment: bytes) -> None:
    demuxer.open_body(_TRANSPORT, Body(segment, StalledError("nothing more came")))
    with pytest.raises(StalledError, match="nothing more came"):
        list(demuxer.pictures())


@pytest.mark.parametrize(
    ("data", "opening", "failure"),
    [
        (b"<html>no video</html>" * 100, _TRANSPORT, Failure.NO_CONTAINER),
        (b"", _TRANSPORT, Failure.NO_CONTAINER),
        (None, Opening("mpegts", codecs=("hevc",)), Failure.UNKNOWN_CODEC),
    ],
)
def test_what_is_not_read_here_is_told_and_the_process_stays(
    demuxer: Demuxer, segment: bytes, data: bytes | None, opening: Opening, failure: Failure
) -> None:
    with pytest.raises(UnreadError) as told:
        demuxer.open_segment(opening, segment if data is None else data)
    assert told.value.failure is failure
    process = demuxer.process_id
    demuxer.open_segment(_TRANSPORT, segment)
    assert demuxer.process_id == process


def test_a_closed_one_leaves_no_process(segment: bytes) -> None:
    demuxer = Demuxer()
    demuxer.open_segment(_TRANSPORT, segment)
    process = demuxer.process_id
    assert process is not None
    demuxer.close()
    assert is_gone(process)
    assert demuxer.process_id is None
