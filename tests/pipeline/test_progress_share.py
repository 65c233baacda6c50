from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.plan_curve import PlannedTask
from pipeline.signals.progress_share import ElementFigure, project_share
from tests.support.shares import MAST_1, MAST_2, figure

FIRST, LAST = date(2026, 6, 1), date(2026, 12, 31)
FRAME, FACADE, ROOF = (PlannedTask(FIRST, LAST, weight, key) for key, weight in (("f", 30.0), ("a", 20.0), ("r", 50.0)))


def test_tasks_weigh_by_the_plan_and_only_those_with_elements_count() -> None:
    share = project_share([FRAME, FACADE, ROOF], [figure("f", 0.5), figure("a", 0.25)])
    assert share is not None
    assert share.percent == pytest.approx(100 * (30 * 0.5 + 20 * 0.25) / 50)
    assert share.share_of_plan == pytest.approx(0.5)
    assert share.task_keys == frozenset({"f", "a"})


def test_elements_weigh_within_their_task_whatever_their_weights_sum_to() -> None:
    west, east = figure("west", 1.0, task_key="f", weight=7.0), figure("east", 0.0, task_key="f", weight=21.0)
    share = project_share([FRAME], [west, east])
    assert share is not None
    assert share.percent == pytest.approx(25.0)


def test_an_element_whose_task_is_gone_or_that_has_none_counts_nowhere() -> None:
    gone, untied = figure("g", 0.9), figure("u", 0.9, task_key=None)
    assert project_share([FRAME], [gone, untied]) is None
    share = project_share([FRAME], [gone, untied, figure("f", 0.2)])
    assert share is not None
    assert (share.percent, share.share_of_plan) == pytest.approx((20.0, 1.0))


def test_no_plan_and_no_elements_have_no_share() -> None:
    assert project_share([], [figure("f", 0.2)]) is None
    assert project_share([FRAME], []) is None


def test_errors_of_one_camera_add_up_and_those_of_two_add_by_squares() -> None:
    tasks = [PlannedTask(FIRST, LAST, 1.0, "f"), PlannedTask(FIRST, LAST, 1.0, "a")]
    one = project_share(tasks, [figure("f", 0.5, 0.06), figure("a", 0.5, 0.08)])
    two = project_share(tasks, [figure("f", 0.5, 0.06), figure("a", 0.5, 0.08, placement_id=MAST_2)])
    assert one is not None
    assert two is not None
    assert (one.low, one.high) == pytest.approx((43.0, 57.0))
    assert (two.low, two.high) == pytest.approx((45.0, 55.0))


def test_cameras_that_see_the_same_work_err_together() -> None:
    tasks = [PlannedTask(FIRST, LAST, 1.0, "f"), PlannedTask(FIRST, LAST, 1.0, "a")]
    figures = [
        figure("f", 0.5, 0.06),
        figure("f", 0.5, 0.06, placement_id=MAST_2),
        figure("a", 0.5, 0.08, placement_id=MAST_2),
    ]
    share = project_share(tasks, figures)
    assert share is not None
    assert (share.low, share.high) == pytest.approx((43.0, 57.0))


def test_two_cameras_on_one_work_count_by_how_sure_and_how_clear_they_are() -> None:
    sure, unsure = figure("f", 0.40, 0.05), figure("f", 0.50, 0.10, placement_id=MAST_2)
    share = project_share([FRAME], [sure, unsure])
    assert share is not None
    # Four to one by variance.
    assert share.percent == pytest.approx(42.0)
    hidden = figure("f", 0.40, 0.05, visible_share=0.25)
    share = project_share([FRAME], [hidden, unsure])
    assert share is not None
    assert (share.percent, share.visible_share) == pytest.approx((45.0, 1.0))
    assert share.disagreeing == ()


def test_two_cameras_that_contradict_each_other_widen_the_interval_over_both() -> None:
    share = project_share([FRAME], [figure("f", 0.3), figure("f", 0.6, placement_id=MAST_2)])
    assert share is not None
    assert (share.percent, share.low, share.high) == pytest.approx((45.0, 25.0, 65.0))
    assert share.disagreeing == ("f",)


