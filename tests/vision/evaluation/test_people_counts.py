import pytest

from vision.evaluation.people_counts import CountedPicture, count_figures


def test_a_count_is_right_within_one() -> None:
    counted = [CountedPicture("a", true, seen) for true, seen in ((3, 3), (3, 4), (3, 2), (3, 5), (3, 1))]
    figures = count_figures(counted)
    assert (figures.pictures, figures.within_one, figures.within_one_share) == (5, 3, 0.6)
    assert figures.mean_error == pytest.approx(1.2)
    assert figures.bias == pytest.approx(0.0)


def test_bias_is_above_zero_where_too_many_are_counted() -> None:
    assert count_figures([CountedPicture("a", 2, 4), CountedPicture("a", 2, 3)]).bias == pytest.approx(1.5)


def test_pictures_of_nobody_and_of_crowds_are_left_out() -> None:
    figures = count_figures([CountedPicture("a", true, 0) for true in (0, 11, 1, 10)])
    assert (figures.pictures, figures.within_one) == (2, 1)
    assert count_figures([]).within_one_share is None


def test_clips_are_drawn_again_whole() -> None:
    pictures = [CountedPicture(clip, 1, 1 if clip == "good" else 9) for clip in ("good", "bad") for _ in range(50)]
    figures = count_figures(pictures)
    assert figures.clips == {"bad": 0.0, "good": 1.0}
    assert figures.interval is not None
    assert (figures.interval.low, figures.interval.high) == (0.0, 1.0)
