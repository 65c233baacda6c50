"""What an observation in force says, as the roll-ups read it: many thousands at a time, so without its table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ObservedWindow:
    """The columns of an observation that hours and days rest on; each means what it means there."""

    id: int
    placement_id: UUID
    window_starts_at: datetime
    window_s: int
    weights_sha256: str
    rule_version: str
    looks_seen: int
    looks_usable: int
    turns_seen: int
    look_every_s: float
    tallies: Mapping[str, Any]
    machine_working_s: float | None
    machine_idle_s: float | None
    machine_seconds: Mapping[str, Any]
    zone_tallies: Mapping[str, Any]
    gate_crossings: Mapping[str, Any]
    view_quality: Mapping[str, Any]
    evidence_id: UUID | None
    created_at: datetime
