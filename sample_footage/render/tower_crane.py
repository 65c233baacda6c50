"""A small self-erecting tower crane: the whole lattice tower turns on its base, ballast behind it."""

from dataclasses import dataclass
from itertools import pairwise

import bpy
import numpy as np

from sample_footage.render.cycle import Keys, eased
from sample_footage.render.ram import point_in
from sample_footage.render.rig import Rig
from sample_footage.render.slung_load import hang, hook_parts
from sample_footage.render.solid import Solid, placed, turn_about

LOADS = ("skip", "bars", "panel")
_FOOT_M, _JIB_DEPTH_M, _JIB_HALF_M, _MAST_HALF_M = 1.35, 0.95, 0.42, 0.5
_TUBE_SIDES = 5


@dataclass(frozen=True, slots=True)
class TowerCranePose:
    """Jib round from the heading in degrees, trolley out from the mast, hook below the jib.

    `load` is in LOADS or "".
    """

    slew_deg: float
    trolley_m: float
    hook_drop_m: float
    load: str = ""


PARKED = TowerCranePose(0.0, 4.0, 3.0)

# Share of the slew, trolley out in metres, share of the way down: hoist, slew, lower, and back with an empty hook.
_CYCLE: Keys = (
    (0.00, (0.0, 15.0, 1.0)),
    (0.16, (0.0, 15.0, 0.25)),
    (0.40, (1.0, 17.0, 0.15)),
    (0.56, (1.0, 17.0, 0.92)),
    (0.62, (1.0, 17.0, 0.92)),
    (0.74, (1.0, 17.0, 0.2)),
    (0.92, (0.0, 15.0, 0.3)),
    (1.00, (0.0, 15.0, 1.0)),
)
_SET_DOWN_AT = 0.60


def lifting(
    phase: float, slew_from_deg: float, slew_to_deg: float, load: str = "skip", lowest_drop_m: float = 12.5
) -> TowerCranePose:
    """Return the pose at `phase` (0..1): `load` goes from one direction to the other, then the hook comes back."""
    share, trolley, down = eased(_CYCLE, phase)
    slew = slew_from_deg + (slew_to_deg - slew_from_deg) * share
    return TowerCranePose(slew, trolley, lowest_drop_m * down, load if phase % 1.0 < _SET_DOWN_AT else "")


class TowerCrane(Rig):
    """The crane, built with its jib towards +x, origin on the ground under its mast."""

    def __init__(
        self,
        name: str,
        pass_index: int,
        palette: dict[str, bpy.types.Material],
        paint: str,
        mast_m: float = 17.0,
        jib_m: float = 22.0,
    ) -> None:
        self._mast_m = mast_m
        self._jib_m = jib_m
        super().__init__(
            name,
            pass_index,
            {
                "base": _base(paint).to_object(f"{name}.base", palette, 0.02),
                "tower": _tower(paint, mast_m, jib_m).to_object(f"{name}.tower", palette),
                "trolley": _trolley().to_object(f"{name}.trolley", palette),
                **hook_parts(name, palette, LOADS),
            },
        )

    def pose(self, at: tuple[float, float, float], heading_deg: float, pose: TowerCranePose) -> None:
        """Stand at `at` with the base towards `heading_deg` and the rest as `pose` says."""
        base = placed(turn_about("z", heading_deg), at)
        tower = base @ placed(turn_about("z", pose.slew_deg), (0, 0, 0))
        out = min(max(pose.trolley_m, 2.0), self._jib_m - 0.6)
        self.move("base", base)
        self.move("tower", tower)
        self.move("trolley", tower @ placed(np.eye(3), (out, 0, self._mast_m)))
        top = point_in(tower, (out, 0, self._mast_m - 0.2))
        places = hang(top, pose.hook_drop_m, heading_deg + pose.slew_deg + 90, pose.load, LOADS)
        for part, transform in places.items():
            self.move(part, transform)


def _base(paint: str) -> Solid:
    solid = Solid()
    for turn in (45, 135, 225, 315):
        foot = turn_about("z", turn) @ np.array([2.9, 0.0, 0.0])
        solid.add_tube((0, 0, 0.62), foot + np.array([0, 0, 0.5]), 0.2, 0.15, paint, 8)
        solid.add_tube(foot + np.array([0, 0, 0.08]), foot + np.array([0, 0, 0.75]), 0.07, 0.07, "chrome", 8)
        solid.add_box(foot + np.array([0, 0, 0.06]), (0.8, 0.8, 0.14), "timber")
    solid.add_tube((0, 0, 0.4), (0, 0, 0.95), 0.75, 0.75, "black", 20)
    return solid


