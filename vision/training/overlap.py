"""Overlap of boxes, and how much of a box lies in another."""

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]


def intersections(one: Boxes, other: Boxes) -> Boxes:
    """Areas shared by each of `one` (n, 4) with each of `other` (m, 4), both left, top, right, bottom: (n, m)."""
    sides = np.minimum(one[:, None, 2:], other[None, :, 2:]) - np.maximum(one[:, None, :2], other[None, :, :2])
    shared: Boxes = np.clip(sides, 0, None).prod(axis=2)
    return shared


def areas(boxes: Boxes) -> Boxes:
    """Areas of (n, 4) boxes: (n,)."""
    found: Boxes = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    return found


def ious(one: Boxes, other: Boxes) -> Boxes:
    """Intersection over union of each of `one` with each of `other`: (n, m)."""
    shared = intersections(one, other)
    union = areas(one)[:, None] + areas(other)[None, :] - shared
    overlaps: Boxes = (shared / np.maximum(union, 1e-9)).astype(np.float32)
    return overlaps
