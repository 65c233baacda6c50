"""What speaks for something new standing in a cell: log-odds from two views of it, by cells.

The distances between the layers' features, the grey pattern and the colour are taken against what the still
surroundings have changed that day: snow, haze and low sun change them too. The weights were fitted on the first
seeds of the sample sites, to the projected outlines of what was built (ADR 20); each is one number.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.progress.cell_view import GREY_PX, CellView

# For each distance less its median over the surroundings: the four layers, the grey pattern, the colour.
WEIGHTS = np.array([8.66, -0.75, 1.74, 3.07, 0.74, 1.49])
# For the layers' upper distance over the surroundings, their mean.
SURROUNDINGS_WEIGHT = 5.50
CONSTANT = -3.54
# A cell of which less was seen, in either view, says nothing.
LEAST_SEEN = 0.7
# With fewer surrounding cells seen, nothing is taken off.
LEAST_SURROUNDINGS = 30
UPPER_QUANTILE = 0.8

_PATTERN_SIGMA_PX = 3.0
_PATTERN_NOISE = 0.5
_CHROMA_LEVELS = 10.0


def distances(before: CellView, now: CellView, still: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How far each cell of two views is apart, (rows, columns, 6); colours are evened over the `still` cells."""
    layers = [1.0 - (a * b).sum(axis=2) for a, b in zip(before.features, now.features, strict=True)]
    coloured = (now.lab - before.lab)[..., 1:]
    known = still & both_seen(before, now)
    if known.sum() >= LEAST_SURROUNDINGS:
        coloured = coloured - np.median(coloured[known], axis=0)
    chroma = np.hypot(coloured[..., 0], coloured[..., 1]) / _CHROMA_LEVELS
    return np.stack([*layers, 1.0 - _likeness(before.grey, now.grey), chroma], axis=2).astype(np.float32)


def both_seen(before: CellView, now: CellView) -> NDArray[np.bool_]:
    """The cells that can be compared, (rows, columns)."""
    return np.asarray((before.seen >= LEAST_SEEN) & (now.seen >= LEAST_SEEN), np.bool_)


def terms(before: CellView, now: CellView, still: NDArray[np.bool_]) -> NDArray[np.float32]:
    """What the log-odds are a weighted sum of, (rows, columns, 7)."""
    apart = distances(before, now, still)
    known = still & both_seen(before, now)
    middle, upper = np.zeros(apart.shape[2]), np.zeros(apart.shape[2])
    if known.sum() >= LEAST_SURROUNDINGS:
        middle, upper = np.quantile(apart[known], (0.5, UPPER_QUANTILE), axis=0)
    of_day = np.full((*apart.shape[:2], 1), upper[: len(before.features)].mean())
    return np.concatenate([apart - middle, of_day], axis=2).astype(np.float32)


def change_evidence(before: CellView, now: CellView, still: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Log-odds, (rows, columns), for something new in each cell; 0 where either view did not see it.

    `still`, (rows, columns), are the cells outside all work elements.
    """
    log_odds = terms(before, now, still) @ np.append(WEIGHTS, SURROUNDINGS_WEIGHT) + CONSTANT
    return np.where(both_seen(before, now), log_odds, 0.0).astype(np.float32)


def _likeness(one: NDArray[np.float32], two: NDArray[np.float32]) -> NDArray[np.float32]:
    """The normalised correlation of two grey patterns around each cell, (rows, columns), -1 to 1."""
    mean_one, mean_two = _smooth(one), _smooth(two)
    spread_one = np.maximum(_smooth(one * one) - mean_one**2, 0.0) + _PATTERN_NOISE
    spread_two = np.maximum(_smooth(two * two) - mean_two**2, 0.0) + _PATTERN_NOISE
    alike = (_smooth(one * two) - mean_one * mean_two) / np.sqrt(spread_one * spread_two)
    rows, columns = one.shape[0] // GREY_PX, one.shape[1] // GREY_PX
    return np.asarray(alike.reshape(rows, GREY_PX, columns, GREY_PX).mean(axis=(1, 3)), np.float32)


def _smooth(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), _PATTERN_SIGMA_PX), np.float32)
