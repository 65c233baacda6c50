"""How much of the rendered people and machines a detector finds: `python -m sample_footage.found WEIGHTS`.

WEIGHTS names shipped weights. They have seen real photographs only, so the figures say how
far rendered footage can stand in for a camera. Pictures that are not usable don't count.

A detection stands on a thing when they overlap with an IoU of at least 0.5 and its group fits:
people for people, machines or vehicles for whatever drives, since photographs label a lorry as
one or the other.
"""

import argparse
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sample_footage.footage import TrueBox, clip_of, clip_truths, decode, read_json, site_folders, true_boxes
from vision.detections import Detections
from vision.detector import Detector
from vision.openvino_detector import OpenVinoDetector
from vision.weights import load_weights

LEAST_CONFIDENCE = 0.05
LEAST_PRECISION = 0.8
SAME_FROM_IOU = 0.5
TALL_FROM_PX = 40
PEOPLE, DRIVES = frozenset({"person"}), frozenset({"machine", "vehicle"})
TRUCKS = frozenset({"dump_truck", "mixer_truck"})
ALL = "all"
# Of the sun's height; civil twilight ends at -6 degrees.
NIGHT_BELOW_DEG, LOW_BELOW_DEG = -6.0, 10.0
SNOW_FROM_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Sighting:
    """One detection, and the thing that it stands on."""

    confidence: float
    stands_on: TrueBox | None


@dataclass(slots=True)
class Ledger:
    """Every detection of one kind, and how many tall things of each label there were to see."""

    sightings: list[Sighting] = field(default_factory=list)
    tall: Counter[str] = field(default_factory=Counter)

    def precision(self, threshold: float) -> float:
        """Return the share of detections from `threshold` on that stand on something true."""
        kept = [sighting for sighting in self.sightings if sighting.confidence >= threshold]
        return sum(sighting.stands_on is not None for sighting in kept) / max(1, len(kept))

    def recall(self, threshold: float, labels: Collection[str]) -> float:
        """Return the share of tall things of these labels that are found from `threshold` on."""
        found = sum(
            sighting.stands_on is not None
            and sighting.stands_on.label in labels
            and sighting.stands_on.height_px > TALL_FROM_PX
            for sighting in self.sightings
            if sighting.confidence >= threshold
        )
        return found / max(1, sum(self.tall[label] for label in labels))

    def threshold_for(self, precision: float) -> float:
        """Return the lowest threshold that keeps `precision`."""
        steps = sorted({math.floor(sighting.confidence * 100) / 100 for sighting in self.sightings})
        return next((step for step in steps if self.precision(step) >= precision), 1.0)


@dataclass(frozen=True, slots=True)
class Found:
    """The ledgers of people and of whatever drives."""

    people: Ledger
    drives: Ledger


def measure(detector: Detector, truths: Iterable[Path]) -> Found:
    """Match detections with truth, the surest first."""
    return measure_by_condition(detector, truths)[ALL]


def measure_by_condition(detector: Detector, truths: Iterable[Path]) -> dict[str, Found]:
    """Match detections with truth over all pictures, and over those of each condition by itself."""
    found: dict[str, Found] = defaultdict(lambda: Found(Ledger(), Ledger()))
    for frame, true, seen in _looks(detector, truths):
        conditions = [ALL, *conditions_of(frame)]
        for groups in (PEOPLE, DRIVES):
            boxes = [box for box in true if box.group in groups]
            tall = [box.label for box in boxes if box.height_px > TALL_FROM_PX]
            sightings = list(_match(boxes, seen, groups))
            for condition in conditions:
                ledger = found[condition].people if groups is PEOPLE else found[condition].drives
                ledger.tall.update(tall)
                ledger.sightings += sightings
    return found


