"""Whether a picture is a card that a recorder shows in a camera's place: "no signal", colour bars, a blue screen.

A card is drawn, not seen: wide areas of exactly one value, edges as sharp as text, and no sensor's noise. Dense fog
out of an encoder has such areas too, but no sharp edge; a dark night has the areas and lamps for edges, so that a
card on black is only told by being repeated.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.detector import Image
from vision.view_traits import BLACK_LEVEL, caption_px

# Of the pixels brighter than black, so many are exactly as their neighbours to the right and below. Measured: cards
# 0.84 to 1 through H.264; rendered sites outside fog at most 0.39, at CRF 46 with text-like edges left 0.79.
EXACT_SHARE = 0.84
# Or so many are as the one neighbour: a ground that grows darker towards the other, bars through JPEG. Sites at CRF 46
# come to 0.908, so that whoever knows the view asks first whether it is seen.
SHADED_EXACT_SHARE = 0.91
# Where more than this is black, what is exact may be a night's sky.
MOSTLY_BLACK_SHARE = 0.5
BLACK_CARD_EXACT_SHARE = 0.9
# Text: more pixels than this share lie at a step of so many levels.
STEP_LEVELS = 60
STEP_SHARE = 0.0008
# A card of one colour and nothing else.
ONE_VALUE_SHARE = 0.9
# Detail is looked for at full size, in every second row and column's neighbours only where a picture is large.
_LOOKED_AT_WIDTH_PX = 1000


@dataclass(frozen=True, slots=True)
class Card:
    """What speaks for a card: drawn surely, or only if the next look shows the same again."""

    is_drawn: bool
    is_drawn_on_black: bool


def card(image: Image) -> Card:
    """Judge a picture, (height, width, 3) uint8 BGR, at its full size: scaling would smooth noise away."""
    rows = caption_px(image.shape[0])
    view = _middle(image[rows : image.shape[0] - rows])
    if view.shape[0] < 2 or view.shape[1] < 2:
        return Card(False, False)
    right, down = _steps(view)
    step = np.asarray(cv2.max(right, down), np.uint8)
    brightness = _largest(view[:-1, :-1])
    lit = brightness > BLACK_LEVEL
    black_share = 1 - float(np.mean(lit))
    exact = step == 0
    has_text = float(np.mean(step >= STEP_LEVELS)) >= STEP_SHARE
    if black_share > MOSTLY_BLACK_SHARE:
        return Card(False, has_text and float(np.mean(exact)) >= BLACK_CARD_EXACT_SHARE)
    is_exact = np.mean(exact[lit]) >= EXACT_SHARE
    is_shaded = max(np.mean(right[lit] == 0), np.mean(down[lit] == 0)) >= SHADED_EXACT_SHARE
    is_drawn = bool(is_exact or is_shaded) and (has_text or _one_value_share(view) >= ONE_VALUE_SHARE)
    return Card(is_drawn, False)


def _middle(view: Image) -> Image:
    """As much from the middle as is quickly looked at."""
    height, width = view.shape[:2]
    if width <= _LOOKED_AT_WIDTH_PX:
        return view
    left, rows = (width - _LOOKED_AT_WIDTH_PX) // 2, min(height, _LOOKED_AT_WIDTH_PX)
    top = (height - rows) // 2
    return view[top : top + rows, left : left + _LOOKED_AT_WIDTH_PX]


def _steps(view: Image) -> tuple[Image, Image]:
    """The largest step of any colour from each pixel to its right and to its lower neighbour."""
    here = view[:-1, :-1]
    right, down = cv2.absdiff(here, view[:-1, 1:]), cv2.absdiff(here, view[1:, :-1])
    return _largest(np.asarray(right, np.uint8)), _largest(np.asarray(down, np.uint8))


def _largest(colours: Image) -> Image:
    blue, green, red = cv2.split(colours)
    return np.asarray(cv2.max(cv2.max(blue, green), red), np.uint8)


def _one_value_share(view: Image) -> float:
    colours = view[::3, ::3].reshape(-1, 3).astype(np.uint32)
    packed = colours[:, 0] << 16 | colours[:, 1] << 8 | colours[:, 2]
    return float(np.unique(packed, return_counts=True)[1].max() / len(packed))
