import pytest

from vision.activity_segment import WorkState
from vision.evaluation.work_states import FoundState, MachineMoment, state_figures, work_figures

WORKING, IDLE = WorkState.WORKING, WorkState.IDLE


def moments(
    machine: str, truth: WorkState, found: FoundState, count: int, *, clip: str = "a.mp4", label: str = "excavator"
) -> list[MachineMoment]:
    return [MachineMoment(clip, machine, label, 0.2, truth, found)] * count


def test_balanced_accuracy_is_the_mean_of_what_is_right_of_each_state() -> None:
    figures = state_figures(
        [
            *moments("one", WORKING, FoundState.WORKING, 9),
            *moments("one", WORKING, FoundState.IDLE, 1),
            *moments("two", IDLE, FoundState.IDLE, 21),
            *moments("two", IDLE, FoundState.WORKING, 9),
        ]
    )
    assert figures.recall == {"working": pytest.approx(0.9), "idle": pytest.approx(0.7)}
    assert figures.balanced_accuracy == pytest.approx(0.8)
    assert figures.accuracy == pytest.approx(0.75)
    assert figures.share == {"working": pytest.approx(0.25), "idle": pytest.approx(0.75)}
    assert figures.machines == 2
    assert figures.seconds == pytest.approx(8.0)
    assert figures.confusion == {
        "working": {"working": 1.8, "idle": 0.2, "unknown": 0.0, "unmatched": 0.0},
        "idle": {"working": 1.8, "idle": 4.2, "unknown": 0.0, "unmatched": 0.0},
    }


def test_unknown_and_unmatched_machines_are_wrong_and_shown_apart() -> None:
    figures = state_figures(
        [
            *moments("one", WORKING, FoundState.WORKING, 5),
            *moments("one", WORKING, FoundState.UNKNOWN, 3),
            *moments("one", WORKING, FoundState.UNMATCHED, 2),
            *moments("two", IDLE, FoundState.IDLE, 10),
        ]
    )
    assert figures.balanced_accuracy == pytest.approx(0.75)
    assert figures.confusion["working"] == {"working": 1.0, "idle": 0.0, "unknown": 0.6, "unmatched": 0.4}


def test_without_one_of_the_states_there_is_no_balanced_accuracy() -> None:
    figures = state_figures(moments("one", IDLE, FoundState.IDLE, 4))
    assert (figures.balanced_accuracy, figures.interval, figures.accuracy) == (None, None, 1.0)
    assert state_figures([]).accuracy is None


def test_figures_come_by_type_and_by_clip() -> None:
    figures = work_figures(
        [
            *moments("one", WORKING, FoundState.WORKING, 5, clip="a.mp4", label="loader"),
            *moments("one", IDLE, FoundState.UNMATCHED, 5, clip="b.mp4", label="crane"),
        ]
    )
    assert {name: one.accuracy for name, one in figures.types.items()} == {"crane": 0.0, "loader": 1.0}
    assert {name: one.accuracy for name, one in figures.clips.items()} == {"a.mp4": 1.0, "b.mp4": 0.0}
    # The same id in two clips is two machines.
    assert (figures.total.machines, figures.total.balanced_accuracy) == (2, 0.5)


def test_the_interval_is_over_machines_not_over_seconds() -> None:
    sure = [one for name in "abcd" for state in (WORKING, IDLE) for one in moments(name, state, FoundState(state), 50)]
    assert state_figures(sure).interval is not None
    one_wrong = [*sure, *moments("e", WORKING, FoundState.IDLE, 50), *moments("e", IDLE, FoundState.IDLE, 50)]
    interval = state_figures(one_wrong).interval
    assert interval is not None
    assert interval.low < 0.81
    assert interval.high == 1.0
