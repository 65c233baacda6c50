"""Taking out of a stored picture what was drawn on it or blurred: it has edges that the view doesn't have.

A box that is drawn in fog is the strongest outline there is, and would make the fog look clear.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detector import Image

# What surrounds a covered pixel, from near to far, in sides of a square in pixels.
_AROUND_PX = (7, 31, 121, 481)
# Of so much of the square something must be known.
_LEAST_KNOWN = 0.05
_MARGIN_PX = 1


def without_covered(image: Image, boxes: NDArray[np.float32]) -> Image:
    """A copy of (height, width, 3) uint8 whose `boxes`, (n, 4) xyxy, are filled with the mean of what is around."""
    height, width = image.shape[:2]
    free = np.ones((height, width), np.float32)
    for left, top, right, bottom in boxes:
        rows = slice(max(0, int(top) - _MARGIN_PX), max(0, int(np.ceil(bottom)) + _MARGIN_PX))
        free[rows, max(0, int(left) - _MARGIN_PX) : max(0, int(np.ceil(right)) + _MARGIN_PX)] = 0.0
    missing = free == 0.0
    if not missing.any():
        return image.copy()
    values = image.astype(np.float32)
    kept = values * free[..., np.newaxis]
    for side in _AROUND_PX:
        known = np.asarray(cv2.blur(free, (side, side)), np.float32)
        mean = np.asarray(cv2.blur(kept, (side, side)), np.float32) / np.maximum(known, _LEAST_KNOWN)[..., np.newaxis]
        told = missing & (known >= _LEAST_KNOWN)
        values[told] = mean[told]
        missing &= ~told
        if not missing.any():
            break
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)
