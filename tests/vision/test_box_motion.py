"""On the pictures of a committed clip: an excavator digs and loads a truck that waits beside it, people walk about."""

from collections import defaultdict

import cv2
import numpy as np
import pytest

from sample_footage.footage import SITES, clip_of, decode, read_json, true_boxes
from vision.box_motion import BoxMotion, Standing
from vision.detector import Image
from vision.stabiliser import Stabiliser
from vision.work_state import BEGINS_FROM_PX, GOES_ON_FROM_PX

TRUTH = SITES / "pipeline" / "mast-1" / "clip-1.truth.json"
EVERY = 2
Boxes = dict[int, Standing]


@pytest.fixture(scope="module")
def seen() -> tuple[list[Image], list[Boxes], dict[str, int]]:
    """Every second picture, the boxes that are true in it, and the key of each thing."""
    keys: dict[str, int] = {}
    pictures = list(decode(clip_of(TRUTH)))[::EVERY]
    boxes = []
    for found in list(true_boxes(read_json(TRUTH)))[::EVERY]:
        here = {}
        for box in found:
            left, top, right, bottom = box.xyxy
            key = keys.setdefault(box.id, len(keys))
            here[key] = Standing((float(left), float(top), float(right), float(bottom)), box.group == "person")
        boxes.append(here)
    return pictures, boxes, keys


def _amounts(pictures: list[Image], boxes: list[Boxes], every_s: float = 0.2 * EVERY) -> dict[int, list[float]]:
    stabiliser, motion = Stabiliser(), BoxMotion()
    found = defaultdict(list)
    for number, (image, here) in enumerate(zip(pictures, boxes, strict=True)):
        at_s = number * every_s
        for key, one in motion.measure(stabiliser.steady(image, at_s), at_s, here).items():
            assert one.to_s == pytest.approx(at_s)
            found[key].append(one.amount_px)
    return found


def test_a_machine_that_digs_moves_and_what_stands_beside_it_does_not(
    seen: tuple[list[Image], list[Boxes], dict[str, int]],
) -> None:
    pictures, boxes, keys = seen
    amounts = _amounts(pictures, boxes)
    assert np.median(amounts[keys["excavator-1"]]) > 5 * BEGINS_FROM_PX
    # It rests for a moment where its bucket turns.
    assert np.mean(np.array(amounts[keys["excavator-1"]]) > GOES_ON_FROM_PX) > 0.95
    # The bucket swings through the truck's box again and again.
    assert max(amounts[keys["truck-1"]]) < BEGINS_FROM_PX
    assert max(amounts[keys["loader-1"]]) < GOES_ON_FROM_PX
    assert max(amounts[keys["pickup-1"]]) < GOES_ON_FROM_PX


def test_keyframes_two_seconds_apart_tell_the_same(seen: tuple[list[Image], list[Boxes], dict[str, int]]) -> None:
    pictures, boxes, keys = seen
    amounts = _amounts(pictures[::5], boxes[::5], every_s=2.0)
    assert min(amounts[keys["excavator-1"]]) > BEGINS_FROM_PX
    assert max(amounts[keys["truck-1"]]) < BEGINS_FROM_PX


def test_people_have_no_motion_of_machines(seen: tuple[list[Image], list[Boxes], dict[str, int]]) -> None:
    pictures, boxes, keys = seen
    measured = _amounts(pictures[:6], boxes[:6])
    assert measured.keys() == {keys[name] for name in ("excavator-1", "truck-1", "loader-1", "pickup-1")}


def _still(boxes: list[Boxes], count: int) -> list[Boxes]:
    return [{key: box for key, box in boxes[0].items() if not box.is_person}] * count


def test_noise_and_snow_are_no_motion(seen: tuple[list[Image], list[Boxes], dict[str, int]]) -> None:
    pictures, boxes, _ = seen
    random = np.random.default_rng(3)
    spoilt = []
    for _number in range(12):
        noisy = np.clip(pictures[0] + random.normal(0, 4, pictures[0].shape), 0, 255).astype(np.uint8)
        for x, y in zip(random.integers(0, 960, 500), random.integers(0, 540, 500), strict=True):
            cv2.circle(noisy, (int(x), int(y)), 1, (225, 225, 225), -1)
        spoilt.append(noisy)
    amounts = _amounts(spoilt, _still(boxes, 12))
    assert max(max(one) for one in amounts.values()) < BEGINS_FROM_PX


def test_a_light_that_changes_is_no_motion(seen: tuple[list[Image], list[Boxes], dict[str, int]]) -> None:
    pictures, boxes, _ = seen
    lit = [(pictures[0] * 0.6 + 15.0 * number).astype(np.uint8) for number in range(6)]
    amounts = _amounts(lit, _still(boxes, 6), every_s=1.0)
    assert max(max(one) for one in amounts.values()) < BEGINS_FROM_PX


def test_a_person_before_a_machine_is_no_motion_of_it(seen: tuple[list[Image], list[Boxes], dict[str, int]]) -> None:
    pictures, boxes, keys = seen
    loader = boxes[0][keys["loader-1"]]
    walked, here = [], []
    for number in range(8):
        image, left = pictures[0].copy(), 845 + 10 * number
        image[330:430, left : left + 30] = (40, 200, 220)
        walked.append(image)
        here.append({0: loader, 1: Standing((left - 1.0, 329.0, left + 31.0, 431.0), is_person=True)})
    assert max(_amounts(walked, here)[0]) == 0.0
    alone = _amounts(walked, [{0: loader}] * 8)[0]
    assert max(alone) > BEGINS_FROM_PX


def test_what_reaches_into_a_box_from_outside_belongs_to_nobody_there(
    seen: tuple[list[Image], list[Boxes], dict[str, int]],
) -> None:
    pictures, boxes, keys = seen
    pickup = boxes[0][keys["pickup-1"]]
    _, top, right, bottom = pickup.xyxy
    swung = []
    for number in range(8):
        image = pictures[0].copy()
        # A girder on a hook whose end passes over the bonnet.
        row = int(top) + 10 + 8 * number
        image[row : row + 8, int(right) - 15 : int(right) + 150] = (20, 20, 20)
        swung.append(image)
    assert bottom - top > 80
    assert max(_amounts(swung, [{0: pickup}] * 8)[0]) < BEGINS_FROM_PX


def test_a_machine_covered_by_others_is_not_judged(seen: tuple[list[Image], list[Boxes], dict[str, int]]) -> None:
    pictures, boxes, keys = seen
    truck = boxes[0][keys["truck-1"]]
    crowd = {number + 1: Standing(truck.xyxy, is_person=True) for number in range(2)}
    assert _amounts(pictures[:4], [{0: truck, **crowd}] * 4) == {}


def test_pictures_that_come_faster_are_not_all_measured(
    seen: tuple[list[Image], list[Boxes], dict[str, int]],
) -> None:
    pictures, boxes, keys = seen
    motions = _amounts([pictures[0]] * 51, [boxes[0]] * 51, every_s=0.04)
    assert len(motions[keys["truck-1"]]) == 10
