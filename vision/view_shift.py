"""Whether a camera still looks where it did: how far a picture lies off an earlier one of the same view.

Corners of the still surroundings are described by the gradients around them and matched; a similarity that
many of them agree on, all over the picture, is the view's shift. What has been built, driven or snowed on
since agrees on nothing and is left out. Too few that agree is "not known", never "moved".
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detector import Image
from vision.privacy_mask import Polygon, polygon_px

RULE_VERSION = "view-1"
# A view is judged on a small grey copy; a nudge that matters is many of its pixels.
JUDGED_WIDTH_PX = 384
MOST_CORNERS = 1500
# So many are taken of each cell of the grid below: a new facade has the sharpest corners of all, and would
# leave none for the hills and fences that stand still.
MOST_CORNERS_IN_CELL = 24
CORNER_QUALITY = 0.005
CORNERS_APART_PX = 5
# Every corner is described at one scale and upright: cameras are nudged, not zoomed or turned over.
DESCRIBED_SIZE_PX = 4.0
# Where recorders and cameras write their clock and name, which move with the picture.
CAPTION_SHARE = 0.07
# How far around a mask, person or machine a corner's description reaches.
REACH_SHARE = 0.04
# David Lowe's ratio test (IJCV 2004): a match must be this much nearer than the next best.
NEAREST_RATIO = 0.8
AGREE_WITHIN_SHARE = 3 / 960
LEAST_INLIERS = 12
# Inliers are counted over a grid of 4 by 4; a sign or a shadow that moves fills a cell or two.
GRID = 4
LEAST_CELLS = 4
# Corners in this many cells that stand where they stood are a camera that stands, whatever else agrees on a
# way: a load, a shadow. More cells than lie about the middle, which stays in place when the camera rolls.
STANDS_WITHIN_SHARE = 5 / 960
LEAST_CELLS_STANDING = 7
# No mast turns, and no lens grows, by more than this without everything being lost anyway.
MOST_ROTATION_DEG = 30.0
MOST_SCALE = 1.3
_DESCRIPTOR_BYTES = 128
_POINT_BYTES = 8
# Four points whose mean way is called the shift, in shares of the width of a 16:9 picture.
_PROBES = np.array([[0.15, 0.1], [0.85, 0.1], [0.15, 0.46], [0.85, 0.46]])
_RANSAC_SEED = 20_261


@dataclass(frozen=True, slots=True, eq=False)
class ViewFeatures:
    """The corners of one picture with what is around them, and no picture.

    `points` is (n, 2) float32, x and y, both in shares of the picture's width; `descriptors` is (n, 128) uint8.
    """

    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.points.shape != (len(self), 2) or self.descriptors.shape != (len(self), _DESCRIPTOR_BYTES):
            raise ValueError(f"Points {self.points.shape} and descriptors {self.descriptors.shape} don't belong.")

    def __len__(self) -> int:
        return len(self.points)

    def outside(self, xyxy: NDArray[np.float32], width_px: int) -> "ViewFeatures":
        """Without the corners in or beside boxes in pixels of a picture of that width."""
        if not len(xyxy):
            return self
        left, top, right, bottom = (xyxy / width_px).T[:, :, np.newaxis]
        x, y = self.points.T
        across = (x > left - REACH_SHARE) & (x < right + REACH_SHARE)
        inside = np.any(across & (y > top - REACH_SHARE) & (y < bottom + REACH_SHARE), axis=0)
        return ViewFeatures(self.points[~inside], self.descriptors[~inside])

    def as_bytes(self) -> bytes:
        """For storing: the points, then the descriptors."""
        return self.points.astype("<f4").tobytes() + self.descriptors.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "ViewFeatures":
        """What `as_bytes` gave.

        Raises:
            ValueError: the bytes are cut short.
        """
        count, rest = divmod(len(data), _POINT_BYTES + _DESCRIPTOR_BYTES)
        if rest:
            raise ValueError("The stored features of a view are cut short.")
        points = np.frombuffer(data, "<f4", 2 * count).astype(np.float32).reshape(count, 2)
        descriptors = np.frombuffer(data, np.uint8, offset=_POINT_BYTES * count).reshape(count, _DESCRIPTOR_BYTES)
        return cls(points, descriptors)


@dataclass(frozen=True, slots=True, eq=False)
class ViewShift:
    """How far a picture lies off its reference; the figures mean nothing unless `is_known`.

    `shift_px_share` is the mean way of the picture's points in shares of its width. `to_reference` is the
    similarity (2, 3) that takes the picture's points to the reference's, in shares of the width.
    """

    shift_px_share: float
    rotation_deg: float
    is_known: bool
    inliers: int
    to_reference: NDArray[np.float64]

    def after(self, to_first: NDArray[np.float64]) -> "ViewShift":
        """The shift from an earlier picture, where the reference itself lies `to_first` off it."""
        return _shift(_chained(to_first, self.to_reference), self.inliers, is_known=self.is_known)


UNMOVED = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def view_features(image: Image, masks: Sequence[Polygon] = ()) -> ViewFeatures:
    """The corners of (height, width, 3) uint8 BGR; none in or beside `masks`, polygons in its pixels."""
    height, width = int(image.shape[0]), int(image.shape[1])
    scale = JUDGED_WIDTH_PX / width
    size = (JUDGED_WIDTH_PX, max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    # Evens out the light within each part of the picture: dawn, noon and a cloud give the same corners.
    grey = cv2.createCLAHE(2.0, (8, 8)).apply(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))
    allowed = _allowed(size, [polygon_px([(x * scale, y * scale) for x, y in mask]) for mask in masks])
    # OpenCV's own types leave out that both can give None.
    found: Any = cv2.goodFeaturesToTrack(grey, MOST_CORNERS, CORNER_QUALITY, CORNERS_APART_PX, mask=allowed)
    if found is None:
        return _no_features()
    corners = _spread(found.reshape(-1, 2))
    keypoints = [cv2.KeyPoint(float(x), float(y), DESCRIBED_SIZE_PX, 0.0) for x, y in corners]
    kept, descriptors = cv2.SIFT.create().compute(grey, keypoints)
    if not kept:
        return _no_features()
    points = np.array([point.pt for point in kept], np.float32) / JUDGED_WIDTH_PX
    return ViewFeatures(points.astype(np.float32), np.asarray(descriptors).round().astype(np.uint8))


def view_shift(reference: ViewFeatures, picture: ViewFeatures) -> ViewShift:
    """How far `picture` lies off `reference`; not known where too few corners agree (dark, fog, another place)."""
    one, two = _matched(reference, picture)
    if len(one) < LEAST_INLIERS:
        return _unknown(len(one))
    stands = np.linalg.norm(one - two, axis=1) <= STANDS_WITHIN_SHARE
    if int(stands.sum()) >= LEAST_INLIERS and _cells(two[stands]) >= LEAST_CELLS_STANDING:
        one, two = one[stands], two[stands]
    # The same pictures give the same answer, in whatever order and thread they come.
    cv2.setRNGSeed(_RANSAC_SEED)
    similarity: Any
    similarity, agree = cv2.estimateAffinePartial2D(
        two, one, method=cv2.RANSAC, ransacReprojThreshold=AGREE_WITHIN_SHARE, maxIters=500, confidence=0.995
    )
    if similarity is None:
        return _unknown(0)
    inliers = agree.ravel() == 1
    count = int(inliers.sum())
    shift = _shift(np.asarray(similarity, np.float64), count, is_known=True)
    scale = float(np.hypot(similarity[0, 0], similarity[1, 0]))
    is_plausible = abs(shift.rotation_deg) <= MOST_ROTATION_DEG and 1 / MOST_SCALE <= scale <= MOST_SCALE
    return shift if count >= LEAST_INLIERS and _cells(two[inliers]) >= LEAST_CELLS and is_plausible else _unknown(count)


def _allowed(size: tuple[int, int], masks: Sequence[NDArray[np.int32]]) -> Image:
    width, height = size
    allowed = np.full((height, width), 255, np.uint8)
    caption = round(height * CAPTION_SHARE)
    allowed[:caption] = 0
    allowed[height - caption :] = 0
    for mask in masks:
        cv2.fillPoly(allowed, [mask], (0,))
        cv2.polylines(allowed, [mask], True, (0,), thickness=round(2 * REACH_SHARE * width))
    return allowed


def _spread(corners: NDArray[np.float32]) -> list[tuple[float, float]]:
    """The sharpest corners of each cell; `corners` are in pixels, the sharpest first."""
    taken: Counter[tuple[int, int]] = Counter()
    kept = []
    for x, y in corners.tolist():
        cell = _cell(x / JUDGED_WIDTH_PX, y / JUDGED_WIDTH_PX)
        if taken[cell] < MOST_CORNERS_IN_CELL:
            taken[cell] += 1
            kept.append((x, y))
    return kept


def _matched(reference: ViewFeatures, picture: ViewFeatures) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The points that were matched, (n, 2) in the reference and (n, 2) in the picture."""
    if len(reference) < 2 or len(picture) < 2:
        return np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32)
    queries, trained = picture.descriptors.astype(np.float32), reference.descriptors.astype(np.float32)
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(queries, trained, k=2)
    good = [best for best, second in pairs if best.distance < NEAREST_RATIO * second.distance]
    one = reference.points[[match.trainIdx for match in good]]
    return one.reshape(-1, 2), picture.points[[match.queryIdx for match in good]].reshape(-1, 2)


