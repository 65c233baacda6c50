"""Intervals by drawing again whole groups of what hangs together: a machine, a clip."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from vision.evaluation.figures import INTERVAL_PERCENTILES, RESAMPLES, SEED, Interval

T = TypeVar("T")


def resampled_interval(groups: Sequence[T], figure: Callable[[Sequence[T]], float | None]) -> Interval | None:
    """The 90 % bootstrap interval of a figure, with groups drawn again with replacement (Efron 1979).

    None where there are fewer than two groups, or half of the drawn sets lack the figure.
    """
    if len(groups) < 2:
        return None
    random = np.random.default_rng(SEED)
    values = []
    for _ in range(RESAMPLES):
        drawn = [groups[int(index)] for index in random.integers(0, len(groups), len(groups))]
        value = figure(drawn)
        if value is not None:
            values.append(value)
    if len(values) * 2 < RESAMPLES:
        return None
    low, high = np.percentile(values, INTERVAL_PERCENTILES)
    return Interval(float(low), float(high))
