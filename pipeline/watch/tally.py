"""Counting up one window's looks: pure, and able to go on from a stored observation."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models.tables.observations import Observation
from pipeline.signals.zones import NO_ZONES, ZoneMap
from pipeline.watch.activity_watch import MOTION_VERSION, Activity
from pipeline.watch.look import Look
from vision.activity_segment import WorkState
from vision.detections import Detections, Group, Label

WINDOW_S = 300
# A look holds somebody surely if that is so likely, each box being right by its confidence and by itself. On rendered
# looks that were trained on: without anybody 0.63 at most (a post), with people 0.85 and more but in fog.
SURE_CHANCE = 0.75
RULE_VERSION = f"window-4+{MOTION_VERSION}"
_NO_INPUT = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class LabelTally:
    """One label over a window's usable looks; in `sure` of them one at least is there by all likelihood."""

    group: str
    looks: int
    total: int
    most: int
    sure: int = 0

    def adding(self, confidences: Sequence[float]) -> "LabelTally":
        """This tally after another look that held boxes of these confidences."""
        count, is_sure = len(confidences), 1 - math.prod(1 - one for one in confidences) >= SURE_CHANCE
        most = max(self.most, count)
        return replace(self, looks=self.looks + 1, total=self.total + count, most=most, sure=self.sure + is_sure)


@dataclass(frozen=True, slots=True)
class StateSeconds:
    """For how many machine-seconds machines of one label were seen at work, idle, or neither could be told."""

    working_s: float = 0.0
    idle_s: float = 0.0
    unknown_s: float = 0.0

    def adding(self, state: WorkState, seconds: float) -> "StateSeconds":
        """These seconds and further ones in one state."""
        name = f"{state.value}_s"
        return replace(self, **{name: getattr(self, name) + seconds})


@dataclass(frozen=True, slots=True)
class Crossings:
    """How many of one label were seen to come in and go out at a gate."""

    arrivals: int = 0
    departures: int = 0


@dataclass(frozen=True, slots=True)
class WindowTally:
    """What was seen of one placement in one window so far.

    `input_sha256` chains the digests of the pictures looked at, and of the zones they were counted in, so that the
    same footage gives the same key and another look gives another one. Where the pace changed within the window,
    `look_every_s` is the shorter interval: no look is made to stand for more than was seen. `turns_seen` counts the
    looks of those that were due: a burst is one, however many pictures it brings. `is_watched` says whether looks
    were ever close enough together to tell what machines do. `late_by_s` is how long after the window its first
    look was taken, where that is late; `looked_until` is when its newest one was.
    """

    placement_id: UUID
    starts_at: datetime
    look_every_s: float
    input_sha256: str = _NO_INPUT
    run_ids: tuple[str, ...] = ()
    looks_seen: int = 0
    looks_usable: int = 0
    labels: Mapping[str, LabelTally] = field(default_factory=dict)
    quality: Mapping[str, int] = field(default_factory=dict)
    turns_seen: int = 0
    zones: Mapping[str, Mapping[str, LabelTally]] = field(default_factory=dict)
    machines: Mapping[str, StateSeconds] = field(default_factory=dict)
    crossings: Mapping[str, Mapping[str, Crossings]] = field(default_factory=dict)
    is_watched: bool = False
    late_by_s: float | None = None
    zones_sha256: str = NO_ZONES.digest
    looked_until: datetime | None = None

    @classmethod
    def begin(cls, placement_id: UUID, starts_at: datetime, look_every_s: float, zones: ZoneMap) -> "WindowTally":
        """An empty tally."""
        digest = hashlib.sha256(zones.digest.encode()).hexdigest()
        return cls(placement_id, starts_at, look_every_s, input_sha256=digest, zones_sha256=zones.digest)

    def adding(
        self, look: Look, look_every_s: float, zones: ZoneMap = NO_ZONES, *, is_turn: bool = True
    ) -> "WindowTally":
        """This tally after another look, one taken at such an interval; `is_turn` unless its burst was counted."""
        run_id = str(look.frame.run_id)
        reason = look.quality.value
        labels, in_zones = self.labels, dict(self.zones)
        if look.detections is not None:
            frame = look.frame
            labels = _counted(labels, look.detections, range(len(look.detections)))
            for name, inside in zones.standing(look.detections, frame.width_px, frame.height_px).items():
                here = [int(row) for row in inside.nonzero()[0] if _is_counted_in_zones(look.detections, int(row))]
                if here:
                    in_zones[name] = _counted(in_zones.get(name, {}), look.detections, here)
        return replace(
            self,
            look_every_s=min(self.look_every_s, look_every_s),
            input_sha256=_chain(self.input_sha256, look),
            run_ids=self.run_ids if run_id in self.run_ids else (*self.run_ids, run_id),
            looks_seen=self.looks_seen + 1,
            looks_usable=self.looks_usable + (look.detections is not None),
            labels=labels,
            quality={**self.quality, reason: self.quality.get(reason, 0) + 1},
            turns_seen=self.turns_seen + is_turn,
            zones=in_zones,
            looked_until=look.frame.captured_at,
        )

    def adding_activity(self, activity: Activity) -> "WindowTally":
        """This tally with as much of what went on as fell into its window."""
        ends_at = self.starts_at + timedelta(seconds=WINDOW_S)
        machines, crossings = dict(self.machines), {gate: dict(here) for gate, here in self.crossings.items()}
        for stretch in activity.stretches:
            seconds = (min(stretch.ends_at, ends_at) - max(stretch.starts_at, self.starts_at)).total_seconds()
            if seconds > 0:
                known = machines.get(stretch.label, StateSeconds())
                machines[stretch.label] = known.adding(stretch.state, seconds)
        for one in activity.crossings:
            if self.starts_at <= one.at < ends_at:
                here = crossings.setdefault(one.gate, {})
                crossed = here.get(one.label, Crossings())
                here[one.label] = Crossings(
                    crossed.arrivals + one.is_arrival, crossed.departures + (not one.is_arrival)
                )
        is_watched = any(begins < ends_at and ended > self.starts_at for begins, ended in activity.watched)
        return replace(self, machines=machines, crossings=crossings, is_watched=self.is_watched or is_watched)

    def observation(self, detector: str, weights_sha256: str, created_at: datetime) -> Observation:
        """The row for what was seen so far; each turn stands for its sampling period."""
        seen_s = min(float(WINDOW_S), self.turns_seen * self.look_every_s)
        told = list(self.machines.values())
        tells = self.is_watched and (not told or any(one.working_s or one.idle_s for one in told))
        usable_s = seen_s * self.looks_usable / self.looks_seen if self.looks_seen else 0.0
        return Observation(
            placement_id=self.placement_id,
            window_starts_at=self.starts_at,
            window_s=WINDOW_S,
            input_sha256=self.input_sha256,
            detector=detector,
            weights_sha256=weights_sha256,
            rule_version=RULE_VERSION,
            run_ids=list(self.run_ids),
            looks_seen=self.looks_seen,
            looks_usable=self.looks_usable,
            look_every_s=self.look_every_s,
            due_s=float(WINDOW_S),
            seen_s=seen_s,
            usable_s=usable_s,
            tallies=_stored_all(self.labels),
            # Looks far apart tell that a machine is there, and nothing of what it did between them.
            machine_working_s=round(sum(one.working_s for one in told), 3) if tells else None,
            machine_idle_s=round(sum(one.idle_s for one in told), 3) if tells else None,
            machine_seconds={label: _rounded(one) for label, one in sorted(self.machines.items())},
            zone_tallies={zone: _stored_all(here) for zone, here in sorted(self.zones.items())},
            gate_crossings={
                gate: {label: asdict(one) for label, one in sorted(here.items())}
                for gate, here in sorted(self.crossings.items())
            },
            late_by_s=self.late_by_s,
            zones_sha256=self.zones_sha256,
            looked_until=self.looked_until,
            turns_seen=self.turns_seen,
            view_quality=dict(self.quality),
            evidence_id=None,
            created_at=created_at,
        )


