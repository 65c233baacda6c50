"""Looks are taken at their interval on the average, however keyframes fall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.look_schedule import LookSchedule


def _looks(look_every_s: float | None, keyframes_s: list[float]) -> list[float]:
    schedule, taken = LookSchedule(look_every_s), []
    for at_s in keyframes_s:
        if schedule.is_due(at_s):
            schedule.take(at_s)
            taken.append(at_s)
    return taken


def test_without_an_interval_every_keyframe_is_looked_at() -> None:
    assert _looks(None, [0.0, 0.1, 0.2]) == [0.0, 0.1, 0.2]


def test_keyframes_a_little_early_are_not_passed_over() -> None:
    keyframes_s = [0.0, 1.99, 4.01, 5.98, 8.02]
    assert _looks(2.0, keyframes_s) == keyframes_s


def test_looks_do_not_drift_where_keyframes_fall_between() -> None:
    keyframes_s = [3.0 * number for number in range(101)]
    assert len(_looks(10.0, keyframes_s)) == 31


def test_missed_looks_are_not_caught_up() -> None:
    assert _looks(10.0, [0.0, 95.0, 96.0, 97.0, 105.0]) == [0.0, 95.0, 105.0]


def test_an_interval_is_above_zero() -> None:
    with pytest.raises(ValueError, match="above 0 s"):
        LookSchedule(0.0)


@given(st.floats(0.2, 60), st.lists(st.floats(0.01, 100), max_size=50))
def test_never_more_than_one_look_per_interval_on_the_average(look_every_s: float, gaps_s: list[float]) -> None:
    keyframes_s = [sum(gaps_s[:number]) for number in range(len(gaps_s))]
    taken = _looks(look_every_s, keyframes_s)
    if taken:
        assert len(taken) - 1 <= (taken[-1] - taken[0]) / look_every_s + 0.2
