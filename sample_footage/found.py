"""How much of the rendered people and machines a detector finds: `python -m sample_footage.found WEIGHTS`.

WEIGHTS names shipped weights. They have seen real photographs only, so the figures say how
far rendered footage can stand in for a camera.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sample_footage.footage import TrueBox, decode, read_json, site_folders, true_boxes
from vision.detections import Detections, Group
from vision.detector import Detector
from vision.openvino_detector import OpenVinoDetector
from vision.weights import load_weights

CONFIDENCE = 0.25
SAME_FROM_IOU = 0.5
TALL_FROM_PX = 40


@dataclass(slots=True)
class Tally:
    """Counts for one label: true boxes over `TALL_FROM_PX`, and those found."""

    true: int = 0
    found: int = 0


@dataclass(frozen=True, slots=True)
class FoundShares:
    """Counts by label, and how many of the detections of each group stand on something true."""

    labels: dict[str, Tally]
    detections: dict[str, Tally]


def measure(detector: Detector, folders: Iterable[Path]) -> FoundShares:
    """Match detections with truth, best first; a detection must be of the thing's own group."""
    labels: dict[str, Tally] = defaultdict(Tally)
    detections: dict[str, Tally] = defaultdict(Tally)
    for true, seen in _pairs(detector, folders):
        free = list(true)
        for detection in seen:
            if detection.label.group is Group.PPE:
                continue
            tally = detections[detection.label.group.value]
            tally.true += 1
            rivals = [box for box in free if box.group == detection.label.group.value]
            best = max(rivals, key=lambda box: iou(box.xyxy, detection.xyxy), default=None)
            if best is None or iou(best.xyxy, detection.xyxy) < SAME_FROM_IOU:
                continue
            free.remove(best)
            tally.found += 1
            if best.height_px > TALL_FROM_PX:
                labels[best.label].found += 1
        for box in true:
            if box.height_px > TALL_FROM_PX:
                labels[box.label].true += 1
    return FoundShares(dict(labels), dict(detections))


def iou(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    """Return the overlap of two boxes over their union."""
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / ((one[2] - one[0]) * (one[3] - one[1]) + (two[2] - two[0]) * (two[3] - two[1]) - both)


def _pairs(detector: Detector, folders: Iterable[Path]) -> Iterator[tuple[list[TrueBox], Detections]]:
    for folder in folders:
        for clip in read_json(folder / "truth.json")["clips"]:
            for true, picture in zip(true_boxes(clip), decode(folder / clip["file"]), strict=True):
                yield true, detector.detect([np.ascontiguousarray(picture)], CONFIDENCE)[0]


def _print(shares: FoundShares) -> None:
    print(f"{'true thing':<12} {'over ' + str(TALL_FROM_PX) + ' px':>10} {'found':>7} {'share':>7}")
    for label, tally in sorted(shares.labels.items()):
        print(f"{label:<12} {tally.true:>10} {tally.found:>7} {tally.found / max(1, tally.true):>7.1%}")
    print(f"\n{'detections':<12} {'all':>10} {'true':>7} {'share':>7}")
    for group, tally in sorted(shares.detections.items()):
        print(f"{group:<12} {tally.true:>10} {tally.found:>7} {tally.found / max(1, tally.true):>7.1%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sample_footage.found", description=__doc__)
    parser.add_argument("weights")
    parser.add_argument("folders", nargs="*", type=Path, help="site folders (default: the committed ones)")
    options = parser.parse_args()
    _print(measure(OpenVinoDetector(load_weights(options.weights)), options.folders or site_folders()))
    sys.exit(0)
