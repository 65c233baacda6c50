"""One picture of two days: what stood before and after, side by side, with work elements outlined in both."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from vision.detector import Image
from vision.marking import line_px, text_px, write_on_plate
from vision.privacy_mask import Polygon, polygon_px

# Of the picture as it is drawn, for those who keep or compare it.
RULE_VERSION = "before-after-1"
# BGR, told apart by people with the common kinds of colour blindness (Okabe and Ito, 2008).
_COLOURS = ((0, 159, 230), (233, 180, 86), (66, 228, 240), (115, 158, 0), (167, 121, 204), (0, 94, 213))
_PAPER = (255, 255, 255)
# Between the two, and under the outline so that it shows on any wall: in line widths.
_GAP_LINES = 4
_EDGE_COLOUR = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class MarkedElement:
    """A work element's corners in shares (0..1) of the picture, and what is written at it in either picture."""

    polygon: Polygon
    before: str
    after: str


def before_after(before: Image, after: Image, elements: Sequence[MarkedElement], titles: tuple[str, str]) -> Image:
    """Lay two redacted pictures of one view side by side, each under its title, with the elements outlined.

    Both are (height, width, 3) uint8 BGR; the second is brought to the size of the first. Titles and what is written
    may be Kazakh, Russian or English.
    """
    height, width = before.shape[:2]
    if after.shape[:2] != (height, width):
        after = np.asarray(cv2.resize(after, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    left = _marked(before, [(element.polygon, element.before) for element in elements], titles[0])
    right = _marked(after, [(element.polygon, element.after) for element in elements], titles[1])
    gap = np.full((left.shape[0], _GAP_LINES * line_px(before), 3), _PAPER, np.uint8)
    return np.concatenate((left, gap, right), axis=1)


def _marked(picture: Image, elements: Sequence[tuple[Polygon, str]], title: str) -> Image:
    canvas = picture.copy()
    height, width = canvas.shape[:2]
    outlines = [polygon_px([(x * (width - 1), y * (height - 1)) for x, y in polygon]) for polygon, _ in elements]
    for number, outline in enumerate(outlines):
        for colour, thickness in ((_EDGE_COLOUR, 3), (_COLOURS[number % len(_COLOURS)], 1)):
            cv2.polylines(canvas, [outline], True, colour, thickness * line_px(canvas), cv2.LINE_AA)
    # Over all outlines, so that none crosses what is written.
    for number, (outline, (_, text)) in enumerate(zip(outlines, elements, strict=True)):
        left, top = (int(value) for value in outline.min(axis=0))
        write_on_plate(canvas, text, left, top, _COLOURS[number % len(_COLOURS)])
    strip = np.full((2 * text_px(canvas), width, 3), _PAPER, np.uint8)
    write_on_plate(strip, title, 0, strip.shape[0] - text_px(strip) // 4, _PAPER)
    return np.concatenate((strip, canvas), axis=0)
