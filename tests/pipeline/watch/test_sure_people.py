"""A box of which the detector is unsure is counted, and makes no day an active one by itself."""

from collections.abc import Sequence

import pytest

from pipeline.watch.tally import LabelTally

NOBODY_YET = LabelTally("person", 0, 0, 0)


@pytest.mark.parametrize(
    ("confidences", "is_sure"),
    [
        ((0.63,), False),
        ((0.36, 0.26), False),
        ((0.8,), True),
        ((0.5, 0.5), True),
        ((0.3, 0.3, 0.3, 0.3), True),
        ((1.0, 0.2), True),
    ],
)
def test_a_look_is_sure_of_somebody_by_one_clear_box_or_several_less_clear_ones(
    confidences: Sequence[float], is_sure: bool
) -> None:
    tally = NOBODY_YET.adding(confidences)
    assert (tally.looks, tally.total, tally.most, tally.sure) == (1, len(confidences), len(confidences), int(is_sure))


def test_sure_looks_add_up() -> None:
    tally = NOBODY_YET.adding([0.9]).adding([0.3]).adding([0.6, 0.6])
    assert (tally.looks, tally.total, tally.most, tally.sure) == (3, 4, 2, 2)
