from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from vision.detections import Detections, Label, no_detections
from vision.detector import Image
from vision.image import decode_image
from vision.marking import ZoneOutline, draw
from vision.privacy_mask import MASK_COLOUR
from vision.redaction import HIDDEN_GROUPS, RedactedImage, RedactionPass, Redactor
from vision.taxonomy import MACHINERY, PERSON, SITE_LABELS, VEHICLE


class RecordingDetector:
    """A detector that keeps what it was shown and answers with given boxes."""

    def __init__(
        self, boxes: Sequence[tuple[Label, tuple[float, float, float, float]]] = (), confidence: float = 0.9
    ) -> None:
        self.name = "recording"
        self.weights_sha256 = "0" * 64
        self.labels: tuple[Label, ...] = SITE_LABELS
        self.threshold = 0.5
        self.shown: list[Image] = []
        self.asked: list[float | None] = []
        self._boxes = boxes
        self._confidence = confidence

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        self.shown += [image.copy() for image in images]
        self.asked.append(threshold)
        return [self._answer() for _ in images]

    def _answer(self) -> Detections:
        if not self._boxes:
            return no_detections(SITE_LABELS)
        return Detections(
            np.array([box for _, box in self._boxes], np.float32),
            np.full(len(self._boxes), self._confidence, np.float32),
            np.array([SITE_LABELS.index(label) for label, _ in self._boxes]),
            SITE_LABELS,
        )


def best_match(picture: Image, pattern: Image) -> float:
    """How well `pattern` is found anywhere in `picture`, 1 for exactly."""
    return float(cv2.matchTemplate(picture, pattern, cv2.TM_CCOEFF_NORMED).max())


def test_people_and_vehicles_are_hidden_and_machines_are_not(noise: Image) -> None:
    boxes = [(PERSON, (10, 10, 60, 110)), (VEHICLE, (100, 50, 180, 110)), (MACHINERY, (200, 120, 300, 220))]
    redacted = Redactor([RedactionPass(RecordingDetector(boxes), 0.05)]).redact(noise)
    for _, (left, top, right, bottom) in boxes[:2]:
        assert best_match(redacted.image, noise[top:bottom, left:right]) < 0.3
    assert np.array_equal(redacted.image[130:220, 200:300], noise[130:220, 200:300])


def test_a_pattern_painted_on_a_person_is_gone(redactor: Redactor, bus: Image) -> None:
    pattern = np.random.default_rng(9).choice(np.array([0, 255], np.uint8), (12, 12)).repeat(4, 0).repeat(4, 1)
    marked = bus.copy()
    marked[560:608, 110:158] = pattern[..., np.newaxis]
    redacted = redactor.redact(marked)
    assert best_match(marked, np.repeat(pattern[..., np.newaxis], 3, axis=2)) > 0.99
    assert best_match(redacted.image, np.repeat(pattern[..., np.newaxis], 3, axis=2)) < 0.5
    assert best_match(redacted.image, bus[400:520, 60:200]) < 0.8


def test_the_whole_of_each_person_and_the_bus_is_hidden(redactor: Redactor, bus: Image) -> None:
    redacted = redactor.redact(bus)
    cover = np.zeros(bus.shape[:2], bool)
    for left, top, right, bottom in redacted.hidden_xyxy.astype(int):
        cover[top:bottom, left:right] = True
    for left, top, right, bottom in (
        (48, 399, 240, 904),
        (223, 406, 345, 860),
        (670, 392, 810, 879),
        (0, 550, 63, 873),
        (20, 229, 807, 737),
    ):
        assert cover[top:bottom, left:right].mean() > 0.95
    assert np.array_equal(redacted.image[~cover], bus[~cover])


def test_a_person_becomes_a_few_blocks_of_one_colour(noise: Image) -> None:
    redacted = Redactor([RedactionPass(RecordingDetector([(PERSON, (40, 20, 140, 220))]), 0.05)]).redact(noise)
    hidden = redacted.image[20:220, 40:140].reshape(-1, 3)
    assert len(np.unique(hidden, axis=0)) <= 7 * 4


