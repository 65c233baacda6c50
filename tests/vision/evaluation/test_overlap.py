import pytest

from vision.evaluation.overlap import overlaps, pairs

LEFT, RIGHT = (0.0, 0.0, 10.0, 10.0), (100.0, 0.0, 110.0, 10.0)


def test_overlap_is_what_is_common_over_what_either_covers() -> None:
    half = (5.0, 0.0, 15.0, 10.0)
    assert overlaps([LEFT, RIGHT], [LEFT, half]).tolist() == [[1.0, pytest.approx(1 / 3)], [0.0, 0.0]]


def test_each_box_is_in_one_pair_and_the_best_come_first() -> None:
    close, closer = (0.0, 0.0, 10.0, 8.0), (0.0, 0.0, 10.0, 9.0)
    assert pairs([LEFT, RIGHT], [close, closer]) == {0: 1}
    assert pairs([LEFT, closer], [closer]) == {1: 0}


def test_boxes_that_overlap_by_less_than_half_are_not_the_same() -> None:
    assert pairs([LEFT], [(0.0, 0.0, 10.0, 4.9)]) == {}
    assert pairs([LEFT], [(0.0, 0.0, 10.0, 5.0)]) == {0: 0}


def test_nothing_pairs_with_nothing() -> None:
    assert pairs([], [LEFT]) == pairs([LEFT], []) == pairs([], []) == {}
    assert overlaps([(1.0, 1.0, 1.0, 1.0)], [(1.0, 1.0, 1.0, 1.0)]).tolist() == [[0.0]]
