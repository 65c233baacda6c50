"""A double-cab pick-up truck of the site's foremen: it drives and stands."""

import bpy

from sample_footage.render.bodywork import Cabin, Station, add_body, add_cabin
from sample_footage.render.rig import Rig
from sample_footage.render.solid import Solid, placed, turn_about
from sample_footage.render.wheel import add_wheel

_BODY = (
    Station(-1.02, 0.91, 0.46, 1.06, 1.12),
    Station(0.20, 0.92, 0.44, 1.06, 1.12),
    Station(1.30, 0.92, 0.44, 1.06, 1.17),
    Station(2.00, 0.91, 0.45, 1.02, 1.13),
    Station(2.45, 0.86, 0.46, 0.96, 1.06),
    Station(2.58, 0.76, 0.52, 0.86, 0.94),
)
_CABIN = Cabin((-0.96, 1.38, 0.86), 1.09, (-0.80, 0.60, 0.69), 1.70, (0.0, 0.10, 0.52, 1.0))
_WHEELS_AT = (-1.66, 1.68)


class Pickup(Rig):
    """The truck, built facing +x, origin on the ground under its middle."""

    def __init__(self, name: str, pass_index: int, palette: dict[str, bpy.types.Material], paint: str) -> None:
        super().__init__(name, pass_index, {"whole": _pickup(paint).to_object(name, palette, 0.02)})

    def pose(self, at: tuple[float, float, float], heading_deg: float) -> None:
        """Stand at `at` towards `heading_deg`."""
        self.move("whole", placed(turn_about("z", heading_deg), at))


def _pickup(paint: str) -> Solid:
    solid = Solid()
    add_body(solid, _BODY, paint)
    add_cabin(solid, _CABIN, paint)
    # The bed: floor and three sheets, open to the top.
    solid.add_box((-1.82, 0, 0.68), (1.65, 1.6, 0.10), "black")
    solid.add_box((-1.85, 0, 0.52), (1.5, 1.5, 0.14), "black")
    for side in (-1, 1):
        _add_side(solid, side, paint)
    solid.add_box((-2.64, 0, 0.84), (0.09, 1.74, 0.60), paint)
    solid.add_box((-2.70, 0, 0.94), (0.03, 0.30, 0.08), "black")
    # A hoop behind the cabin, as site trucks carry it.
    for y in (-0.8, 0.8):
        solid.add_tube((-1.12, y, 1.1), (-1.12, y * 0.84, 1.82), 0.04, 0.04, "black", 8)
        solid.add_tube((-1.12, y * 0.84, 1.82), (-1.75, y, 1.15), 0.035, 0.035, "black", 8)
    solid.add_tube((-1.12, -0.68, 1.82), (-1.12, 0.68, 1.82), 0.04, 0.04, "black", 8)
    solid.add_tube((-0.3, 0, 1.78), (-0.3, 0, 1.90), 0.09, 0.07, "orange_paint", 10)
    solid.add_box((2.57, 0, 0.54), (0.16, 1.66, 0.24), "grey_paint")
    solid.add_box((2.575, 0, 0.80), (0.07, 0.98, 0.24), "black")
    for z in (0.75, 0.86):
        solid.add_box((2.615, 0, z), (0.02, 0.92, 0.035), "chrome")
    solid.add_box((2.66, 0, 0.54), (0.03, 0.52, 0.12), "tape")
    solid.add_box((-2.72, 0, 0.52), (0.14, 1.66, 0.16), "chrome")
    solid.add_box((-2.80, 0, 0.54), (0.03, 0.52, 0.12), "tape")
    return solid


def _add_side(solid: Solid, side: int, paint: str) -> None:
    solid.add_box((-1.84, side * 0.86, 0.86), (1.62, 0.09, 0.62), paint)
    solid.add_box((-1.84, side * 0.86, 1.18), (1.62, 0.11, 0.04), "black")
    for x in (-0.98, 0.20, 1.26):
        solid.add_box((x, side * 0.918, 0.82), (0.016, 0.012, 0.62), "black")
    for x in (-0.66, 0.46):
        solid.add_box((x, side * 0.925, 0.96), (0.18, 0.03, 0.04), "black")
    solid.add_box((1.12, side * 1.0, 1.18), (0.15, 0.24, 0.18), paint)
    solid.add_box((2.47, side * 0.66, 0.84), (0.2, 0.34, 0.17), "lamp", turn_about("z", -side * 20))
    solid.add_box((-2.67, side * 0.85, 0.92), (0.07, 0.11, 0.42), "red_lamp")
    solid.add_box((0.1, side * 0.95, 0.44), (2.0, 0.14, 0.05), "black")
    for x in _WHEELS_AT:
        # The dark wheel arch reads before the wheel does.
        solid.add_tube((x, side * 0.60, 0.46), (x, side * 0.935, 0.46), 0.48, 0.48, "black", 24)
        add_wheel(solid, x, side, 0.955, 0.27, 0.39, "silver_paint")
