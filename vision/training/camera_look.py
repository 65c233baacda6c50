"""Making a good picture look as cheap cameras at all hours show it: night, noise, blur, compression."""

import cv2
import numpy as np
from numpy.random import Generator

from vision.detector import Image
from vision.training.settings import TrainingSettings

# A picture darker than this is a night of its own; made darker it would show nothing.
LEAST_DAYLIGHT = 60


def as_cameras_see(image: Image, rng: Generator, settings: TrainingSettings) -> Image:
    """Return (height, width, 3) uint8 BGR with colours jittered, sometimes at night, sometimes by a poor camera."""
    seen = _jittered(image, rng)
    if rng.random() < settings.night_share and seen.mean() > LEAST_DAYLIGHT:
        seen = _at_night(seen, rng)
    if rng.random() < settings.poor_camera_share:
        seen = _by_a_poor_camera(seen, rng)
    return seen


def _jittered(image: Image, rng: Generator) -> Image:
    if rng.random() < 0.05:
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    hue, saturation, value = cv2.split(cv2.cvtColor(image, cv2.COLOR_BGR2HSV))
    levels = np.arange(256, dtype=np.float32)
    turned = ((levels + rng.uniform(-3, 3)) % 180).astype(np.uint8)
    tables = [np.clip(levels * rng.uniform(1 - by, 1 + by), 0, 255).astype(np.uint8) for by in (0.6, 0.4)]
    merged = cv2.merge((cv2.LUT(hue, turned), cv2.LUT(saturation, tables[0]), cv2.LUT(value, tables[1])))
    return np.asarray(cv2.cvtColor(merged, cv2.COLOR_HSV2BGR), np.uint8)


def _at_night(image: Image, rng: Generator) -> Image:
    """Dark, with the cast of lamps, and the noise that a sensor's gain brings up."""
    levels = np.linspace(0, 1, 256, dtype=np.float32)
    dark = (levels ** rng.uniform(1.2, 2.4)) * rng.uniform(0.35, 0.8) * 255
    cast = np.array((rng.uniform(0.6, 1.1), rng.uniform(0.85, 1.05), rng.uniform(0.8, 1.2)), np.float32)
    seen = np.clip(cv2.LUT(image, dark[:, None].astype(np.uint8)) * cast, 0, 255)
    return _noisy(seen.astype(np.uint8), rng, rng.uniform(3, 14))


def _by_a_poor_camera(image: Image, rng: Generator) -> Image:
    height, width = image.shape[:2]
    seen = image
    if rng.random() < 0.5:
        share = rng.uniform(0.4, 0.8)
        small = cv2.resize(seen, (max(1, int(width * share)), max(1, int(height * share))))
        seen = np.asarray(cv2.resize(small, (width, height)), np.uint8)
    if rng.random() < 0.3:
        seen = _smeared(seen, rng)
    if rng.random() < 0.4:
        seen = _noisy(seen, rng, rng.uniform(2, 8))
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(18, 65))]
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", seen, quality)[1], cv2.IMREAD_COLOR), np.uint8)


def _smeared(image: Image, rng: Generator) -> Image:
    """Blurred along a line, as by wind at the mast."""
    length = int(rng.integers(3, 7))
    kernel = np.zeros((length, length), np.float32)
    if rng.random() < 0.5:
        kernel[length // 2] = 1 / length
    else:
        kernel[:, length // 2] = 1 / length
    return np.asarray(cv2.filter2D(image, -1, kernel), np.uint8)


def _noisy(image: Image, rng: Generator, sigma: float) -> Image:
    noise = rng.standard_normal(image.shape, dtype=np.float32) * np.float32(sigma)
    return np.clip(image + noise, 0, 255).astype(np.uint8)
