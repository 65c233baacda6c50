import pytest

from vision.activity_segment import Box
from vision.evaluation.tracking import FollowedPicture, track_figures

ONE: Box = (0.0, 0.0, 10.0, 10.0)
TWO: Box = (100.0, 100.0, 120.0, 130.0)


def test_a_track_that_keeps_its_thing_is_right_all_along() -> None:
    figures = track_figures({"a": [FollowedPicture({"one": ONE, "two": TWO}, {7: ONE, 8: TWO})] * 5})
    assert (figures.idf1, figures.mota, figures.switches, figures.things, figures.boxes) == (1.0, 1.0, 0, 2, 10)


def test_a_new_track_halfway_costs_the_half_of_its_thing() -> None:
    before = FollowedPicture({"one": ONE, "two": TWO}, {1: ONE, 2: TWO})
    after = FollowedPicture({"one": ONE, "two": TWO}, {3: ONE, 2: TWO})
    figures = track_figures({"a": [before] * 4 + [after] * 4})
    # 12 of 16 true boxes lie under their own track, as do 12 of 16 tracked ones.
    assert figures.idf1 == pytest.approx(0.75)
    assert figures.switches == 1
    assert figures.mota == pytest.approx(1 - 1 / 16)


def test_what_is_not_followed_at_all_counts_against_it() -> None:
    figures = track_figures(
        {"a": [FollowedPicture({"one": ONE}, {})] * 2, "b": [FollowedPicture({"one": ONE}, {1: ONE})] * 2}
    )
    assert figures.clips == {"a": 0.0, "b": 1.0}
    assert figures.idf1 == pytest.approx(2 * 2 / (2 * 2 + 2))


def test_a_box_that_lies_elsewhere_is_no_match() -> None:
    figures = track_figures({"a": [FollowedPicture({"one": ONE}, {1: (5.1, 0.0, 15.1, 10.0)})] * 3})
    assert (figures.idf1, figures.mota) == (0.0, -1.0)


def test_clips_without_things_are_no_figure() -> None:
    figures = track_figures({"a": [FollowedPicture({}, {})]})
    assert (figures.idf1, figures.things, figures.clips) == (None, 0, {})
