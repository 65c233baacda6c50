"""Pictures that come many at once are let through at the pace at which they were taken."""

import pytest

from streams.playout import Playout


def _early_s(playout: Playout, *came: tuple[float, float]) -> list[float]:
    return [playout.early_s(pts_s, at_s, 9.0) for pts_s, at_s in came]


def test_what_comes_at_once_is_held_back_by_its_time_stamps() -> None:
    assert _early_s(Playout(), (50.0, 1000.0), (52.0, 1000.0), (54.0, 1002.5)) == pytest.approx([0, 2, 1.5])


def test_a_late_picture_passes_at_once_and_the_next_one_is_on_time() -> None:
    assert _early_s(Playout(), (50.0, 1000.0), (52.0, 1003.0), (54.0, 1003.1)) == pytest.approx([0, 0, 0.9])


def test_the_pace_is_set_anew_after_a_jump_and_after_a_restart() -> None:
    playout = Playout()
    assert _early_s(playout, (50.0, 1000.0), (90000.0, 1001.0), (90002.0, 1001.0)) == pytest.approx([0, 0, 2])
    assert _early_s(playout, (3.0, 1003.0), (5.0, 1003.0)) == pytest.approx([0, 2])
    playout.restart()
    assert _early_s(playout, (8.0, 1003.0), (9.0, 1003.0)) == pytest.approx([0, 1])
    # Late by more than the limit: the run goes on from there.
    assert _early_s(playout, (10.0, 1015.0), (11.0, 1015.5)) == pytest.approx([0, 0.5])
