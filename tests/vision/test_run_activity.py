"""On committed clips, cut short, with their true boxes; once with the shipped detector's own."""

from collections import defaultdict
from typing import Any

import numpy as np
import pytest

from sample_footage.footage import SITES, clip_of, decode, read_json, true_boxes
from vision.activity_segment import ActivitySegment, WorkState
from vision.detections import Detections, Group, Label
from vision.detector import Image
from vision.openvino_detector import OpenVinoDetector
from vision.run_activity import MOST_GAP_S, RunActivity
from vision.tracks import NO_TRACK

WORKING, IDLE, UNKNOWN = WorkState.WORKING, WorkState.IDLE, WorkState.UNKNOWN
# An excavator digs and loads a truck that waits; a loader and a pick-up stand; people walk about.
DIGGING = SITES / "pipeline" / "mast-1" / "clip-1.truth.json"
# A mixer pours for 13 s and stops; a crane lifts, an excavator stands; people walk about.
STOPPING = SITES / "road-bridge" / "mast-1" / "clip-1.truth.json"
NAMES = ("person", "excavator", "dump_truck", "loader", "mixer_truck", "mobile_crane", "pickup", "car")
_GROUPS = {"person": Group.PERSON, "pickup": Group.VEHICLE, "car": Group.VEHICLE}
LABELS = tuple(Label(name, _GROUPS.get(name, Group.MACHINE)) for name in NAMES)
Looks = list[tuple[Image, Detections]]


def _looks(truth_path: str) -> Looks:
    truth = next(path for path in (DIGGING, STOPPING) if path.as_posix() == truth_path)
    looks = []
    for image, found in zip(decode(clip_of(truth)), true_boxes(read_json(truth)), strict=True):
        detections = Detections(
            np.array([box.xyxy for box in found], np.float32).reshape(-1, 4),
            np.full(len(found), 0.9, np.float32),
            np.array([NAMES.index(box.label) for box in found], np.int64),
            LABELS,
        )
        looks.append((image, detections))
    return looks


@pytest.fixture(scope="module")
def digging() -> Looks:
    return _looks(DIGGING.as_posix())


@pytest.fixture(scope="module")
def stopping() -> Looks:
    return _looks(STOPPING.as_posix())


def _without(detections: Detections, name: str) -> Detections:
    kept = detections.class_id != NAMES.index(name)
    return Detections(detections.xyxy[kept], detections.confidence[kept], detections.class_id[kept], LABELS)


def _run(looks: Looks, every: int = 2, run: RunActivity | None = None, starts_s: float = 0.0) -> RunActivity:
    run = run or RunActivity()
    for number, (image, detections) in enumerate(looks):
        if number % every == 0:
            run.see(image, detections, starts_s + number / 5)
    return run


def _seconds(segments: list[ActivitySegment]) -> dict[str, dict[WorkState | None, Any]]:
    told: dict[str, dict[WorkState | None, Any]] = defaultdict(lambda: defaultdict(float))
    for segment in segments:
        told[segment.label.name][segment.state] += segment.seconds
    return told


def test_who_works_and_who_waits_is_told_from_a_clip(digging: Looks) -> None:
    segments = _run(digging[:60]).close()
    told = _seconds(segments)
    for name, state in (("excavator", WORKING), ("dump_truck", IDLE), ("loader", IDLE), ("pickup", None)):
        assert told[name] == {state: pytest.approx(11.6)}
        (only,) = [segment for segment in segments if segment.label.name == name]
        assert (only.is_first, only.is_last, only.looks) == (True, True, 30)
        assert only.starts_s == 0.0
    assert set(told["person"]) == {None}


def test_a_stop_is_dated_to_where_the_motion_ended(stopping: Looks) -> None:
    mixer = [segment for segment in _run(stopping).close() if segment.label.name == "mixer_truck"]
    assert [segment.state for segment in mixer] == [WORKING, IDLE]
    # By its truth it stops at 12.8 s.
    assert mixer[0].ends_s == mixer[1].starts_s == pytest.approx(12.8, abs=0.8)
    assert [(segment.is_first, segment.is_last) for segment in mixer] == [(True, False), (False, True)]
    assert mixer[0].last_xyxy == mixer[1].first_xyxy
    assert sum(segment.looks for segment in mixer) == 50


@pytest.mark.parametrize("every", [5, 10, 14])
def test_keyframes_up_to_three_seconds_apart_tell_it_too(digging: Looks, every: int) -> None:
    told = _seconds(_run(digging, every).close())
    assert set(told["excavator"]) == {WORKING}
    assert set(told["loader"]) == {IDLE}