def test_several_boxes_of_one_thing_become_one_area(noise: Image) -> None:
    boxes = [(PERSON, (40, 20, 140, 220)), (PERSON, (45, 25, 150, 210)), (PERSON, (60, 30, 90, 60))]
    redacted = Redactor([RedactionPass(RecordingDetector(boxes), 0.05)]).redact(noise)
    ((left, top, right, bottom),) = redacted.hidden_xyxy.tolist()
    assert left <= 40
    assert top <= 20
    assert right >= 150
    assert bottom >= 220


def test_a_privacy_mask_is_filled_before_the_detector_sees_the_frame(noise: Image) -> None:
    eye = RecordingDetector()
    mask = ((50, 50), (150, 50), (150, 120), (50, 120))
    redacted = Redactor([RedactionPass(eye, 0.05), RedactionPass(eye, 0.05, mirrored=True)]).redact(noise, [mask])
    for shown in (eye.shown[0], eye.shown[1][:, ::-1], redacted.image):
        assert (shown[50:121, 50:151] == MASK_COLOUR).all()
        assert np.array_equal(shown[:50], noise[:50])


def test_the_frame_that_was_given_is_left_as_it_was(noise: Image) -> None:
    before = noise.copy()
    mask = ((0, 0), (9, 0), (9, 9))
    Redactor([RedactionPass(RecordingDetector([(PERSON, (40, 20, 140, 220))]), 0.05)]).redact(noise, [mask])
    assert np.array_equal(noise, before)


def test_a_mirrored_pass_hides_where_the_thing_is(noise: Image) -> None:
    found_in_the_mirror = RecordingDetector([(PERSON, (0, 0, 40, 100))])
    redacted = Redactor([RedactionPass(found_in_the_mirror, 0.05, mirrored=True)]).redact(noise)
    assert best_match(redacted.image, noise[0:100, 280:320]) < 0.3
    assert np.array_equal(redacted.image[:, :200], noise[:, :200])


BULLDOZER = (100.0, 50.0, 200.0, 150.0)


@pytest.mark.parametrize(("vehicle_confidence", "stays"), [(0.2, True), (0.8, False)])
def test_a_vehicle_that_is_more_surely_a_machine_stays_visible(
    noise: Image, vehicle_confidence: float, stays: bool
) -> None:
    street = RecordingDetector([(VEHICLE, (98, 52, 203, 149))], vehicle_confidence)
    site = RecordingDetector([(MACHINERY, BULLDOZER)], 0.6)
    redacted = Redactor([RedactionPass(site, 0.05), RedactionPass(street, 0.1)]).redact(noise)
    assert (best_match(redacted.image, noise[50:150, 100:200]) > 0.99) is stays


def test_a_machine_below_its_counting_threshold_shields_no_vehicle(noise: Image) -> None:
    street, site = RecordingDetector([(VEHICLE, BULLDOZER)], 0.2), RecordingDetector([(MACHINERY, BULLDOZER)], 0.4)
    redacted = Redactor([RedactionPass(site, 0.05), RedactionPass(street, 0.1)]).redact(noise)
    assert best_match(redacted.image, noise[50:150, 100:200]) < 0.3


def test_a_person_on_a_machine_is_hidden(noise: Image) -> None:
    both = RecordingDetector([(MACHINERY, BULLDOZER), (PERSON, (102, 52, 198, 148))])
    redacted = Redactor([RedactionPass(both, 0.05)]).redact(noise)
    assert best_match(redacted.image, noise[55:145, 105:195]) < 0.3


def test_each_pass_is_asked_at_its_own_low_confidence(noise: Image) -> None:
    eye = RecordingDetector()
    Redactor([RedactionPass(eye, 0.05), RedactionPass(eye, 0.02)]).redact(noise)
    assert eye.asked == [0.05, 0.02]


def test_a_pass_for_large_pictures_is_spared_the_small_ones(noise: Image) -> None:
    usual, large = RecordingDetector(), RecordingDetector()
    redactor = Redactor([RedactionPass(usual, 0.05), RedactionPass(large, 0.05, from_side_px=640)])
    redactor.redact(noise)
    assert (len(usual.shown), len(large.shown)) == (1, 0)
    redactor.redact(np.zeros((360, 640, 3), np.uint8))
    assert (len(usual.shown), len(large.shown)) == (2, 1)


