"""Whether a machine works or is idle, from what moved in its box over the seconds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.activity_segment import WorkState
from vision.box_motion import Motion

# From so much motion on a machine has begun to work, and down to so much it goes on; see `Motion.amount_px`.
BEGINS_FROM_PX = 1.0
GOES_ON_FROM_PX = 0.3
# The same for machines that fill their boxes, as the share of the box that moves.
BEGINS_FROM_SHARE = 0.04
GOES_ON_FROM_SHARE = 0.01
# Work has rests: a bucket that is emptied, a load that is hooked on. A longer one is idleness.
LONGEST_REST_S = 10.0
# Where what was seen begins or ends with a rest, nobody knows how long it was.
LONGEST_OPEN_REST_S = 6.0
# Less motion than this, all in all, is something that passed by.
LEAST_WORK_S = 1.0
# Motion is judged as its median over so long.
JUDGED_OVER_S = 1.0
# Without a comparison for this long nothing can be said.
LONGEST_UNSEEN_S = 6.0

_SLACK_S = 0.01


def work_states(motions: Sequence[Motion], times_s: Sequence[float], *, fills_box: bool = False) -> list[WorkState]:
    """What a machine does at each of `times_s`, from its motions in their order; both rise.

    It looks back and ahead: a rest is told from idleness by what comes after it, and a stop is dated to where the
    motion ended, not to where that was certain. A machine that `fills_box` (a crane's is mostly air) moves much of it
    when it works; less is a shadow, or somebody behind it.
    """
    if not motions:
        return [WorkState.UNKNOWN] * len(times_s)
    middles = np.array([motion.middle_s for motion in motions])
    stretches = _working(motions, middles, fills_box=fills_box)
    return [_state_at(at_s, motions, middles, stretches) for at_s in times_s]


@dataclass(frozen=True, slots=True)
class _Stretch:
    starts_s: float
    ends_s: float
    moved_s: float


def _working(motions: Sequence[Motion], middles: NDArray[np.float64], *, fills_box: bool) -> list[_Stretch]:
    """The stretches of work, rests within them included."""
    amounts = _steadied(np.array([motion.amount_px for motion in motions]), middles)
    begins, goes_on = amounts >= BEGINS_FROM_PX, amounts >= GOES_ON_FROM_PX
    if fills_box:
        shares = _steadied(np.array([motion.share for motion in motions]), middles)
        begins, goes_on = begins & (shares >= BEGINS_FROM_SHARE), goes_on & (shares >= GOES_ON_FROM_SHARE)
    weights = np.minimum(np.diff(middles, prepend=motions[0].from_s), LONGEST_UNSEEN_S)
    found: list[_Stretch] = []
    for first, last in _runs(goes_on):
        if not begins[first : last + 1].any():
            continue
        found.append(_Stretch(float(middles[first]), float(middles[last]), float(weights[first : last + 1].sum())))
    joined: list[_Stretch] = []
    for stretch in found:
        if joined and stretch.starts_s - joined[-1].ends_s < LONGEST_REST_S:
            before = joined.pop()
            joined.append(_Stretch(before.starts_s, stretch.ends_s, before.moved_s + stretch.moved_s))
        else:
            joined.append(stretch)
    return [stretch for stretch in joined if stretch.moved_s >= LEAST_WORK_S]


def _state_at(
    at_s: float, motions: Sequence[Motion], middles: NDArray[np.float64], stretches: Sequence[_Stretch]
) -> WorkState:
    if float(np.abs(middles - at_s).min()) > LONGEST_UNSEEN_S:
        return WorkState.UNKNOWN
    for stretch in stretches:
        # At the ends of what was seen nobody knows how long a rest was.
        is_open = stretch.starts_s - motions[0].from_s < LONGEST_OPEN_REST_S
        is_left_open = motions[-1].to_s - stretch.ends_s < LONGEST_OPEN_REST_S
        if (is_open or stretch.starts_s <= at_s) and (is_left_open or at_s <= stretch.ends_s):
            return WorkState.WORKING
    return WorkState.IDLE


def _steadied(amounts: NDArray[np.float64], middles: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median about each: one picture decides nothing, and a stop stays where it was."""
    firsts = np.searchsorted(middles, middles - JUDGED_OVER_S / 2 - _SLACK_S)
    lasts = np.searchsorted(middles, middles + JUDGED_OVER_S / 2 + _SLACK_S)
    return np.array([np.median(amounts[first:last]) for first, last in zip(firsts, lasts, strict=True)])


def _runs(is_on: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last place of each run of trues."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_on, [False])).astype(np.int8)))
    return [(int(first), int(last) - 1) for first, last in zip(edges[::2], edges[1::2], strict=True)]
