from pathlib import Path

import pytest

from tests.vision.evaluation.conftest import MAP
from tests.vision.evaluation.scripted_detector import ScriptedDetector
from vision.detections import Group, Label
from vision.errors import DatasetError
from vision.evaluation.detection import evaluate_detection
from vision.openvino_detector import OpenVinoDetector
from vision.photo_set import ClassMap, class_map_of
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


def test_what_a_set_does_not_label_is_not_measured_on_it(photo_set: Path) -> None:
    people_only = ClassMap("corner-site", "made by the tests", "ours", {0: PERSON, 1: None, 2: None, 3: None})
    talkative = ScriptedDetector([(PERSON, 0.9, PERSON_A), (VEHICLE, 0.9, MACHINE_A)], [(PERSON, 0.9, PERSON_B)])
    report = evaluate_detection(talkative, photo_set, people_only)
    assert list(report.groups) == ["person"]
    assert report.groups["person"].precision == 1.0


def test_boxes_are_counted_by_their_height_in_the_picture(photo_set: Path) -> None:
    near_only = ScriptedDetector([(PERSON, 0.9, PERSON_A)], [])
    sizes = evaluate_detection(near_only, photo_set, MAP).groups["person"].sizes
    assert {name: (size.boxes, size.recall) for name, size in sizes.items()} == {
        "under_24": (1, 0.0),
        "24_to_48": (0, None),
        "48_to_96": (1, 1.0),
        "from_96": (0, None),
    }


def test_types_are_measured_by_label_and_all_machines_as_one_group(photo_set: Path) -> None:
    excavator, bulldozer = Label("excavator", Group.MACHINE), Label("bulldozer", Group.MACHINE)
    typed = ClassMap("corner-site", "made by the tests", "ours", {0: None, 1: excavator, 2: bulldozer, 3: None})
    mixed_up = ScriptedDetector(
        [(excavator, 0.9, MACHINE_A)], [(excavator, 0.8, VEHICLE_B)], (MACHINERY, excavator, bulldozer)
    )
    report = evaluate_detection(mixed_up, photo_set, typed)
    assert (report.groups["machine"].boxes, report.groups["machine"].f1) == (2, 1.0)
    assert (report.labels["excavator"].precision, report.labels["excavator"].recall) == (0.5, 1.0)
    assert report.labels["bulldozer"].recall == 0.0


def test_a_machine_labelled_without_its_type_is_no_mistake_of_any_type(photo_set: Path) -> None:
    excavator = Label("excavator", Group.MACHINE)
    partly_typed = ClassMap("corner-site", "made by the tests", "ours", {0: None, 1: MACHINERY, 2: excavator, 3: None})
    sure = ScriptedDetector(
        [(excavator, 0.9, MACHINE_A)], [(excavator, 0.8, VEHICLE_B)], (MACHINERY, excavator, VEHICLE)
    )
    report = evaluate_detection(sure, photo_set, partly_typed)
    assert list(report.labels) == ["excavator"]
    assert (report.labels["excavator"].boxes, report.labels["excavator"].precision) == (1, 1.0)


def test_of_a_group_that_is_partly_labelled_only_recall_is_told(photo_set: Path) -> None:
    excavator = Label("excavator", Group.MACHINE)
    partly = ClassMap(
        "corner-site", "made", "ours", {0: None, 1: excavator, 2: None, 3: None}, not_labelled=frozenset({MACHINERY})
    )
    eager = ScriptedDetector([(excavator, 0.9, MACHINE_A)], [(excavator, 0.9, VEHICLE_B)], (MACHINERY, excavator))
    report = evaluate_detection(eager, photo_set, partly)
    machine = report.groups["machine"]
    assert (machine.boxes, machine.is_fully_labelled, machine.recall) == (1, False, 1.0)
    assert (machine.precision, machine.ap50, machine.f1, machine.calibration.expected_error) == (None,) * 4
    assert report.labels["excavator"].precision == 0.5


def test_boxes_of_ignored_classes_count_neither_way(photo_set: Path) -> None:
    all_but_vehicles = ClassMap("corner-site", "made", "ours", {0: PERSON, 1: MACHINERY, 2: None, 3: None})
    finds_it = ScriptedDetector([(MACHINERY, 0.9, MACHINE_A)], [(MACHINERY, 0.9, VEHICLE_B)])
    blamed = evaluate_detection(finds_it, photo_set, all_but_vehicles)
    spared = evaluate_detection(finds_it, photo_set, all_but_vehicles, ignored=frozenset({2}))
    assert (blamed.groups["machine"].precision, spared.groups["machine"].precision) == (0.5, 1.0)
    assert (spared.groups["machine"].boxes, spared.groups["person"].boxes) == (1, 2)


def test_pictures_of_unseen_sources_are_measured_apart(photo_set: Path) -> None:
    rows = ["set,split,name,original_file,source", "corner-site,train,t,t,gate"]
    rows += ["corner-site,val,a,a,gate", "corner-site,val,b,b,crane"]
    (photo_set / "sources.csv").write_text("\n".join(rows), encoding="utf-8")
    blind_to_b = ScriptedDetector([(PERSON, 0.9, PERSON_A)], [])
    report = evaluate_detection(blind_to_b, photo_set, MAP)
    assert report.groups["person"].recall == 0.5
    assert report.unseen_sources is not None
    assert report.unseen_sources.photos == 1
    assert (report.unseen_sources.groups["person"].boxes, report.unseen_sources.groups["person"].recall) == (1, 0.0)
    assert report.unseen_sources.groups["machine"].recall is None


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
