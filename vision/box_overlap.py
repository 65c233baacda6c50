"""Overlap of boxes, and how much of a box lies in another."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]

_Real = TypeVar("_Real", np.float32, np.float64)


def intersections(one: NDArray[_Real], other: NDArray[_Real]) -> NDArray[_Real]:
    """Areas shared by each of `one` (n, 4) with each of `other` (m, 4), both left, top, right, bottom: (n, m)."""
    sides = np.minimum(one[:, None, 2:], other[None, :, 2:]) - np.maximum(one[:, None, :2], other[None, :, :2])
    shared: NDArray[_Real] = np.clip(sides, 0, None).prod(axis=2)
    return shared


def areas(boxes: NDArray[_Real]) -> NDArray[_Real]:
    """Areas of (n, 4) boxes: (n,)."""
    found: NDArray[_Real] = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    return found


def ious(one: NDArray[_Real], other: NDArray[_Real]) -> NDArray[_Real]:
    """Intersection over union of each of `one` with each of `other`: (n, m), 0 where they don't touch."""
    shared = intersections(one, other)
    union = areas(one)[:, None] + areas(other)[None, :] - shared
    overlaps: NDArray[_Real] = (shared / np.maximum(union, 1e-9)).astype(one.dtype)
    return overlaps