def test_overlapping_boxes_leave_nothing_of_the_frame(noise: Image) -> None:
    boxes = [(PERSON, (40 + step, 20 + step, 120 + step, 180 + step)) for step in range(0, 40, 5)]
    redacted = Redactor([RedactionPass(RecordingDetector(boxes), 0.05)]).redact(noise)
    assert best_match(redacted.image, noise[60:180, 60:120]) < 0.3


def test_hidden_areas_weights_and_rule_are_carried(noise: Image) -> None:
    redacted = Redactor([RedactionPass(RecordingDetector([(PERSON, (100, 100, 150, 200))]), 0.05)]).redact(noise)
    ((left, top, right, bottom),) = redacted.hidden_xyxy.tolist()
    assert left < 100
    assert top < 100
    assert right > 150
    assert bottom > 200
    assert redacted.weights_sha256 == ("0" * 64,)
    assert redacted.rule_version


@pytest.mark.parametrize(
    "mask", [((0, 0), (5, 5)), ((0, 0), (float("nan"), 5), (5, 5)), ((0, 0), (float("inf"), 5), (5, 5))]
)
def test_a_mask_that_is_no_polygon_is_refused(noise: Image, mask: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValueError, match="polygon"):
        Redactor([RedactionPass(RecordingDetector(), 0.05)]).redact(noise, [mask])


def test_a_redactor_that_cannot_find_people_or_vehicles_is_refused() -> None:
    blind = RecordingDetector()
    blind.labels = (MACHINERY, VEHICLE)
    with pytest.raises(ValueError, match="person"):
        Redactor([RedactionPass(blind, 0.05)])
    with pytest.raises(ValueError, match="every picture"):
        Redactor([RedactionPass(RecordingDetector(), 0.05, from_side_px=1000)])
    assert {PERSON.group, VEHICLE.group} == set(HIDDEN_GROUPS)


def test_a_redacted_image_is_not_made_by_hand(noise: Image) -> None:
    with pytest.raises(TypeError, match=r"Redactor\.redact"):
        RedactedImage(noise, np.zeros((0, 4), np.float32), (), "redaction-1", object())


def test_a_redacted_image_is_not_written_to(noise: Image) -> None:
    redacted = Redactor([RedactionPass(RecordingDetector(), 0.05)]).redact(noise)
    with pytest.raises(ValueError, match="read-only"):
        redacted.image[0, 0] = 0


def test_a_redacted_image_is_encoded_as_jpeg(noise: Image) -> None:
    redacted = Redactor([RedactionPass(RecordingDetector(), 0.05)]).redact(noise)
    assert decode_image(redacted.as_jpeg()).shape == noise.shape


def test_boxes_and_zones_are_drawn_on_a_copy() -> None:
    redacted = Redactor([RedactionPass(RecordingDetector(), 0.05)]).redact(np.zeros((480, 640, 3), np.uint8))
    seen = RecordingDetector([(MACHINERY, (300, 200, 500, 400))])._answer()
    zone = ZoneOutline("Қабырға, қақпа", ((20, 60), (200, 60), (200, 220), (20, 220)))
    marked = draw(redacted, seen, [zone])
    assert marked.image[300, 300].any()
    assert marked.image[140, 20].any()
    assert marked.image[40:60, 20:100].any()
    assert not redacted.image.any()
    assert not marked.image[300:380, 320:480].any()


def test_marks_that_leave_the_picture_are_drawn_as_far_as_they_reach() -> None:
    redacted = Redactor([RedactionPass(RecordingDetector(), 0.05)]).redact(np.zeros((40, 60, 3), np.uint8))
    seen = RecordingDetector([(PERSON, (0, 0, 60, 40))])._answer()
    assert draw(redacted, seen, [ZoneOutline("", ((-50, -50), (90, -50), (90, 90)))]).image.any()
