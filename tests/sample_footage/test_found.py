"""Matching detections with truth."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from sample_footage.footage import SITES, read_json, true_boxes
from sample_footage.found import iou, measure
from vision.detections import Detections, Group, Label
from vision.detector import Image

LABELS = (Label("person", Group.PERSON), Label("machinery", Group.MACHINE), Label("vehicle", Group.VEHICLE))
CLASS_IDS = {"person": 0, "machine": 1, "vehicle": 2}


class TruthTeller:
    """Answers with the true boxes of the hospital's clips, in order, people only if so asked."""

    name = "truth teller"
    weights_sha256 = "0" * 64
    labels = LABELS
    threshold = 0.25

    def __init__(self, groups: set[str]) -> None:
        clips = read_json(SITES / "hospital" / "truth.json")["clips"]
        self._answers = [boxes for clip in clips for boxes in true_boxes(clip)]
        self._groups = groups

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        boxes = [box for box in self._answers.pop(0) if box.group in self._groups]
        rows = np.array([box.xyxy for box in boxes], np.float32).reshape(-1, 4)
        ids = np.array([CLASS_IDS[box.group] for box in boxes], np.int64)
        return [Detections(rows, np.full(len(boxes), 0.9, np.float32), ids, LABELS)]


@pytest.fixture
def hospital() -> Path:
    return SITES / "hospital"


def test_a_detector_that_is_always_right_finds_everything(hospital: Path) -> None:
    shares = measure(TruthTeller(set(CLASS_IDS)), [hospital])
    assert set(shares.labels) == {"person", "excavator", "dump_truck", "car"}
    assert all(tally.found == tally.true > 0 for tally in shares.labels.values())
    assert all(tally.found == tally.true for tally in shares.detections.values())


def test_what_is_not_detected_is_not_found(hospital: Path) -> None:
    shares = measure(TruthTeller({"person"}), [hospital])
    assert shares.labels["excavator"].true > 0
    assert shares.labels["excavator"].found == 0


def test_overlap_of_boxes() -> None:
    assert iou((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert iou((0, 0, 1, 1), (1, 1, 2, 2)) == 0
