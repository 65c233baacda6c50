"""How a seed lays a site out: which side is which, where stacks lie, how the camera hangs."""

from dataclasses import dataclass

import numpy as np

from sample_footage.render.mast_camera import CameraPose
from sample_footage.render.terrain import Heap

Place = tuple[float, float]

# Where the digging goes on: both stations work on this heap from either side.
DIG_AT: Place = (1.4, 21.6)
FENCE_BACK_M = 54.0
_GATE = (15.5, 21.5)


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

    def x(self, value: float) -> float:
        """Return an x of the unmirrored plan as it lies here."""
        return -value if self.is_mirrored else value

    def heading(self, degrees: float) -> float:
        """Return a direction of the unmirrored plan (0 along +x, anticlockwise) as it lies here."""
        return 180.0 - degrees if self.is_mirrored else degrees

    def swing(self, degrees: float) -> float:
        """Return a turn of the unmirrored plan as it goes here."""
        return -degrees if self.is_mirrored else degrees


def draw_ground_plan(rng: np.random.Generator) -> GroundPlan:
    """Draw a layout that keeps the work in the middle of the view and the building behind it."""
    mirrored = bool(rng.random() < 0.5)
    sign = -1.0 if mirrored else 1.0

    def spot(x: float, y: float, jitter: float) -> Place:
        return (sign * (x + rng.uniform(-jitter, jitter)), y + rng.uniform(-jitter, jitter))

    spoil, sand = spot(-15.0, 24.5, 0.6), spot(17.0, 28.5, 0.6)
    stacks = tuple(spot(x, y, 0.6) for x, y in ((15.5, 23.5), (-16.5, 30.0), (15.5, 33.0)))
    gate = (sign * _GATE[0], FENCE_BACK_M), (sign * _GATE[1], FENCE_BACK_M)
    near_gate, far_gate = sorted(gate)
    return GroundPlan(
        is_mirrored=mirrored,
        camera=CameraPose(
            0.0, 0.0, rng.uniform(5.9, 6.3), rng.uniform(-1.5, 1.5), rng.uniform(-7.0, -6.3), rng.uniform(61, 63)
        ),
        heaps=(
            Heap(sign * DIG_AT[0], DIG_AT[1], 3.4, 1.5),
            Heap(*spoil, 3.8, rng.uniform(1.6, 2.1)),
            Heap(*sand, 3.0, rng.uniform(1.2, 1.7), "sand"),
        ),
        stacks=stacks,
        cabin=spot(-20.5, 33.0, 0.4),
        fence=(
            ((-38.0, 16.0), (-36.0, FENCE_BACK_M), near_gate),
            (far_gate, (36.0, FENCE_BACK_M), (38.0, 16.0)),
        ),
        fence_sheet=str(rng.choice(["sheet_blue", "sheet_green"])),
        gate=gate,
        work_area=((-7.2, 13.2), (7.2, 13.2), (20.0, 33.5), (20.0, 46.0), (-20.0, 46.0), (-20.0, 33.5)),
        truck_paint=str(rng.choice(["orange_paint", "white_paint", "blue_paint", "red_paint"])),
        car_paint=str(rng.choice(["white_paint", "silver_paint", "red_paint"])),
    )