def window_start(moment: datetime) -> datetime:
    """Start of the 5-minute window that a moment belongs to, on whole multiples in UTC."""
    seconds = int(moment.timestamp()) // WINDOW_S * WINDOW_S
    return datetime.fromtimestamp(seconds, UTC)


def tally_of(observation: Observation) -> WindowTally:
    """The tally behind a stored observation, to go on counting after a restart in mid-window."""
    return WindowTally(
        placement_id=observation.placement_id,
        starts_at=observation.window_starts_at,
        look_every_s=observation.look_every_s,
        input_sha256=observation.input_sha256,
        run_ids=tuple(observation.run_ids),
        looks_seen=observation.looks_seen,
        looks_usable=observation.looks_usable,
        labels=_tallies(observation.tallies),
        quality=dict(observation.view_quality),
        turns_seen=observation.turns_seen,
        zones={zone: _tallies(here) for zone, here in observation.zone_tallies.items()},
        machines={label: StateSeconds(**seconds) for label, seconds in observation.machine_seconds.items()},
        crossings={
            gate: {label: Crossings(**counts) for label, counts in here.items()}
            for gate, here in observation.gate_crossings.items()
        },
        is_watched=observation.machine_working_s is not None or bool(observation.machine_seconds),
        late_by_s=observation.late_by_s,
        zones_sha256=observation.zones_sha256,
        looked_until=observation.looked_until,
    )


def _counted(tallies: Mapping[str, LabelTally], found: Detections, rows: Iterable[int]) -> dict[str, LabelTally]:
    """Tallies after a look that held these rows of its detections."""
    confidences: dict[Label, list[float]] = defaultdict(list)
    for row in rows:
        confidences[found.labels[int(found.class_id[row])]].append(float(found.confidence[row]))
    added = {
        label.name: tallies.get(label.name, LabelTally(label.group.value, 0, 0, 0)).adding(here)
        for label, here in confidences.items()
    }
    return {**tallies, **added}


def _is_counted_in_zones(found: Detections, row: int) -> bool:
    return found.labels[int(found.class_id[row])].group is not Group.PPE


def _stored_all(tallies: Mapping[str, LabelTally]) -> dict[str, dict[str, Any]]:
    return {name: asdict(tally) for name, tally in sorted(tallies.items())}


def _tallies(stored: Mapping[str, Mapping[str, Any]]) -> dict[str, LabelTally]:
    # What was stored before tallies told it says of every look that it was sure.
    return {name: LabelTally(**{"sure": tally["looks"], **tally}) for name, tally in stored.items()}


def _rounded(seconds: StateSeconds) -> dict[str, float]:
    return {name: round(value, 3) for name, value in asdict(seconds).items()}


def _chain(previous: str, look: Look) -> str:
    digest = hashlib.sha256(previous.encode())
    digest.update(look.frame.captured_at.isoformat().encode())
    digest.update(look.image.tobytes() if not look.image.flags.c_contiguous else look.image.data)
    return digest.hexdigest()
