from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from sample_footage.footage import SITES, clip_of, read_json, true_boxes
from vision.activity_segment import Box
from vision.detections import Detections, Group, Label
from vision.tracker import Tracker
from vision.tracks import NO_TRACK, TrackedDetections, people_seen

PERSON, MACHINE, VEHICLE, HELMET = LABELS = (
    Label("person", Group.PERSON),
    Label("excavator", Group.MACHINE),
    Label("vehicle", Group.VEHICLE),
    Label("helmet", Group.PPE),
)
_GROUPS = {label.group.value: label for label in LABELS}
DIGGER: Box = (100.0, 100.0, 260.0, 220.0)


def _detections(*found: tuple[Label, Box], confidence: float = 0.9) -> Detections:
    return Detections(
        np.array([box for _, box in found], np.float32).reshape(-1, 4),
        np.full(len(found), confidence, np.float32),
        np.array([LABELS.index(label) for label, _ in found], np.int64),
        LABELS,
    )


def _walker(at_s: float, speed_px_s: float = 25.0, left: float = 400.0) -> tuple[Label, Box]:
    left += speed_px_s * at_s
    return PERSON, (left, 200.0, left + 30.0, 280.0)


def test_a_thing_has_a_track_from_its_third_picture_on() -> None:
    tracker = Tracker()
    ids = [tracker.update(_detections((MACHINE, DIGGER)), at_s).track_ids.tolist() for at_s in (0.0, 0.2, 0.4, 0.6)]
    assert ids == [[NO_TRACK], [NO_TRACK], [1], [1]]
    (track,) = tracker.tracks()
    assert (track.label, track.is_found) == (MACHINE, True)
    assert [look.at_s for look in track.first_looks] == [0.0, 0.2, 0.4]


@pytest.mark.parametrize("pictures", [1, 2])
def test_a_false_box_that_flickers_is_no_track(pictures: int) -> None:
    tracker = Tracker()
    for number in range(20):
        found = [(MACHINE, DIGGER), _walker(0)] if number < pictures else [(MACHINE, DIGGER)]
        tracker.update(_detections(*found), number / 5)
    assert [track.label for track in tracker.tracks()] == [MACHINE]


def test_a_machine_that_the_detector_misses_for_some_seconds_keeps_its_track_and_its_place() -> None:
    tracker = Tracker()
    for number in range(10):
        tracker.update(_detections((MACHINE, DIGGER)), number / 5)
    for number in range(10, 30):
        tracker.update(_detections(), number / 5)
    (track,) = tracker.tracks()
    assert (track.track_id, track.is_found) == (1, False)
    assert track.missed_s == pytest.approx(4.0)
    assert np.allclose(track.xyxy, DIGGER, atol=5)
    assert tracker.update(_detections((MACHINE, DIGGER)), 6.0).track_ids.tolist() == [1]


def test_what_is_gone_for_long_has_no_track() -> None:
    tracker = Tracker()
    for number in range(10):
        tracker.update(_detections((MACHINE, DIGGER)), number / 5)
    for number in range(10, 90):
        tracker.update(_detections(), number / 5)
    assert tracker.tracks() == ()


def test_a_lorry_called_a_machine_and_a_vehicle_by_turns_is_one_track_with_the_surer_name() -> None:
    tracker = Tracker()
    for number in range(9):
        sure = number % 3 == 0
        found = _detections((VEHICLE if sure else MACHINE, DIGGER), confidence=0.9 if sure else 0.3)
        tracker.update(found, number / 5)
    (track,) = tracker.tracks()
    assert track.label == VEHICLE


def test_a_person_before_a_machine_never_takes_its_track() -> None:
    tracker = Tracker()
    for number in range(15):
        at_s = number / 5
        tracked = tracker.update(_detections((MACHINE, DIGGER), _walker(at_s, 50.0, 90.0)), at_s)
    assert len(set(tracked.track_ids.tolist())) == 2
    assert {track.label for track in tracker.tracks()} == {MACHINE, PERSON}


def test_what_neither_walks_nor_drives_has_no_track() -> None:
    tracker = Tracker()
    for number in range(6):
        tracked = tracker.update(_detections((HELMET, DIGGER)), number / 5)
    assert tracked.track_ids.tolist() == [NO_TRACK]


def test_two_people_who_walk_through_each_other_keep_their_tracks() -> None:
    tracker = Tracker()
    for number in range(40):
        at_s = number / 5
        tracked = tracker.update(_detections(_walker(at_s, 30.0, 300.0), _walker(at_s, -30.0, 540.0)), at_s)
        if number == 5:
            before = tracked.track_ids.tolist()
    assert NO_TRACK not in before
    assert tracked.track_ids.tolist() == before


def test_after_forgetting_no_id_is_given_again() -> None:
    tracker = Tracker()
    for number in range(4):
        tracker.update(_detections((MACHINE, DIGGER)), number / 5)
    tracker.forget()
    assert tracker.tracks() == ()
    for number in range(4):
        tracked = tracker.update(_detections((MACHINE, DIGGER)), 10 + number / 5)
    assert tracked.track_ids.tolist() == [2]


def test_people_seen_are_those_found_and_those_missed_for_a_moment() -> None:
    tracker = Tracker()
    for number in range(5):
        tracker.update(_detections(_walker(number / 5), _walker(number / 5, 0.0, 700.0)), number / 5)
    counts = []
    for number in range(5, 12):
        found = _detections(_walker(number / 5))
        tracker.update(found, number / 5)
        counts.append(people_seen(found, tracker.tracks()))
    assert counts == [2, 2, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("every", [1, 2])
def test_true_boxes_of_a_real_clip_keep_their_things(every: int) -> None:
    truth = read_json(SITES / "hospital" / "mast-1" / "clip-3.truth.json")
    assert clip_of(SITES / "hospital" / "mast-1" / "clip-3.truth.json").is_file()
    tracker = Tracker()
    things: dict[str, Counter[int]] = {}
    for number, boxes in enumerate(true_boxes(truth)):
        if number % every:
            continue
        tracked = tracker.update(_detections(*((_GROUPS[box.group], _float(box.xyxy)) for box in boxes)), number / 5)
        for box, track_id in zip(boxes, tracked.track_ids.tolist(), strict=True):
            things.setdefault(box.id, Counter())[track_id] += 1
    kept = [counts.most_common(1)[0][1] / counts.total() for counts in things.values()]
    assert len(things) == 10
    assert np.mean(kept) >= 0.9
    assert _is_one_to_one(things)


def _float(xyxy: Sequence[float]) -> Box:
    left, top, right, bottom = xyxy
    return float(left), float(top), float(right), float(bottom)


def _is_one_to_one(things: dict[str, Counter[int]]) -> bool:
    mains = [counts.most_common(1)[0][0] for counts in things.values()]
    return len(set(mains)) == len(mains)


def test_track_ids_stand_beside_their_detections() -> None:
    with pytest.raises(ValueError, match="track ids"):
        TrackedDetections(_detections((MACHINE, DIGGER)), np.zeros(2, np.int64))
