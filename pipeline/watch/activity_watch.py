"""Watching what goes on between looks that are close enough together to tell.

Looks of one run that are at most 3 s apart, or a little later than that, and those of one burst, are followed as one;
everything else tells only who and what was there. A look that shows no view, or the same picture again, is a gap:
whatever stood before it and stands after it was not seen standing meanwhile. Looks farther apart cost nothing here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pipeline.signals.gates import GateCrossing, GateWatch
from pipeline.signals.zones import NO_ZONES, ZoneMap
from pipeline.watch.look import Look
from vision.activity_segment import ActivitySegment, WorkState
from vision.run_activity import MOST_GAP_S, RunActivity

# Raised with whatever lets the same pictures tell something else: trackers, motion, gates.
MOTION_VERSION: Final = "motion-1"


@dataclass(frozen=True, slots=True)
class WorkStretch:
    """A machine in one state for a while, by wall time."""

    label: str
    state: WorkState
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class SeenCrossing:
    """Somebody or something that passed a gate, by wall time."""

    gate: str
    label: str
    is_arrival: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Activity:
    """What was seen to go on; `watched` is between which moments looks were close enough to tell."""

    stretches: tuple[WorkStretch, ...] = ()
    crossings: tuple[SeenCrossing, ...] = ()
    watched: tuple[tuple[datetime, datetime], ...] = ()


class ActivityWatch:
    """Follows one placement's looks in order of time; owned by one thread."""

    def __init__(self, zones: ZoneMap = NO_ZONES) -> None:
        self._zones = zones
        self._previous: Look | None = None
        self._run: RunActivity | None = None
        self._gates = GateWatch(zones)
        self._stretches: list[WorkStretch] = []
        self._crossings: list[SeenCrossing] = []
        self._watched: list[tuple[datetime, datetime]] = []

    def see(self, look: Look) -> None:
        """Follow the next look."""
        previous = self._previous
        if previous is not None and _is_same_moment(previous, look):
            return
        if look.detections is None:
            self._end_run()
            return
        if previous is None or not _is_followed(previous, look):
            self._end_run()
            self._previous = look
            return
        if self._run is None:
            # Only now is it known that the look before was the first of a run.
            self._run, self._gates = RunActivity(), GateWatch(self._zones)
            self._feed(self._run, previous)
        self._feed(self._run, look)
        self._watch(previous.frame.captured_at, look.frame.captured_at)
        self._previous = look

    def take(self) -> Activity:
        """All that went on up to the last look and was not taken yet."""
        if self._run is not None:
            self._settle(self._run.drain())
        return self._given()

    def end(self) -> Activity:
        """What `take` gives, with every track ended: the next look begins anew."""
        self._end_run()
        return self._given()

    def _feed(self, run: RunActivity, look: Look) -> None:
        assert look.detections is not None  # only usable looks are followed
        frame = look.frame
        tracked = run.see(look.image, look.detections, frame.pts_s)
        self._gates.see(tracked, frame.width_px, frame.height_px, frame.pts_s)

    def _watch(self, starts_at: datetime, ends_at: datetime) -> None:
        if self._watched and self._watched[-1][1] == starts_at:
            starts_at = self._watched.pop()[0]
        self._watched.append((starts_at, ends_at))

    def _end_run(self) -> None:
        if self._run is not None:
            self._settle(self._run.close())
        self._run = self._previous = None

    def _settle(self, segments: list[ActivitySegment]) -> None:
        """Put what came out into wall time, as the last look tells it."""
        assert self._previous is not None  # a run has looks
        frame = self._previous.frame

        def _at(media_s: float) -> datetime:
            return frame.captured_at - timedelta(seconds=frame.pts_s - media_s)

        self._stretches += [
            WorkStretch(one.label.name, one.state, _at(one.starts_s), _at(one.ends_s))
            for one in segments
            if one.state is not None and one.ends_s > one.starts_s
        ]
        crossed: list[GateCrossing] = self._gates.settle(segments, frame.width_px, frame.height_px)
        self._crossings += [SeenCrossing(one.gate, one.label.name, one.is_arrival, _at(one.at_s)) for one in crossed]

    def _given(self) -> Activity:
        given = Activity(tuple(self._stretches), tuple(self._crossings), tuple(self._watched))
        self._stretches, self._crossings, self._watched = [], [], []
        return given


def _is_same_moment(previous: Look, look: Look) -> bool:
    return previous.frame.run_id == look.frame.run_id and previous.frame.pts_s == look.frame.pts_s


def _is_followed(previous: Look, look: Look) -> bool:
    """Whether two usable looks belong to one run or burst, near enough to tell what went on between them."""
    before, frame = previous.frame, look.frame
    if (before.run_id, before.burst) != (frame.run_id, frame.burst) or before.image.shape != frame.image.shape:
        return False
    return 0 < frame.pts_s - before.pts_s <= MOST_GAP_S
