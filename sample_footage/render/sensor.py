"""What a CCTV camera does to a clean picture: lens blur and fall-off, edge enhancement, noise."""

import numpy as np
from numpy.typing import NDArray

_Picture = NDArray[np.float32]

_LENS_SIGMA_PX = 0.5
# Cameras of this kind sharpen what they send; 1.5 px and 0.7 look like the common factory setting.
_EDGE_SIGMA_PX, _EDGE_GAIN = 1.5, 0.7
_NOISE = 2.0
_COLOUR_NOISE = 1.1
_FALL_OFF = 0.10


def expose(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return `image` (height, width, 3) uint8 RGB as the camera sends it; every call draws new noise."""
    height, width = image.shape[:2]
    picture = _blur(image.astype(np.float32), _LENS_SIGMA_PX)
    ys, xs = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    picture *= (1 - _FALL_OFF * (xs**2 + ys**2) / 2)[:, :, None].astype(np.float32)
    picture += _EDGE_GAIN * (picture - _blur(picture, _EDGE_SIGMA_PX))
    # Darker parts are noisier, as the camera lifts them.
    gain = 1.5 - picture.mean(axis=2, keepdims=True) / 255
    noise = rng.normal(0, _NOISE, (height, width, 1)) + rng.normal(0, _COLOUR_NOISE, (height, width, 3))
    return np.asarray(np.clip(np.round(picture + gain * noise), 0, 255), np.uint8)


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
