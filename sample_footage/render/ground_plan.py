"""How a seed lays a view out: which side is which, where machines stand and stacks lie, how the camera hangs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sample_footage.render.mast_camera import CameraPose
from sample_footage.render.stacks import USUAL_KINDS, StackKind
from sample_footage.render.terrain import Heap, Ravine, Strip

Place = tuple[float, float]

FENCE_BACK_M = 56.0
_GATE = (15.5, 21.5)


@dataclass(frozen=True, slots=True)
class Station:
    """Where a machine stands, in metres and degrees of the unmirrored plan."""

    x: float
    y: float
    heading_deg: float


# Where machines stand in front of what is built; single views replace some of them.
STATIONS: Mapping[str, Station] = {
    "dig-left": Station(-6.4, 24.4, 0.0),
    "dig-right": Station(7.8, 24.4, 180.0),
    "load-left": Station(0.4, 29.2, 24.0),
    "load-right": Station(1.0, 29.2, 156.0),
    "wait-left": Station(-9.6, 29.4, 16.0),
    "wait-right": Station(-6.8, 27.8, 18.0),
    # Where nothing hides them for the length of a clip.
    "wait-free": Station(5.6, 30.0, 10.0),
    "park": Station(-4.0, 25.0, 84.0),
    "scoop": Station(12.4, 26.2, 62.0),
    "scoop-left": Station(-10.8, 27.0, 150.0),
    "pour": Station(-7.4, 28.6, -12.0),
    "lift": Station(7.0, 29.4, 172.0),
    "slew": Station(15.5, 49.0, 0.0),
    "roll": Station(4.5, 29.6, 4.0),
    "tip": Station(-5.5, 29.4, 8.0),
    "pickup": Station(-8.9, 20.6, 72.0),
    "car": Station(8.8, 20.6, 100.0),
}
DIG_AT: Place = (0.7, 24.4)


@dataclass(frozen=True, slots=True)
class GroundPlan:
    """Places in metres: the mast stands at (0, 0) and looks along +y."""

    is_mirrored: bool
    camera: CameraPose
    heaps: tuple[Heap, ...]
    stacks: tuple[Place, ...]
    cabin: Place
    fence: tuple[tuple[Place, ...], ...]
    fence_sheet: str
    gate: tuple[Place, Place]
    work_area: tuple[Place, ...]
    truck_paint: str
    car_paint: str
    crane_paint: str
    stations: Mapping[str, Station]
    has_tower_crane: bool
    crane_load: str
    stack_kinds: tuple[StackKind, ...]
    ravine: Ravine | None
    stripped: tuple[Strip, ...]

    def x(self, value: float) -> float:
        """Return an x of the unmirrored plan as it lies here."""
        return -value if self.is_mirrored else value

    def heading(self, degrees: float) -> float:
        """Return a direction of the unmirrored plan (0 along +x, anticlockwise) as it lies here."""
        return 180.0 - degrees if self.is_mirrored else degrees

    def swing(self, degrees: float) -> float:
        """Return a turn of the unmirrored plan as it goes here."""
        return -degrees if self.is_mirrored else degrees


def draw_ground_plan(
    rng: np.random.Generator,
    *,
    has_dig: bool = True,
    has_tower_crane: bool = False,
    crane_load: str = "panel",
    stations: Mapping[str, Station] | None = None,
    stack_kinds: tuple[StackKind, ...] = USUAL_KINDS,
    ravine: Ravine | None = None,
    stripped: tuple[Strip, ...] = (),
) -> GroundPlan:
    """Draw a layout that keeps the work in the middle of the view and what is built behind it."""
    mirrored = bool(rng.random() < 0.5)
    sign = -1.0 if mirrored else 1.0

    def spot(x: float, y: float, jitter: float) -> Place:
        return (sign * (x + rng.uniform(-jitter, jitter)), y + rng.uniform(-jitter, jitter))

    spoil, sand = spot(-14.5, 29.0, 0.6), spot(14.6, 30.0, 0.6)
    stacks = tuple(spot(x, y, 0.6) for x, y in ((-12.8, 25.8), (16.8, 34.0), (-17.5, 39.0)))
    gate = (sign * _GATE[0], FENCE_BACK_M), (sign * _GATE[1], FENCE_BACK_M)
    near_gate, far_gate = sorted(gate)
    heaps = [Heap(*spoil, 3.4, rng.uniform(1.4, 1.9)), Heap(*sand, 2.8, rng.uniform(1.1, 1.5), "sand")]
    if has_dig:
        heaps.insert(0, Heap(sign * DIG_AT[0], DIG_AT[1], 3.2, 1.4))
    return GroundPlan(
        is_mirrored=mirrored,
        camera=CameraPose(
            0.0, 0.0, rng.uniform(7.6, 8.4), rng.uniform(-1.2, 1.2), rng.uniform(-8.7, -8.0), rng.uniform(52.0, 55.0)
        ),
        heaps=tuple(heaps),
        stacks=stacks,
        cabin=spot(-19.5, 35.0, 0.4),
        fence=(
            ((-38.0, 18.0), (-36.0, FENCE_BACK_M), near_gate),
            (far_gate, (36.0, FENCE_BACK_M), (38.0, 18.0)),
        ),
        fence_sheet=str(rng.choice(["sheet_blue", "sheet_green"])),
        gate=gate,
        work_area=((-8.6, 18.0), (8.6, 18.0), (19.0, 33.0), (19.0, 48.0), (-19.0, 48.0), (-19.0, 33.0)),
        truck_paint=str(rng.choice(["orange_paint", "white_paint", "blue_paint", "red_paint"])),
        car_paint=str(rng.choice(["white_paint", "silver_paint", "red_paint"])),
        crane_paint=str(rng.choice(["yellow", "red_paint", "white_paint"])),
        stations={**STATIONS, **(stations or {})},
        has_tower_crane=has_tower_crane,
        crane_load=crane_load,
        stack_kinds=stack_kinds,
        ravine=ravine,
        stripped=stripped,
    )
