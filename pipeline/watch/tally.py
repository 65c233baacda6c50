"""Counting up one window's looks: pure, and able to go on from a stored observation."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models.tables.observations import Observation
from pipeline.watch.look import Look

WINDOW_S = 300
RULE_VERSION = "window-3"
_NO_INPUT = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class LabelTally:
    """One label over a window's usable looks."""

    group: str
    looks: int
    total: int
    most: int

    def adding(self, count: int) -> "LabelTally":
        """This tally after another look that held `count` boxes."""
        return replace(self, looks=self.looks + 1, total=self.total + count, most=max(self.most, count))


@dataclass(frozen=True, slots=True)
class WindowTally:
    """What was seen of one placement in one window so far.

    `input_sha256` chains the digests of the pictures looked at, so that the same footage gives
    the same key and another look gives another one. Where the pace changed within the window,
    `look_every_s` is the shorter interval: no look is made to stand for more than was seen.
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

    def adding(self, look: Look, look_every_s: float) -> "WindowTally":
        """This tally after another look, one taken at such an interval."""
        run_id = str(look.frame.run_id)
        reason = look.quality.value
        labels = dict(self.labels)
        if look.detections is not None:
            for label in {detection.label for detection in look.detections}:
                count = sum(detection.label == label for detection in look.detections)
                labels[label.name] = labels.get(label.name, LabelTally(label.group.value, 0, 0, 0)).adding(count)
        return replace(
            self,
            look_every_s=min(self.look_every_s, look_every_s),
            input_sha256=_chain(self.input_sha256, look),
            run_ids=self.run_ids if run_id in self.run_ids else (*self.run_ids, run_id),
            looks_seen=self.looks_seen + 1,
            looks_usable=self.looks_usable + (look.detections is not None),
            labels=labels,
            quality={**self.quality, reason: self.quality.get(reason, 0) + 1},
        )

    def observation(self, detector: str, weights_sha256: str, created_at: datetime) -> Observation:
        """The row for what was seen so far; each look stands for its sampling period."""
        seen_s = min(float(WINDOW_S), self.looks_seen * self.look_every_s)
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
            tallies={name: _stored(tally) for name, tally in sorted(self.labels.items())},
            # Keyframes seconds apart tell that a machine is there; whether it works is for tracks.
            machine_working_s=None,
            machine_idle_s=None,
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
        labels={name: LabelTally(**tally) for name, tally in observation.tallies.items()},
        quality=dict(observation.view_quality),
    )


def _stored(tally: LabelTally) -> dict[str, Any]:
    return {"group": tally.group, "looks": tally.looks, "total": tally.total, "most": tally.most}


def _chain(previous: str, look: Look) -> str:
    digest = hashlib.sha256(previous.encode())
    digest.update(look.frame.captured_at.isoformat().encode())
    digest.update(look.image.tobytes() if not look.image.flags.c_contiguous else look.image.data)
    return digest.hexdigest()
