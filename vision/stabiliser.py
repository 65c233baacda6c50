"""Taking the mast's sway out of a run's pictures, so that what still moves in them moves by itself."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detector import Image

# Pictures are laid over each other in grey copies of this width, in which a sensor's noise is halved.
STEADY_WIDTH_PX = 480
# Corners of the reference that are looked for in every picture; apart, so that no machine holds most of them.
MOST_CORNERS = 60
CORNERS_APART_PX = 18
CORNER_QUALITY = 0.01
# A corner is looked for within about so many pixels of the copy, in halved copies too.
SEARCH_PX = 15
COARSER_LEVELS = 1
AGREE_WITHIN_PX = 0.5
LEAST_AGREEING = 12
# Where fewer of the corners agree, light or weather have changed: the next picture is the reference.
LEAST_AGREEING_SHARE = 0.4
# Lamps that roll in or a sunset change no corner at once; a reference is not kept for longer.
REFERENCE_FOR_S = 60.0
# A camera that turned by more than this is no longer a mast that sways.
MOST_SWAY_SHARE = 0.03

_SMOOTHED_SIGMA_PX = 1.0
_RANSAC_SEED = 6


@dataclass(frozen=True, slots=True, eq=False)
class SteadyPicture:
    """A picture laid over its reference: `grey` is (height, width) uint8, 480 px wide, noise smoothed.

    `scale` is how many of its pixels one pixel of the picture as it was given is; pictures with the same `reference`
    lie over each other. `offset_px` is what was taken out, in its pixels: across and down.
    """

    grey: Image
    scale: float
    reference: int
    offset_px: tuple[float, float]


class Stabiliser:
    """Lays the pictures of one run over each other; owned by one thread.

    Corners of a reference are followed by Lucas and Kanade's method, and a shift with rotation on which most of them
    agree is undone: people and machines are where few corners are, or disagree. Where too few agree (fog, snow,
    darkness) the picture stays as it is; it then says the same reference only if it can be compared at all.
    """

    def __init__(self) -> None:
        """Begin without a reference."""
        self._reference: Image | None = None
        self._corners: NDArray[np.float32] | None = None
        self._number = 0
        self._since_s = 0.0

    def steady(self, image: Image, at_s: float) -> SteadyPicture:
        """Lay the next picture over the reference, or make it the reference."""
        grey, scale = _grey_copy(image)
        reference = self._reference
        if reference is None or reference.shape != grey.shape or at_s - self._since_s > REFERENCE_FOR_S:
            return self._begin(grey, scale, at_s)
        if self._corners is None:
            # Looked for only now: most looks of a camera stand alone.
            self._corners = _corners_of(reference)
        if len(self._corners) < LEAST_AGREEING:
            # Nothing to hold on to: fog that hides all, or dark. It is compared as it stands.
            return SteadyPicture(_smoothed(grey), scale, self._number, (0.0, 0.0))
        undo, share = _undoing(reference, self._corners, grey)
        if undo is None or share < LEAST_AGREEING_SHARE:
            return self._begin(grey, scale, at_s)
        size = grey.shape[1], grey.shape[0]
        laid = cv2.warpAffine(grey, undo, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        offset_px = (-float(undo[0, 2]), -float(undo[1, 2]))
        return SteadyPicture(_smoothed(np.asarray(laid, np.uint8)), scale, self._number, offset_px)

    def _begin(self, grey: Image, scale: float, at_s: float) -> SteadyPicture:
        self._reference, self._corners = grey, None
        self._number += 1
        self._since_s = at_s
        return SteadyPicture(_smoothed(grey), scale, self._number, (0.0, 0.0))


def _corners_of(grey: Image) -> NDArray[np.float32]:
    # OpenCV's own types leave out that both can give None.
    found: Any = cv2.goodFeaturesToTrack(grey, MOST_CORNERS, CORNER_QUALITY, CORNERS_APART_PX)
    return np.zeros((0, 1, 2), np.float32) if found is None else np.asarray(found, np.float32)


def _undoing(reference: Image, corners: NDArray[np.float32], grey: Image) -> tuple[NDArray[np.float64] | None, float]:
    """What lays `grey` over the reference, (2, 3), and the share of the corners that agree on it."""
    found: Any
    found, is_followed, _ = cv2.calcOpticalFlowPyrLK(
        reference,
        grey,
        corners,
        np.empty_like(corners),
        winSize=(SEARCH_PX, SEARCH_PX),
        maxLevel=COARSER_LEVELS,
    )
    followed = is_followed.ravel() == 1
    if int(followed.sum()) < LEAST_AGREEING:
        return None, 0.0
    # The same pictures give the same answer, in whatever order and thread they come.
    cv2.setRNGSeed(_RANSAC_SEED)
    undo: Any
    undo, agree = cv2.estimateAffinePartial2D(
        found[followed],
        corners[followed],
        method=cv2.RANSAC,
        ransacReprojThreshold=AGREE_WITHIN_PX,
        maxIters=200,
    )
    if undo is None or float(np.hypot(undo[0, 2], undo[1, 2])) > MOST_SWAY_SHARE * STEADY_WIDTH_PX:
        return None, 0.0
    return np.asarray(undo, np.float64), float(agree.sum()) / len(corners)


def _grey_copy(image: Image) -> tuple[Image, float]:
    height, width = int(image.shape[0]), int(image.shape[1])
    scale = STEADY_WIDTH_PX / width
    size = (STEADY_WIDTH_PX, max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8), scale


def _smoothed(grey: Image) -> Image:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _SMOOTHED_SIGMA_PX), np.uint8)
