"""Who and what was at work in one clip: looked at, judged, detected and followed as a watched camera's pictures are.

A clip is one run. About five pictures of a second are looked at; a picture that shows no view, or a gap of more than
a few seconds, ends what was followed, since nobody saw what went on meanwhile.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event
from uuid import UUID

from pipeline.signals.gates import GateCrossing, GateWatch
from pipeline.signals.work_sampling import Estimate, effective_samples, share_of
from pipeline.signals.zones import NO_ZONES, ZoneMap
from pipeline.watch.look import Look, Looker
from pipeline.watch.tally import RULE_VERSION as TALLY_VERSION
from pipeline.watch.tally import Crossings, LabelTally, StateSeconds, WindowTally
from streams.clip_source import ClipSource
from vision.activity_segment import ActivitySegment
from vision.detections import Group
from vision.detector import Detector
from vision.run_activity import MOST_GAP_S, RunActivity
from vision.tracks import Track, TrackedDetections
from vision.tracks import people_seen as people_in
from vision.view_quality import ViewQuality

LOOK_EVERY_S = 0.2
RULE_VERSION = f"clip-1+{TALLY_VERSION}"


@dataclass(frozen=True, slots=True)
class DrawnZones:
    """What was drawn on a clip's picture: privacy masks in shares of it, and the zones that are counted in."""

    masks: tuple[tuple[tuple[float, float], ...], ...] = ()
    zones: ZoneMap = NO_ZONES


@dataclass(frozen=True, slots=True, eq=False)
class SeenPicture:
    """One look: when, what it was good for, and what was found and followed in it if it was usable.

    `at_s` is media time from the clip's first picture. `standing` are the confirmed tracks, also those that the
    detector missed in it.
    """

    at_s: float
    captured_at: datetime
    quality: ViewQuality
    tracked: TrackedDetections | None
    standing: tuple[Track, ...] = ()

    @property
    def people_found(self) -> int | None:
        """How many people the detector found, as a window counts them; None in a picture that shows nothing."""
        return None if self.tracked is None else len(self.tracked.detections.of_group(Group.PERSON))

    @property
    def people(self) -> int | None:
        """How many people are there: those, and whoever it missed for a moment between pictures that show them."""
        return None if self.tracked is None else people_in(self.tracked.detections, self.standing)


@dataclass(frozen=True, slots=True)
class PeopleSeen:
    """People over the looks that were usable; `share_with` is the share of them that held any, with its interval.

    Looks a fifth of a second apart show the same people: the interval counts as many looks as are worth something
    (pipeline/signals/work_sampling.py). What is None could not be told.
    """

    looks: int
    mean: float | None
    most: int
    looks_with: int
    share_with: Estimate | None


@dataclass(frozen=True, slots=True)
class MachinesSeen:
    """Machines of one type: how many tracks, the most in one look, and their machine-seconds by state.

    `share_working` is of the seconds in which it could be told; its interval is over tracks, for what one machine
    does in a clip says little of another's.
    """

    label: str
    tracks: int
    most: int
    seconds: StateSeconds
    share_working: Estimate | None


@dataclass(frozen=True, slots=True)
class ClipActivity:
    """All that is told of one clip.

    `seconds` lie between its first and its last look. `first_at` is None where its times are not known.
    `not_usable` counts looks by what was wrong with them.
    """

    clip: str
    width_px: int
    height_px: int
    looks: int
    seconds: float
    first_at: datetime | None
    last_at: datetime | None
    people: PeopleSeen
    labels: Mapping[str, LabelTally]
    machines: tuple[MachinesSeen, ...]
    segments: tuple[ActivitySegment, ...]
    zones: Mapping[str, Mapping[str, LabelTally]]
    crossings: Mapping[str, Mapping[str, Crossings]]
    not_usable: Mapping[str, int]
    detector: str
    weights_sha256: str
    input_sha256: str
    rule_version: str = RULE_VERSION


@dataclass(frozen=True, slots=True, eq=False)
class WatchedClip:
    """A clip's figures, and each of the looks that they come from."""

    activity: ClipActivity
    pictures: tuple[SeenPicture, ...]


def watch_clip(
    clip: Path,
    times: Path | None,
    detector: Detector,
    drawn: DrawnZones | None = None,
    on_look: Callable[[int], None] | None = None,
) -> WatchedClip:
    """Look at a clip from end to end; `times` is the file that says when its pictures were taken, if there is one.

    Raises:
        ArchiveError: the clip or its times can't be used, or it ends early.
    """
    drawn = drawn or DrawnZones()
    watch = _Watch(detector, drawn)
    with ClipSource(clip, times, LOOK_EVERY_S).open(Event()) as run:
        for count, frame in enumerate(run.frames, start=1):
            watch.see(watch.looker.look(frame))
            if on_look is not None:
                on_look(count)
    return watch.told(clip.name, is_dated=run.is_dated)


