"""Packets come out in the order in which they were sent, each once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.reorder_buffer import ReorderBuffer
from streams.rtp import RtpPacket

_WINDOW = 8


def _packet(sequence: int) -> RtpPacket:
    return RtpPacket(96, False, sequence & 0xFFFF, 0, 1, memoryview(b"x"))


def _pushed(buffer: ReorderBuffer, sequences: list[int], at_s: float = 0.0) -> list[int]:
    return [packet.sequence for sequence in sequences for packet in buffer.push(_packet(sequence), at_s)]


def _drained(buffer: ReorderBuffer) -> list[int]:
    drained = []
    at_s = 10.0
    while buffer.is_holding:
        drained += [packet.sequence for packet in buffer.due(at_s)]
        at_s += 10
    return drained


@st.composite
def _arrivals(draw: st.DrawFn) -> tuple[int, list[int], int]:
    """A start, which packets after it come in which order, and how many of them are there twice.

    No packet comes more than a window's length before or behind its place.
    """
    start = draw(st.integers(0, 0xFFFF))
    count = draw(st.integers(1, 60))
    delays = st.lists(st.integers(0, _WINDOW), min_size=count, max_size=count)
    first = {number: number + delay for number, delay in enumerate(draw(delays))}
    again = draw(st.dictionaries(st.integers(0, count - 1), st.integers(0, 3)))
    times = [(at, number) for number, at in first.items()]
    times += [(first[number] + delay, number) for number, delay in again.items()]
    return start, [number for _, number in sorted(times)], len(again)


@given(_arrivals())
def test_whatever_overtakes_within_the_window_comes_out_in_order_and_once(arrivals: tuple[int, list[int], int]) -> None:
    start, numbers, doubled = arrivals
    buffer = ReorderBuffer(_WINDOW)
    released = _pushed(buffer, [start + number for number in numbers]) + _drained(buffer)
    assert released == [(start + number) & 0xFFFF for number in range(max(numbers) + 1)]
    assert (buffer.late, buffer.lost) == (doubled, 0)


@given(_arrivals(), st.sets(st.integers(0, 59)))
def test_what_is_lost_holds_nothing_back_for_good(arrivals: tuple[int, list[int], int], missing: set[int]) -> None:
    start, numbers, _ = arrivals
    kept = [number for number in dict.fromkeys(numbers) if number not in missing]
    buffer = ReorderBuffer(_WINDOW)
    released = _pushed(buffer, [start + number for number in kept]) + _drained(buffer)
    assert released == [(start + number) & 0xFFFF for number in sorted(kept)]
    assert buffer.late == 0
    assert buffer.lost == (max(kept) - min(kept) + 1 - len(kept) if kept else 0)


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.floats(0, 1)), max_size=200))
def test_any_numbers_are_survived_and_nothing_is_invented(numbers: list[tuple[int, float]]) -> None:
    buffer = ReorderBuffer(_WINDOW)
    at_s, released = 0.0, []
    for sequence, pause_s in numbers:
        at_s += pause_s
        released += _pushed(buffer, [sequence], at_s)
        released += [packet.sequence for packet in buffer.due(at_s)]
    released += _drained(buffer)
    assert len(released) + buffer.late == len(numbers)


def test_the_first_packets_wait_a_moment_for_those_they_overtook() -> None:
    buffer = ReorderBuffer(_WINDOW, hold_s=0.1)
    assert _pushed(buffer, [5, 4]) == []
    assert buffer.due(0.05) == []
    assert [packet.sequence for packet in buffer.due(0.1)] == [4, 5]
    assert _pushed(buffer, [6]) == [6]


def test_a_missing_packet_is_waited_for_no_longer_than_the_hold() -> None:
    buffer = ReorderBuffer(_WINDOW, hold_s=0.1)
    buffer.push(_packet(0), 0.0)
    buffer.due(0.1)
    assert _pushed(buffer, [2, 3], at_s=1.0) == []
    assert buffer.due(1.05) == []
    assert [packet.sequence for packet in buffer.due(1.1)] == [2, 3]
    assert (buffer.lost, buffer.late) == (1, 0)


def test_what_comes_too_late_is_dropped_and_counted() -> None:
    buffer = ReorderBuffer(_WINDOW)
    _pushed(buffer, [0])
    _drained(buffer)
    assert _pushed(buffer, list(range(2, 2 + _WINDOW + 1))) == list(range(2, 2 + _WINDOW + 1))
    assert _pushed(buffer, [1, 2]) == []
    assert (buffer.late, buffer.lost) == (2, 1)


@pytest.mark.parametrize("stray", [30_000, 45_000])
def test_a_single_stray_moves_nothing(stray: int) -> None:
    buffer = ReorderBuffer(_WINDOW)
    _pushed(buffer, [0])
    _drained(buffer)
    assert _pushed(buffer, [1, stray, 2, 3]) == [1, 2, 3]
    assert buffer.late == 1


@pytest.mark.parametrize("again", [30_000, 45_000])
def test_a_camera_that_counts_anew_is_followed(again: int) -> None:
    buffer = ReorderBuffer(_WINDOW)
    _pushed(buffer, [0])
    _drained(buffer)
    # Number 2 is given up for the new count, of which only the first is lost.
    assert _pushed(buffer, [1, 3, again, again + 1, again + 2]) == [1, 3]
    assert _drained(buffer) == [again + 1, again + 2]
