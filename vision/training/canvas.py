"""Laying one or several training pictures onto a canvas of the network's input size, boxes with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from vision.box_overlap import Boxes, areas
from vision.detector import Image
from vision.errors import DatasetError
from vision.letterbox import PADDING_GREY
from vision.taxonomy import MACHINERY_ID, NETWORK_LABELS, PERSON_ID, TYPE_IDS, VEHICLE_ID
from vision.training.sample import BoxUse, Sample, Truth
from vision.training.settings import TrainingSettings

COLLAGE_ROWS = COLLAGE_COLUMNS = 3
# Two pieces of a mosaic are as wide as a picture.
PIECE_COLUMNS = 2
MOST_SHELVES = 2
# How far pictures that were brought to a square are widened: from 5:4 to 16:9, for no piece of a
# mosaic tells its source's shape. The others stay as the set's validation pictures are.
WIDENED_SHARE = 0.5
LEAST_WIDENING, MOST_WIDENING = 1.2, 1.8
# Thumbnails grow no further than this.
MOST_ENLARGEMENT = 3.0
# Of a box of which less than this is left in the picture, the rest is not what the label means.
WHOLE_SHARE = 0.95
MACHINE_WHOLE_SHARE = 0.6
SEEN_SHARE = 0.35
LEAST_SIDE_PX = 4.0

_TYPES_AND_MACHINERY = (MACHINERY_ID, *TYPE_IDS)


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the canvas, in pixels, and the range of scales at which a picture is fitted to it."""

    left: int
    top: int
    right: int
    bottom: int
    least_scale: float
    most_scale: float


@dataclass(frozen=True, slots=True)
class Canvas:
    """A training picture: (height, width, 3) uint8 BGR, and what is true in it."""

    image: Image
    truth: Truth


def single(height: int, width: int, *, is_closing: bool) -> list[Cell]:
    """One picture; in the closing epochs near the size at which detectors will see it."""
    return [Cell(0, 0, width, height, 0.8, 1.1) if is_closing else Cell(0, 0, width, height, 0.5, 1.4)]


def shelf(height: int, width: int, first: Sample) -> list[Cell]:
    """As many pictures shaped like `first` as find room, each about as large as detectors will see it."""
    columns = PIECE_COLUMNS if first.is_piece else 1
    shape = 1.0 if first.is_piece else first.height_px / first.width_px
    rows = max(1, min(MOST_SHELVES, round(height * columns / (width * shape))))
    return _grid(height, width, rows, columns, 0.85, 1.2)


def mosaic(height: int, width: int, rng: Generator) -> list[Cell]:
    """Four pictures around a random centre."""
    x, y = int(width * rng.uniform(0.35, 0.65)), int(height * rng.uniform(0.35, 0.65))
    corners = ((0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height))
    return [Cell(*corner, 0.7, 1.5) for corner in corners]


def collage(height: int, width: int) -> list[Cell]:
    """Many pictures, so that everything in them is small."""
    return _grid(height, width, COLLAGE_ROWS, COLLAGE_COLUMNS, 0.75, 1.2)


def _grid(height: int, width: int, rows: int, columns: int, least_scale: float, most_scale: float) -> list[Cell]:
    xs = np.linspace(0, width, columns + 1).astype(int)
    ys = np.linspace(0, height, rows + 1).astype(int)
    return [
        Cell(int(xs[column]), int(ys[row]), int(xs[column + 1]), int(ys[row + 1]), least_scale, most_scale)
        for row in range(rows)
        for column in range(columns)
    ]


def composed(
    folder: Path,
    samples: Sequence[Sample],
    cells: Sequence[Cell],
    shape: tuple[int, int],
    rng: Generator,
    settings: TrainingSettings,
) -> Canvas:
    """Lay one sample into each cell of a canvas of `shape` (height, width).

    Raises:
        DatasetError: a picture of the training set cannot be read.
    """
    image = np.full((*shape, 3), PADDING_GREY, np.uint8)
    truths = [_lay(image, folder, sample, cell, rng, settings) for sample, cell in zip(samples, cells, strict=True)]
    return Canvas(image, _joined(truths))


