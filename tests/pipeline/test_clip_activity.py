from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from models.words import ZonePurpose
from pipeline.clip_activity import DrawnZones, machines_seen, people_seen, watch_clip
from pipeline.signals.zones import ZoneMap
from pipeline.watch.tally import LabelTally, StateSeconds
from tests.support.cut_clips import BUSY_CLIP, moments, pictures_of, write_clip
from vision.activity_segment import ActivitySegment, Box, WorkState
from vision.detections import Detections, Group, Label
from vision.detector import Image

LOADER, PERSON = Label("loader", Group.MACHINE), Label("person", Group.PERSON)
BOX: Box = (0.0, 0.0, 100.0, 100.0)
GATE = {"name": "gate", "purpose": ZonePurpose.GATE.value, "polygon": [[0.0, 0.3], [0.3, 0.3], [0.3, 0.7], [0.0, 0.7]]}
YARD = {"name": "yard", "purpose": ZonePurpose.WORK_AREA.value, "polygon": [[0.3, 0.3], [1, 0.3], [1, 0.7], [0.3, 0.7]]}


class ScriptedDetector:
    """Sees in each picture in turn what its script says."""

    name = "scripted"
    weights_sha256 = "e" * 64
    labels = (PERSON, LOADER)
    threshold = 0.5

    def __init__(self, script: Callable[[int], Sequence[Box]]) -> None:
        self._script = script
        self._number = 0

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        boxes = self._script(self._number)
        self._number += 1
        count = len(boxes)
        xyxy = np.array(boxes, np.float32).reshape(-1, 4)
        return [Detections(xyxy, np.full(count, 0.9, np.float32), np.zeros(count, np.int64), self.labels)]


def segment(track: int, state: WorkState | None, starts_s: float, ends_s: float) -> ActivitySegment:
    label = PERSON if state is None else LOADER
    return ActivitySegment(track, label, state, starts_s, ends_s, BOX, BOX, 5, True, True)


def test_people_are_told_by_mean_most_and_the_share_of_looks_with_any() -> None:
    seen = people_seen([0, 2, 4, 0, 0, 0, 0, 0])
    assert (seen.looks, seen.mean, seen.most, seen.looks_with) == (8, 0.75, 4, 2)
    assert seen.share_with is not None
    assert seen.share_with.value == 0.25
    assert seen.share_with.low < 0.25 < seen.share_with.high


def test_looks_that_only_repeat_each_other_widen_the_interval() -> None:
    alternating, in_one = people_seen([0, 1] * 20).share_with, people_seen([0] * 20 + [1] * 20).share_with
    assert alternating is not None
    assert in_one is not None
    assert alternating.value == in_one.value == 0.5
    assert in_one.high - in_one.low > 2 * (alternating.high - alternating.low)


def test_without_a_usable_look_nothing_is_known_of_people() -> None:
    seen = people_seen([])
    assert (seen.looks, seen.mean, seen.share_with) == (0, None, None)


def test_machine_seconds_are_summed_by_type_and_unknown_ones_leave_the_share() -> None:
    segments = [
        segment(1, WorkState.WORKING, 0.0, 6.0),
        segment(1, WorkState.IDLE, 6.0, 8.0),
        segment(2, WorkState.UNKNOWN, 0.0, 10.0),
        segment(3, None, 0.0, 10.0),
    ]
    (loader,) = machines_seen(
        segments, {"loader": LabelTally("machine", 5, 9, 2), "person": LabelTally("person", 5, 5, 1)}
    )
    assert (loader.label, loader.tracks, loader.most) == ("loader", 2, 2)
    assert loader.seconds == StateSeconds(6.0, 2.0, 10.0)
    assert loader.share_working is not None
    assert loader.share_working.value == 0.75


def test_a_machine_that_was_only_seen_is_named_without_a_share() -> None:
    (loader,) = machines_seen([], {"loader": LabelTally("machine", 1, 1, 1)})
    assert (loader.seconds, loader.share_working, loader.most) == (StateSeconds(), None, 1)


