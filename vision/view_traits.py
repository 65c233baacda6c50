"""What can be measured in one picture that tells whether it shows a view: light, haze, sharpness, evenness, layout."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detector import Image

# Measured on a copy of this width; a narrower picture is measured as it is.
MEASURED_WIDTH_PX = 480
# Where recorders and cameras write their clock and name: they say nothing of the view.
CAPTION_SHARE = 0.12
BLACK_LEVEL = 28
# Sharpness is read where a coarse gradient is among the strongest: at the outlines of things.
OUTLINE_SHARE = 0.05
FINE_SIGMA_PX, COARSE_SIGMA_PX = 0.6, 3.0
PARTS_DOWN, PARTS_ACROSS = 6, 12
# Less than this is no outline at all: nothing to read sharpness from.
LEAST_OUTLINE_LEVELS = 1.0
# One colour: so near the picture's middle colour in L*a*b*, after detail is smoothed away.
ONE_COLOUR_LEVELS = 22.0
_EVENED_WIDTH_PX, _EVENED_SIGMA_PX = 80, 2.3
_DARK_REACH_PX = 9
# The layout is kept over a grid of cells of a small picture; a swaying mast moves it by half a pixel.
LAYOUT_WIDTH_PX, LAYOUT_HEIGHT_PX = 240, 120
CELL_PX = 20
_LAYOUT_SIGMA_PX = 1.0
# A corner: so much of the strongest edges, and over what a sensor's noise leaves of itself in a small picture.
CORNER_OF_EDGE, LEAST_CORNER_LEVELS = 0.2, 2.0
_TEXTURED_FROM = 1.0
_ALIKE_FROM = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class ViewTraits:
    """The figures of one picture, its caption strips left out.

    `light` is the median grey level, of 255; `outline_levels` how strong the strongest coarse gradients are, in levels
    a pixel; `sharpness` how many times steeper the same outlines are up
    close (about 4 for a camera in focus, 1 for a smear; fog weakens both alike); `one_colour_share` how much of the
    picture is of its middle colour; `corner_share` how many of the layout's cells hold a corner, which a wall's ribs
    and an even cloth don't; `dark_channel` is He, Sun and Tang's (CVPR 2009): high where air or a white
    sheet lies over everything; `saturation` is the median, of 255. `layout` is (72, 400) float16: the gradients of
    each cell, normalised, zeros where a cell has no texture.
    """

    light: float
    outline_levels: float
    sharpness: float
    one_colour_share: float
    corner_share: float
    dark_channel: float
    saturation: float
    layout: NDArray[np.float16]


def view_traits(image: Image) -> ViewTraits:
    """Measure a picture, (height, width, 3) uint8 BGR."""
    small = _without_captions(_small(image))
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    outline_levels, sharpness = _sharpness(grey)
    blue, green, red = cv2.split(small)
    dark = cv2.erode(cv2.min(cv2.min(blue, green), red), np.ones((_DARK_REACH_PX, _DARK_REACH_PX), np.uint8))
    little = np.asarray(cv2.resize(grey, (LAYOUT_WIDTH_PX, LAYOUT_HEIGHT_PX), interpolation=cv2.INTER_AREA), np.uint8)
    return ViewTraits(
        light=float(np.median(grey)),
        outline_levels=outline_levels,
        sharpness=sharpness,
        one_colour_share=_one_colour_share(small),
        corner_share=_corner_share(little),
        dark_channel=float(np.median(dark[::2, ::2])),
        saturation=float(np.median(cv2.cvtColor(small[::2, ::2], cv2.COLOR_BGR2HSV)[:, :, 1])),
        layout=_layout(little),
    )


def likeness(known: NDArray[np.float16], layout: NDArray[np.float16]) -> float:
    """The share of a known layout's textured cells that another layout shows again, 0 to 1; 0 if none is textured."""
    textured = np.any(known, axis=1)
    if not textured.any():
        return 0.0
    one, two = known[textured].astype(np.float32), layout[textured].astype(np.float32)
    return float(np.mean(np.sum(one * two, axis=1) >= _ALIKE_FROM))


def caption_px(height_px: int) -> int:
    """How many rows at the top, and at the bottom, are left to captions."""
    return round(height_px * CAPTION_SHARE)


