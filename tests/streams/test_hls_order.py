"""Which segment of a live playlist comes next."""

from streams.hls_order import SegmentOrder
from streams.hls_playlist import MediaPlaylist, Segment


def _playlist(first: int, count: int, *, is_ended: bool = False) -> MediaPlaylist:
    segments = (Segment(first + index, "a.ts", None, is_discontinuous=False, is_gap=False) for index in range(count))
    return MediaPlaylist(2.0, tuple(segments), is_ended)


def _taken(order: SegmentOrder, playlist: MediaPlaylist) -> list[tuple[int, bool]]:
    """Everything that is new now: its number, and whether it doesn't follow what came before."""
    found = []
    while (segment := order.next(playlist)) is not None:
        found.append((segment.sequence, segment.is_discontinuous))
    return found


def test_a_live_stream_is_begun_at_its_newest_segment_but_one() -> None:
    order = SegmentOrder()
    assert _taken(order, _playlist(10, 6)) == [(14, True), (15, False)]
    assert _taken(order, _playlist(10, 6)) == []
    assert _taken(order, _playlist(11, 6)) == [(16, False)]
    assert _taken(SegmentOrder(), _playlist(10, 1)) == [(10, True)]
    assert _taken(SegmentOrder(), _playlist(10, 0)) == []


def test_an_ended_stream_is_begun_at_its_first_segment_and_nothing_is_left_out() -> None:
    assert _taken(SegmentOrder(), _playlist(10, 9, is_ended=True))[0] == (10, True)
    order = SegmentOrder()
    assert _taken(order, _playlist(10, 2)) == [(10, True), (11, False)]
    assert [number for number, _ in _taken(order, _playlist(10, 9, is_ended=True))] == [12, 13, 14, 15, 16, 17, 18]


def test_whoever_falls_behind_leaves_out_what_is_old() -> None:
    order = SegmentOrder()
    assert _taken(order, _playlist(10, 2)) == [(10, True), (11, False)]
    assert _taken(order, _playlist(10, 6)) == [(12, False), (13, False), (14, False), (15, False)]
    assert _taken(order, _playlist(10, 11)) == [(19, True), (20, False)]


def test_a_window_that_rolled_on_beyond_the_last_segment_is_gone_on_with() -> None:
    order = SegmentOrder()
    assert _taken(order, _playlist(10, 2))
    assert _taken(order, _playlist(14, 3)) == [(14, True), (15, False), (16, False)]


def test_an_older_copy_of_the_playlist_brings_nothing_and_a_restart_begins_anew() -> None:
    order = SegmentOrder()
    assert _taken(order, _playlist(100, 5))[-1] == (104, False)
    assert _taken(order, _playlist(97, 5)) == []
    assert _taken(order, _playlist(101, 5)) == [(105, False)]
    assert _taken(order, _playlist(0, 5)) == [(3, True), (4, False)]
    assert _taken(order, _playlist(1, 5)) == [(5, False)]