@dataclass(slots=True)
class _Watch:
    """Follows the looks of one clip in order; owned by one thread."""

    detector: Detector
    drawn: DrawnZones
    looker: Looker = field(init=False)
    _run: RunActivity = field(init=False, default_factory=RunActivity)
    _gates: GateWatch = field(init=False)
    _tally: WindowTally | None = field(init=False, default=None)
    _pictures: list[SeenPicture] = field(init=False, default_factory=list)
    _segments: list[ActivitySegment] = field(init=False, default_factory=list)
    _crossings: list[GateCrossing] = field(init=False, default_factory=list)
    _size_px: tuple[int, int] = field(init=False, default=(0, 0))

    def __post_init__(self) -> None:
        self.looker = Looker(self.detector, self.drawn.masks, zones=self.drawn.zones)
        self._gates = GateWatch(self.drawn.zones)

    def see(self, look: Look) -> None:
        """Take the next look."""
        frame, zones = look.frame, self.drawn.zones
        self._size_px = frame.width_px, frame.height_px
        if self._tally is None:
            self._tally = WindowTally.begin(UUID(int=0), frame.captured_at, LOOK_EVERY_S, zones)
        self._tally = self._tally.adding(look, LOOK_EVERY_S, zones)
        if self._pictures and frame.pts_s - self._pictures[-1].at_s > MOST_GAP_S:
            self._end_run()
        tracked: TrackedDetections | None = None
        standing: tuple[Track, ...] = ()
        if look.detections is None:
            self._end_run()
        else:
            tracked = self._run.see(look.image, look.detections, frame.pts_s)
            standing = self._run.tracks()
            self._gates.see(tracked, frame.width_px, frame.height_px, frame.pts_s)
        self._pictures.append(SeenPicture(frame.pts_s, frame.captured_at, look.quality, tracked, standing))

    def told(self, clip: str, *, is_dated: bool) -> WatchedClip:
        """End every track, and say what was seen."""
        self._end_run()
        assert self._tally is not None  # an empty clip was refused before
        first, last = self._pictures[0], self._pictures[-1]
        quality = self._tally.quality
        activity = ClipActivity(
            clip=clip,
            width_px=self._size_px[0],
            height_px=self._size_px[1],
            looks=len(self._pictures),
            seconds=last.at_s - first.at_s,
            first_at=first.captured_at if is_dated else None,
            last_at=last.captured_at if is_dated else None,
            people=people_seen([one.people for one in self._pictures if one.people is not None]),
            labels=self._tally.labels,
            machines=machines_seen(self._segments, self._tally.labels),
            segments=tuple(self._segments),
            zones=self._tally.zones,
            crossings=_counted(self._crossings),
            not_usable={name: looks for name, looks in quality.items() if name != ViewQuality.USABLE.value},
            detector=self.detector.name,
            weights_sha256=self.detector.weights_sha256,
            input_sha256=self._tally.input_sha256,
        )
        return WatchedClip(activity, tuple(self._pictures))

    def _end_run(self) -> None:
        ended = self._run.close()
        self._segments += ended
        self._crossings += self._gates.settle(ended, *self._size_px)
        self._gates = GateWatch(self.drawn.zones)


def people_seen(counts: Sequence[int]) -> PeopleSeen:
    """People over usable looks, from how many each held."""
    if not counts:
        return PeopleSeen(0, None, 0, 0, None)
    held = [1.0 if count else 0.0 for count in counts]
    samples = effective_samples(held, [1.0] * len(held))
    share = share_of(sum(held) / len(held), samples)
    return PeopleSeen(len(counts), sum(counts) / len(counts), max(counts), round(sum(held)), share)


def machines_seen(segments: Iterable[ActivitySegment], labels: Mapping[str, LabelTally]) -> tuple[MachinesSeen, ...]:
    """Machines by type, those that were only seen included: a clip of one picture tells of presence alone."""
    seconds: dict[str, StateSeconds] = defaultdict(StateSeconds)
    tracks: dict[str, set[int]] = defaultdict(set)
    for segment in segments:
        if segment.state is not None:
            seconds[segment.label.name] = seconds[segment.label.name].adding(segment.state, segment.seconds)
            tracks[segment.label.name].add(segment.track_id)
    seen = {name for name, tally in labels.items() if tally.group == Group.MACHINE.value}
    told = []
    for label in sorted(seen | set(seconds)):
        own = seconds[label]
        known_s = own.working_s + own.idle_s
        share = share_of(own.working_s / known_s, max(1, len(tracks[label]))) if known_s else None
        most = labels[label].most if label in labels else 0
        told.append(MachinesSeen(label, len(tracks[label]), most, own, share))
    return tuple(told)


def _counted(crossings: Iterable[GateCrossing]) -> dict[str, dict[str, Crossings]]:
    counted: dict[str, dict[str, Crossings]] = {}
    for one in crossings:
        here = counted.setdefault(one.gate, {})
        known = here.get(one.label.name, Crossings())
        here[one.label.name] = Crossings(known.arrivals + one.is_arrival, known.departures + (not one.is_arrival))
    return counted
