"""Segments as they come, whole and damaged."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.connection import EncodedPicture
from streams.decoding.demuxer import Demuxer
from streams.errors import AddressRefusedError, NotVideoError
from streams.hls_segment import HlsSegment
from tests.streams.hls_camera import encode_segments
from tests.support.video import counting_frames

_SHOWN = "http://192.0.2.10/0.ts"
_KINDS = ["mpegts", "fmp4"]


@pytest.fixture(scope="module")
def segments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """By kind, a second segment of five pictures, 0.5 s to 1 s into the stream, with what has to come before it."""
    folder = tmp_path_factory.mktemp("segments")
    transport = encode_segments(counting_frames(10), folder / "ts")
    fragments = encode_segments(counting_frames(10), folder / "mp4", "fmp4")
    return {"mpegts": transport["1.ts"], "fmp4": fragments["init.mp4"] + fragments["1.m4s"]}


@pytest.fixture(scope="module")
def demuxer() -> Iterator[Demuxer]:
    """One for all, as a connection has one for all its segments."""
    demuxer = Demuxer()
    yield demuxer
    demuxer.close()


def _pictures(demuxer: Demuxer, data: bytes) -> list[EncodedPicture]:
    segment = HlsSegment(demuxer, data, _SHOWN)
    try:
        return list(segment.pictures())
    finally:
        segment.close()


@pytest.mark.parametrize("kind", _KINDS)
def test_pictures_come_with_their_times_and_keyframes_with_their_parameters(
    demuxer: Demuxer, segments: dict[str, bytes], kind: str
) -> None:
    pictures = _pictures(demuxer, segments[kind])
    assert [picture.pts_s for picture in pictures] == pytest.approx([0.5, 0.6, 0.7, 0.8, 0.9])
    assert [picture.is_keyframe for picture in pictures] == [True, False, False, False, False]
    assert [picture.data is None for picture in pictures] == [False, True, True, True, True]
    # NAL unit type 7: a sequence parameter set, in Annex B's form.
    assert pictures[0].data is not None
    assert b"\x00\x00\x01\x67" in pictures[0].data
    segment = HlsSegment(demuxer, segments[kind], _SHOWN)
    segment.close()
    assert segment.codec.name == "h264"


def test_fragments_without_their_map_are_no_segment(demuxer: Demuxer, segments: dict[str, bytes]) -> None:
    data = segments["fmp4"]
    with pytest.raises(NotVideoError, match=r"0\.ts is no segment of video"):
        HlsSegment(demuxer, data[data.index(b"moof") - 4 :], _SHOWN)


def test_a_codec_that_nobody_knows_is_no_video(demuxer: Demuxer, segments: dict[str, bytes]) -> None:
    with pytest.raises(NotVideoError, match=r"holds no H\.264 or H\.265"):
        HlsSegment(demuxer, segments["fmp4"].replace(b"avc1", b"zzzz"), _SHOWN)


_PLACES = st.integers(0, 1500) | st.integers(0, 1_000_000)


@pytest.mark.parametrize("kind", _KINDS)
@given(changes=st.lists(st.tuples(_PLACES, st.integers(0, 255))), end=st.none() | _PLACES)
def test_damage_costs_pictures_and_nothing_else(
    demuxer: Demuxer, segments: dict[str, bytes], kind: str, changes: list[tuple[int, int]], end: int | None
) -> None:
    data = bytearray(segments[kind])
    for place, value in changes:
        data[place % len(data)] = value
    with suppress(NotVideoError, AddressRefusedError):
        pictures = _pictures(demuxer, bytes(data[:end]))
        assert all(picture.data is None or picture.is_keyframe for picture in pictures)
