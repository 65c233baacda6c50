"""Matching detections with truth."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from sample_footage.footage import SITES, read_json, true_boxes
from sample_footage.found import (
    ALL,
    PEOPLE,
    Ledger,
    Sighting,
    conditions_of,
    iou,
    measure,
    measure_by_condition,
    summary,
)
from vision.detections import Detections, Group, Label
from vision.detector import Image

LABELS = (Label("person", Group.PERSON), Label("machinery", Group.MACHINE), Label("vehicle", Group.VEHICLE))
CLASS_IDS = {"person": 0, "machine": 1, "vehicle": 2}
CLIP = SITES / "hospital" / "mast-1" / "clip-1.truth.json"


class TruthTeller:
    """Answers with the true boxes of a clip's usable pictures, in order, of the groups it is asked for."""

    name = "truth teller"
    weights_sha256 = "0" * 64
    labels = LABELS
    threshold = 0.25

    def __init__(self, truth: Path, groups: set[str]) -> None:
        document = read_json(truth)
        pairs = zip(document["frames"], true_boxes(document), strict=True)
        self._answers = [boxes for frame, boxes in pairs if frame["is_usable"]]
        self._groups = groups

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        boxes = [box for box in self._answers.pop(0) if box.group in self._groups]
        rows = np.array([box.xyxy for box in boxes], np.float32).reshape(-1, 4)
        ids = np.array([CLASS_IDS[box.group] for box in boxes], np.int64)
        return [Detections(rows, np.full(len(boxes), 0.9, np.float32), ids, LABELS)]


def test_a_detector_that_is_always_right_finds_everything() -> None:
    lines = summary(measure(TruthTeller(CLIP, set(CLASS_IDS)), [CLIP]), 0.25)
    assert {"person", "trucks", "excavator"} <= set(lines)
    seen = [line for line in lines.values() if line["tall"]]
    assert len(seen) >= 3
    assert all(line["recall"] == line["precision"] == line["recall_at_least_precision"] == 1.0 for line in seen)


def test_what_is_not_looked_for_is_not_found_and_does_not_hurt_precision() -> None:
    found = measure(TruthTeller(CLIP, {"person"}), [CLIP])
    assert found.people.recall(0.25, PEOPLE) == 1.0
    assert found.drives.sightings == []
    assert found.drives.recall(0.25, {"excavator"}) == 0.0


def test_figures_by_condition_are_of_those_pictures_alone() -> None:
    by_condition = measure_by_condition(TruthTeller(CLIP, set(CLASS_IDS)), [CLIP])
    frames = [frame for frame in read_json(CLIP)["frames"] if frame["is_usable"]]
    weather = frames[0]["weather"]
    assert by_condition[weather].people.tall == by_condition[ALL].people.tall
    assert set(by_condition) == {ALL, *conditions_of(frames[0])}


def test_several_conditions_may_hold() -> None:
    frame = {"sun_elevation_deg": -8.0, "snow_cover": 0.5, "faults": ["dirt"], "weather": "fog"}
    assert conditions_of(frame) == ["night", "snow on the ground", "dirt on the dome", "fog"]
    assert conditions_of({**frame, "sun_elevation_deg": 3.0, "snow_cover": 0.0, "faults": []}) == ["low sun", "fog"]


def test_the_threshold_for_a_precision_is_the_lowest_that_keeps_it() -> None:
    box = next(boxes[0] for boxes in true_boxes(read_json(CLIP)) if boxes)
    ledger = Ledger(
        [Sighting(0.9, box), Sighting(0.8, box), Sighting(0.5, None), Sighting(0.4, box), Sighting(0.2, None)]
    )
    assert ledger.threshold_for(1.0) == pytest.approx(0.8)
    assert ledger.threshold_for(0.75) == pytest.approx(0.4)
    assert ledger.precision(0.2) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("other", "overlap"), [((0, 0, 10, 10), 1.0), ((5, 0, 15, 10), 1 / 3), ((10, 0, 20, 10), 0.0), ((2, 2, 4, 4), 0.04)]
)
def test_overlap_over_union(other: tuple[int, ...], overlap: float) -> None:
    assert iou((0, 0, 10, 10), other) == pytest.approx(overlap)
