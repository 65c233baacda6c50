"""How unsure a detector is of a picture: a pure function of what it found, upright and mirrored.

A picture and its mirror image show the same things, so where the answers differ, one of them is wrong
(consistency as a measure of uncertainty: Elezi et al., CVPR 2022).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from vision.box_overlap import ious
from vision.detections import Detections, Group
from vision.taxonomy import MACHINERY

# From this overlap on, two boxes of a group are taken for the same thing.
SAME_THING_IOU = 0.5
ASKED_GROUPS = (Group.PERSON, Group.MACHINE, Group.VEHICLE)


class DoubtKind(StrEnum):
    """Why a picture is worth a person's look."""

    BETWEEN_THRESHOLDS = "between_thresholds"
    FLIPS_DISAGREE = "flips_disagree"
    TYPE_NOT_KNOWN = "type_not_known"


@dataclass(frozen=True, slots=True)
class DoubtReason:
    """One kind of doubt: how many boxes it is about, and what they add to the sum."""

    kind: DoubtKind
    boxes: int
    amount: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """About how many boxes of a picture somebody should look at, and why."""

    reasons: tuple[DoubtReason, ...]

    @property
    def amount(self) -> float:
        """The sum over its reasons; 0 where the detector is sure."""
        return sum(reason.amount for reason in self.reasons)


def doubt_of(upright: Detections, mirrored: Detections, threshold: float, low: float) -> Doubt:
    """Weigh what was found from the confidence `low` on; `threshold` is that of counting.

    `mirrored` was found in the mirror image and turned back. A box between the two confidences adds the more
    the nearer it is to the threshold; a box that counts in one view adds what the other view lacks of it; a
    machine whose type the detector could tell and did not adds one half.
    """
    between = [(one - low) / (threshold - low) for one in upright.confidence if low <= one < threshold]
    missing = [*_missing(upright, mirrored, threshold), *_missing(mirrored, upright, threshold)]
    untyped = [0.5] * _untyped(upright.above(threshold))
    amounts = {
        DoubtKind.BETWEEN_THRESHOLDS: between,
        DoubtKind.FLIPS_DISAGREE: missing,
        DoubtKind.TYPE_NOT_KNOWN: untyped,
    }
    return Doubt(tuple(DoubtReason(kind, len(each), float(sum(each))) for kind, each in amounts.items() if each))


def turned_back(mirrored: Detections, width_px: int) -> Detections:
    """Boxes found in a mirror image of that width, where they are in the picture itself."""
    left, top, right, bottom = mirrored.xyxy.T
    xyxy = np.stack((width_px - right, top, width_px - left, bottom), axis=1)
    return Detections(xyxy.astype(np.float32), mirrored.confidence, mirrored.class_id, mirrored.labels)


def _missing(sure_in: Detections, other: Detections, threshold: float) -> list[float]:
    """For each box that counts in one view and not in the other, how much the other lacks, in 0..1."""
    missing: list[float] = []
    for group in ASKED_GROUPS:
        sure, there = sure_in.of_group(group).above(threshold), other.of_group(group)
        for box in sure.xyxy:
            same = ious(box[np.newaxis], there.xyxy)[0] >= SAME_THING_IOU
            best = float(there.confidence[same].max()) if np.any(same) else 0.0
            if best < threshold:
                missing.append(1 - best / threshold)
    return missing


def _untyped(sure: Detections) -> int:
    types = {label.name for label in sure.labels if label.group is MACHINERY.group} - {MACHINERY.name}
    return sum(detection.label.name == MACHINERY.name for detection in sure) if types else 0
