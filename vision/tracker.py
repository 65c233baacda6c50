"""Following people, machines and vehicles from picture to picture of one run."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import supervision as sv
from numpy.typing import NDArray
from trackers import BIoU, ByteTrackTracker

from vision.activity_segment import Box
from vision.detections import Detections, Group, Label
from vision.tracks import NO_TRACK, Look, Track, TrackedDetections

# A track is confirmed by so many pictures that show it, the first two in a row.
LEAST_LOOKS = 3
# So long the detector may miss what it has found before: a machine stands for long, people walk on.
MACHINE_LOST_AFTER_S = 15.0
PERSON_LOST_AFTER_S = 3.0
# The library counts a Kalman filter's noise in frames of this rate; pictures carry their own times.
NOMINAL_RATE = 5.0
# How far off its foretold place a thing may be: a share of its own size, more of it the longer nobody looked.
LEAST_REACH, REACH_PER_S, MOST_REACH = 0.1, 0.5, 1.2
LEAST_OVERLAP = 0.1

_LEAST_IN_A_ROW = 2
_LIBRARY_RATE = 30.0
_PERSON = frozenset({Group.PERSON})
_DRIVES = frozenset({Group.MACHINE, Group.VEHICLE})


class Tracker:
    """Gives detections of one run, picture by picture, the ids of their tracks; owned by one thread.

    People are followed apart from what drives: a lorry is a machine to one look and a vehicle to the next, but nobody
    turns into a lorry. What is neither (a helmet) has no track. An id is never given twice.
    """

    def __init__(self) -> None:
        """Begin without tracks."""
        self._count = 0
        self.forget()

    def forget(self) -> None:
        """End all tracks: what comes next is another run or another view."""
        self._pools = (_Pool(_PERSON, PERSON_LOST_AFTER_S), _Pool(_DRIVES, MACHINE_LOST_AFTER_S))
        self._last_s: float | None = None

    def update(self, detections: Detections, at_s: float) -> TrackedDetections:
        """Take the next picture's detections; `at_s` rises from picture to picture."""
        gap_s = 0.0 if self._last_s is None else at_s - self._last_s
        self._last_s = at_s
        groups = [label.group for label in detections.labels]
        track_ids = np.full(len(detections), NO_TRACK, np.int64)
        for pool in self._pools:
            rows = np.flatnonzero([groups[class_id] in pool.groups for class_id in detections.class_id])
            for row, followed in zip(rows, pool.update(detections, rows, at_s, gap_s), strict=True):
                if followed is not None and followed.is_confirmed:
                    track_ids[row] = self._id_of(followed)
        return TrackedDetections(detections, track_ids)

    def tracks(self) -> tuple[Track, ...]:
        """The confirmed tracks that stand, also those that the newest picture's detections missed."""
        return tuple(
            Track(self._id_of(one), one.label, box, tuple(one.looks), missed_s)
            for pool in self._pools
            for one, box, missed_s in pool.standing()
            if one.is_confirmed
        )

    def _id_of(self, followed: "_Followed") -> int:
        if followed.track_id == NO_TRACK:
            self._count += 1
            followed.track_id = self._count
        return followed.track_id


@dataclass(frozen=True, slots=True)
class _Sight:
    """One detection: where, when, and what it was called how surely."""

    look: Look
    label: Label
    confidence: float


@dataclass(slots=True)
class _Followed:
    """What the library follows under one number; `looks` are those before and with its confirmation."""

    names: dict[Label, float] = field(default_factory=lambda: defaultdict(float))
    looks: list[Look] = field(default_factory=list)
    found_s: float = 0.0
    xyxy: Box = (0.0, 0.0, 0.0, 0.0)
    track_id: int = NO_TRACK

    @property
    def is_confirmed(self) -> bool:
        return len(self.looks) >= LEAST_LOOKS

    @property
    def label(self) -> Label:
        return max(self.names, key=lambda label: self.names[label])

    def found(self, sight: _Sight) -> None:
        self.names[sight.label] += sight.confidence
        self.found_s = sight.look.at_s
        self.xyxy = sight.look.xyxy
        if not self.is_confirmed:
            self.looks.append(sight.look)


