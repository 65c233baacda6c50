"""Whether a picture shows its view at all, so that a dead camera is never read as an idle site."""

from enum import StrEnum

import cv2
import numpy as np

from vision.detector import Image

# Judged on a small grey copy, in which a camera's noise is averaged away.
JUDGED_WIDTH_PX = 320
# Black: hardly a pixel is brighter than this, in grey levels of 255.
BLACK_LEVEL = 28
BLACK_SHARE = 0.995
# Flat: fewer pixels than this share lie on an edge; fog, a covered lens, a plain placeholder.
EDGE_LEVELS_PER_PX = 8.0
FLAT_SHARE = 0.005
# Frozen: no pixel of the full picture has changed by more than rounding. Between two real
# pictures of a still scene a camera's noise changes many.
FROZEN_LEVELS = 1


class ViewQuality(StrEnum):
    """What a picture is good for; whether the camera was moved is for vision/view_shift.py to tell."""

    USABLE = "usable"
    BLACK = "black"
    FLAT = "flat"
    FROZEN = "frozen"
    MOVED = "moved"


def judge(image: Image, previous: Image | None = None) -> ViewQuality:
    """Judge a picture, (height, width, 3) uint8 BGR, by itself and against the one before it."""
    grey = _small_grey(image)
    if np.mean(grey <= BLACK_LEVEL) >= BLACK_SHARE:
        return ViewQuality.BLACK
    if _edge_share(grey) < FLAT_SHARE:
        return ViewQuality.FLAT
    if previous is not None and previous.shape == image.shape and _largest_change(image, previous) <= FROZEN_LEVELS:
        return ViewQuality.FROZEN
    return ViewQuality.USABLE


def _small_grey(image: Image) -> Image:
    scale = min(1.0, JUDGED_WIDTH_PX / image.shape[1])
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)


def _edge_share(grey: Image) -> float:
    # Scharr's kernel sums to 32 over a step of one level a pixel.
    across = cv2.Scharr(grey, cv2.CV_32F, 1, 0) / 32
    down = cv2.Scharr(grey, cv2.CV_32F, 0, 1) / 32
    return float(np.mean(cv2.magnitude(across, down) >= EDGE_LEVELS_PER_PX))


def _largest_change(image: Image, previous: Image) -> int:
    return int(cv2.absdiff(image, previous).max())