def _lay(canvas: Image, folder: Path, sample: Sample, cell: Cell, rng: Generator, settings: TrainingSettings) -> Truth:
    picture = cv2.imread(str(folder / sample.path), cv2.IMREAD_COLOR)
    if picture is None:
        raise DatasetError(f"{folder / sample.path} cannot be read. Remove {folder} and build the set again.")
    height, width = picture.shape[:2]
    widening = 1.0
    if settings.widen_stretched and sample.is_stretched and rng.random() < WIDENED_SHARE:
        widening = rng.uniform(LEAST_WIDENING, MOST_WIDENING)
    fit = min((cell.right - cell.left) / (width * widening), (cell.bottom - cell.top) / height)
    scale = min(fit * rng.uniform(cell.least_scale, cell.most_scale), MOST_ENLARGEMENT)
    new_width, new_height = max(1, round(width * widening * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    scaled = np.asarray(cv2.resize(picture, (new_width, new_height), interpolation=way), np.uint8)
    corners = np.array([box.xyxy for box in sample.boxes], np.float32).reshape(-1, 4)
    corners = corners * np.array([new_width / width, new_height / height] * 2, np.float32)
    if rng.random() < 0.5:
        scaled = scaled[:, ::-1]
        corners = corners[:, [2, 1, 0, 3]] * np.array([-1, 1, -1, 1], np.float32)
        corners += np.array([new_width, 0, new_width, 0], np.float32)
    x = _offset(cell.left, cell.right, new_width, rng)
    y = _offset(cell.top, cell.bottom, new_height, rng)
    shown = (max(x, cell.left), max(y, cell.top), min(x + new_width, cell.right), min(y + new_height, cell.bottom))
    left, top, right, bottom = shown
    canvas[top:bottom, left:right] = scaled[top - y : bottom - y, left - x : right - x]
    return _truth(sample, corners + np.array([x, y, x, y], np.float32), shown, settings)


def _offset(start: int, end: int, length: int, rng: Generator) -> int:
    """Where a picture of `length` begins: anywhere inside, or anywhere that leaves no gap."""
    slack = end - start - length
    return start + int(rng.integers(min(slack, 0), max(slack, 0) + 1))


def _truth(sample: Sample, corners: Boxes, shown: tuple[int, int, int, int], settings: TrainingSettings) -> Truth:
    limits = np.array(shown, np.float32)
    clipped = np.clip(corners, np.tile(limits[:2], 2), np.tile(limits[2:], 2)).astype(np.float32)
    class_ids = np.array([box.class_id for box in sample.boxes], np.int64)
    uses = np.array([box.use for box in sample.boxes], np.int64)
    shares = areas(clipped) / np.maximum(areas(corners), 1e-6)
    if settings.drop_cut_boxes:
        is_cut = shares < np.where(np.isin(class_ids, (PERSON_ID, VEHICLE_ID)), WHOLE_SHARE, MACHINE_WHOLE_SHARE)
        uses[is_cut & (uses == BoxUse.WHOLE)] = BoxUse.CLASS_ONLY
    shorter = (clipped[:, 2:] - clipped[:, :2]).min(axis=1)
    uses[(shares < SEEN_SHARE) | (shorter < LEAST_SIDE_PX)] = BoxUse.IGNORED
    is_taught = uses != BoxUse.IGNORED
    is_blank = ~is_taught & (shorter > 0)
    blank_xyxy = clipped[is_blank]
    blank_classes = np.zeros((len(blank_xyxy), len(NETWORK_LABELS)), np.bool_)
    for row, class_id in enumerate(class_ids[is_blank]):
        blank_classes[row, list(_TYPES_AND_MACHINERY) if class_id in _TYPES_AND_MACHINERY else [int(class_id)]] = True
    if sample.not_labelled:
        everywhere = np.zeros((1, len(NETWORK_LABELS)), np.bool_)
        everywhere[0, list(sample.not_labelled)] = True
        blank_xyxy, blank_classes = np.vstack((blank_xyxy, limits)), np.vstack((blank_classes, everywhere))
    return Truth(class_ids[is_taught], uses[is_taught], clipped[is_taught], blank_xyxy, blank_classes)


def _joined(truths: Sequence[Truth]) -> Truth:
    return Truth(
        np.concatenate([truth.class_ids for truth in truths]),
        np.concatenate([truth.uses for truth in truths]),
        np.concatenate([truth.xyxy for truth in truths]),
        np.concatenate([truth.blank_xyxy for truth in truths]),
        np.concatenate([truth.blank_classes for truth in truths]),
    )
