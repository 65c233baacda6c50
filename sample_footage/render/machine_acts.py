"""What each machine does at its station: at work at some moment of its cycle, or standing."""

from dataclasses import replace

from sample_footage.render import excavator, loader, mobile_crane, tower_crane
from sample_footage.render.cast import (
    CAR,
    EXCAVATOR,
    LOADER,
    MIXER,
    MOBILE_CRANE,
    PICKUP,
    ROLLER,
    TOWER_CRANE,
    TRUCK,
    Role,
)
from sample_footage.render.ground_plan import GroundPlan
from sample_footage.render.take import MachineAct, MachinePose, Work

# How far the excavator turns to load, and how the cranes slew, in degrees of the unmirrored plan.
_LOAD_TURN_DEG = 42.0
_TOWER_FROM_DEG, _TOWER_TO_DEG = 150.0, 205.0
_MOBILE_FROM_DEG, _MOBILE_TO_DEG = -60.0, -125.0
_TIPPED_DEG = 46.0
_TOWER_DROP_M = 8.0
_ROLLS_M = 5.0


def excavator_act(ground: GroundPlan, side: str, cycle: float, works: bool) -> MachineAct:
    """Return the excavator on the heap's `side` ("left" or "right"), `cycle` (0..1) through a dig."""
    turn = _LOAD_TURN_DEG if side == "left" else -_LOAD_TURN_DEG
    pose = excavator.digging(cycle, ground.swing(turn)) if works else excavator.PARKED
    return _at(EXCAVATOR, ground, f"dig-{side}", pose, works)


def parked_excavator_act(ground: GroundPlan) -> MachineAct:
    """Return the excavator where it is out of the others' way, its arm folded."""
    return _at(EXCAVATOR, ground, "park", excavator.PARKED, False)


def truck_act(ground: GroundPlan, station: str, tipped: float, works: bool) -> MachineAct:
    """Return the dump truck, its body raised by `tipped` (0..1). A truck that waits or is loaded is idle."""
    return _at(TRUCK, ground, station, _TIPPED_DEG * tipped, works)


def loader_act(ground: GroundPlan, station: str, cycle: float, works: bool) -> MachineAct:
    """Return the wheel loader, `cycle` (0..1) through a scoop."""
    return _at(LOADER, ground, station, loader.scooping(cycle) if works else loader.PARKED, works)


def mixer_act(ground: GroundPlan, turns: float, works: bool) -> MachineAct:
    """Return the concrete mixer; its drum has turned `turns` times."""
    return _at(MIXER, ground, "pour", 360.0 * (turns % 1.0), works)


def tower_crane_act(ground: GroundPlan, cycle: float, works: bool) -> MachineAct:
    """Return the tower crane, `cycle` (0..1) through a lift."""
    ends = ground.swing(_TOWER_FROM_DEG), ground.swing(_TOWER_TO_DEG)
    pose = tower_crane.lifting(cycle, *ends, lowest_drop_m=_TOWER_DROP_M) if works else tower_crane.PARKED
    return _at(TOWER_CRANE, ground, "slew", pose, works)


def mobile_crane_act(ground: GroundPlan, cycle: float, works: bool) -> MachineAct:
    """Return the mobile crane, `cycle` (0..1) through a lift."""
    ends = ground.swing(_MOBILE_FROM_DEG), ground.swing(_MOBILE_TO_DEG)
    pose = mobile_crane.lifting(cycle, *ends, load=ground.crane_load) if works else mobile_crane.PARKED
    return _at(MOBILE_CRANE, ground, "lift", pose, works)


def roller_act(ground: GroundPlan, way: float, works: bool) -> MachineAct:
    """Return the roller, `way` (0..1) along its strip."""
    act = _at(ROLLER, ground, "roll", None, works)
    return replace(act, x=act.x + ground.swing(_ROLLS_M * (way - 0.5)))


def pickup_act(ground: GroundPlan) -> MachineAct:
    """Return the pick-up where it is parked."""
    return _at(PICKUP, ground, "pickup", None, None)


def car_act(ground: GroundPlan) -> MachineAct:
    """Return the car where it is parked."""
    return _at(CAR, ground, "car", None, None)


def _at(role: Role, ground: GroundPlan, station: str, pose: MachinePose, works: bool | None) -> MachineAct:
    place = ground.stations[station]
    work = None if works is None else Work.WORKING if works else Work.IDLE
    return MachineAct(role.name, ground.x(place.x), place.y, ground.heading(place.heading_deg), pose, work)
