"""What hides the works in stored pictures, as their rows say: nothing is searched a second time.

A stored picture has been made safe and drawn on: what was blurred, what was found, and the lines and names that were
drawn around it are none of the works.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from models.tables.observations import Evidence
from vision.covered import without_covered
from vision.daily_view import VIEW_WIDTH_PX, at_view_width
from vision.detections import Detections, Group, Label
from vision.detector import Image

# Blurred, or drawn on: hidden whole, whatever is there.
COVERED = Label("covered", Group.VEHICLE)
# How far what is drawn reaches: half a box's line in pixels of the view, and the plate above it with its name, in
# sizes of its letters, which follow the picture's width and are not smaller than can be read.
_LINE_PX = 2.0
_PLATE_HEIGHT, _PLATE_A_LETTER, _PLATE_BESIDES = 1.7, 0.63, 1.0
_LETTER_PER_PX, _LEAST_LETTER_PX = 1 / 60, 11.0
_Box = tuple[float, float, float, float]


class StoredFinds:
    """A `Detector` that answers for the pictures that it was told of; owned by one thread."""

    name = "stored evidence"
    weights_sha256 = ""
    threshold = 0.0

    def __init__(self) -> None:
        self._told: dict[str, Detections] = {}

    @property
    def labels(self) -> tuple[Label, ...]:
        """The one class that is always there; answers carry others too."""
        return (COVERED,)

    def tell(self, found: Sequence[tuple[Image, Detections]]) -> None:
        """Answer for these pictures from now on, and for no others."""
        self._told = {_digest(image): detections for image, detections in found}

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:  # noqa: ARG002 - the seam's signature
        """What was told of each picture.

        Raises:
            LookupError: it was told nothing of a picture.
        """
        return [self._of(image) for image in images]

    def _of(self, image: Image) -> Detections:
        told = self._told.get(_digest(image))
        if told is None:
            raise LookupError("A picture was asked about whose finds were not told.")
        return told


def nothing_hidden() -> Detections:
    """Of a picture in which nothing hides the works."""
    return _detections([])


def stored_finds(evidence: Evidence, width_px: int) -> Detections:
    """What hides the works in a stored picture of that width, in pixels of the daily view."""
    scale = VIEW_WIDTH_PX / width_px
    letter_px = max(_LEAST_LETTER_PX, width_px * _LETTER_PER_PX) * scale
    boxes: list[tuple[Label, _Box]] = [
        (COVERED, _scaled(box, scale)) for box in evidence.redaction.get("hidden_xyxy", ())
    ]
    for one in evidence.detections:
        label, box = Label(one["label"], Group(one["group"])), _scaled(one["xyxy"], scale)
        boxes.append((label, box))
        boxes += [(COVERED, drawn) for drawn in _drawn(one, box, letter_px)]
    return _detections(boxes)


def stored_look(evidence: Evidence, image: Image) -> tuple[Image, Detections]:
    """A stored picture at the daily view's width without what was drawn on it and blurred, and what hides the works."""
    finds = stored_finds(evidence, int(image.shape[1]))
    covered = finds.xyxy[finds.class_id == finds.labels.index(COVERED)]
    return without_covered(at_view_width(image), covered), finds


def _drawn(one: Mapping[str, Any], box: _Box, letter_px: float) -> list[_Box]:
    """Where vision/marking.py wrote: the plate with the name, and the box's four lines."""
    left, top, right, bottom = box
    letters = len(one["label"]) + len(" 100%")
    plate_height = _PLATE_HEIGHT * letter_px
    plate_top = max(0.0, top - plate_height)
    plate_right = left + (letters * _PLATE_A_LETTER + _PLATE_BESIDES) * letter_px
    # At a border the plate was moved into the picture.
    over = max(0.0, plate_right - VIEW_WIDTH_PX)
    line = _LINE_PX
    return [
        (left - over, plate_top, plate_right - over, max(top, plate_top + plate_height)),
        (left - line, top - line, right + line, top + line),
        (left - line, bottom - line, right + line, bottom + line),
        (left - line, top - line, left + line, bottom + line),
        (right - line, top - line, right + line, bottom + line),
    ]


def _detections(boxes: Sequence[tuple[Label, _Box]]) -> Detections:
    labels = tuple(dict.fromkeys([COVERED, *(label for label, _ in boxes)]))
    return Detections(
        np.array([box for _, box in boxes], np.float32).reshape(-1, 4),
        np.ones(len(boxes), np.float32),
        np.array([labels.index(label) for label, _ in boxes], np.int64),
        labels,
    )


def _scaled(box: Sequence[float], scale: float) -> _Box:
    left, top, right, bottom = (value * scale for value in box)
    return (left, top, right, bottom)


def _digest(image: Image) -> str:
    return hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=16).hexdigest()
