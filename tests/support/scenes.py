"""A painted scene as a camera on a mast sees it: turned, lit, built on and noisy as a test wants it."""

import cv2
import numpy as np

from vision.detector import Image

WIDTH_PX, HEIGHT_PX = 960, 540
_MARGIN_PX = 240


def view(
    right_px: float = 0.0,
    down_px: float = 0.0,
    turn_deg: float = 0.0,
    *,
    light: float = 1.0,
    noise: int = 0,
    built: float = 0.0,
    scene: int = 1,
) -> Image:
    """What the camera sees when it looks so far right and down of where it did, and is turned by so much.

    `light` scales the levels, `noise` seeds the sensor's, `built` is the share of the middle third
    that something new stands in front of; `scene` is another place.
    """
    canvas = _scene(scene).copy()
    if built:
        _build(canvas, built)
    centre = (_MARGIN_PX + WIDTH_PX / 2 + right_px, _MARGIN_PX + HEIGHT_PX / 2 + down_px)
    turn = cv2.getRotationMatrix2D(centre, turn_deg, 1.0)
    turn[:, 2] += np.array([WIDTH_PX / 2 - centre[0], HEIGHT_PX / 2 - centre[1]])
    seen = cv2.warpAffine(canvas, turn, (WIDTH_PX, HEIGHT_PX)) * light
    seen = seen + np.random.default_rng(noise).normal(0, 2.5, seen.shape)
    return np.clip(seen, 0, 255).astype(np.uint8)


def _scene(seed: int) -> Image:
    chance = np.random.default_rng(seed)
    canvas = np.full((HEIGHT_PX + 2 * _MARGIN_PX, WIDTH_PX + 2 * _MARGIN_PX, 3), 150, np.uint8)
    for _ in range(500):
        x, y = (int(chance.integers(0, limit)) for limit in (canvas.shape[1], canvas.shape[0]))
        width, height = (int(side) for side in chance.integers(8, 90, 2))
        colour = tuple(int(level) for level in chance.integers(40, 215, 3))
        cv2.rectangle(canvas, (x, y), (x + width, y + height), colour, -1)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), 1.2), np.uint8)


def _build(canvas: Image, share: float) -> None:
    chance = np.random.default_rng(99)
    left, right = _MARGIN_PX + WIDTH_PX // 3, _MARGIN_PX + 2 * WIDTH_PX // 3
    bottom = _MARGIN_PX + HEIGHT_PX - 60
    top = round(bottom - share * (HEIGHT_PX - 120))
    canvas[top:bottom, left:right] = chance.integers(120, 200, 3)
    for y in range(top, bottom, 40):
        for x in range(left, right, 40):
            cv2.rectangle(canvas, (x + 8, y + 8), (x + 26, y + 30), (60, 60, 70), -1)
