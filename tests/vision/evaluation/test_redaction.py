from pathlib import Path

import pytest

from tests.vision.evaluation.conftest import MAP
from tests.vision.evaluation.scripted_detector import ScriptedDetector
from vision.detections import Group
from vision.evaluation.redaction import GroupCoverage, evaluate_redaction
from vision.photo_set import class_map_of
from vision.redaction import RedactionPass, Redactor
from vision.taxonomy import PERSON, VEHICLE


def test_hidden_and_missed_boxes_are_counted_and_named(photo_set: Path) -> None:
    redactor = Redactor([RedactionPass(ScriptedDetector([(PERSON, 0.9, (20, 20, 40, 80))], []), 0.05)])
    report = evaluate_redaction(redactor, photo_set, MAP)
    assert report.groups[Group.PERSON] == GroupCoverage(1, 1)
    assert report.groups[Group.VEHICLE] == GroupCoverage(1, 0)
    assert report.machinery == GroupCoverage(1, 0)
    assert report.hidden_share == 0.5
    (miss,) = report.misses
    assert (miss.file, miss.group, miss.xyxy, miss.covered_share) == ("b.jpg", Group.VEHICLE, (50, 30, 150, 70), 0)


def test_boxes_no_higher_than_24_px_are_left_out(photo_set: Path) -> None:
    redactor = Redactor([RedactionPass(ScriptedDetector([], []), 0.05)])
    assert evaluate_redaction(redactor, photo_set, MAP).groups[Group.PERSON].boxes == 1


def test_two_areas_together_may_hide_one_thing(photo_set: Path) -> None:
    halves = ScriptedDetector([], [(VEHICLE, 0.9, (50, 30, 100, 70)), (VEHICLE, 0.9, (100, 30, 150, 70))])
    report = evaluate_redaction(Redactor([RedactionPass(halves, 0.05)]), photo_set, MAP)
    assert report.groups[Group.VEHICLE] == GroupCoverage(1, 1)


def test_the_share_of_the_pictures_that_is_hidden_is_told(photo_set: Path) -> None:
    everything = ScriptedDetector([(PERSON, 0.9, (0, 0, 200, 100))], [])
    report = evaluate_redaction(Redactor([RedactionPass(everything, 0.05)]), photo_set, MAP)
    assert report.area_share == 0.5
    assert report.machinery == GroupCoverage(1, 1)
    assert report.labelled_area_share == pytest.approx((20 * 60 + 100 * 40 + 10 * 10) / 2 / 20000, abs=0.002)


@pytest.mark.photos
def test_the_shipped_redactor_reaches_the_bar_on_site_photographs(photos: Path, redactor: Redactor) -> None:
    folder = photos / "site-photos"
    report = evaluate_redaction(redactor, folder, class_map_of(folder))
    assert report.hidden_share is not None
    assert report.hidden_share >= 0.98, report.misses
    assert report.area_share < 0.6
