"""How far an element has grown, by the beliefs in its cells: what is built grows on from what stands.

A changed cell far from all that stands is a cloud, a crane or a shadow; an unchanged one below the front is an
opening through which the background shows, or stood already on the reference date. So not cells are counted: the
front is estimated, all of it at once, with what each place of it is likely to be.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# What one cell may say for and against the front's being beyond it. Against counts less: windows are no gaps.
MOST_FOR, MOST_AGAINST = 1.6, 1.0
# The cells of a slice say much the same thing: so many count for the whole slice.
SLICE_COUNTS = 5.0
SLICE_SHARE = 0.5
COLUMN_COUNTS = 0.5
# Two columns' fronts differ by one cell as unlikely as this, and are independent from so many cells on.
STEP_COST, MOST_STEP_COST = 0.8, 3.2
# Columns whose fronts err together.
COLUMNS_TOGETHER = 8.0
# How far what stood on the reference date may look from what its share says: depth, slabs and cellars.
REFERENCE_SIGMA = 0.1
REFERENCE_STEPS = 41
# Piers stand one after another, with gaps for good: columns of which this much has changed are built from the ground
# up, those under the second are gaps or yet to come; with enough of both the element grows column by column.
WHOLE_COLUMN, STILL_COLUMN = 0.7, 0.15
LEAST_WHOLE, LEAST_STILL = 0.05, 0.3
COLUMN_SIGMA = 0.06


@dataclass(frozen=True, slots=True, eq=False)
class FrontReading:
    """How much of an element's area lies behind its front, 0 to 1, with its standard error.

    `reference` is how much of it lay there on the reference date, as far as the picture tells it; `fill` how much of
    what lies behind the front has changed itself; `stood` are the cells, (rows, columns), that lay behind it on the
    reference date.
    """

    area_share: float
    sigma: float
    reference: float
    fill: float
    stood: NDArray[np.bool_]


def front_upward(log_odds: NDArray[np.float64], shares: NDArray[np.float32], reference_share: float) -> FrontReading:
    """Read a front that rises column by column; (rows, columns) each, `shares` of the cells in the element."""
    apart = _column_by_column(log_odds, shares, reference_share)
    if apart is not None:
        return apart
    belief = np.clip(log_odds, -MOST_AGAINST, MOST_FOR)
    heights = _heights(shares)
    # Gaps count in full here: a new facade low down on what stood already is no growth from there.
    even = np.clip(log_odds, -MOST_FOR, MOST_FOR)
    reference = _reference_height(even, shares, heights, reference_share)
    # What stood already shows no change: it says nothing, and the front is not below it.
    stood = (shares > 0) & (heights <= reference)
    belief = np.where(stood, MOST_FOR if reference_share else 0.0, belief)
    columns = np.flatnonzero(shares.any(axis=0))
    rows = shares.shape[0]
    gains, areas = [], []
    for column in columns:
        # From the bottom of the picture: place t is a front above t rows, of which only the element's count.
        weight = shares[::-1, column].astype(np.float64)
        gains.append(np.concatenate([[0.0], np.cumsum(weight * belief[::-1, column])]) * COLUMN_COUNTS * 2)
        areas.append(np.concatenate([[0.0], np.cumsum(weight)]))
        inside = np.flatnonzero(weight)
        gains[-1][: inside[0]] = -np.inf
        gains[-1][inside[-1] + 2 :] = -np.inf
    places = np.arange(rows + 1)
    step = -np.minimum(STEP_COST * np.abs(places[:, None] - places[None, :]), MOST_STEP_COST)
    likely = _marginals(np.array(gains), step)
    area = np.array(areas)
    means = (likely * area).sum(axis=1)
    variances = np.maximum((likely * area**2).sum(axis=1) - means**2, 0.0)
    total = float(area[:, -1].sum())
    sigma = float(np.sqrt(variances.sum() * min(COLUMNS_TOGETHER, len(columns)))) / total
    return FrontReading(float(means.sum()) / total, sigma, reference, 1.0, stood & (reference_share > 0))


def front_along(log_odds: NDArray[np.float64], shares: NDArray[np.float32], reference_share: float) -> FrontReading:
    """Read a front that runs along the element's longer side, from whichever end fits better."""
    rows, columns = np.flatnonzero(shares.any(axis=1)), np.flatnonzero(shares.any(axis=0))
    across = 0 if len(columns) >= len(rows) else 1
    belief = np.clip(log_odds, -MOST_AGAINST, MOST_FOR)
    lying = (belief, shares) if across == 0 else (belief.T, shares.T)
    sizes = lying[1].sum(axis=0).astype(np.float64)
    inside = sizes > 0
    sizes, said = sizes[inside], SLICE_COUNTS * _slices(lying[0], lying[1])[inside]
    forward = _line(said, sizes, reference_share)
    backward = _line(said[::-1], sizes[::-1], reference_share)
    top = max(forward[0].max(), backward[0].max())
    one, two = np.exp(forward[0] - top), np.exp(backward[0] - top)
    total = one.sum() + two.sum()
    mean = float(((one * forward[1]).sum() + (two * backward[1]).sum()) / total)
    square = float(((one * forward[1] ** 2).sum() + (two * backward[1] ** 2).sum()) / total)
    built = ((1.0 / (1.0 + np.exp(-log_odds)) * shares).sum()) / float(shares.sum())
    fill = float(np.clip(built / max(mean - reference_share, 1e-6), 0.0, 1.0))
    area = np.cumsum(sizes) / sizes.sum() if one.sum() >= two.sum() else np.cumsum(sizes[::-1])[::-1] / sizes.sum()
    early = np.zeros(len(inside), np.bool_)
    early[inside] = area <= reference_share
    stood = (early[np.newaxis, :] if across == 0 else early[:, np.newaxis]) & (shares > 0)
    return FrontReading(mean, float(np.sqrt(max(square - mean**2, 0.0))), reference_share, fill, stood)


