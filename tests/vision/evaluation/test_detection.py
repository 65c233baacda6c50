from pathlib import Path

import pytest

from tests.vision.evaluation.conftest import MAP
from tests.vision.evaluation.scripted_detector import ScriptedDetector
from vision.detections import Group, Label
from vision.errors import DatasetError
from vision.evaluation.detection import evaluate_detection
from vision.openvino_detector import OpenVinoDetector
from vision.photo_set import class_map_of
from vision.taxonomy import MACHINERY, PERSON, VEHICLE
from vision.weights import VerifiedWeights

PERSON_A, PERSON_B = (20, 20, 40, 80), (175, 85, 185, 95)
MACHINE_A, VEHICLE_B = (100, 10, 180, 90), (50, 30, 150, 70)
ELSEWHERE = (0, 0, 15, 15)


def test_a_detector_that_is_always_right_scores_one(photo_set: Path) -> None:
    right = ScriptedDetector(
        [(PERSON, 0.9, PERSON_A), (MACHINERY, 0.9, MACHINE_A)], [(VEHICLE, 0.9, VEHICLE_B), (PERSON, 0.9, PERSON_B)]
    )
    report = evaluate_detection(right, photo_set, MAP)
    assert (report.photos, report.photo_set, report.split) == (2, "corner-site", "val")
    for figures in (*report.groups.values(), *report.labels.values()):
        assert figures.ap50 == pytest.approx(1)
        assert figures.f1 == pytest.approx(1)
    assert {name: figures.boxes for name, figures in report.groups.items()} == {"person": 2, "machine": 1, "vehicle": 1}


def test_precision_and_recall_are_those_at_the_counting_threshold(photo_set: Path) -> None:
    half = ScriptedDetector([(PERSON, 0.9, PERSON_A), (PERSON, 0.8, ELSEWHERE)], [(PERSON, 0.3, PERSON_B)])
    person = evaluate_detection(half, photo_set, MAP).groups["person"]
    assert (person.precision, person.recall) == (0.5, 0.5)
    assert person.f1 == pytest.approx(0.5)
    assert person.ap50 == pytest.approx((51 + 50 * 2 / 3) / 101, abs=0.01)


def test_a_loose_box_counts_at_half_overlap_only(photo_set: Path) -> None:
    loose = ScriptedDetector([(PERSON, 0.9, (20, 20, 40, 60))], [(PERSON, 0.9, PERSON_B)])
    person = evaluate_detection(loose, photo_set, MAP).groups["person"]
    assert person.ap50 == pytest.approx(1)
    assert person.ap50_95 is not None
    assert person.ap50_95 < 0.9


def test_finding_nothing_scores_zero(photo_set: Path) -> None:
    person = evaluate_detection(ScriptedDetector([], []), photo_set, MAP).groups["person"]
    assert (person.boxes, person.ap50, person.precision, person.recall, person.f1) == (2, 0, None, 0, 0)


def test_a_detector_with_classes_of_its_own_is_measured_by_group(photo_set: Path) -> None:
    bus, dog = Label("bus", Group.VEHICLE), Label("helmet", Group.PPE)
    other = ScriptedDetector([(dog, 0.9, PERSON_A)], [(bus, 0.9, VEHICLE_B)], (bus, dog))
    report = evaluate_detection(other, photo_set, MAP)
    assert report.groups["vehicle"].ap50 == pytest.approx(1)
    assert report.groups["person"].ap50 == 0
    assert report.labels == {}


def test_a_set_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="No photographs"):
        evaluate_detection(ScriptedDetector([], []), tmp_path, MAP)


@pytest.mark.photos
def test_the_shipped_weights_reach_the_bar_on_site_photographs(photos: Path, shipped_weights: VerifiedWeights) -> None:
    folder = photos / "site-photos"
    report = evaluate_detection(OpenVinoDetector(shipped_weights), folder, class_map_of(folder))
    for group in ("person", "machine"):
        ap50 = report.groups[group].ap50
        assert ap50 is not None
        assert ap50 >= 0.65
