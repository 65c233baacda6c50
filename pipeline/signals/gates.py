"""Who came in and who went out at a gate, as far as it was seen from beginning to end.

A track is at a gate as soon as its foot point is in the zone, and has left it once no part of its box's lower edge is
in it. It came from outside if it appeared in the gate or came there from the outward side, and from inside if it came
there from the inward side. An arrival came from outside and left the gate inward; a departure came from inside and
left it outward, or ended in it. Inward is whatever lies in a work area, or nearer to one than the gate's centre does;
without a work area it is everything beside the gate.

What was cut by the beginning or the end of the looking is no crossing: a track that is there with the first pictures
didn't appear, and one that is there in the last pictures didn't end. So these are crossings that were seen: of a
camera that is looked at in bursts only those within one burst, which is few of all that happened. Who turns round
out of sight, or is lost to the detector in the gate and found anew, is counted as having gone and come.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from pipeline.signals.zones import ZoneMap, stands_in
from vision.activity_segment import ActivitySegment, Box
from vision.detections import Label
from vision.tracks import NO_TRACK, TrackedDetections

# By then a tracker has confirmed whoever was there in a run's first picture.
_LOOKS_TO_APPEAR = 3


@dataclass(frozen=True, slots=True)
class GateCrossing:
    """One track through one gate, at a media time in s."""

    gate: str
    label: Label
    is_arrival: bool
    at_s: float


class GateWatch:
    """Watches the gates of one placement over one run or burst; owned by one thread."""

    def __init__(self, zones: ZoneMap) -> None:
        self._gates = [_Gate.of(name, shape, zones.work_area) for name, shape in zones.gates.items()]
        self._looked_at_s: list[float] = []
        self._first_looks_s: list[float] = []
        self._steps: dict[int, list[_Step]] = defaultdict(list)
        self._visits: dict[tuple[int, str], _Visit] = {}

    def see(self, tracked: TrackedDetections, width_px: int, height_px: int, at_s: float) -> None:
        """Note where the tracks of the next picture stand."""
        self._looked_at_s = [*self._looked_at_s[-1:], at_s]
        if len(self._first_looks_s) < _LOOKS_TO_APPEAR:
            self._first_looks_s.append(at_s)
        if not self._gates:
            return
        for track_id, box in zip(tracked.track_ids, tracked.detections.xyxy, strict=True):
            if track_id != NO_TRACK:
                left, _, right, bottom = (float(value) for value in box)
                step = _Step(at_s, left / width_px, right / width_px, bottom / height_px)
                self._steps[int(track_id)].append(step)

    def settle(self, segments: Iterable[ActivitySegment], width_px: int, height_px: int) -> list[GateCrossing]:
        """The crossings of what was seen since the last time, of which `segments` tell where tracks begin and end."""
        if not self._gates:
            return []
        of_track: dict[int, list[ActivitySegment]] = defaultdict(list)
        for segment in segments:
            of_track[segment.track_id].append(segment)
        crossings: list[GateCrossing] = []
        for track_id, parts in of_track.items():
            parts.sort(key=lambda part: (part.starts_s, part.ends_s))
            steps = self._steps.pop(track_id, [])
            first, last = parts[0], parts[-1]
            if first.is_first and (not steps or first.starts_s < steps[0].at_s):
                steps.insert(0, _step(first.first_xyxy, first.starts_s, width_px, height_px))
            for gate in self._gates:
                visit = self._visits.get((track_id, gate.name))
                if visit is None:
                    visit = self._visits[track_id, gate.name] = _Visit(self._appears(first))
                crossings += [
                    GateCrossing(gate.name, last.label, is_arrival, at_s)
                    for is_arrival, at_s in visit.go_on(gate, steps)
                ]
                if last.is_last:
                    if visit.ends_in_gate and self._vanished(last):
                        crossings.append(GateCrossing(gate.name, last.label, False, last.ends_s))
                    del self._visits[track_id, gate.name]
        return crossings

    def _appears(self, first: ActivitySegment) -> bool:
        """Whether a track began while somebody looked."""
        known_s = self._first_looks_s
        return first.is_first and len(known_s) == _LOOKS_TO_APPEAR and first.starts_s > known_s[-1]

    def _vanished(self, last: ActivitySegment) -> bool:
        """Whether a track ended while somebody looked: the last two pictures at least are without it."""
        return len(self._looked_at_s) == 2 and last.ends_s < self._looked_at_s[0]


class _Side(Enum):
    INWARD = auto()
    OUTWARD = auto()


@dataclass(frozen=True, slots=True)
class _Step:
    """Where a box's lower edge was, in shares of the picture."""

    at_s: float
    left: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, eq=False)
class _Gate:
    name: str
    shape: BaseGeometry
    work_area: BaseGeometry | None
    inward_within: float

    @classmethod
    def of(cls, name: str, shape: BaseGeometry, work_area: BaseGeometry | None) -> "_Gate":
        return cls(name, shape, work_area, 0.0 if work_area is None else float(work_area.distance(shape.centroid)))

    def sides(self, points: NDArray[np.float64]) -> list[_Side]:
        if self.work_area is None:
            return [_Side.INWARD] * len(points)
        distances = np.atleast_1d(shapely.distance(self.work_area, shapely.points(points)))
        return [_Side.INWARD if far < self.inward_within or far == 0 else _Side.OUTWARD for far in distances]


@dataclass(slots=True)
class _Visit:
    """One track and one gate: whether it is there now, and from which side it came; None is not known."""

    appears: bool
    is_in_gate: bool = False
    came_from: _Side | None = None
    side: _Side | None = None

    @property
    def ends_in_gate(self) -> bool:
        return self.is_in_gate and self.came_from is _Side.INWARD

    def go_on(self, gate: _Gate, steps: Sequence[_Step]) -> list[tuple[bool, float]]:
        """Follow the next steps; what crossed: whether it arrived, and when."""
        if not steps:
            return []
        points = np.array([((step.left + step.right) / 2, step.bottom) for step in steps])
        edges = np.array([((step.left, step.bottom), (step.right, step.bottom)) for step in steps])
        within = stands_in(gate.shape, points)
        touching = np.asarray(shapely.intersects(gate.shape, shapely.linestrings(edges)), np.bool_)
        crossed = []
        for step, is_within, is_touching, side in zip(steps, within, touching, gate.sides(points), strict=True):
            if is_within:
                if not self.is_in_gate:
                    appeared_here = self.side is None and self.appears
                    self.came_from = _Side.OUTWARD if appeared_here else self.side
                self.is_in_gate = True
            elif not self.is_in_gate or not is_touching:
                if self.is_in_gate and self.came_from is not None and self.came_from is not side:
                    crossed.append((side is _Side.INWARD, step.at_s))
                self.is_in_gate, self.side = False, side
        return crossed


def _step(xyxy: Box, at_s: float, width_px: int, height_px: int) -> _Step:
    left, _, right, bottom = xyxy
    return _Step(at_s, left / width_px, right / width_px, bottom / height_px)
