"""One clip's truth, and what it says of the looks that were taken of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from pipeline.clip_activity import SeenPicture, WatchedClip
from streams.look_schedule import LookSchedule
from vision.activity_segment import ActivitySegment, Box, WorkState
from vision.detections import Detections, Group, Label
from vision.evaluation.overlap import pairs
from vision.evaluation.people_counts import LEAST_HEIGHT_PX, CountedPicture
from vision.evaluation.tracking import FollowedPicture
from vision.evaluation.work_states import FoundState, MachineMoment
from vision.tracker import Tracker
from vision.tracks import NO_TRACK

_SURE = 1.0


@dataclass(frozen=True, slots=True)
class TrueThing:
    """A person or machine in one picture; `work` is None for what is no machine."""

    thing: str
    label: Label
    xyxy: Box
    work: WorkState | None


@dataclass(frozen=True, slots=True)
class TruePicture:
    """What one picture truly shows; `seconds` is how long it stands for."""

    at: datetime
    seconds: float
    is_usable: bool
    things: tuple[TrueThing, ...]


def true_pictures(truth: Mapping[str, Any]) -> list[TruePicture]:
    """A clip's pictures from its truth, one that keeps its schema."""
    return [
        TruePicture(
            datetime.fromisoformat(frame["at"]),
            1 / truth["rate"],
            frame["is_usable"],
            tuple(
                TrueThing(
                    thing["id"],
                    Label(thing["label"], Group(thing["group"])),
                    _box(thing["xyxy"]),
                    None if thing["work"] is None else WorkState(thing["work"]),
                )
                for thing in frame["objects"]
            ),
        )
        for frame in truth["frames"]
    ]


def machine_moments(clip: str, truth: Sequence[TruePicture], watched: WatchedClip) -> Iterator[MachineMoment]:
    """Each true machine in each picture with what was made of it; pictures that truly show nothing are left out."""
    looks = {one.captured_at: one for one in watched.pictures}
    for picture in truth:
        machines = [thing for thing in picture.things if thing.work is not None]
        look = looks.get(picture.at)
        if not picture.is_usable or not machines:
            continue
        found = [] if look is None else _machines_found(look, watched.activity.segments)
        matched = pairs([thing.xyxy for thing in machines], [box for box, _ in found])
        for number, thing in enumerate(machines):
            assert thing.work is not None  # chosen so
            state = found[matched[number]][1] if number in matched else FoundState.UNMATCHED
            yield MachineMoment(clip, thing.thing, thing.label.name, picture.seconds, thing.work, state)


def counted_pictures(
    clip: str, truth: Sequence[TruePicture], watched: WatchedClip, *, as_found: bool
) -> Iterator[CountedPicture]:
    """True people and counted ones, picture by picture; in a picture that was not usable to us none is counted.

    They are counted as a clip's are, or `as_found`: without whoever the detector missed for a moment.
    """
    looks = {one.captured_at: one for one in watched.pictures}
    for picture in truth:
        look = looks.get(picture.at)
        if look is None or not picture.is_usable:
            continue
        true = sum(
            thing.label.group is Group.PERSON and thing.xyxy[3] - thing.xyxy[1] >= LEAST_HEIGHT_PX
            for thing in picture.things
        )
        counted = look.people_found if as_found else look.people
        yield CountedPicture(clip, true, counted or 0)


def followed_truth(truth: Sequence[TruePicture], every_s: float) -> list[FollowedPicture]:
    """True boxes, thinned to one picture in `every_s`, and what the tracker alone makes of them."""
    tracker, looks = Tracker(), LookSchedule(every_s)
    labels = tuple(dict.fromkeys(thing.label for picture in truth for thing in picture.things))
    followed = []
    for picture in truth:
        at_s = (picture.at - truth[0].at).total_seconds()
        if not looks.is_due(at_s):
            continue
        looks.take(at_s)
        tracked = tracker.update(_as_detections(picture.things, labels), at_s)
        tracks = {
            int(track_id): thing.xyxy
            for track_id, thing in zip(tracked.track_ids, picture.things, strict=True)
            if track_id != NO_TRACK
        }
        followed.append(FollowedPicture({thing.thing: thing.xyxy for thing in picture.things}, tracks))
    return followed


def _box(xyxy: Sequence[float]) -> Box:
    left, top, right, bottom = xyxy
    return float(left), float(top), float(right), float(bottom)


def _as_detections(things: Sequence[TrueThing], labels: tuple[Label, ...]) -> Detections:
    return Detections(
        np.array([thing.xyxy for thing in things], np.float32).reshape(-1, 4),
        np.full(len(things), _SURE, np.float32),
        np.array([labels.index(thing.label) for thing in things], np.int64),
        labels,
    )


def _machines_found(look: SeenPicture, segments: Sequence[ActivitySegment]) -> list[tuple[Box, FoundState]]:
    """The boxes of machines as the product has them at that moment, each with its state.

    Standing tracks, also where the detector missed them; detections that belong to none, of which nothing is known;
    and tracks that were confirmed only later, where they began.
    """
    if look.tracked is None:
        return []
    states = {
        one.track_id: one for one in segments if one.state is not None and one.starts_s <= look.at_s <= one.ends_s
    }
    found = [
        (track.xyxy, _state(states.get(track.track_id)))
        for track in look.standing
        if track.label.group is Group.MACHINE
    ]
    standing = {track.track_id for track in look.standing}
    found += [(one.first_xyxy, _state(one)) for one in states.values() if one.is_first and one.track_id not in standing]
    found += [
        (detection.xyxy, FoundState.UNKNOWN)
        for detection, track_id in zip(look.tracked.detections, look.tracked.track_ids, strict=True)
        if track_id == NO_TRACK and detection.label.group is Group.MACHINE
    ]
    return found


def _state(segment: ActivitySegment | None) -> FoundState:
    return FoundState.UNKNOWN if segment is None or segment.state is None else FoundState(segment.state.value)