def test_every_third_second_of_29_97_pictures_tells_it_too(digging: Looks) -> None:
    run = RunActivity()
    for number, (image, detections) in enumerate(digging[::15]):
        run.see(image, detections, number * 90 * 1001 / 30000)
    told = _seconds(run.close())
    assert told["excavator"] == {WORKING: pytest.approx(6 * 3.003)}
    assert told["loader"] == {IDLE: pytest.approx(6 * 3.003)}


def test_a_burst_of_six_seconds_tells_who_works(digging: Looks) -> None:
    told = _seconds(_run(digging[:31], every=5).close())
    assert told["excavator"] == {WORKING: pytest.approx(6.0)}
    assert told["dump_truck"] == {IDLE: pytest.approx(6.0)}


def test_draining_gives_every_second_once_and_tracks_go_on(digging: Looks) -> None:
    run = _run(digging[:50])
    first = [segment for segment in run.drain() if segment.label.name == "excavator"]
    assert run.drain() == []
    _run(digging[50:], run=run, starts_s=10.0)
    second = [segment for segment in run.close() if segment.label.name == "excavator"]
    assert [(one.is_first, one.is_last) for one in first + second] == [(True, False), (False, True)]
    assert first[0].track_id == second[0].track_id
    assert first[0].ends_s == second[0].starts_s
    assert first[0].looks + second[0].looks == 50
    assert run.close() == []


def test_a_gap_ends_all_tracks(digging: Looks) -> None:
    run = _run(digging[:20])
    before = {track.track_id for track in run.tracks()}
    run.see(*digging[20], 3.6 + MOST_GAP_S + 0.1)
    assert run.tracks() == ()
    ended = run.drain()
    assert {segment.track_id for segment in ended} == before
    assert all(segment.is_last for segment in ended)
    _run(digging[20:40], run=run, starts_s=10.0)
    assert before.isdisjoint(track.track_id for track in run.tracks())


def test_a_machine_that_the_detector_misses_is_bridged(digging: Looks) -> None:
    looks = [
        (image, _without(detections, "loader") if 20 <= number < 45 else detections)
        for number, (image, detections) in enumerate(digging[:60])
    ]
    run = _run(looks[:40])
    (loader,) = [track for track in run.tracks() if track.label.name == "loader"]
    assert not loader.is_found
    _run(looks[40:], run=run, starts_s=8.0)
    (segment,) = [one for one in run.close() if one.label.name == "loader"]
    assert segment.state is IDLE
    assert segment.seconds == pytest.approx(11.6)
    # Ten were looked at and twelve were not: it was in neither of the missing pictures.
    assert segment.looks == 17


def test_a_machine_seen_in_one_picture_only_has_no_segment(digging: Looks) -> None:
    run = RunActivity()
    tracked = run.see(*digging[0], 0.0)
    assert set(tracked.track_ids.tolist()) == {NO_TRACK}
    assert run.close() == []


def test_a_run_without_detections_has_no_segments(digging: Looks) -> None:
    empty = Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64), LABELS)
    assert _run([(image, empty) for image, _ in digging[:6]]).close() == []


def test_in_pictures_that_show_nothing_to_compare_a_machine_is_unknown(digging: Looks) -> None:
    random = np.random.default_rng(1)
    run = RunActivity()
    for number in range(10):
        # Each picture is another view: nothing lies over anything.
        run.see(random.integers(0, 256, (540, 960, 3), np.uint8), digging[0][1], number / 5)
    assert set(_seconds(run.close())["excavator"]) == {UNKNOWN}


@pytest.mark.parametrize("at_s", [0.2, 0.4])
def test_pictures_out_of_order_are_refused(digging: Looks, at_s: float) -> None:
    run = RunActivity()
    run.see(*digging[0], 0.4)
    with pytest.raises(ValueError, match="come in order"):
        run.see(*digging[1], at_s)


def test_the_shipped_detectors_own_boxes_tell_it_as_well(digging: Looks, detector: OpenVinoDetector) -> None:
    pictures = [image for image, _ in digging[:60:4]]
    run = RunActivity()
    for number, detections in enumerate(detector.detect(pictures)):
        run.see(pictures[number], detections, number * 0.8)
    told = _seconds(run.close())
    assert set(told["excavator"]) == {WORKING}
    assert set(told["dump_truck"]) == {IDLE}