def test_a_picture_that_shows_nothing_ends_what_was_followed(tmp_path: Path) -> None:
    pictures = pictures_of(BUSY_CLIP, 12)
    black = np.full_like(pictures[0], 2)
    clip = write_clip(tmp_path / "clip.mp4", [*pictures[:6], *[black] * 2, *pictures[6:]], moments(14))
    watched = watch_clip(
        clip, clip.with_suffix(".times.json"), ScriptedDetector(lambda _number: [(300, 200, 330, 280)])
    )
    told = watched.activity
    assert told.not_usable == {"black": 2}
    assert [one.people for one in watched.pictures] == [1] * 6 + [None] * 2 + [1] * 6
    first, second = told.segments
    assert first.track_id != second.track_id
    assert first.ends_s == pytest.approx(1.0)
    assert second.starts_s >= 1.6


def test_who_is_missed_for_half_a_second_is_counted_and_then_no_longer(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", pictures_of(BUSY_CLIP, 18), moments(18))
    stands = ScriptedDetector(lambda number: [] if 10 <= number < 14 else [(300, 200, 330, 280)])
    watched = watch_clip(clip, clip.with_suffix(".times.json"), stands)
    assert [one.people_found for one in watched.pictures] == [1] * 10 + [0] * 4 + [1] * 4
    assert [one.people for one in watched.pictures] == [1] * 12 + [0] * 2 + [1] * 4
    assert (watched.activity.people.looks_with, watched.activity.labels["person"].looks) == (16, 14)


def test_who_walks_in_through_a_gate_is_counted_as_an_arrival(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", pictures_of(BUSY_CLIP, 40), moments(40))

    def walks(number: int) -> list[Box]:
        left = 100.0 + 12 * (number - 6)
        return [] if number < 6 else [(left, 200.0, left + 40, 290.0)]

    drawn = DrawnZones((), ZoneMap.of([GATE, YARD]))
    told = watch_clip(clip, clip.with_suffix(".times.json"), ScriptedDetector(walks), drawn).activity
    passed = told.crossings["gate"]["person"]
    assert (passed.arrivals, passed.departures) == (1, 0)
    assert told.zones["gate"]["person"].looks > 5
    assert told.zones["yard"]["person"].most == 1


def test_who_was_in_a_gate_when_the_pictures_paused_is_not_said_to_have_left(tmp_path: Path) -> None:
    def walks(number: int) -> list[Box]:
        # From the yard into the gate, where the pictures break off for a minute; then nobody.
        left = 500.0 - 24 * number
        return [(left, 200.0, left + 40, 290.0)] if number < 20 else []

    def departures(pause_s: float) -> int:
        times = [*moments(20), *moments(20, moments(20)[-1] + timedelta(seconds=pause_s))]
        clip = write_clip(tmp_path / "clip.mp4", pictures_of(BUSY_CLIP, 40), times)
        drawn = DrawnZones((), ZoneMap.of([GATE, YARD]))
        told = watch_clip(clip, clip.with_suffix(".times.json"), ScriptedDetector(walks), drawn).activity
        return sum(crossed.departures for crossed in told.crossings.get("gate", {}).values())

    assert departures(0.2) == 1
    assert departures(60.0) == 0


def test_a_privacy_mask_is_filled_before_anything_looks(tmp_path: Path) -> None:
    seen: list[Image] = []

    class Looking(ScriptedDetector):
        def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
            seen.extend(images)
            return super().detect(images, threshold)

    clip = write_clip(tmp_path / "clip.mp4", pictures_of(BUSY_CLIP, 2))
    half = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    watch_clip(clip, None, Looking(lambda _number: []), DrawnZones(masks=(half,)))
    assert len(seen) == 2
    assert np.ptp(seen[0][:, :470]) == 0
    assert np.ptp(seen[0][:, 500:]) > 50
