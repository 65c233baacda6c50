"""A four-axle mobile crane on its outriders: carrier, turning upper works, telescopic boom, hook and load."""

from dataclasses import dataclass

import bpy
import numpy as np

from sample_footage.render.cycle import Keys, eased
from sample_footage.render.ram import point_in, ram_solid, stretched_between
from sample_footage.render.rig import Rig
from sample_footage.render.slung_load import hang, hook_parts
from sample_footage.render.solid import Solid, placed, turn_about
from sample_footage.render.wheel import add_wheel

LOADS = ("beam", "pipe", "panel")
SHORTEST_M, LONGEST_M = 9.6, 26.0
_TURNTABLE_AT = (-1.0, 0.0, 1.62)
_BOOM_AT = (-1.3, 0.0, 1.5)
_AXLES = (3.9, 2.3, -1.9, -3.5)
_LUFF_BASE, _LUFF_HEAD = (1.1, 0.0, 0.55), (3.6, 0.0, -0.42)
_SECTIONS = 3
_SECTION_M = 8.6


@dataclass(frozen=True, slots=True)
class MobileCranePose:
    """Boom round from the heading and up from level in degrees, its length, the hook below its head.

    `load` is in LOADS or "".
    """

    slew_deg: float
    luff_deg: float
    boom_m: float
    hook_drop_m: float
    load: str = ""


PARKED = MobileCranePose(0.0, -1.0, SHORTEST_M, 0.9)

# Share of the slew, luff, boom length, share of the way down: hoist, slew, lower, and back with an empty hook.
_CYCLE: Keys = (
    (0.00, (0.0, 50.0, 14.5, 1.0)),
    (0.18, (0.0, 54.0, 14.5, 0.45)),
    (0.42, (1.0, 54.0, 15.5, 0.40)),
    (0.58, (1.0, 50.0, 15.5, 0.90)),
    (0.64, (1.0, 50.0, 15.5, 0.90)),
    (0.76, (1.0, 54.0, 15.0, 0.35)),
    (0.92, (0.0, 52.0, 14.5, 0.35)),
    (1.00, (0.0, 50.0, 14.5, 1.0)),
)
_SET_DOWN_AT = 0.62


def lifting(
    phase: float, slew_from_deg: float, slew_to_deg: float, load: str = "pipe", lowest_drop_m: float = 9.8
) -> MobileCranePose:
    """Return the pose at `phase` (0..1): `load` goes from one direction to the other, then the hook comes back."""
    share, luff, boom, down = eased(_CYCLE, phase)
    slew = slew_from_deg + (slew_to_deg - slew_from_deg) * share
    return MobileCranePose(slew, luff, boom, lowest_drop_m * down, load if phase % 1.0 < _SET_DOWN_AT else "")


class MobileCrane(Rig):
    """The crane, built facing +x, origin on the ground under the carrier's middle."""

    def __init__(self, name: str, pass_index: int, palette: dict[str, bpy.types.Material], paint: str) -> None:
        super().__init__(
            name,
            pass_index,
            {
                "carrier": _carrier(paint).to_object(f"{name}.carrier", palette, 0.03),
                "upper": _upper(paint).to_object(f"{name}.upper", palette, 0.03),
                **{
                    f"boom_{number}": _section(paint, number).to_object(f"{name}.boom_{number}", palette, 0.02)
                    for number in range(_SECTIONS)
                },
                "luff_ram": ram_solid(paint, 0.17).to_object(f"{name}.luff_ram", palette),
                **hook_parts(name, palette, LOADS),
            },
        )

    def pose(self, at: tuple[float, float, float], heading_deg: float, pose: MobileCranePose) -> None:
        """Stand at `at` with the carrier towards `heading_deg` and the rest as `pose` says."""
        carrier = placed(turn_about("z", heading_deg), at)
        upper = carrier @ placed(turn_about("z", pose.slew_deg), _TURNTABLE_AT)
        boom = upper @ placed(turn_about("y", -pose.luff_deg), _BOOM_AT)
        self.move("carrier", carrier)
        self.move("upper", upper)
        out = min(max(pose.boom_m, SHORTEST_M), LONGEST_M) - SHORTEST_M
        for number in range(_SECTIONS):
            slid = out * number / (_SECTIONS - 1)
            self.move(f"boom_{number}", boom @ placed(np.eye(3), (slid, 0, 0)))
        self.move("luff_ram", stretched_between(point_in(upper, _LUFF_BASE), point_in(boom, _LUFF_HEAD)))
        head = point_in(boom, (SHORTEST_M + out - 0.1, 0.0, -0.35))
        places = hang(head, pose.hook_drop_m, heading_deg + pose.slew_deg + 90, pose.load, LOADS)
        for part, transform in places.items():
            self.move(part, transform)