def _small(image: Image) -> Image:
    height, width = image.shape[:2]
    scale = min(1.0, MEASURED_WIDTH_PX / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _without_captions(image: Image) -> Image:
    rows = caption_px(image.shape[0])
    return image[rows : image.shape[0] - rows]


def _sharpness(grey: Image) -> tuple[float, float]:
    """How strong the outlines are, and how much steeper they are up close, in the middle one of the picture's parts.

    Part by part, since a headlight's glare has the strongest gradients of all and is smooth.
    """
    levels = grey.astype(np.float32)
    fine, coarse = (_gradients(levels, sigma) for sigma in (FINE_SIGMA_PX, COARSE_SIGMA_PX))
    outline = float(np.quantile(coarse[::2, ::2], 1 - OUTLINE_SHARE))
    height, width = grey.shape[0] // PARTS_DOWN, grey.shape[1] // PARTS_ACROSS
    if not height or not width:
        return outline, 0.0
    up_close, far = (_strongest(gradients, height, width) for gradients in (fine, coarse))
    has_outline = far >= LEAST_OUTLINE_LEVELS
    return outline, float(np.median(up_close[has_outline] / far[has_outline])) if has_outline.any() else 0.0


def _strongest(gradients: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """The mean of each part's strongest gradients."""
    parts = gradients[: PARTS_DOWN * height, : PARTS_ACROSS * width]
    parts = parts.reshape(PARTS_DOWN, height, PARTS_ACROSS, width).swapaxes(1, 2).reshape(-1, height * width)
    count = max(1, round(OUTLINE_SHARE * height * width))
    return np.asarray(np.partition(parts, -count, axis=1)[:, -count:].mean(axis=1), np.float32)


def _gradients(levels: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    """Levels a pixel, after smoothing; Sobel's kernel sums to 8 over a step of one."""
    smooth = cv2.GaussianBlur(levels, (0, 0), sigma_px)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(smooth, cv2.CV_32F, 0, 1) / 8
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _one_colour_share(small: Image) -> float:
    size = (_EVENED_WIDTH_PX, max(1, round(_EVENED_WIDTH_PX * small.shape[0] / small.shape[1])))
    tiny = cv2.resize(small, size, interpolation=cv2.INTER_AREA)
    evened = cv2.cvtColor(cv2.GaussianBlur(tiny, (0, 0), _EVENED_SIGMA_PX), cv2.COLOR_BGR2LAB)
    colours = evened.reshape(-1, 3).astype(np.float32)
    off = np.linalg.norm(colours - np.median(colours, axis=0), axis=1)
    return float(np.mean(off <= ONE_COLOUR_LEVELS))


def _corner_share(little: Image) -> float:
    """Shi and Tomasi's corners (CVPR 1994), by their gradients in levels, against the picture's strongest edges."""
    evened = cv2.GaussianBlur(little, (3, 3), 0).astype(np.float32)
    one, two = cv2.split(cv2.cornerEigenValsAndVecs(evened, 5, 3))[:2]
    weaker, stronger = np.sqrt(np.maximum(np.minimum(one, two), 0)), np.sqrt(np.maximum(one, two))
    least = max(LEAST_CORNER_LEVELS, CORNER_OF_EDGE * float(np.quantile(stronger[::2, ::2], 0.99)))
    return float(np.mean(_cells(weaker).max(axis=1) >= least))


def _cells(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """(120, 240) as (72, 400), the grid's cells row by row."""
    rows, columns = LAYOUT_HEIGHT_PX // CELL_PX, LAYOUT_WIDTH_PX // CELL_PX
    return values.reshape(rows, CELL_PX, columns, CELL_PX).swapaxes(1, 2).reshape(rows * columns, -1)


def _layout(little: Image) -> NDArray[np.float16]:
    # Light is evened out part by part, so that noon and dusk give the same layout.
    evened = cv2.createCLAHE(2.0, (8, 8)).apply(little)
    cells = _cells(_gradients(evened.astype(np.float32), _LAYOUT_SIGMA_PX))
    cells = cells - cells.mean(axis=1, keepdims=True)
    length = np.linalg.norm(cells, axis=1, keepdims=True)
    is_textured = length / CELL_PX >= _TEXTURED_FROM
    return np.where(is_textured, cells / np.maximum(length, 1e-6), 0.0).astype(np.float16)
