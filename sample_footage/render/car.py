"""A car of the people who work here: it only stands."""

import bpy

from sample_footage.render.bodywork import Cabin, Station, add_body, add_cabin
from sample_footage.render.rig import Rig
from sample_footage.render.solid import Solid, placed, turn_about
from sample_footage.render.wheel import add_wheel

_BODY = (
    Station(-2.26, 0.74, 0.42, 0.74, 0.84),
    Station(-2.18, 0.84, 0.30, 0.90, 1.00),
    Station(-1.70, 0.90, 0.24, 0.94, 1.02),
    Station(0.00, 0.91, 0.22, 0.92, 1.00),
    Station(1.10, 0.90, 0.22, 0.90, 1.02),
    Station(1.75, 0.88, 0.24, 0.78, 0.92),
    Station(2.15, 0.80, 0.28, 0.68, 0.80),
    Station(2.28, 0.66, 0.36, 0.60, 0.68),
)
_CABIN = Cabin((-2.08, 1.22, 0.82), 0.98, (-1.78, 0.36, 0.63), 1.46, (0.0, 0.30, 0.62, 1.0))
_WHEELS_AT = (-1.36, 1.38)


class Car(Rig):
    """An estate car, built facing +x, origin on the ground under its middle."""

    def __init__(self, name: str, pass_index: int, palette: dict[str, bpy.types.Material], paint: str) -> None:
        super().__init__(name, pass_index, {"whole": _car(paint).to_object(name, palette, 0.02)})

    def pose(self, at: tuple[float, float, float], heading_deg: float) -> None:
        """Stand at `at` towards `heading_deg`."""
        self.move("whole", placed(turn_about("z", heading_deg), at))


def _car(paint: str) -> Solid:
    solid = Solid()
    add_body(solid, _BODY, paint)
    add_cabin(solid, _CABIN, paint)
    for side in (-1, 1):
        solid.add_box((0.98, side * 0.97, 1.04), (0.14, 0.2, 0.13), paint)
        solid.add_box((2.14, side * 0.62, 0.66), (0.20, 0.34, 0.13), "lamp", turn_about("z", -side * 22))
        solid.add_box((-2.2, side * 0.70, 0.84), (0.12, 0.20, 0.26), "red_lamp")
        solid.add_box((0.0, side * 0.885, 0.25), (2.0, 0.05, 0.10), "black")
        for x in (-0.98, -0.02, 1.02):
            solid.add_box((x, side * 0.905, 0.64), (0.016, 0.012, 0.52), "black")
        for x in (-0.72, 0.24):
            solid.add_box((x, side * 0.912, 0.80), (0.17, 0.03, 0.035), "black")
        solid.add_tube((-1.6, side * 0.56, 1.55), (0.1, side * 0.56, 1.55), 0.02, 0.02, "black", 6)
        for x in _WHEELS_AT:
            solid.add_tube((x, side * 0.60, 0.36), (x, side * 0.915, 0.36), 0.39, 0.39, "black", 24)
            add_wheel(solid, x, side, 0.925, 0.22, 0.32, "silver_paint")
    solid.add_box((2.25, 0, 0.58), (0.06, 0.72, 0.12), "black")
    solid.add_box((2.26, 0, 0.36), (0.10, 1.2, 0.10), "black")
    for x in (2.31, -2.29):
        solid.add_box((x, 0, 0.46 if x > 0 else 0.72), (0.03, 0.52, 0.11), "tape")
    solid.add_box((-2.22, 0, 0.40), (0.12, 1.4, 0.14), "black")
    return solid