def _carrier(paint: str) -> Solid:
    solid = Solid()
    for x in _AXLES:
        for side in (-1, 1):
            add_wheel(solid, x, side, 1.32, 0.46, 0.62, "grey_paint")
        solid.add_tube((x, -1.0, 0.62), (x, 1.0, 0.62), 0.12, 0.12, "black", 8)
    solid.add_box((0.0, 0, 0.98), (10.6, 1.1, 0.5), "black")
    solid.add_box((-0.55, 0, 1.36), (9.3, 2.6, 0.16), paint)
    solid.add_box((0.2, 0, 1.0), (2.2, 2.5, 0.62), paint)
    solid.add_box((-4.9, 0, 1.05), (0.9, 2.5, 0.6), paint)
    for side in (-1, 1):
        for x in ((_AXLES[0] + _AXLES[1]) / 2, (_AXLES[2] + _AXLES[3]) / 2):
            solid.add_box((x, side * 1.2, 1.40), (3.1, 0.5, 0.10), paint)
        solid.add_box((-5.37, side * 1.0, 1.05), (0.05, 0.36, 0.18), "red_lamp")
        solid.add_box((5.58, side * 0.95, 0.85), (0.05, 0.4, 0.2), "lamp")
        for z in (0.55, 0.85, 1.15):
            solid.add_box((1.1, side * 1.3, z), (0.4, 0.12, 0.05), "steel")
    solid.add_tube((0, 0, 1.2), (0, 0, 1.3), 0.3, 0.3, "black", 12)
    solid.add_tube((_TURNTABLE_AT[0], 0, 1.4), (_TURNTABLE_AT[0], 0, 1.64), 0.85, 0.85, "black", 24)
    _add_carrier_cab(solid, paint)
    # Outriders: two beams before and behind the rear axles' group, jacks on pads, striped to be seen.
    for x in (0.95, -4.7):
        solid.add_box((x, 0, 0.98), (0.36, 5.6, 0.3), paint)
        for side in (-1, 1):
            for number in range(4):
                solid.add_box(
                    (x, side * (1.55 + 0.3 * number), 0.98), (0.38, 0.15, 0.32), ("black", "white_paint")[number % 2]
                )
            solid.add_tube((x, side * 2.75, 0.1), (x, side * 2.75, 1.2), 0.13, 0.13, "chrome", 12)
            solid.add_tube((x, side * 2.75, 0.6), (x, side * 2.75, 1.25), 0.19, 0.19, paint, 12)
            solid.add_box((x, side * 2.75, 0.06), (0.85, 0.85, 0.13), "timber")
    return solid


def _add_carrier_cab(solid: Solid, paint: str) -> None:
    """The driver's low cab across the whole front; the boom lies over it."""
    solid.add_prism(
        [(3.75, 1.3), (4.7, 1.3), (4.75, 0.6), (5.5, 0.6), (5.55, 1.5), (5.3, 2.36), (3.9, 2.42), (3.75, 2.3)],
        -1.28,
        1.28,
        paint,
    )
    solid.add_prism([(5.53, 1.58), (5.57, 1.58), (5.36, 2.28), (5.32, 2.28)], -1.15, 1.15, "glass")
    for side in (-1, 1):
        y = side * 1.285
        solid.add_prism([(4.2, 1.6), (5.4, 1.6), (5.22, 2.24), (4.2, 2.24)], y - 0.012, y + 0.012, "glass")
        solid.add_box((5.62, side * 1.4, 1.9), (0.1, 0.2, 0.5), "black")
    solid.add_box((5.54, 0, 1.2), (0.05, 1.5, 0.3), "black")
    solid.add_tube((4.0, 0.95, 2.4), (4.0, 0.95, 2.54), 0.1, 0.08, "orange_paint", 10)


