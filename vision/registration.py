"""Laying a picture over the reference picture of its view, to about a pixel, so that the same cell is the same place.

The similarity of vision/view_shift.py finds the way, as far as a camera was pushed; corners of the reference that are
followed into the laid picture refine it to a homography. Where too few agree the way is not known, and the picture
tells nothing about the works: a cell beside its place is worse than no cell.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detector import Image
from vision.view_shift import ViewFeatures, view_features, view_shift

MOST_CORNERS = 500
CORNER_QUALITY = 0.005
CORNERS_APART_PX = 12
# A corner is followed there and back; it must come back to where it was.
BACK_WITHIN_PX = 0.7
AGREE_WITHIN_PX = 1.5
LEAST_AGREEING = 40
# Counted over a grid of 4 by 4: what agrees in a few places only says nothing of the others.
GRID, LEAST_PLACES = 4, 6
# What refines moves no corner of the picture by more than this share of its width; else it followed something else.
MOST_REFINED_SHARE = 0.03
# Refined this often: a camera that was pushed far is off by perspective, and is followed the better the nearer.
ROUNDS = 2
# A reference grows old: new walls, snow and low sun leave few of its corners. So many later pictures that surely lay
# over it are remembered beside it, some of each hour.
MOST_REMEMBERED = 9
# A picture that was laid over from farther away than this is not remembered: what it lost at its edges is missing.
REMEMBERED_WITHIN_SHARE = 0.01
# A camera that was pushed farther than this shows things in another perspective, which only refining takes out.
UNREFINED_WITHIN_SHARE = 0.005
# A picture of another shape is of another view, or was cut.
MOST_ASPECT_DIFFERENCE = 0.02

_SEARCH_PX, _COARSER_LEVELS = 15, 2
_RANSAC_SEED = 7


@dataclass(frozen=True, slots=True, eq=False)
class Registration:
    """How a picture lies over its reference; the rest means nothing unless `is_known`.

    `to_reference` is the homography (3, 3) from the picture's pixels to the reference's; `shift_px_share` the mean
    way of the picture's points in shares of its width; `is_refined` says whether corners agreed on it to a pixel.
    """

    to_reference: NDArray[np.float64]
    shift_px_share: float
    is_known: bool
    is_refined: bool


class Registrar:
    """Lays pictures over one reference, (height, width, 3) uint8 BGR; owned by one thread, one for each view.

    What it was given is remembered for those to come, so give it pictures in the order of time.
    """

    def __init__(self, reference: Image) -> None:
        self._shape = (int(reference.shape[0]), int(reference.shape[1]))
        self._features: ViewFeatures = view_features(reference)
        self._grey = _grey(reference)
        found: Any = cv2.goodFeaturesToTrack(self._grey, MOST_CORNERS, CORNER_QUALITY, CORNERS_APART_PX)
        self._remembered: deque[ViewFeatures] = deque(maxlen=MOST_REMEMBERED)
        self._corners = np.zeros((0, 1, 2), np.float32) if found is None else np.asarray(found, np.float32)

    def register(self, picture: Image) -> Registration:
        """Find how `picture` lies over the reference."""
        height, width = self._shape
        rows, columns = int(picture.shape[0]), int(picture.shape[1])
        if abs(columns * height / (rows * width) - 1.0) > MOST_ASPECT_DIFFERENCE:
            return _not_known()
        features = view_features(picture)
        for known in self._known():
            shift = view_shift(known, features)
            if shift.is_known:
                break
        else:
            return _not_known()
        # The similarity is in shares of the width of either picture.
        similarity = np.vstack([shift.to_reference, [0.0, 0.0, 1.0]])
        way = np.diag([width, width, 1.0]) @ similarity @ np.diag([1 / columns, 1 / columns, 1.0])
        is_refined = False
        for _ in range(ROUNDS):
            refined = self._refined(self.laid(picture, way))
            if refined is None:
                break
            way, is_refined = refined @ way, True
        if not is_refined and shift.shift_px_share > UNREFINED_WITHIN_SHARE:
            return _not_known()
        if is_refined and shift.shift_px_share <= REMEMBERED_WITHIN_SHARE:
            self._remembered.append(view_features(self.laid(picture, way)))
        return Registration(way, shift.shift_px_share, is_known=True, is_refined=is_refined)

    def _known(self) -> Iterator[ViewFeatures]:
        """The reference, then what was remembered beside it, the newest first."""
        yield self._features
        yield from reversed(self._remembered)

    def laid(self, picture: Image, to_reference: NDArray[np.float64]) -> Image:
        """The picture in the reference's geometry, black where it shows nothing of it."""
        height, width = self._shape
        return np.asarray(cv2.warpPerspective(picture, to_reference, (width, height), flags=cv2.INTER_LINEAR), np.uint8)

    def _refined(self, laid: Image) -> NDArray[np.float64] | None:
        """What takes the laid picture's pixels to the reference's, or None where too little agrees."""
        if len(self._corners) < LEAST_AGREEING:
            return None
        size = {"winSize": (_SEARCH_PX, _SEARCH_PX), "maxLevel": _COARSER_LEVELS}
        # OpenCV's own types know no overload for keywords given so.
        follow: Any = cv2.calcOpticalFlowPyrLK
        grey = _grey(laid)
        found, is_there, _ = follow(self._grey, grey, self._corners, None, **size)
        back, is_back, _ = follow(grey, self._grey, found, None, **size)
        came_back = np.linalg.norm((back - self._corners).reshape(-1, 2), axis=1) <= BACK_WITHIN_PX
        kept = (is_there.ravel() == 1) & (is_back.ravel() == 1) & came_back
        if int(kept.sum()) < LEAST_AGREEING:
            return None
        # The same pictures give the same answer, in whatever order and thread they come.
        cv2.setRNGSeed(_RANSAC_SEED)
        homography: Any
        homography, agree = cv2.findHomography(found[kept], self._corners[kept], cv2.RANSAC, AGREE_WITHIN_PX)
        if homography is None:
            return None
        inliers = self._corners[kept].reshape(-1, 2)[agree.ravel() == 1]
        is_spread = len(inliers) >= LEAST_AGREEING and self._places(inliers) >= LEAST_PLACES
        return np.asarray(homography, np.float64) if is_spread and self._is_small(homography) else None

    def _places(self, points: NDArray[np.float32]) -> int:
        height, width = self._shape
        return len({(int(x * GRID / width), int(y * GRID / height)) for x, y in points.tolist()})

    def _is_small(self, homography: NDArray[np.float64]) -> bool:
        height, width = self._shape
        ends = np.array([[[0, 0], [width, 0], [0, height], [width, height]]], np.float64)
        moved = cv2.perspectiveTransform(ends, homography)
        return bool(np.linalg.norm(moved - ends, axis=2).max() <= MOST_REFINED_SHARE * width)


def _grey(image: Image) -> Image:
    # Evens out the light within each part of the picture, so that noon's corners are found again at dusk.
    return np.asarray(cv2.createCLAHE(2.0, (8, 8)).apply(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)), np.uint8)


def _not_known() -> Registration:
    return Registration(np.eye(3), 0.0, is_known=False, is_refined=False)
