"""Dirt on the camera's dome: dust, blurred blots and smears that stay where they are."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_Field = NDArray[np.float32]

# Dried mud as the daylight shines through it, squared RGB for a picture of brightness 1.
_MUD = (0.40, 0.34, 0.27)
_BLOTS, _SMEARS, _SPECKS = 110, 26, 500
# The dome is a few centimetres from a lens focused far away, so all dirt has soft edges.
_SOFT_PX = 5.0
_WIDTH_PX = 960


class Dirt:
    """One pattern of dirt, as `rng` draws it, for pictures of `width_px` by `height_px`."""

    def __init__(self, rng: np.random.Generator, width_px: int, height_px: int) -> None:
        self._height, self._width = height_px, width_px
        scale = width_px / _WIDTH_PX
        thick = np.zeros((height_px, width_px), np.float32)
        for long_px, wide_px, turn, thickness in _marks(rng):
            part, blot = _blot(rng, thick.shape, long_px * scale + 1, wide_px * scale + 1, turn)
            thick[part] += np.float32(thickness) * blot
        film = _waves(rng, height_px, width_px)
        # Rank by thickness, so that `strength` says how much of the dome is under dirt.
        field = thick + 0.45 * film
        order = np.argsort(field, axis=None)
        ranks = np.empty(order.size, np.float32)
        ranks[order] = np.linspace(0, 1, order.size, dtype=np.float32)
        # Thicker mud lets less light through.
        self._shade: _Field = (1.12 - 0.35 * np.clip(thick / 2.2, 0, 1) + 0.12 * film).astype(np.float32)
        self._rank: _Field = ranks.reshape(field.shape)
        self._body: _Field = np.clip(0.90 + 0.14 * film, 0, 1).astype(np.float32)

    def on(self, image: NDArray[np.uint8], strength: float) -> NDArray[np.uint8]:
        """Return `image` (height, width, 3) uint8 RGB through the dirt: 0.3 is seen at once, 1 hides most."""
        if strength <= 0.0:
            return image
        picture = np.square(image.astype(np.float32) / 255)
        # Soft shoulders: from the bare dome over a thin film to full thickness.
        bare = 1 - 1.3 * min(1.0, strength)
        cover = np.clip((self._rank - bare) / 0.45, 0, 1)
        cover = cover * cover * (3 - 2 * cover) * self._body * (0.70 + 0.28 * min(1.0, strength))
        veil = (0.10 * strength + (1 - 0.10 * strength) * cover)[:, :, None]
        # Dirt is lit by the whole scene from behind.
        shine = picture.mean(axis=(0, 1)) * 0.8 + picture.mean() * 0.2
        mud = np.array(_MUD, np.float32) * shine / 0.45
        picture = picture * (1 - veil) + mud.astype(np.float32) * self._shade[:, :, None] * veil
        return np.asarray(np.clip(np.round(np.sqrt(picture) * 255), 0, 255), np.uint8)


def _marks(rng: np.random.Generator) -> Iterator[tuple[float, float, float, float]]:
    """Yield length, width, direction and thickness of every mark."""
    for _ in range(_BLOTS):
        size = rng.gamma(2.0, 17.0) + _SOFT_PX
        yield size, size * rng.uniform(0.6, 1.1), rng.uniform(0, np.pi), rng.uniform(0.25, 0.8)
    for _ in range(_SMEARS):
        # Where someone wiped or water ran down: long, mostly upright.
        yield rng.uniform(60, 190), rng.uniform(7, 22), rng.normal(np.pi / 2, 0.35), rng.uniform(0.3, 0.7)
    for _ in range(_SPECKS):
        size = rng.uniform(1.5, 4.0)
        yield size, size, 0.0, rng.uniform(0.3, 0.9)


def _blot(
    rng: np.random.Generator, shape: tuple[int, int], long_px: float, wide_px: float, turn: float
) -> tuple[tuple[slice, slice], _Field]:
    """Return one soft ellipse of thickness 1 and the part of the picture that it lies on."""
    height, width = shape
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    reach = int(2.5 * max(long_px, wide_px)) + 1
    rows = slice(max(0, int(y) - reach), min(height, int(y) + reach))
    columns = slice(max(0, int(x) - reach), min(width, int(x) + reach))
    ys, xs = np.mgrid[rows, columns]
    along = (xs - x) * np.cos(turn) + (ys - y) * np.sin(turn)
    across = (ys - y) * np.cos(turn) - (xs - x) * np.sin(turn)
    # A high power keeps the middle flat and the rim soft, as a dried drop is.
    distance = (along / long_px) ** 2 + (across / wide_px) ** 2
    return (rows, columns), np.exp(-(distance**1.5)).astype(np.float32)


def _waves(rng: np.random.Generator, height: int, width: int) -> _Field:
    """An uneven film, about -1 to 1."""
    ys, xs = np.mgrid[0 : height / width : height * 1j, 0 : 1 : width * 1j]
    total = np.zeros((height, width))
    for octave in range(1, 6):
        for _ in range(4):
            turn, phase = rng.uniform(0, 2 * np.pi, 2)
            total += np.sin(2 * np.pi * 1.9**octave * (xs * np.cos(turn) + ys * np.sin(turn)) + phase) / octave
    return np.asarray(total / np.abs(total).max(), np.float32)
