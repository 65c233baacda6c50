"""How much, from looks at some of the time: work sampling, with an interval that says how little was looked at.

Looks of one window or one burst show the same people: they are not independent, so the window is the sampling unit,
not the look. Windows resemble the one before, too, which makes them worth fewer to tell of hours that were not seen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
# Windows that all but repeat each other would otherwise count for nothing.
_MOST_CORRELATION = 0.98


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with the interval that holds it at 95 % confidence."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.value:g} does not lie from {self.low:g} to {self.high:g}.")

    def times(self, factor: float) -> "Estimate":
        """So many times it."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor)

    def product(self, other: "Estimate") -> "Estimate":
        """This times another, neither negative; the interval of the product holds whatever both hold."""
        return Estimate(self.value * other.value, self.low * other.low, self.high * other.high)

    def rest(self) -> "Estimate":
        """The share that is left of a share."""
        return Estimate(1.0 - self.value, 1.0 - self.high, 1.0 - self.low)


def windows_worth(weights: Sequence[float]) -> float:
    """How many equal windows such weights are worth, one at least: `(sum w)^2 / sum w^2` (Kish, Survey Sampling, 1965,
    11.7).
    """
    total = sum(weights)
    return max(1.0, total**2 / sum(weight * weight for weight in weights)) if total > 0 else 1.0


def effective_samples(values: Sequence[float], weights: Sequence[float]) -> float:
    """How many independent windows these are worth, one at least, to tell of time that none of them stands for.

    `windows_worth * (1 - r) / (1 + r)`, r being the first serial correlation, none where it is negative (Bayley and
    Hammersley, The "effective" number of independent observations in an autocorrelated time series, J. R. Stat. Soc.
    Suppl. 8, 1946, for a first-order process).
    """
    correlation = min(_MOST_CORRELATION, max(0.0, _serial_correlation(values)))
    return max(1.0, windows_worth(weights) * (1.0 - correlation) / (1.0 + correlation))


def share_of(share: float, samples: float) -> Estimate:
    """A share with Wilson's score interval (Wilson, J. Am. Stat. Assoc. 22, 1927) for so many samples."""
    share = min(1.0, max(0.0, share))
    shrink = 1.0 + _Z**2 / samples
    middle = (share + _Z**2 / (2 * samples)) / shrink
    half = _Z / shrink * math.sqrt(share * (1 - share) / samples + _Z**2 / (4 * samples**2))
    return Estimate(share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)))


def share_over(share: float, values: Sequence[float], weights: Sequence[float], seen: float) -> Estimate:
    """A share over all of a time of which windows stand for the share `seen`.

    Of the time they stand for, each window is a sample of its own; the rest is only foretold from them, by as many as
    they are effectively worth. Both parts of the interval are added by time, as if both erred the same way.
    """
    near, far = share_of(share, windows_worth(weights)), share_of(share, effective_samples(values, weights))
    seen = min(1.0, max(0.0, seen))
    low, high = (seen * one + (1 - seen) * other for one, other in ((near.low, far.low), (near.high, far.high)))
    # Rounding apart, both hold the value.
    return Estimate(near.value, min(low, near.value), max(high, near.value))


def mean_of(values: Sequence[float], weights: Sequence[float], most: float, seen: float) -> Estimate | None:
    """The weighted mean of figures between 0 and `most`, one a window, over a time of which they stand for the share
    `seen`; None where nothing has weight.

    A figure that keeps between bounds varies at most as one that only takes the bounds (Bhatia and Davis, Am. Math.
    Monthly 107, 2000), so the interval of a share is wide enough for it. Fewer windows seen make it wider, and a day on
    which nobody was seen still has an upper end. `most` counts as 1 at least, since somebody may come.
    """
    total = sum(weights)
    if total <= 0:
        return None
    bound = max(1.0, most, *values)
    mean = sum(value * weight for value, weight in zip(values, weights, strict=True)) / total
    return share_over(mean / bound, values, weights, seen).times(bound)


def _serial_correlation(values: Sequence[float]) -> float:
    if not values:
        return 0.0
    mean = sum(values) / len(values)
    spread = [value - mean for value in values]
    variance = sum(one * one for one in spread)
    if variance <= 1e-12:
        return 0.0
    return sum(one * after for one, after in pairwise(spread)) / variance