def conditions_of(frame: Mapping[str, Any]) -> list[str]:
    """Return under which conditions a true picture was taken; several may hold."""
    holds = {
        "night": frame["sun_elevation_deg"] < NIGHT_BELOW_DEG,
        "low sun": NIGHT_BELOW_DEG <= frame["sun_elevation_deg"] < LOW_BELOW_DEG,
        "snow on the ground": frame["snow_cover"] >= SNOW_FROM_SHARE,
        "dirt on the dome": "dirt" in frame["faults"],
        frame["weather"]: True,
    }
    return [condition for condition, does_hold in holds.items() if does_hold]


def summary(found: Found, threshold: float) -> dict[str, dict[str, float]]:
    """Return recall and precision of people, trucks and every label, at the shipped threshold and at the bar's."""
    lines = {}
    for name, ledger, labels in (
        ("person", found.people, PEOPLE),
        ("trucks", found.drives, TRUCKS),
        *((label, found.drives, {label}) for label in sorted(found.drives.tall)),
    ):
        strict = ledger.threshold_for(LEAST_PRECISION)
        lines[name] = {
            "tall": sum(ledger.tall[label] for label in labels),
            "recall": round(ledger.recall(threshold, labels), 3),
            "precision": round(ledger.precision(threshold), 3),
            "threshold_at_least_precision": strict,
            "recall_at_least_precision": round(ledger.recall(strict, labels), 3),
        }
    return lines


def iou(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    """Return the overlap of two boxes over their union."""
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / ((one[2] - one[0]) * (one[3] - one[1]) + (two[2] - two[0]) * (two[3] - two[1]) - both)


def _match(boxes: list[TrueBox], seen: Detections, groups: Collection[str]) -> Iterator[Sighting]:
    free = list(boxes)
    ordered = sorted(
        (detection for detection in seen if detection.label.group.value in groups),
        key=lambda detection: -detection.confidence,
    )
    for detection in ordered:
        best = max(free, key=lambda box: iou(box.xyxy, detection.xyxy), default=None)
        if best is None or iou(best.xyxy, detection.xyxy) < SAME_FROM_IOU:
            yield Sighting(detection.confidence, None)
            continue
        free.remove(best)
        yield Sighting(detection.confidence, best)


def _looks(detector: Detector, truths: Iterable[Path]) -> Iterator[tuple[Mapping[str, Any], list[TrueBox], Detections]]:
    for path in truths:
        truth = read_json(path)
        for frame, true, picture in zip(truth["frames"], true_boxes(truth), decode(clip_of(path)), strict=True):
            if frame["is_usable"]:
                yield frame, true, detector.detect([np.ascontiguousarray(picture)], LEAST_CONFIDENCE)[0]


def _print(lines: dict[str, dict[str, float]], threshold: float) -> None:
    over, shipped, strict = f"over {TALL_FROM_PX} px", f"at {threshold:.2f}", f"at precision {LEAST_PRECISION}"
    print(f"{over:<14} {'true':>6} {shipped:>9} {'precision':>10} {strict:>17}")
    for name, line in lines.items():
        figures = f"{line['recall']:>9.1%} {line['precision']:>10.1%} {line['recall_at_least_precision']:>17.1%}"
        print(f"{name:<14} {line['tall']:>6} {figures}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sample_footage.found", description=__doc__)
    parser.add_argument("weights")
    parser.add_argument("folders", nargs="*", type=Path, help="site folders (default: the first seeds)")
    parser.add_argument("--by-condition", action="store_true", help="also by night, weather, snow and dirt")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    weights = OpenVinoDetector(load_weights(options.weights))
    clips = [truth for folder in options.folders or site_folders() for truth in clip_truths(folder)]
    figures = {
        condition: summary(found, weights.threshold)
        for condition, found in measure_by_condition(weights, clips).items()
        if condition == ALL or options.by_condition
    }
    if options.json:
        print(json.dumps(figures, indent=1))
    else:
        for condition, lines in figures.items():
            print(f"{condition}:")
            _print(lines, weights.threshold)
    sys.exit(0)
