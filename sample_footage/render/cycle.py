"""A repeated motion as key values over a phase of 0..1, eased from one to the next."""

from collections.abc import Sequence
from itertools import pairwise

Keys = Sequence[tuple[float, tuple[float, ...]]]


def eased(keys: Keys, phase: float) -> tuple[float, ...]:
    """Return the values at `phase`; `keys` go from phase 0 to 1, and the motion rests at each of them."""
    phase %= 1.0
    for (start, before), (end, after) in pairwise(keys):
        if start <= phase <= end:
            share = (phase - start) / (end - start)
            share = share * share * (3 - 2 * share)
            return tuple(a * (1 - share) + b * share for a, b in zip(before, after, strict=True))
    raise ValueError("A cycle's keys must cover 0..1.")
