"""The air between the camera and the site: haze, fog, rain and snow laid over a clean picture."""

import numpy as np
from numpy.typing import NDArray

from sample_footage.render.weather import Weather

_Picture = NDArray[np.float32]

# Clean air over a town: the houses 100 m away lose a few hundredths of their contrast.
_HAZE_PER_M = 0.0005
# The sky has no distance; what is in front of it is about as much air as this.
_SKY_AT_M = 350.0
_HAZE = (0.66, 0.72, 0.80)
_GREY = (0.70, 0.72, 0.74)
_SNOWY = (0.76, 0.78, 0.81)
_LAMPLIT = (1.0, 0.86, 0.68)
# Sizes and counts below are for a picture of this width.
_WIDTH_PX = 960
_STREAKS, _FLAKES = 900, 2600
_SLANT = 0.13


def through_air(
    image: NDArray[np.uint8], depth_m: NDArray[np.float32], weather: Weather, light: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return `image` (height, width, 3) uint8 RGB as it looks through the weather.

    `depth_m` (height, width) is the distance of what each pixel shows, very large for the sky.
    `light` is the daylight from 0 at night to 1 by day. Koschmieder (1924): what comes from a thing
    falls off as exp(-extinction x distance), and the air's own light takes its place.
    """
    # Squares stand in for linear light; a power of 2.2 is slower and looks no different.
    picture = np.square(image.astype(np.float32) / 255)
    extinction = _HAZE_PER_M + weather.fog_per_m
    passed = np.exp(-extinction * np.clip(depth_m, 0.0, _SKY_AT_M)).astype(np.float32)[:, :, None]
    glow = _air_light(weather, light)
    if weather.fog_per_m > 0.0:
        # Fog hands light on to its neighbours: lamps get halos and far things lose their edges.
        spread = _coarse_blur(picture)
        picture = picture + (spread - picture) * (0.55 * (1 - passed))
        glow = glow + 0.5 * spread * (1 - light)
    picture = np.sqrt(picture * passed + glow * (1 - passed))
    if weather.rain > 0.0:
        picture = picture + _streaks(picture.shape[:2], weather.rain, rng)[:, :, None] * (0.25 + 0.75 * light)
    if weather.snowfall > 0.0:
        flakes = _flakes(picture.shape[:2], weather.snowfall, rng)[:, :, None]
        # Flakes before lit ground are lit as well: they never look darker than what they hide.
        white = np.maximum(np.sqrt(_air_light(weather, max(light, 0.15))) * 1.15, picture * 1.05)
        picture = picture + (white - picture) * flakes
    return np.asarray(np.clip(np.round(picture * 255), 0, 255), np.uint8)


def _air_light(weather: Weather, light: float) -> _Picture:
    """What endless air looks like, squared RGB."""
    by_day = _SNOWY if weather.kind == "snow" else _GREY if weather.fog_per_m > 0.0 else _HAZE
    # By night the lamps of the site and the town light the air from below.
    colour = np.array(by_day) * light + np.array(by_day) * np.array(_LAMPLIT) * 0.13 * (1 - light)
    return np.asarray(np.square(colour), np.float32)


def _coarse_blur(picture: _Picture) -> _Picture:
    height, width = picture.shape[:2]
    cell = max(2, width // 120)
    rows, columns = height // cell, width // cell
    small = picture[: rows * cell, : columns * cell].reshape(rows, cell, columns, cell, 3).mean(axis=(1, 3))
    for _ in range(2):
        padded = np.pad(small, ((1, 1), (1, 1), (0, 0)), mode="edge")
        upright = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
        small = (upright[:, :-2] + 2 * upright[:, 1:-1] + upright[:, 2:]) / 4
    return _stretched(small, height, width)


def _stretched(small: _Picture, height: int, width: int) -> _Picture:
    """Enlarge (rows, columns, channels) smoothly."""
    for axis, length in ((0, height), (1, width)):
        count = small.shape[axis]
        at = np.clip((np.arange(length) + 0.5) * count / length - 0.5, 0, count - 1)
        low = np.minimum(at.astype(int), count - 2)
        shape = [1, 1, 1]
        shape[axis] = length
        share = (at - low).astype(np.float32).reshape(shape)
        small = np.take(small, low, axis) * (1 - share) + np.take(small, low + 1, axis) * share
    return np.asarray(small, np.float32)


def _streaks(shape: tuple[int, int], strength: float, rng: np.random.Generator) -> _Picture:
    """Brightness added by falling drops: thin, slanted lines, the nearer the longer and fainter."""
    height, width = shape
    scale = width / _WIDTH_PX
    count = int(_STREAKS * strength * scale**0.5)
    near = rng.random(count) ** 3
    length = (9 + 46 * near) * scale
    bright = (0.16 - 0.09 * near) * rng.uniform(0.4, 1.0, count)
    slant = _SLANT + rng.normal(0, 0.02, count)
    along = np.arange(int(55 * scale) + 1)
    y = rng.uniform(-length, height)[:, None] + along
    x = rng.uniform(-0.1 * width, 1.1 * width, count)[:, None] - slant[:, None] * along
    weight = bright[:, None] * np.clip(1 - np.abs(2 * along / length[:, None] - 1), 0, None)
    total = np.zeros(height * width)
    left = np.floor(x).astype(int)
    for column, share in ((left, 1 - (x - left)), (left + 1, x - left)):
        row = y.astype(int)
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        total += np.bincount((row * width + column)[inside], (weight * share)[inside], height * width)
    return total.reshape(height, width).astype(np.float32)


def _flakes(shape: tuple[int, int], strength: float, rng: np.random.Generator) -> _Picture:
    """How much of each pixel flakes hide: many small far ones, a few large and blurred near ones."""
    height, width = shape
    scale = width / _WIDTH_PX
    clear = np.ones(height * width)
    for share, sigma_px, dense in ((0.80, 0.65, 0.85), (0.17, 1.3, 0.75), (0.027, 2.8, 0.5), (0.006, 7.0, 0.28)):
        count = int(_FLAKES * strength * share)
        sigma = sigma_px * max(0.6, scale)
        reach = int(np.ceil(2.5 * sigma)) + 1
        dy, dx = (axis.ravel() for axis in np.mgrid[-reach : reach + 1, -reach : reach + 1])
        x, y = rng.uniform(0, width, count)[:, None], rng.uniform(0, height, count)[:, None]
        column, row = np.round(x).astype(int) + dx, np.round(y).astype(int) + dy
        # They fall while the shutter is open: drawn out along the slanted way down.
        drawn = rng.uniform(1.2, 2.2, count)[:, None]
        across = column - x + _SLANT * 2 * (row - y)
        soft = np.exp(-0.5 * ((across / sigma) ** 2 + ((row - y) / (sigma * drawn)) ** 2))
        soft *= dense * rng.uniform(0.5, 1.0, count)[:, None]
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        clear *= np.exp(-np.bincount((row * width + column)[inside], soft[inside], height * width))
    return (1 - clear).reshape(height, width).astype(np.float32)
