"""From how far an element has grown in the picture to its built share, with a 90 % interval and its state.

A picture shows extent, the share is of volume. Where something stood on the reference date its extent and its share
are both known, and the share runs from there to the finished extent in proportion; where nothing stood, what stands
first counts a little less than it shows, for walls and columns rise before the slabs that fill them. Where the kind of
work is known, its own curve says more (`kind_curves.py`).
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from vision.progress.growth_front import FrontReading
from vision.progress.kind_curves import CURVES
from vision.progress.work_element import Growth, WorkElement

# Of an extent from nothing: fitted to the projected outlines of the first seeds' structures (ADR 20).
RISING_POWER = 1.15
# What runs along and fills its outline by half only (girders before the slab, a pipe far away) counts less by this.
THIN_COUNTS_LESS = 0.5
# Without a kind, how far the truth lay below and above what was said on 90 % of the days, at these shares: the first
# seeds as they are, and with clouds, cranes, nets and shadows made strong (ADR 20).
AT_SHARES = (0.0, 0.05, 0.2, 0.5, 0.85, 1.0)
_RISING = ((0.0, 0.09, 0.16, 0.14, 0.12, 0.17), (0.03, 0.05, 0.12, 0.13, 0.16, 0.02))
BELOW_AND_ABOVE = {
    Growth.UP: _RISING,
    Growth.DOWN: _RISING,
    Growth.ALONG: ((0.0, 0.06, 0.16, 0.4, 0.42, 0.19), (0.16, 0.25, 0.18, 0.21, 0.18, 0.01)),
    Growth.OUTWARD: ((0.0, 0.05, 0.12, 0.12, 0.06, 0.02), (0.05, 0.12, 0.2, 0.3, 0.27, 0.01)),
}
# Of a kind's reach so much below and above, at these parts of what was left: what has not begun, or is done, is sure.
KIND_BELOW = ((0.0, 0.1, 0.3, 0.97, 1.0), (0.2, 1.0, 1.0, 1.0, 0.4))
KIND_ABOVE = ((0.0, 0.03, 0.15, 0.9, 1.0), (0.3, 0.8, 1.0, 1.0, 0.0))
# What stood already and is not seen to grow may stand still, or grow in a way that the picture does not show (fill on
# fill, piers between which nothing will ever stand): the share may be higher by so much a day, and in all, until it
# has grown by the first of these parts of what was left, and by nothing more from the second on.
HIDDEN_GROWTH_A_DAY, MOST_HIDDEN_GROWTH = 0.03, 0.58
SURELY_GROWING = (0.3, 0.5)
_NORMAL_90 = 1.645
# The share may have grown by so much a day while the element was not seen.
UNSEEN_A_DAY = 0.01
REFERENCE_STANDS = 0.9
# Under this and over that nothing is to be told apart from an element that is not begun, or finished.
NOT_STARTED_UNDER, COMPLETE_FROM = 0.02, 0.97


@dataclass(frozen=True, slots=True)
class Change:
    """How much of an element's area has changed, 0 to 1.

    `near_first` is 1 where that surely began at the end near the camera, -1 at the far one, 0 where it is not known.
    """

    share: float
    near_first: float = 0.0


class ElementState(StrEnum):
    """Where an element is on its way."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class BuiltShare:
    """The share built, 0 to 1, between `low` and `high` with 90 %."""

    share: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.low <= self.share <= self.high <= 1.0:
            raise ValueError(
                f"A built share lies in its interval within 0 to 1: {self.low}, {self.share}, {self.high}."
            )

    @property
    def state(self) -> ElementState:
        """By the share, where the interval does not forbid it."""
        if self.share < NOT_STARTED_UNDER:
            return ElementState.NOT_STARTED
        return ElementState.COMPLETE if self.share >= COMPLETE_FROM else ElementState.IN_PROGRESS


def share_of(reading: FrontReading, change: Change, element: WorkElement) -> float:
    """The built share: by its kind's curve from how much of the element has changed, else by the reading."""
    share = element.reference_share
    curve = None if element.kind is None else CURVES.get(element.kind)
    if share == 1.0:
        return 1.0
    if curve is None:
        return _in_proportion(reading, element)
    shown = max(0.0, reading.area_share - share) / (1.0 - share) if curve.by_front else change.share
    told = share + (1.0 - share) * curve.share_at(shown, change.near_first)
    return (told + _in_proportion(reading, element)) / 2 if curve.with_front else told


def built_share(share: float, sigma: float, days: int, unseen_days: int, element: WorkElement) -> BuiltShare:
    """The share with its interval, of which `sigma` is the standard error of the reading itself.

    `days` have gone by since the reference, `unseen_days` since the element, or enough of it, was seen.
    """
    curve = None if element.kind is None else CURVES.get(element.kind)
    if curve is not None and element.reference_share < 1.0:
        of_rest = (share - element.reference_share) / (1.0 - element.reference_share)
        below, above = (curve.reach * float(np.interp(of_rest, *part)) for part in (KIND_BELOW, KIND_ABOVE))
        low, high = share - below, share + above + UNSEEN_A_DAY * unseen_days
    else:
        below, above = (float(np.interp(share, AT_SHARES, reach)) for reach in BELOW_AND_ABOVE[element.growth])
        above = max(above, _hidden_growth(share, days, element))
        low = share - math.hypot(below, _NORMAL_90 * sigma)
        high = share + math.hypot(above, _NORMAL_90 * sigma) + UNSEEN_A_DAY * unseen_days
    # What stood on the reference date may have been said a little high, and stands.
    low = max(0.0, low, REFERENCE_STANDS * element.reference_share)
    return BuiltShare(share, min(share, low), min(1.0, high))


def _in_proportion(reading: FrontReading, element: WorkElement) -> float:
    extent, stood, share = reading.area_share, reading.reference, element.reference_share
    if element.growth is Growth.OUTWARD:
        return min(1.0, max(share, extent))
    if element.growth is Growth.ALONG:
        counts = 1.0 - THIN_COUNTS_LESS * (1.0 - reading.fill)
        return min(1.0, share + max(0.0, extent - share) * counts)
    if share == 0.0:
        return float(extent**RISING_POWER)
    if stood >= 1.0:
        return 1.0
    return share + (1.0 - share) * max(0.0, (extent - stood) / (1.0 - stood))


def _hidden_growth(share: float, days: int, element: WorkElement) -> float:
    stood = element.reference_share
    if stood in (0.0, 1.0) or element.growth not in (Growth.UP, Growth.DOWN):
        return 0.0
    grown = (share - stood) / (1.0 - stood)
    return float(np.interp(grown, SURELY_GROWING, (1.0, 0.0))) * min(MOST_HIDDEN_GROWTH, HIDDEN_GROWTH_A_DAY * days)