def _tower(paint: str, mast_m: float, jib_m: float) -> Solid:
    solid = Solid()
    solid.add_box((-0.9, 0, 1.1), (4.0, 1.5, 0.26), paint)
    # Ballast: blocks of concrete stacked at the back, and the winch and cabinet before them.
    for number in range(5):
        solid.add_box((-2.35, 0, 1.45 + number * 0.44), (1.0, 2.3, 0.40), "concrete")
    solid.add_box((-1.2, 0.45, 1.6), (0.7, 0.55, 0.75), paint)
    solid.add_tube((-1.2, -0.6, 1.6), (-1.2, 0.1, 1.6), 0.3, 0.3, "steel", 14)
    top = mast_m + _JIB_DEPTH_M
    _add_mast(solid, paint, top)
    _add_jib(solid, paint, mast_m, jib_m)
    # The strut above the jib's foot, from which ropes hold the jib and run down to the ballast.
    peak, back = (0.2, 0.0, top + 2.4), (-2.2, 0.0, top + 0.9)
    for y in (-0.4, 0.4):
        solid.add_tube((0.2, y, top), peak, 0.07, 0.06, paint, 6)
        solid.add_tube((-0.4, y, top), back, 0.07, 0.06, paint, 6)
        solid.add_tube((back[0], y * 0.5, back[2]), (-2.4, y * 1.6, 3.4), 0.035, 0.035, "steel", 5)
    solid.add_tube(back, peak, 0.035, 0.035, "steel", 5)
    for reach in (0.45, 0.85):
        solid.add_tube(peak, (jib_m * reach, 0, mast_m + _JIB_DEPTH_M), 0.035, 0.035, "steel", 5)
    # The maker's board, and a lamp on top.
    solid.add_box((2.6, -0.44, mast_m + 0.45), (2.4, 0.05, 0.6), "white_paint")
    solid.add_box((2.6, 0.44, mast_m + 0.45), (2.4, 0.05, 0.6), "white_paint")
    solid.add_tube(peak, (peak[0], 0, peak[2] + 0.25), 0.1, 0.08, "red_lamp", 8)
    return solid


def _add_mast(solid: Solid, paint: str, top: float) -> None:
    half = _MAST_HALF_M
    corners = [(half, half), (-half, half), (-half, -half), (half, -half)]
    panels = round((top - _FOOT_M) / 1.15)
    levels = np.linspace(_FOOT_M - 0.2, top, panels + 1)
    for x, y in corners:
        solid.add_tube((x, y, levels[0]), (x, y, top), 0.075, 0.075, paint, 6)
    for number, (low, high) in enumerate(pairwise(levels)):
        for side in range(4):
            (x0, y0), (x1, y1) = corners[side], corners[(side + 1) % 4]
            solid.add_tube((x0, y0, high), (x1, y1, high), 0.035, 0.035, paint, _TUBE_SIDES)
            start, end = ((x0, y0, low), (x1, y1, high)) if number % 2 else ((x1, y1, low), (x0, y0, high))
            solid.add_tube(start, end, 0.035, 0.035, paint, _TUBE_SIDES)


def _add_jib(solid: Solid, paint: str, z: float, jib_m: float) -> None:
    """Two chords below, on which the trolley runs, and one above."""
    panels = round(jib_m / 1.1)
    stops = np.linspace(0.4, jib_m, panels + 1)
    ridge = z + _JIB_DEPTH_M
    for y in (-_JIB_HALF_M, _JIB_HALF_M):
        solid.add_tube((0.4, y, z), (jib_m, y, z), 0.065, 0.06, paint, 6)
    solid.add_tube((0.4, 0, ridge), (jib_m - 0.5, 0, ridge), 0.07, 0.06, paint, 6)
    for near, far in pairwise(stops):
        middle = (near + far) / 2
        for y in (-_JIB_HALF_M, _JIB_HALF_M):
            solid.add_tube((near, y, z), (middle, 0, ridge), 0.032, 0.032, paint, _TUBE_SIDES)
            solid.add_tube((middle, 0, ridge), (far, y, z), 0.032, 0.032, paint, _TUBE_SIDES)
        solid.add_tube((near, -_JIB_HALF_M, z), (near, _JIB_HALF_M, z), 0.03, 0.03, paint, _TUBE_SIDES)
        solid.add_tube((near, -_JIB_HALF_M, z), (far, _JIB_HALF_M, z), 0.03, 0.03, paint, _TUBE_SIDES)
    solid.add_box((jib_m, 0, z + 0.1), (0.2, 1.0, 0.3), "red_paint")


def _trolley() -> Solid:
    solid = Solid()
    solid.add_box((0, 0, -0.12), (0.9, 0.9, 0.12), "yellow_dark")
    for x in (-0.35, 0.35):
        for y in (-0.42, 0.42):
            solid.add_tube((x, y - 0.05, 0.02), (x, y + 0.05, 0.02), 0.1, 0.1, "black", 10)
    return solid
