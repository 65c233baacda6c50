"""Which of two sets of boxes are the same things: pairs by overlap, the best first, each box in one pair at most."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vision.activity_segment import Box

SAME_FROM_IOU = 0.5


def overlaps(first: Sequence[Box], second: Sequence[Box]) -> NDArray[np.float64]:
    """Intersection over union of boxes (left, top, right, bottom): (n, m), 0 where they don't touch."""
    one, two = np.array(first, np.float64).reshape(-1, 1, 4), np.array(second, np.float64).reshape(1, -1, 4)
    corner = np.minimum(one[..., 2:], two[..., 2:]) - np.maximum(one[..., :2], two[..., :2])
    both = np.prod(np.clip(corner, 0, None), axis=-1)
    areas = np.prod(one[..., 2:] - one[..., :2], axis=-1) + np.prod(two[..., 2:] - two[..., :2], axis=-1)
    union = areas - both
    return np.asarray(np.divide(both, union, out=np.zeros_like(both), where=union > 0), np.float64)


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
