"""Random draws that depend on the seed and on what they are for, and on nothing else."""

import zlib

import numpy as np


def draw_for(seed: int, *purpose: str | int) -> np.random.Generator:
    """Return a generator of its own for `purpose`, so that one draw more elsewhere changes nothing here."""
    words = [word if isinstance(word, int) else zlib.crc32(word.encode()) for word in purpose]
    return np.random.default_rng([seed, *words])
