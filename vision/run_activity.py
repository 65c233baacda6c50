"""What happened over a run: who was there and which machine worked, picture by picture, then in segments."""

from dataclasses import dataclass, field

from vision.activity_segment import ActivitySegment, WorkState
from vision.box_motion import BoxMotion, Motion, Standing
from vision.detections import Detections, Group, Label
from vision.detector import Image
from vision.stabiliser import Stabiliser
from vision.tracker import Tracker
from vision.tracks import NO_TRACK, Look, Track, TrackedDetections
from vision.work_state import LONGEST_REST_S, work_states

# Pictures farther apart don't tell who is who, nor what works. It is three seconds, and what a look at every third
# second may come late: a second of 29.97 pictures lasts 1.001 s, and packets come a little early and a little late.
MOST_GAP_S = 3.3
# So much of what a track did before its last segment is kept, to tell a rest at its end from idleness.
_LOOKED_BACK_S = 2 * LONGEST_REST_S
# The types whose boxes are full of them; a crane's is mostly air, and machinery may be a crane.
_FILLING = frozenset({"excavator", "bulldozer", "dump_truck", "loader", "mixer_truck", "roller"})
_COUNTED = (Group.PERSON, Group.MACHINE, Group.VEHICLE)


class RunActivity:
    """Follows one run, or one burst, picture by picture in order; owned by one thread.

    A machine's state is told when segments are asked for: whether it rests or is idle shows by what follows.
    """

    def __init__(self, frame_gap_s: float = MOST_GAP_S) -> None:
        """Begin without tracks; a gap of more than `frame_gap_s` between pictures ends those that stand."""
        self._frame_gap_s = frame_gap_s
        self._tracker = Tracker()
        self._stabiliser = Stabiliser()
        self._motion = BoxMotion()
        self._at_s: float | None = None
        self._histories: dict[int, _History] = {}
        self._done: list[ActivitySegment] = []

    def see(self, image: Image, detections: Detections, at_s: float) -> TrackedDetections:
        """Take the next picture, (height, width, 3) uint8 BGR, and what was detected in it; media time rises.

        Raises:
            ValueError: `at_s` does not lie after the last picture's.
        """
        if self._at_s is not None:
            if at_s <= self._at_s:
                raise ValueError(f"Pictures of a run come in order; {at_s:g} s does not come after {self._at_s:g} s.")
            if at_s - self._at_s > self._frame_gap_s:
                self._end_all()
        self._at_s = at_s
        tracked = self._tracker.update(detections, at_s)
        standing = {track.track_id: track for track in self._tracker.tracks()}
        for track in standing.values():
            if track.is_found:
                self._found(track, at_s)
        for track_id in [one for one in self._histories if one not in standing]:
            self._end(track_id)
        self._measure(image, tracked, standing, at_s)
        return tracked

    def tracks(self) -> tuple[Track, ...]:
        """The confirmed tracks in the newest picture, also those that its detections missed."""
        return self._tracker.tracks()

    def drain(self) -> list[ActivitySegment]:
        """All segments up to the last picture that were not given yet; tracks that stand go on."""
        for track_id, history in self._histories.items():
            self._done.extend(history.segments(track_id, is_last=False))
        given, self._done = self._done, []
        return sorted(given, key=lambda segment: (segment.starts_s, segment.track_id))

    def close(self) -> list[ActivitySegment]:
        """All segments that were not given yet, with every track ended."""
        self._end_all()
        return self.drain()

    def _found(self, track: Track, at_s: float) -> None:
        history = self._histories.get(track.track_id)
        if history is None:
            self._histories[track.track_id] = _History(track.label, list(track.first_looks))
        else:
            history.label = track.label
            history.looks.append(Look(at_s, track.xyxy))

    def _measure(self, image: Image, tracked: TrackedDetections, standing: dict[int, Track], at_s: float) -> None:
        if not self._motion.is_due(at_s):
            return
        boxes = {
            track_id: Standing(track.xyxy, track.label.group is Group.PERSON) for track_id, track in standing.items()
        }
        others = tuple(
            Standing(one.xyxy, one.label.group is Group.PERSON)
            for one, track_id in zip(tracked.detections, tracked.track_ids, strict=True)
            if track_id == NO_TRACK and one.label.group in _COUNTED
        )
        picture = self._stabiliser.steady(image, at_s)
        for track_id, motion in self._motion.measure(picture, at_s, boxes, others).items():
            if track_id in self._histories:
                self._histories[track_id].motions.append(motion)

    def _end_all(self) -> None:
        for track_id in list(self._histories):
            self._end(track_id)
        self._tracker.forget()
        self._stabiliser, self._motion = Stabiliser(), BoxMotion()

    def _end(self, track_id: int) -> None:
        self._done.extend(self._histories.pop(track_id).segments(track_id, is_last=True))


@dataclass(slots=True)
class _History:
    """What is known of one track since its last segment was given, and a little before."""

    label: Label
    looks: list[Look]
    motions: list[Motion] = field(default_factory=list)
    is_given: bool = False

    def segments(self, track_id: int, *, is_last: bool) -> list[ActivitySegment]:
        """What was not given yet; the last look is kept, since the next segment begins there."""
        if not self.looks or (self.is_given and len(self.looks) == 1 and not is_last):
            return []
        found = list(self._segments(track_id, is_last=is_last))
        self.is_given = True
        self.looks = self.looks[-1:]
        self.motions = [one for one in self.motions if one.to_s >= self.looks[0].at_s - _LOOKED_BACK_S]
        return found

    def _segments(self, track_id: int, *, is_last: bool) -> list[ActivitySegment]:
        times_s = [look.at_s for look in self.looks]
        states: list[WorkState | None] = [None] * len(times_s)
        if self.label.group is Group.MACHINE:
            fills_box = self.label.name in _FILLING
            states = list(work_states(self.motions, times_s, fills_box=fills_box))
        begins = [0, *(place for place in range(1, len(states)) if states[place] is not states[place - 1])]
        # A change of state at the very last look has no time of its own yet.
        begins = [place for place in begins if place == 0 or place < len(states) - 1]
        found = []
        for number, place in enumerate(begins):
            is_end = number == len(begins) - 1
            last = len(states) - 1 if is_end else begins[number + 1]
            # The look that was already told of, or that the next segment begins with, counts once.
            looks = last - place + (1 if is_end else 0) - (1 if number == 0 and self.is_given else 0)
            found.append(
                ActivitySegment(
                    track_id,
                    self.label,
                    states[place],
                    self.looks[place].at_s,
                    self.looks[last].at_s,
                    self.looks[place].xyxy,
                    self.looks[last].xyxy,
                    looks,
                    is_first=number == 0 and not self.is_given,
                    is_last=is_last and is_end,
                )
            )
        return found
