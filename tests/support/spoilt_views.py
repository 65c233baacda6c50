"""What faults and weather make of a real picture: for tests of what a camera's pictures say of its health."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detector import Image

Bgr = tuple[int, int, int]


def with_noise(image: Image, seed: int, deviation: float = 1.5) -> Image:
    """A sensor's noise, new with each seed."""
    noise = np.random.default_rng(seed).normal(0, deviation, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def defocused(image: Image, sigma_px: float) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), np.uint8)


def covered(image: Image, bgr: Bgr) -> Image:
    """Something before the lens, so near that it is out of focus, darker to one side."""
    shade = np.linspace(0.8, 1.1, image.shape[1])[np.newaxis, :, np.newaxis]
    return np.clip(np.full(image.shape, bgr) * shade, 0, 255).astype(np.uint8)


def lorry(image: Image, bgr: Bgr, at_share: float = 0.0) -> Image:
    """The ribbed side of a lorry that fills the picture but for a margin of so much."""
    side = np.full(image.shape, bgr, np.uint8)
    for x in range(0, image.shape[1], 24):
        cv2.rectangle(side, (x, 0), (x + 4, image.shape[0]), tuple(level // 2 for level in bgr), -1)
    side = np.asarray(cv2.GaussianBlur(side, (0, 0), 0.8), np.uint8)
    left = round(at_share * image.shape[1])
    side[:, :left] = image[:, :left]
    return side


def fogged(image: Image, air: float) -> Image:
    """So much of what is seen is air, more towards the top, where things are farther."""
    share = np.clip(air + np.linspace(0.25, -0.1, image.shape[0]), 0, 1)[:, np.newaxis, np.newaxis]
    seen: NDArray[np.float64] = image * (1 - share) + 172 * share
    return seen.astype(np.uint8)


def in_rain(image: Image, seed: int) -> Image:
    """Grey air and streaks that are elsewhere in every picture."""
    chance = np.random.default_rng(seed)
    wet = fogged(image, 0.35)
    for _ in range(250):
        x, y = int(chance.integers(0, image.shape[1])), int(chance.integers(0, image.shape[0]))
        cv2.line(wet, (x, y), (x + 1, y + int(chance.integers(4, 12))), (190, 190, 190), 1)
    return wet


def in_snow(image: Image, seed: int) -> Image:
    chance = np.random.default_rng(seed)
    white = fogged(image, 0.45)
    for _ in range(300):
        x, y = int(chance.integers(0, image.shape[1])), int(chance.integers(0, image.shape[0]))
        cv2.circle(white, (x, y), int(chance.integers(1, 3)), (225, 225, 225), -1)
    return white


def dimmed(image: Image, light: float) -> Image:
    return (image * light).astype(np.uint8)


def with_headlights(image: Image, x_px: int, y_px: int) -> Image:
    """Two lamps that shine into the lens, with their glare."""
    glare = np.zeros(image.shape[:2], np.float32)
    for offset in (-14, 14):
        cv2.circle(glare, (x_px + offset, y_px), 6, (4.0,), -1)
    glare = np.asarray(cv2.GaussianBlur(glare, (0, 0), 30) * 30 + glare, np.float32)
    lit: NDArray[np.float64] = np.minimum(image + 255.0 * glare[:, :, np.newaxis], 255)
    return lit.astype(np.uint8)


def captioned(image: Image, text: str) -> Image:
    """A recorder's clock, burned into the top left corner."""
    shown = image.copy()
    cv2.putText(shown, text, (8, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA)
    return shown


def text_card(size: tuple[int, int], text: str, ground: Bgr, ink: Bgr = (255, 255, 255)) -> Image:
    """A card with a line of text in the middle; `size` is width and height."""
    width, height = size
    card = np.full((height, width, 3), ground, np.uint8)
    # OpenCV carries a font of its own that has Kazakh letters; a machine's fonts are not asked.
    font, font_px = cv2.FontFace("sans"), height // 9
    text_px = cv2.getTextSize(size, text, (0, 0), font, font_px)[2]
    cv2.putText(card, text, ((width - text_px) // 2, height // 2), ink, font, font_px)
    return card


def logo_card(size: tuple[int, int]) -> Image:
    """Grey, with a ring and a camera struck through."""
    card = np.full((size[1], size[0], 3), 96, np.uint8)
    middle = (size[0] // 2, size[1] // 2)
    cv2.circle(card, middle, size[1] // 5, (200, 200, 200), 3, cv2.LINE_AA)
    cv2.rectangle(card, (middle[0] - 24, middle[1] - 14), (middle[0] + 14, middle[1] + 14), (200, 200, 200), -1)
    cv2.line(card, (middle[0] - 34, middle[1] + 34), (middle[0] + 34, middle[1] - 34), (200, 200, 200), 3, cv2.LINE_AA)
    return card


def colour_bars(size: tuple[int, int]) -> Image:
    """White, yellow, cyan, green, magenta, red, blue over a row of greys, as test generators send them."""
    bars = [(192, 192, 192), (0, 192, 192), (192, 192, 0), (0, 192, 0), (192, 0, 192), (0, 0, 192), (192, 0, 0)]
    card = np.zeros((size[1], size[0], 3), np.uint8)
    for number, bgr in enumerate(bars):
        left, right = number * size[0] // 7, (number + 1) * size[0] // 7
        card[:, left:right] = bgr
        card[size[1] * 3 // 4 :, left:right] = (number * 30,) * 3
    return card


def shaded_card(size: tuple[int, int], text: str) -> Image:
    """Text on blue that grows darker to the bottom."""
    card = text_card(size, text, (1, 1, 1))
    is_ground = (card == 1).all(axis=2)
    ground = np.linspace(200, 90, size[1]).astype(np.uint8)[:, np.newaxis].repeat(size[0], axis=1)
    card[is_ground] = 40
    card[:, :, 0][is_ground] = ground[is_ground]
    return card


def as_jpeg(image: Image, quality: int = 80) -> Image:
    """The picture as an MJPEG or snapshot camera would send it."""
    encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)
