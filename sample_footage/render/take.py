"""What one picture shows: the hour, the sky, how much is built, and who does what where."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sample_footage.render.excavator import ExcavatorPose
from sample_footage.render.worker import Stance


class Work(StrEnum):
    """Whether a machine works."""

    WORKING = "working"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class ExcavatorAct:
    """The excavator at a place."""

    name: str
    x: float
    y: float
    heading_deg: float
    pose: ExcavatorPose
    work: Work


@dataclass(frozen=True, slots=True)
class TruckAct:
    """The dump truck at a place, its body tipped by some degrees."""

    name: str
    x: float
    y: float
    heading_deg: float
    tip_deg: float
    work: Work


@dataclass(frozen=True, slots=True)
class CarAct:
    """A parked car."""

    name: str
    x: float
    y: float
    heading_deg: float


@dataclass(frozen=True, slots=True)
class WorkerAct:
    """A person at a place."""

    name: str
    x: float
    y: float
    heading_deg: float
    stance: Stance


Act = ExcavatorAct | TruckAct | CarAct | WorkerAct


@dataclass(frozen=True, slots=True)
class Take:
    """One picture. `cloud_share` is 0 for clear and 1 for overcast; `drift` moves the clouds."""

    at: datetime
    shares: dict[str, float]
    cloud_share: float
    drift: float
    acts: tuple[Act, ...]