def front_outward(log_odds: NDArray[np.float64], shares: NDArray[np.float32], reference_share: float) -> FrontReading:
    """Read an area that fills up without a line: the changed part of it beside what stood already."""
    built = 1.0 / (1.0 + np.exp(-log_odds))
    total = float(shares.sum())
    changed = float((built * shares).sum()) / total
    sigma = float(np.sqrt((built * (1.0 - built) * shares).sum() * COLUMNS_TOGETHER)) / total
    nowhere = np.zeros(shares.shape, np.bool_)
    return FrontReading(min(1.0, reference_share + changed), sigma, reference_share, 1.0, nowhere)


def _column_by_column(
    log_odds: NDArray[np.float64], shares: NDArray[np.float32], reference_share: float
) -> FrontReading | None:
    """The reading of an element whose columns rise whole, one after another, from the side on which some stood."""
    if reference_share == 0.0:
        return None
    columns = np.flatnonzero(shares.any(axis=0))
    own = shares[:, columns]
    changed = ((log_odds[:, columns] > 0) * own).sum(axis=0) / own.sum(axis=0)
    whole, still = changed >= WHOLE_COLUMN, changed <= STILL_COLUMN
    if whole.mean() < LEAST_WHOLE or still.mean() < LEAST_STILL:
        return None
    area = np.cumsum(own.sum(axis=0)) / float(own.sum())
    places = area[whole]
    # What is new stands beyond what stood: only from one side, else nothing can be said.
    from_left, from_right = bool(places.min() >= reference_share), bool(places.max() <= 1.0 - reference_share)
    if from_left == from_right:
        return None
    extent = float(places.max()) if from_left else 1.0 - float(places.min())
    stood = np.zeros(shares.shape, np.bool_)
    stood[:, columns] = (area if from_left else 1.0 - area) <= reference_share
    return FrontReading(extent, COLUMN_SIGMA, reference_share, 1.0, stood & (shares > 0))


def _heights(shares: NDArray[np.float32]) -> NDArray[np.float64]:
    """How high each cell's middle lies in its column of the element, 0 to 1 from the bottom."""
    from_below = np.cumsum(shares[::-1], axis=0)[::-1] - shares / 2
    return np.asarray(from_below / np.maximum(shares.sum(axis=0), 1e-6), np.float64)


def _reference_height(
    belief: NDArray[np.float64], shares: NDArray[np.float32], heights: NDArray[np.float64], reference_share: float
) -> float:
    """How high the element stood on the reference date: where the changes begin, near what its share says."""
    if reference_share in (0.0, 1.0):
        return reference_share
    edges = np.linspace(0.0, 1.0, REFERENCE_STEPS)
    bins = np.clip(np.digitize(heights, edges) - 1, 0, REFERENCE_STEPS - 2)
    inside = shares > 0
    sums = np.bincount(bins[inside], (belief * shares)[inside], REFERENCE_STEPS - 1)
    columns = max(1, int(shares.any(axis=0).sum()))
    gained = np.concatenate([[0.0], np.cumsum(sums)]) * SLICE_COUNTS / columns
    # The best front above each height that the element may have had.
    best = np.maximum.accumulate(gained[::-1])[::-1] - gained
    log_likely = best - (edges - reference_share) ** 2 / (2 * REFERENCE_SIGMA**2)
    likely = np.exp(log_likely - log_likely.max())
    return float((likely * edges).sum() / likely.sum())


def _slices(belief: NDArray[np.float64], shares: NDArray[np.float32]) -> NDArray[np.float64]:
    """What each column's better half says, (columns,): girders come before parapets, and fill half of a deck's band."""
    said = np.zeros(belief.shape[1])
    for column in np.flatnonzero(shares.any(axis=0)):
        own = np.sort(belief[shares[:, column] > 0, column])[::-1]
        said[column] = own[: max(1, round(len(own) * SLICE_SHARE))].mean()
    return said


def _line(
    said: NDArray[np.float64], sizes: NDArray[np.float64], reference_share: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The log-likelihood of each place of the front, and the area behind it."""
    area = np.concatenate([[0.0], np.cumsum(sizes)]) / sizes.sum()
    stood = area[1:] <= reference_share + 1e-9
    gained = np.concatenate([[0.0], np.cumsum(np.where(stood, 0.0, said))])
    gained = np.where(area >= reference_share - 1e-9, gained, -np.inf)
    return gained, np.maximum(area, reference_share)


def _marginals(gains: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely each place is in each column, (columns, places), by the forward and backward pass of a chain."""
    count = len(gains)
    forward, backward = np.zeros_like(gains), np.zeros_like(gains)
    forward[0] = gains[0]
    for at in range(1, count):
        forward[at] = gains[at] + _log_sum(forward[at - 1][:, None] + step)
    for at in range(count - 2, -1, -1):
        backward[at] = _log_sum((gains[at + 1] + backward[at + 1])[:, None] + step)
    joint = forward + backward
    likely = np.exp(joint - joint.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True), np.float64)


def _log_sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    top = values.max(axis=0)
    return np.asarray(top + np.log(np.exp(values - top).sum(axis=0)), np.float64)
