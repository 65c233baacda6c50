from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from pipeline.clip_activity import ClipActivity, PeopleSeen, SeenPicture, WatchedClip
from pipeline.evaluation.true_clip import (
    TruePicture,
    TrueThing,
    counted_pictures,
    followed_truth,
    machine_moments,
    true_pictures,
)
from vision.activity_segment import ActivitySegment, Box, WorkState
from vision.detections import Detections, Group, Label
from vision.tracks import NO_TRACK, Track, TrackedDetections
from vision.view_quality import ViewQuality

AT = datetime(2026, 9, 14, 5, tzinfo=UTC)
LOADER, TRUCK, PERSON = Label("loader", Group.MACHINE), Label("vehicle", Group.VEHICLE), Label("person", Group.PERSON)
LABELS = (LOADER, TRUCK, PERSON)
HERE: Box = (0.0, 0.0, 100.0, 100.0)
THERE: Box = (300.0, 0.0, 400.0, 100.0)


def truth(*things: TrueThing, usable: bool = True) -> list[TruePicture]:
    return [TruePicture(AT, 0.2, usable, things)]


def thing(xyxy: Box, work: WorkState | None, label: Label = LOADER, name: str = "one") -> TrueThing:
    return TrueThing(name, label, xyxy, work)


def look(
    found: list[tuple[Label, Box, int]] | None,
    standing: list[tuple[int, Label, Box]] | None = None,
    missed_s: float = 0.0,
) -> SeenPicture:
    """What was found, each with its track, and which tracks stand."""
    if found is None:
        return SeenPicture(0.0, AT, ViewQuality.FLAT, None)
    detections = Detections(
        np.array([box for _, box, _ in found], np.float32).reshape(-1, 4),
        np.full(len(found), 0.9, np.float32),
        np.array([LABELS.index(label) for label, _, _ in found], np.int64),
        LABELS,
    )
    tracked = TrackedDetections(detections, np.array([track for _, _, track in found], np.int64))
    tracks = tuple(Track(track, label, box, (), missed_s) for track, label, box in standing or [])
    return SeenPicture(0.0, AT, ViewQuality.USABLE, tracked, tracks)


def watched(picture: SeenPicture, *segments: ActivitySegment) -> WatchedClip:
    facts: dict[str, Any] = dict.fromkeys(ClipActivity.__dataclass_fields__)
    activity = ClipActivity(**{**facts, "segments": segments, "people": PeopleSeen(0, None, 0, 0, None)})
    return WatchedClip(activity, (picture,))


def segment(state: WorkState, box: Box = HERE) -> ActivitySegment:
    return ActivitySegment(1, LOADER, state, 0.0, 1.0, box, box, 5, True, True)


def found_of(true: list[TruePicture], clip: WatchedClip) -> list[str]:
    return [moment.found.value for moment in machine_moments("clip.mp4", true, clip)]


def test_a_machine_is_what_the_track_on_it_does() -> None:
    seen = look([(LOADER, HERE, 1)], [(1, LOADER, HERE)])
    (moment,) = machine_moments(
        "clip.mp4", truth(thing(HERE, WorkState.IDLE)), watched(seen, segment(WorkState.WORKING))
    )
    assert (moment.truth, moment.found, moment.seconds, moment.label) == ("idle", "working", 0.2, "loader")


def test_a_machine_without_a_box_on_it_is_unmatched() -> None:
    seen = look([(LOADER, THERE, 1)], [(1, LOADER, THERE)])
    true = truth(thing(HERE, WorkState.IDLE))
    assert found_of(true, watched(seen, segment(WorkState.IDLE, THERE))) == ["unmatched"]


def test_a_truck_that_is_called_a_vehicle_is_unmatched() -> None:
    seen = look([(TRUCK, HERE, 1)], [(1, TRUCK, HERE)])
    assert found_of(truth(thing(HERE, WorkState.IDLE)), watched(seen)) == ["unmatched"]


def test_a_detection_without_a_track_is_unknown() -> None:
    seen = look([(LOADER, HERE, NO_TRACK)])
    assert found_of(truth(thing(HERE, WorkState.WORKING)), watched(seen)) == ["unknown"]


def test_a_track_that_was_confirmed_later_counts_from_its_beginning() -> None:
    seen = look([(LOADER, HERE, NO_TRACK)])
    true = truth(thing(HERE, WorkState.WORKING))
    assert found_of(true, watched(seen, segment(WorkState.WORKING))) == ["working"]


def test_two_machines_are_not_matched_with_one_box() -> None:
    seen = look([(LOADER, HERE, 1)], [(1, LOADER, HERE)])
    true = truth(thing(HERE, WorkState.WORKING), thing((0.0, 0.0, 100.0, 80.0), WorkState.WORKING, name="two"))
    assert found_of(true, watched(seen, segment(WorkState.WORKING))) == ["working", "unmatched"]


def test_a_picture_that_was_not_usable_to_us_leaves_its_machines_unmatched() -> None:
    assert found_of(truth(thing(HERE, WorkState.IDLE)), watched(look(None))) == ["unmatched"]
    assert found_of(truth(thing(HERE, WorkState.IDLE), usable=False), watched(look(None))) == []


def test_people_are_counted_as_found_or_bridged_and_small_ones_are_not_to_be_found() -> None:
    tall, small = (0.0, 0.0, 10.0, 15.0), (50.0, 0.0, 55.0, 14.0)
    true = truth(thing(tall, None, PERSON), thing(small, None, PERSON, "two"))
    found = [(PERSON, small, NO_TRACK), (LOADER, HERE, 1)]
    seen = watched(look(found, [(4, PERSON, tall)], missed_s=0.2))
    (as_found,) = counted_pictures("clip.mp4", true, seen, as_found=True)
    (bridged,) = counted_pictures("clip.mp4", true, seen, as_found=False)
    assert (as_found.true, as_found.counted) == (1, 1)
    assert (bridged.true, bridged.counted) == (1, 2)


def test_true_boxes_are_thinned_to_the_rate_that_is_asked_for() -> None:
    pictures = [
        TruePicture(AT + timedelta(seconds=number / 5), 0.2, True, (thing(HERE, None, PERSON),)) for number in range(20)
    ]
    assert [len(followed_truth(pictures, every_s)) for every_s in (0.2, 0.4, 0.5)] == [20, 10, 8]
    last = followed_truth(pictures, 0.4)[-1]
    assert last.truth == {"one": HERE}
    assert list(last.tracks.values()) == [HERE]


def test_truth_is_read_as_it_is_written() -> None:
    (picture,) = true_pictures(
        {
            "rate": 5,
            "frames": [
                {
                    "at": "2026-09-14T10:00:00+05:00",
                    "is_usable": True,
                    "objects": [
                        {"id": "x", "label": "loader", "group": "machine", "xyxy": [0, 0, 100, 100], "work": "idle"}
                    ],
                }
            ],
        }
    )
    assert picture == TruePicture(AT, 0.2, True, (TrueThing("x", LOADER, HERE, WorkState.IDLE),))
