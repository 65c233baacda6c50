"""How well things are followed, by the CLEAR MOT and identity measures of the library motmetrics.

IDF1: Ristani et al., Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking, 2016. MOTA:
Bernardin and Stiefelhagen, Evaluating Multiple Object Tracking Performance, 2008.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vision.activity_segment import Box
from vision.evaluation.figures import Interval
from vision.evaluation.overlap import SAME_FROM_IOU, overlaps
from vision.evaluation.resampling import resampled_interval

_METRICS = ("idf1", "mota", "num_switches", "num_objects", "num_unique_objects", "idtp", "idfp", "idfn")


@dataclass(frozen=True, slots=True)
class FollowedPicture:
    """One picture: true things by their id, and followed ones by their track."""

    truth: Mapping[str, Box]
    tracks: Mapping[int, Box]


@dataclass(frozen=True, slots=True)
class TrackFigures:
    """Over all clips; `switches` counts identity switches, `boxes` true boxes. IDF1's interval is 90 %, over clips."""

    things: int
    boxes: int
    idf1: float | None
    interval: Interval | None
    mota: float | None
    switches: int
    clips: dict[str, float]


def track_figures(clips: Mapping[str, Sequence[FollowedPicture]]) -> TrackFigures:
    """Measure each clip by itself: identities don't cross runs, in truth or tracks."""
    # It loads pandas, which takes a second, and is installed for measuring only.
    import motmetrics  # noqa: PLC0415

    names = [name for name, pictures in clips.items() if any(one.truth for one in pictures)]
    if not names:
        return TrackFigures(0, 0, None, None, None, 0, {})
    accumulated = [_accumulated(motmetrics, clips[name]) for name in names]
    table = motmetrics.metrics.create().compute_many(
        accumulated, names=names, metrics=list(_METRICS), generate_overall=True
    )
    rows = {name: {metric: float(table.loc[name, metric]) for metric in _METRICS} for name in [*names, "OVERALL"]}
    total = rows["OVERALL"]
    return TrackFigures(
        things=int(total["num_unique_objects"]),
        boxes=int(total["num_objects"]),
        idf1=total["idf1"],
        interval=resampled_interval([rows[name] for name in names], _idf1),
        mota=total["mota"],
        switches=int(total["num_switches"]),
        clips={name: rows[name]["idf1"] for name in names},
    )


def _idf1(rows: Sequence[Mapping[str, float]]) -> float | None:
    right = sum(row["idtp"] for row in rows)
    wrong = sum(row["idfp"] + row["idfn"] for row in rows)
    return 2 * right / (2 * right + wrong) if right + wrong else None


def _accumulated(motmetrics: Any, pictures: Sequence[FollowedPicture]) -> Any:
    accumulator = motmetrics.MOTAccumulator(auto_id=True)
    # The library wants numbers for names.
    numbers = {
        thing: number for number, thing in enumerate(dict.fromkeys(name for one in pictures for name in one.truth))
    }
    for one in pictures:
        distances = 1 - overlaps(list(one.truth.values()), list(one.tracks.values()))
        # Farther apart than this a track is not of that thing at all.
        distances[distances > 1 - SAME_FROM_IOU] = np.nan
        accumulator.update([numbers[name] for name in one.truth], list(one.tracks), distances)
    return accumulator