def _upper(paint: str) -> Solid:
    """The upper works in the turntable's frame: operator's cab on the left, winches, counterweight."""
    solid = Solid()
    solid.add_box((-0.4, 0, 0.14), (3.6, 2.2, 0.26), paint)
    for side in (-1, 1):
        solid.add_prism(
            [(-1.9, 0.2), (0.6, 0.2), (-0.4, 0.9), (-1.0, 1.7), (-1.6, 1.7)],
            side * 0.62 - 0.06,
            side * 0.62 + 0.06,
            paint,
        )
        solid.add_box((-2.72, side * 0.9, 0.55), (0.06, 0.5, 0.16), "red_lamp")
    solid.add_box((-2.3, 0, 0.62), (0.85, 2.55, 0.95), "grey_paint")
    solid.add_box((-2.3, 0, 1.12), (0.7, 2.3, 0.1), paint)
    for x in (-1.6, -0.9):
        solid.add_tube((x, -0.45, 0.62), (x, 0.45, 0.62), 0.3, 0.3, "steel", 14)
    solid.add_box((0.0, -0.9, 0.62), (1.9, 0.5, 0.75), paint)
    solid.add_box((0.65, 1.0, 0.42), (1.75, 0.82, 0.36), paint)
    solid.add_prism([(-0.2, 0.55), (1.46, 0.55), (1.5, 1.2), (1.15, 1.98), (-0.2, 1.98)], 0.60, 1.40, "glass")
    for y in (0.60, 1.40):
        for low, high in (((-0.2, 0.5), (-0.2, 2.0)), ((0.5, 0.5), (0.5, 2.0)), ((1.5, 1.2), (1.15, 2.0))):
            solid.add_tube((low[0], y, low[1]), (high[0], y, high[1]), 0.05, 0.05, paint, 8)
        solid.add_tube((1.46, y, 0.5), (1.5, y, 1.2), 0.05, 0.05, paint, 8)
        solid.add_box((0.62, y, 0.66), (1.7, 0.06, 0.28), paint)
    solid.add_box((0.45, 1.0, 2.03), (1.5, 0.9, 0.1), paint)
    return solid


def _section(paint: str, number: int) -> Solid:
    """Section 0 of the boom, or one that slides inside it; the last carries the head with its sheaves."""
    solid = Solid()
    height, width = 0.86 - 0.14 * number, 0.66 - 0.12 * number
    colour = paint if number == 0 else "white_paint"
    front = _SECTION_M + 0.32 * number
    ring = np.array(
        [
            (0.0, -width / 2 * 0.55, -height / 2),
            (0.0, width / 2 * 0.55, -height / 2),
            (0.0, width / 2, -height / 4),
            (0.0, width / 2, height / 2),
            (0.0, -width / 2, height / 2),
            (0.0, -width / 2, -height / 4),
        ]
    )
    back = -0.5 if number == 0 else 0.6
    solid.add_loft([ring + np.array([back, 0, 0]), ring + np.array([front, 0, 0])], [colour])
    solid.add_box((front - 0.08, 0, 0), (0.18, width + 0.1, height + 0.1), paint)
    if number == 0:
        for side in (-1, 1):
            solid.add_box((4.6, side * (width / 2 + 0.012), 0.1), (3.0, 0.02, 0.4), "white_paint")
        solid.add_prism([(3.2, -0.4), (4.0, -0.4), (3.7, -0.75), (3.5, -0.75)], -0.16, 0.16, paint)
    if number == _SECTIONS - 1:
        solid.add_prism([(front, -0.3), (9.75, -0.55), (9.85, 0.1), (front, 0.36)], -0.2, 0.2, paint)
        for y in (-0.1, 0.1):
            solid.add_tube((9.6, y - 0.04, -0.3), (9.6, y + 0.04, -0.3), 0.24, 0.24, "black", 14)
        solid.add_tube((9.3, 0, 0.45), (9.3, 0, 0.48), 0.06, 0.06, "red_lamp", 8)
    return solid
