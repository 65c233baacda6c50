"""Areas of a view that nobody, and no detector, may look at."""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from vision.detector import Image

# Corners (x, y) in pixels of the picture; the last joins the first.
Polygon = Sequence[tuple[float, float]]

MASK_COLOUR = (48, 48, 48)

# Far outside any picture, and well inside what OpenCV's fixed-point drawing can hold.
_FARTHEST_PX = 100_000


def apply_privacy_masks(image: Image, masks: Sequence[Polygon]) -> Image:
    """Return a copy of `image` with each polygon, its border included, filled with one colour.

    This comes before anything else that is done with a frame: detecting, measuring, storing.

    Raises:
        ValueError: a polygon of fewer than three corners, or a corner that is not a finite number.
    """
    masked = image.copy()
    for polygon in masks:
        cv2.fillPoly(masked, [polygon_px(polygon)], MASK_COLOUR)
    return masked


def polygon_px(polygon: Polygon) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """Whole-pixel corners (n, 2) for drawing.

    Raises:
        ValueError: as `apply_privacy_masks`.
    """
    if len(polygon) < 3:
        raise ValueError(f"A polygon has at least three corners, not {len(polygon)}.")
    if not all(math.isfinite(value) for corner in polygon for value in corner):
        raise ValueError("A polygon's corners are finite numbers.")
    corners = np.rint(np.asarray(polygon, np.float64))
    return np.clip(corners, -_FARTHEST_PX, _FARTHEST_PX).astype(np.int32)
