"""Taking apart training pictures that were published as mosaics of four.

Boxes beside a seam end where the piece was cut, not where the person or machine ends, and a
network that learns from whole mosaics learns seams. Each piece becomes a picture of its own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.detector import Image

# A seam stands out of the columns around it; in a plain picture no column does by this much.
LEAST_STEP = 8.0
LEAST_STEP_RATIO = 1.5
_MARGIN_PX = 40
_AROUND_PX = 8
_LARGEST_DIFFERENCE = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a picture, in pixels; right and bottom just outside."""

    left: int
    top: int
    right: int
    bottom: int


def pieces_of(image: Image) -> list[Piece]:
    """Return the four pieces of a mosaic, the upper left first; the whole picture if it is none."""
    height, width = image.shape[:2]
    x, y = _seam(image), _seam(image.transpose(1, 0, 2))
    if x is None or y is None:
        return [Piece(0, 0, width, height)]
    return [Piece(0, 0, x, y), Piece(x, 0, width, y), Piece(0, y, x, height), Piece(x, y, width, height)]


def _seam(image: Image) -> int | None:
    """The first column right of a seam from top to bottom."""
    if image.shape[1] < 4 * _MARGIN_PX:
        return None
    steps = np.abs(np.diff(image.astype(np.int16), axis=1)).max(axis=2)
    # A few strong edges must not outweigh a weak one along the whole height.
    profile = np.minimum(steps, _LARGEST_DIFFERENCE).mean(axis=0)
    prominence = profile - _running_median(profile)
    prominence[:_MARGIN_PX] = prominence[-_MARGIN_PX:] = 0
    column = int(prominence.argmax())
    others = prominence.copy()
    others[max(0, column - 4) : column + 5] = 0
    if prominence[column] < LEAST_STEP or prominence[column] < LEAST_STEP_RATIO * others.max():
        return None
    return column + 1


def _running_median(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    padded = np.pad(profile, _AROUND_PX, mode="edge")
    median: NDArray[np.float64] = np.median(
        np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND_PX + 1), axis=1
    )
    return median
