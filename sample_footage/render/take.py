"""What one picture shows: the hour, the weather, how much is built, and who does what where."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sample_footage.render.excavator import ExcavatorPose
from sample_footage.render.loader import LoaderPose
from sample_footage.render.mobile_crane import MobileCranePose
from sample_footage.render.tower_crane import TowerCranePose
from sample_footage.render.weather import Weather
from sample_footage.render.worker import Stance

# A dump truck's tip, a mixer's drum: one angle in degrees.
MachinePose = ExcavatorPose | LoaderPose | MobileCranePose | TowerCranePose | float | None


class Work(StrEnum):
    """Whether a machine works."""

    WORKING = "working"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class MachineAct:
    """A machine or vehicle at a place; `work` is None for what is no machine."""

    name: str
    x: float
    y: float
    heading_deg: float
    pose: MachinePose
    work: Work | None


@dataclass(frozen=True, slots=True)
class WorkerAct:
    """A person at a place."""

    name: str
    x: float
    y: float
    heading_deg: float
    stance: Stance


Act = MachineAct | WorkerAct


class FaultKind(StrEnum):
    """What keeps a camera from showing its site as it is."""

    DIRT = "dirt"
    BLOCKED = "blocked"
    MOVED = "moved"
    FROZEN = "frozen"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True)
class Fault:
    """A trouble of one view at one moment; `strength` is 0..1."""

    kind: FaultKind
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Take:
    """One picture. `drift` moves the clouds; `sway_px` shifts the picture as wind sways the mast."""

    at: datetime
    progress: float
    weather: Weather
    drift: float
    acts: tuple[Act, ...]
    faults: tuple[Fault, ...] = ()
    sway_px: tuple[float, float] = field(default=(0.0, 0.0))

    def has(self, kind: FaultKind) -> bool:
        """Whether the picture suffers from this trouble."""
        return any(fault.kind is kind for fault in self.faults)

    def strength(self, kind: FaultKind) -> float:
        """Return how strong a trouble is, 0 without it."""
        return max((fault.strength for fault in self.faults if fault.kind is kind), default=0.0)
