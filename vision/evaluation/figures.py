"""Figures of a detector from its matches: precision, recall, average precision, calibration, intervals.

Each is a weighted sum over pictures, so that a picture drawn twice counts twice and one left out not at all.
Average precision is COCO's: precision at 101 points of recall, made falling.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.evaluation.matching import Matches

RECALL_POINTS = np.linspace(0, 1, 101)
BINS = 10
# Below this, what a detector says is no answer; thousands of such boxes would drown the rest.
CALIBRATED_FROM = 0.05
SURE_PRECISION = 0.95
RESAMPLES = 200
SEED = 20260916
# Both ends of a 90 % interval.
INTERVAL_PERCENTILES = (5.0, 95.0)

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """What is resampled. `ap50` and `ap50_95` are over all confidences; precision, recall and F1 are at the
    threshold for counting and IoU 0.5. `recall_at_precision_95` is the best recall of any threshold at which 95 %
    of what is found is right. None where nothing is labelled, or nothing was found.
    """

    ap50: float | None
    ap50_95: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    recall_at_precision_95: float | None


@dataclass(frozen=True, slots=True)
class Interval:
    """The bounds that hold a figure in 90 % of resampled sets."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Detections of about one confidence, and which share of them was right."""

    from_confidence: float
    detections: int
    mean_confidence: float
    hit_share: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidence is from the share that is right, over detections from 0.05 on (Guo et al. 2017, ten bins)."""

    expected_error: float | None
    bins: tuple[CalibrationBin, ...]


def scores_of(matches: Matches, threshold: float, weights: Weights | None = None) -> Scores:
    """The scores of a category; `weights` is (pictures,), how often each picture counts."""
    if weights is None:
        weights = np.ones(len(matches.boxes))
    boxes = float(np.sum(weights * matches.boxes))
    if boxes == 0:
        return Scores(None, None, None, None, None, None)
    of_detection = weights[matches.picture]
    hits = np.cumsum(matches.is_hit * of_detection, axis=1)
    counted = np.cumsum(matches.is_counted * of_detection, axis=1)
    recall = hits / boxes
    precision = hits / np.maximum(counted, np.finfo(np.float64).tiny)
    average = _average_precision(recall, precision)
    at = int(np.searchsorted(-matches.confidence, -threshold, side="right"))
    right, said = (float(hits[0, at - 1]), float(counted[0, at - 1])) if at else (0.0, 0.0)
    sure = (precision[0] >= SURE_PRECISION) & _ends_of_ties(matches.confidence)
    return Scores(
        ap50=float(average[0]),
        ap50_95=float(average.mean()),
        precision=right / said if said else None,
        recall=right / boxes,
        f1=2 * right / (said + boxes),
        recall_at_precision_95=float(recall[0, sure].max()) if np.any(sure) else 0.0,
    )


def intervals_of(
    matches: Matches, threshold: float, weights: Weights | None = None, resamples: int = RESAMPLES
) -> dict[str, Interval | None]:
    """90 % bootstrap intervals of each score: pictures are drawn again with replacement.

    Only pictures of weight above 0 are drawn from. None where too few resampled sets have the figure.
    """
    drawn_from = np.arange(len(matches.boxes)) if weights is None else np.flatnonzero(weights > 0)
    names = tuple(Scores.__dataclass_fields__)
    if len(drawn_from) == 0 or resamples == 0:
        return dict.fromkeys(names)
    random = np.random.default_rng(SEED)
    values: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(resamples):
        drawn = random.choice(drawn_from, len(drawn_from))
        counts = np.bincount(drawn, minlength=len(matches.boxes)).astype(np.float64)
        scores = scores_of(matches, threshold, counts)
        for name in names:
            value: float | None = getattr(scores, name)
            if value is not None:
                values[name].append(value)
    return {name: _interval(values[name], resamples) for name in names}


def calibration_of(matches: Matches, weights: Weights | None = None) -> Calibration:
    """Expected calibration error at IoU 0.5: the gap of each bin, weighted by its detections."""
    if weights is None:
        weights = np.ones(len(matches.boxes))
    of_detection = weights[matches.picture] * matches.is_counted[0] * (matches.confidence >= CALIBRATED_FROM)
    total = float(of_detection.sum())
    if total == 0:
        return Calibration(None, ())
    which = np.minimum((matches.confidence * BINS).astype(int), BINS - 1)
    bins: list[CalibrationBin] = []
    for index in range(BINS):
        inside = of_detection * (which == index)
        count = float(inside.sum())
        if count:
            confidence = float(np.sum(inside * matches.confidence) / count)
            hits = float(np.sum(inside * matches.is_hit[0]) / count)
            bins.append(CalibrationBin(index / BINS, round(count), confidence, hits))
    error = sum(one.detections * abs(one.mean_confidence - one.hit_share) for one in bins) / total
    return Calibration(float(error), tuple(bins))


def _average_precision(recall: NDArray[np.float64], precision: NDArray[np.float64]) -> NDArray[np.float64]:
    """(10, n) curves to (10,) averages; points of recall that are never reached count as 0."""
    falling = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    averages = np.zeros(len(recall))
    for index, (reached, curve) in enumerate(zip(recall, falling, strict=True)):
        at = np.searchsorted(reached, RECALL_POINTS, side="left")
        averages[index] = np.append(curve, 0.0)[np.minimum(at, len(curve))].mean()
    return averages


def _ends_of_ties(confidence: NDArray[np.float64]) -> NDArray[np.bool_]:
    """True where a threshold can cut: after the last of equally confident detections."""
    return np.append(confidence[1:] < confidence[:-1], True)[: len(confidence)]


def _interval(values: list[float], resamples: int) -> Interval | None:
    # A figure that half of the resampled sets lack has no interval worth printing.
    if len(values) * 2 < resamples:
        return None
    low, high = np.percentile(values, INTERVAL_PERCENTILES)
    return Interval(float(low), float(high))
