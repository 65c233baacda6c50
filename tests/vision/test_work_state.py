import numpy as np
import pytest

from vision.activity_segment import WorkState
from vision.box_motion import Motion
from vision.work_state import LONGEST_REST_S, work_states


def _motions(amounts: list[float], every_s: float = 0.2, over_s: float = 1.0) -> list[Motion]:
    """One motion a picture, each over the second before it; the first is told of at `over_s`."""
    return [
        Motion(amount, over_s + place * every_s - over_s, over_s + place * every_s)
        for place, amount in enumerate(amounts)
    ]


def _seconds(amount: float, seconds: float, every_s: float = 0.2) -> list[float]:
    return [amount] * round(seconds / every_s)


def _working_s(amounts: list[float], until_s: float, every_s: float = 0.2) -> list[float]:
    times = np.arange(0, until_s, 0.2).tolist()
    states = work_states(_motions(amounts, every_s), times)
    return [at_s for at_s, state in zip(times, states, strict=True) if state is WorkState.WORKING]


def test_nothing_is_said_without_a_comparison() -> None:
    assert work_states([], [0.0, 1.0]) == [WorkState.UNKNOWN, WorkState.UNKNOWN]


def test_a_machine_without_motion_is_idle_all_along() -> None:
    assert work_states(_motions(_seconds(0.1, 10)), [0.0, 5.0, 10.0]) == [WorkState.IDLE] * 3


def test_a_machine_that_moves_all_along_works_from_its_first_picture_to_its_last() -> None:
    assert work_states(_motions(_seconds(5.0, 10)), [0.0, 5.0, 10.0]) == [WorkState.WORKING] * 3


def test_a_rest_between_two_motions_is_part_of_the_work() -> None:
    amounts = _seconds(5, 4) + _seconds(0, LONGEST_REST_S - 2) + _seconds(5, 4)
    assert len(_working_s(amounts, 16)) == 80


def test_a_longer_rest_is_idleness_that_began_when_the_motion_ended() -> None:
    working = _working_s(_seconds(5, 10) + _seconds(0, 20), 31)
    assert working[0] == 0.0
    # Each motion tells of the second before it.
    assert working[-1] == pytest.approx(10.4, abs=0.5)
    assert len(working) == pytest.approx(52, abs=2)


def test_a_weak_motion_goes_on_with_work_and_does_not_begin_it() -> None:
    assert len(_working_s(_seconds(5, 4) + _seconds(0.5, 16), 21)) == 105
    assert _working_s(_seconds(0.5, 20), 21) == []


def test_what_passed_by_in_a_moment_is_no_work() -> None:
    assert _working_s([*_seconds(0, 8), 9.0, 9.0, *_seconds(0, 8)], 17) == []


def test_keyframes_some_seconds_apart_tell_the_same() -> None:
    motions = [Motion(amount, 2.5 * place, 2.5 * (place + 1)) for place, amount in enumerate([6.0] * 4 + [0.0] * 8)]
    states = work_states(motions, [2.5 * place for place in range(13)])
    assert states[:4] == [WorkState.WORKING] * 4
    assert states[5:] == [WorkState.IDLE] * 8


def test_a_time_far_from_every_comparison_is_unknown() -> None:
    motions = [*_motions(_seconds(5, 5)), Motion(5.0, 40.0, 41.0)]
    assert work_states(motions, [3.0, 20.0]) == [WorkState.WORKING, WorkState.UNKNOWN]


def test_a_machine_that_fills_its_box_moves_much_of_it_when_it_works() -> None:
    times = np.arange(0, 10, 0.2).tolist()

    def _told(share: float, *, fills_box: bool) -> set[WorkState]:
        motions = [Motion(3.0, 0.2 * place, 0.2 * place + 1.0, share) for place in range(50)]
        return set(work_states(motions, times, fills_box=fills_box))

    # A crane's shadow on what stands behind an excavator.
    assert _told(0.03, fills_box=True) == {WorkState.IDLE}
    assert _told(0.06, fills_box=True) == {WorkState.WORKING}
    assert _told(0.005, fills_box=False) == {WorkState.WORKING}
