"""Looking at wide views in tiles, where people are too small for the whole picture's look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vision.box_overlap import areas, intersections, ious
from vision.detections import Detections, Label
from vision.detector import Detector, Image

# Share of a tile that its neighbour shows as well.
OVERLAP = 0.2
# Two boxes of one group are the same thing from this intersection over union on.
SAME_IOU = 0.5
# A tile's box is part of a large thing when this share of it lies in that thing's box.
PART_SHARE = 0.8
# A box that ends so near a tile's inner edge is taken to be cut by it.
EDGE_PX = 3


@dataclass(frozen=True, slots=True)
class Tile:
    """One part of a picture, in its pixels; right and bottom just outside."""

    left: int
    top: int
    right: int
    bottom: int


def tiles_of(width_px: int, height_px: int, count: int) -> Iterator[Tile]:
    """Lay `count` x `count` tiles of the picture's own shape over it, each overlapping its neighbours by a fifth."""
    for top, bottom in _spans(height_px, count):
        for left, right in _spans(width_px, count):
            yield Tile(left, top, right, bottom)


class TiledDetector:
    """Looks at each picture whole and in tiles, with one detector.

    Things smaller than the overlap lie whole in at least one tile; larger ones are what the look at
    the whole picture is for. So a tile's box that an inner edge cuts is dropped, and where a thing
    was seen in several looks its most confident box stays.
    """

    def __init__(self, detector: Detector, count: int) -> None:
        """Tile with `count` x `count` tiles, 2 at least."""
        if count < 2:
            raise ValueError(f"A picture is tiled by 2 x 2 at least, not {count} x {count}.")
        self._detector = detector
        self._count = count

    @property
    def name(self) -> str:
        """What people call the weights."""
        return self._detector.name

    @property
    def weights_sha256(self) -> str:
        """Hex digest of the weights that answered."""
        return self._detector.weights_sha256

    @property
    def labels(self) -> tuple[Label, ...]:
        """The classes, in class_id order."""
        return self._detector.labels

    @property
    def threshold(self) -> float:
        """The confidence chosen for counting."""
        return self._detector.threshold

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        """Detect in each picture, as the detector itself does."""
        return [self._detect(image, threshold) for image in images]

    def _detect(self, image: Image, threshold: float | None) -> Detections:
        height_px, width_px = image.shape[:2]
        tiles = list(tiles_of(width_px, height_px, self._count))
        parts = [np.ascontiguousarray(image[tile.top : tile.bottom, tile.left : tile.right]) for tile in tiles]
        whole, *in_tiles = self._detector.detect([image, *parts], threshold)
        uncut = [_in_picture(found, tile, width_px, height_px) for found, tile in zip(in_tiles, tiles, strict=True)]
        first = tiles[0]
        shared_px = (OVERLAP * (first.right - first.left), OVERLAP * (first.bottom - first.top))
        return merged(whole, uncut, shared_px)


def merged(whole: Detections, in_tiles: Sequence[Detections], shared_px: tuple[float, float]) -> Detections:
    """One answer out of the looks at one picture, all in its pixels.

    Boxes of different looks are the same thing if they overlap and are of one group: a machine may
    be told by its type in one look and not in another. A tile's box that lies mostly in a larger box
    of the same label is part of that thing, if the whole picture's look found it and it is wider or
    taller than `shared_px`, what neighbouring tiles share: no tile needs to have shown it whole.
    """
    parts = [whole, *(_without_parts(found, whole, shared_px) for found in in_tiles)]
    xyxy = np.concatenate([one.xyxy for one in parts])
    confidence = np.concatenate([one.confidence for one in parts])
    class_id = np.concatenate([one.class_id for one in parts])
    groups = np.array([label.group.value for label in whole.labels])[class_id]
    order = np.argsort(-confidence, kind="stable")
    # Boxes of one look have been held against each other already, at the weights' own overlap.
    look = np.repeat(np.arange(len(parts)), [len(one) for one in parts])
    kept: list[int] = []
    for index in order:
        rivals = [other for other in kept if groups[other] == groups[index] and look[other] != look[index]]
        if not rivals or ious(xyxy[[index]], xyxy[rivals]).max() < SAME_IOU:
            kept.append(int(index))
    return Detections(xyxy[kept], confidence[kept], class_id[kept], whole.labels)


def _spans(length_px: int, count: int) -> Iterator[tuple[int, int]]:
    span = length_px / (count - (count - 1) * OVERLAP)
    for number in range(count):
        start = min(length_px - 1, round(number * span * (1 - OVERLAP)))
        yield start, max(start + 1, min(length_px, round(start + span)))


def _in_picture(found: Detections, tile: Tile, width_px: int, height_px: int) -> Detections:
    """The boxes that no inner edge of `tile` cuts, in the picture's pixels."""
    offset = np.array([tile.left, tile.top, tile.left, tile.top], np.float32)
    xyxy = (found.xyxy + offset).astype(np.float32)
    is_cut = np.zeros(len(found), np.bool_)
    for column, edge, is_inner in (
        (0, tile.left, tile.left > 0),
        (1, tile.top, tile.top > 0),
        (2, tile.right, tile.right < width_px),
        (3, tile.bottom, tile.bottom < height_px),
    ):
        if is_inner:
            is_cut |= np.abs(xyxy[:, column] - edge) <= EDGE_PX
    return Detections(xyxy[~is_cut], found.confidence[~is_cut], found.class_id[~is_cut], found.labels)


def _without_parts(found: Detections, whole: Detections, shared_px: tuple[float, float]) -> Detections:
    sides = whole.xyxy[:, 2:] - whole.xyxy[:, :2]
    large = (sides > np.asarray(shared_px, np.float32)).any(axis=1)
    is_part = np.zeros(len(found), np.bool_)
    for index, (box, class_id) in enumerate(zip(found.xyxy, found.class_id, strict=True)):
        holders = whole.xyxy[large & (whole.class_id == class_id)]
        area = areas(box[np.newaxis])[0]
        is_smaller = areas(holders) > area
        shares = intersections(box[np.newaxis], holders[is_smaller])[0] / max(float(area), 1e-6)
        is_part[index] = bool((shares >= PART_SHARE).any())
    return Detections(found.xyxy[~is_part], found.confidence[~is_part], found.class_id[~is_part], found.labels)
