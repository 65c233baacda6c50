"""Which of two sets of boxes are the same things: pairs by overlap, the best first, each box in one pair at most."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vision.activity_segment import Box
from vision.box_overlap import ious

SAME_FROM_IOU = 0.5


def overlaps(first: Sequence[Box], second: Sequence[Box]) -> NDArray[np.float64]:
    """Intersection over union of boxes (left, top, right, bottom): (n, m), 0 where they don't touch."""
    return ious(np.array(first, np.float64).reshape(-1, 4), np.array(second, np.float64).reshape(-1, 4))


def pairs(first: Sequence[Box], second: Sequence[Box], least: float = SAME_FROM_IOU) -> dict[int, int]:
    """From a row of `first` to the row of `second` that is the same thing, for those that overlap by `least`."""
    matrix = overlaps(first, second)
    paired: dict[int, int] = {}
    taken: set[int] = set()
    for flat in np.argsort(-matrix, axis=None, kind="stable"):
        row, column = divmod(int(flat), matrix.shape[1])
        if matrix[row, column] < least:
            break
        if row not in paired and column not in taken:
            paired[row] = column
            taken.add(column)
    return paired