def test_elements_of_one_key_in_two_tasks_are_two_works() -> None:
    tasks = [PlannedTask(FIRST, LAST, 1.0, "f"), PlannedTask(FIRST, LAST, 1.0, "a")]
    share = project_share(tasks, [figure("x", 0.2, task_key="f"), figure("x", 0.8, task_key="a", placement_id=MAST_2)])
    assert share is not None
    assert share.percent == pytest.approx(50.0)
    assert share.disagreeing == ()


def test_a_day_without_an_answer_carries_the_last_figure_less_sure() -> None:
    last = figure("f", 0.5)
    carried = last.carried_to(last.on + timedelta(days=4))
    assert (carried.share, carried.low, carried.visible_share, carried.unseen_days) == (0.5, 0.45, 0.0, 4)
    assert carried.high == pytest.approx(0.59)
    share = project_share([FRAME], [carried])
    assert share is not None
    assert (share.visible_share, share.seen_share, share.fresh_share) == (0.0, 0.0, 1.0)
    long_ago = project_share([FRAME], [last.carried_to(last.on + timedelta(days=400))])
    assert long_ago is not None
    assert (long_ago.fresh_share, long_ago.high) == (0.0, 100.0)


def test_an_element_of_which_its_reference_day_shows_too_little_was_not_seen() -> None:
    told = [figure("f", 0.5, visible_share=0.0), figure("a", 0.5, visible_share=0.29), figure("r", 0.5)]
    share = project_share([FRAME, FACADE, ROOF], told)
    assert share is not None
    assert (share.seen_share, share.fresh_share) == pytest.approx((0.5, 1.0))
    enough = project_share([FRAME], [figure("f", 0.5, visible_share=0.3)])
    assert enough is not None
    assert enough.seen_share == 1.0


def test_a_figure_outside_its_interval_or_without_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="lies in its interval"):
        figure("f", 0.5, low=0.6)
    with pytest.raises(ValueError, match="weight is above 0"):
        figure("f", 0.5, weight=0.0)


_UNIT = st.floats(0.0, 1.0, allow_nan=False)
_FIGURES = st.lists(
    st.builds(
        lambda key, task, mast, weight, ends, visible, unseen: figure(
            key,
            sorted(ends)[1],
            low=sorted(ends)[0],
            high=sorted(ends)[2],
            task_key=task,
            placement_id=mast,
            weight=weight,
            visible_share=visible,
            unseen_days=unseen,
        ),
        st.sampled_from("xyz"),
        st.sampled_from(["f", "a", "gone", None]),
        st.sampled_from([MAST_1, MAST_2]),
        st.floats(0.01, 1e6),
        st.tuples(_UNIT, _UNIT, _UNIT),
        _UNIT,
        st.integers(0, 90),
    ),
    min_size=1,
    max_size=8,
)


@given(_FIGURES)
def test_a_share_lies_in_its_interval_within_0_and_100(figures: list[ElementFigure]) -> None:
    share = project_share([FRAME, FACADE, ROOF], figures)
    if share is None:
        assert all(one.task_key in ("gone", None) for one in figures)
        return
    assert 0.0 <= share.low <= share.percent <= share.high <= 100.0
    assert all(0.0 <= value <= 1.0 for value in (share.visible_share, share.seen_share, share.fresh_share))
    assert 0.0 < share.share_of_plan <= 1.0


@given(_FIGURES, st.floats(0.001, 1000.0))
def test_the_unit_of_weights_does_not_matter(figures: list[ElementFigure], factor: float) -> None:
    tasks = [FRAME, FACADE, ROOF]
    scaled_tasks = [PlannedTask(task.starts_on, task.finishes_on, task.weight * factor, task.key) for task in tasks]
    share, scaled = project_share(tasks, figures), project_share(scaled_tasks, figures)
    assert (share is None) == (scaled is None)
    if share is not None and scaled is not None:
        expected = (share.percent, share.low, share.high)
        assert (scaled.percent, scaled.low, scaled.high) == pytest.approx(expected, abs=1e-6)
