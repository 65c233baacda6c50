"""A run's media time never goes back, whatever the stream's stamps do."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.media_time import MediaTime


def test_stamps_are_counted_from_the_first_frame() -> None:
    media_time = MediaTime()
    # Arrival jitters; the stamps don't.
    frames = [(1000.0, 5.0), (1002.0, 7.3), (1004.0, 8.9)]
    assert [media_time.advance(pts_s, at_s) for pts_s, at_s in frames] == [0.0, 2.0, 4.0]


def test_frames_without_stamps_are_timed_by_arrival() -> None:
    media_time = MediaTime()
    frames = [(None, 5.0), (None, 7.0), (90.0, 9.0), (92.0, 11.1)]
    assert [media_time.advance(pts_s, at_s) for pts_s, at_s in frames] == [0.0, 2.0, 4.0, 6.0]


@pytest.mark.parametrize("jumped_to_s", [0.0, 50.0, 95443.7])
def test_a_jump_of_the_stamps_is_bridged_by_arrival(jumped_to_s: float) -> None:
    media_time = MediaTime()
    media_time.advance(100.0, 5.0)
    assert media_time.advance(jumped_to_s, 7.0) == 2.0
    assert media_time.advance(jumped_to_s + 2.0, 9.0) == 4.0


def test_stamps_that_stand_still_are_no_stamps() -> None:
    media_time = MediaTime()
    assert [media_time.advance(7.0, at_s) for at_s in (1.0, 2.0, 4.0)] == [0.0, 1.0, 3.0]


@given(
    st.lists(st.none() | st.floats(-1e6, 1e6), max_size=30),
    st.lists(st.floats(0, 100), min_size=30, max_size=30),
)
def test_media_time_never_goes_back(stamps_s: list[float | None], pauses_s: list[float]) -> None:
    media_time, at_s, times_s = MediaTime(), 0.0, []
    for pts_s, pause_s in zip(stamps_s, pauses_s, strict=False):
        at_s += pause_s
        times_s.append(media_time.advance(pts_s, at_s))
    assert all(earlier <= later for earlier, later in pairwise(times_s))
