from dataclasses import replace

import pytest

from tests.vision.training.scripted_teacher import CAR, PERSON, TRUCK, ScriptedTeacher
from vision.detections import Detection
from vision.detector import Image
from vision.taxonomy import MACHINERY_ID, PERSON_ID, TYPE_IDS, VEHICLE_ID
from vision.training.sample import TRAIN, BoxUse, Sample, SampleBox
from vision.training.settings import TrainingSettings
from vision.training.teacher import taught

SETTINGS = TrainingSettings()
LOOSE = SampleBox(PERSON_ID, (10, 10, 60, 110), BoxUse.CLASS_ONLY)
TIGHT = (15.0, 12.0, 58.0, 105.0)
ELSEWHERE = (150.0, 50.0, 190.0, 150.0)


def sample(*boxes: SampleBox, not_labelled: tuple[int, ...] = ()) -> Sample:
    return Sample("images/train/one.jpg", TRAIN, "some", 320, 240, boxes, not_labelled)


def boxes_after(of: Sample, image: Image, *found: Detection, settings: TrainingSettings = SETTINGS) -> list[SampleBox]:
    return list(taught(of, image, ScriptedTeacher(*found), settings).boxes)


def test_a_label_that_the_start_agrees_with_takes_its_box(noise: Image) -> None:
    assert boxes_after(sample(LOOSE), noise, Detection(PERSON, 0.8, TIGHT)) == [SampleBox(PERSON_ID, TIGHT)]


@pytest.mark.parametrize(
    "found", [Detection(PERSON, 0.2, TIGHT), Detection(CAR, 0.25, TIGHT), Detection(PERSON, 0.4, (10, 10, 30, 50))]
)
def test_an_unsure_or_other_find_changes_no_label(noise: Image, found: Detection) -> None:
    assert boxes_after(sample(LOOSE), noise, found) == [LOOSE]


def test_an_ignored_box_stays_ignored(noise: Image) -> None:
    ignored = replace(LOOSE, use=BoxUse.IGNORED)
    assert boxes_after(sample(ignored), noise, Detection(PERSON, 0.9, TIGHT)) == [ignored]


def test_a_confident_find_becomes_a_label_where_none_are_given(noise: Image) -> None:
    unlabelled = sample(not_labelled=(PERSON_ID, VEHICLE_ID))
    found = (Detection(PERSON, 0.7, ELSEWHERE), Detection(CAR, 0.5, TIGHT), Detection(TRUCK, 0.9, TIGHT))
    assert boxes_after(unlabelled, noise, *found) == [SampleBox(PERSON_ID, ELSEWHERE)]


def test_a_confident_find_without_a_label_is_spared_where_labels_are_given(noise: Image) -> None:
    assert boxes_after(sample(), noise, Detection(PERSON, 0.7, ELSEWHERE), Detection(PERSON, 0.4, TIGHT)) == [
        SampleBox(PERSON_ID, ELSEWHERE, BoxUse.IGNORED)
    ]


def test_a_machine_taken_for_a_vehicle_is_none(noise: Image) -> None:
    for class_id in (MACHINERY_ID, TYPE_IDS[0]):
        machine = SampleBox(class_id, ELSEWHERE)
        assert boxes_after(sample(machine, not_labelled=(VEHICLE_ID,)), noise, Detection(CAR, 0.9, ELSEWHERE)) == [
            machine
        ]


def test_each_help_can_be_switched_off(noise: Image) -> None:
    off = replace(SETTINGS, refine_boxes=False, teach_unlabelled=False, spare_unlabelled=False)
    found = (Detection(PERSON, 0.8, TIGHT), Detection(PERSON, 0.8, ELSEWHERE))
    assert boxes_after(sample(LOOSE), noise, *found, settings=off) == [LOOSE]
    assert boxes_after(sample(not_labelled=(PERSON_ID,)), noise, *found, settings=off) == []