def _box(values: Sequence[float]) -> Box:
    left, top, right, bottom = values
    return left, top, right, bottom


class _Pool:
    """What may take each other's place from one picture to the next."""

    def __init__(self, groups: frozenset[Group], lost_after_s: float) -> None:
        self.groups = groups
        self._reach = BIoU(LEAST_REACH)
        self._library = ByteTrackTracker(
            lost_track_buffer=round(lost_after_s * _LIBRARY_RATE),
            frame_rate=NOMINAL_RATE,
            track_activation_threshold=0.0,
            minimum_consecutive_frames=_LEAST_IN_A_ROW,
            minimum_iou_threshold=LEAST_OVERLAP,
            high_conf_det_threshold=0.0,
            iou=self._reach,
        )
        self._followed: dict[int, _Followed] = {}
        self._at_s = 0.0
        self._unclaimed: list[_Sight] = []

    def update(
        self, detections: Detections, rows: NDArray[np.intp], at_s: float, gap_s: float
    ) -> list[_Followed | None]:
        """What the detections at `rows` belong to; None for those that are seen for the first time."""
        self._reach.buffer_ratio = min(MOST_REACH, max(LEAST_REACH, REACH_PER_S * gap_s))
        # The library gives them back in another order.
        given = sv.Detections(
            xyxy=detections.xyxy[rows], confidence=detections.confidence[rows], data={"place": np.arange(len(rows))}
        )
        tracked = self._library.update(given, timestamp=at_s)
        numbers = np.full(len(rows), NO_TRACK, np.int64)
        if len(tracked):
            numbers[np.asarray(tracked.data["place"])] = np.asarray(tracked.tracker_id, np.int64)
        unclaimed: list[_Sight] = []
        found: list[_Followed | None] = []
        for row, number in zip(rows, numbers.tolist(), strict=True):
            look = Look(at_s, _box(detections.xyxy[row].tolist()))
            sight = _Sight(look, detections.labels[int(detections.class_id[row])], float(detections.confidence[row]))
            if number == NO_TRACK:
                unclaimed.append(sight)
                found.append(None)
                continue
            if number not in self._followed:
                self._followed[number] = self._begun(sight)
            self._followed[number].found(sight)
            found.append(self._followed[number])
        self._unclaimed = unclaimed
        self._at_s = at_s
        alive = {track.tracker_id for track in self._library.tracks}
        self._followed = {number: one for number, one in self._followed.items() if number in alive}
        return found

    def standing(self) -> list[tuple[_Followed, Box, float]]:
        """What is followed, where it is, and for how long the detector has missed it.

        Who is missed walks on as foretold; a machine that is missed stands where it stood.
        """
        held = self._library.tracked_objects
        numbers = [] if held.tracker_id is None else held.tracker_id.tolist()
        standing = []
        for number, foretold in zip(numbers, held.xyxy.tolist(), strict=True):
            one = self._followed[number]
            missed_s = self._at_s - one.found_s
            walks_on = missed_s > 0 and self.groups == _PERSON
            standing.append((one, _box(foretold) if walks_on else one.xyxy, missed_s))
        return standing

    def _begun(self, second: _Sight) -> _Followed:
        """What was just seen twice, with the first time: the library numbers it by the second one only."""
        followed = _Followed()
        if self._unclaimed:
            boxes = np.array([one.look.xyxy for one in self._unclaimed])
            overlaps = self._reach.compute(np.array([second.look.xyxy]), boxes)[0]
            best = int(overlaps.argmax())
            if overlaps[best] > 0:
                followed.found(self._unclaimed.pop(best))
        return followed
