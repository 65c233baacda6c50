"""What a CCTV camera does to a clean picture: lens blur and fall-off, edge enhancement, noise."""

import numpy as np
from numpy.typing import NDArray

_Picture = NDArray[np.float32]

_LENS_SIGMA_PX = 0.5
# Cameras of this kind sharpen what they send; 1.5 px and 0.7 look like the common factory setting.
_EDGE_SIGMA_PX, _EDGE_GAIN = 1.5, 0.7
_NOISE = 1.35
_COLOUR_NOISE = 0.75
_FALL_OFF = 0.10
# At night the camera clears its noise away first: grain of more than one pixel is left, edges are softer.
# The blur takes most of the noise's strength with it, which the second figure makes good.
_GRAIN_SIGMA_PX, _GRAIN_KEPT = 0.7, 2.4
_COLOUR_LOST = 0.12


def expose(image: NDArray[np.uint8], rng: np.random.Generator, gain: float = 1.0) -> NDArray[np.uint8]:
    """Return `image` (height, width, 3) uint8 RGB as the camera sends it; every call draws new noise.

    `gain` is 1 in daylight and up to 4 at night, when the camera lifts the little light there is.
    """
    if not 1.0 <= gain <= 4.0:
        raise ValueError(f"gain must lie between 1 and 4, not {gain}")
    height, width = image.shape[:2]
    picture = _blur(image.astype(np.float32), _LENS_SIGMA_PX)
    ys, xs = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    picture *= (1 - _FALL_OFF * (xs**2 + ys**2) / 2)[:, :, None].astype(np.float32)
    picture += _EDGE_GAIN / gain**0.5 * (picture - _blur(picture, _EDGE_SIGMA_PX))
    grey = picture.mean(axis=2, keepdims=True)
    picture += (grey - picture) * np.float32(_COLOUR_LOST * (gain - 1))
    grain = rng.normal(0, _NOISE, (height, width, 1)) + rng.normal(0, _COLOUR_NOISE, (height, width, 3))
    noise = grain.astype(np.float32)
    if gain > 1.0:
        noise = _blur(noise, _GRAIN_SIGMA_PX) * (_GRAIN_KEPT * (1 + 0.3 * (gain - 1)))
    # Darker parts are noisier, as the camera lifts them.
    return np.asarray(np.clip(np.round(picture + noise * (1.5 - grey / 255)), 0, 255), np.uint8)


def _blur(picture: _Picture, sigma_px: float) -> _Picture:
    reach = max(1, round(3 * sigma_px))
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_px) ** 2)
    taps /= taps.sum()
    for axis in (0, 1):
        pad = [(reach, reach) if axis == here else (0, 0) for here in range(3)]
        padded = np.pad(picture, pad, mode="edge")
        length = picture.shape[axis]
        picture = np.asarray(
            sum(
                tap * np.take(padded, range(start, start + length), axis=axis)
                for start, tap in enumerate(taps.astype(np.float32))
            ),
            np.float32,
        )
    return picture