def _cells(points: NDArray[np.float32]) -> int:
    """How many cells of the grid hold a point."""
    return len({_cell(x, y) for x, y in points.tolist()})


def _cell(x: float, y: float) -> tuple[int, int]:
    """The cell of a point in shares of the width, in a picture of 16:9."""
    return int(x * GRID), int(y * GRID * 16 / 9)


def _shift(similarity: NDArray[np.float64], inliers: int, *, is_known: bool) -> ViewShift:
    moved = _PROBES @ similarity[:, :2].T + similarity[:, 2]
    share = float(np.linalg.norm(moved - _PROBES, axis=1).mean())
    rotation_deg = float(np.degrees(np.arctan2(similarity[1, 0], similarity[0, 0])))
    return ViewShift(share, rotation_deg, is_known, inliers, similarity)


def _unknown(inliers: int) -> ViewShift:
    return ViewShift(0.0, 0.0, False, inliers, UNMOVED)


def _chained(outer: NDArray[np.float64], inner: NDArray[np.float64]) -> NDArray[np.float64]:
    """The similarity that does `inner` first."""
    last = np.array([[0.0, 0.0, 1.0]])
    return np.asarray((np.concatenate((outer, last)) @ np.concatenate((inner, last)))[:2], np.float64)


def _no_features() -> ViewFeatures:
    return ViewFeatures(np.zeros((0, 2), np.float32), np.zeros((0, _DESCRIPTOR_BYTES), np.uint8))
