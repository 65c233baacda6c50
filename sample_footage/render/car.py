"""A car of the people who work here: it only stands."""

import bpy
import numpy as np

from sample_footage.render.rig import Rig
from sample_footage.render.solid import Matrix, Solid, placed, turn_about

# The cabin's corners where it leaves the body and where it meets the roof: (x, y), then z.
_SILL, _SILL_Z = ((-2.05, 0.84), (1.20, 0.84)), 1.0
_EAVES, _EAVES_Z = ((-1.80, 0.66), (0.35, 0.66)), 1.62


class Car(Rig):
    """An estate car, built facing +x, origin on the ground under its middle."""

    def __init__(self, name: str, pass_index: int, palette: dict[str, bpy.types.Material], paint: str) -> None:
        super().__init__(name, pass_index, {"whole": _car(paint).to_object(name, palette, 0.06)})

    def pose(self, at: tuple[float, float, float], heading_deg: float) -> None:
        """Stand at `at` towards `heading_deg`."""
        self.move("whole", placed(turn_about("z", heading_deg), at))


def _car(paint: str) -> Solid:
    solid = Solid()
    body = [
        (-2.2, 0.42),
        (2.15, 0.40),
        (2.28, 0.55),
        (2.25, 0.78),
        (2.0, 0.92),
        (1.2, 1.02),
        (-2.2, 1.02),
        (-2.28, 0.7),
    ]
    solid.add_prism(body, -0.88, 0.88, paint)
    solid.add_loft([_ring(_SILL, _SILL_Z), _ring(_EAVES, _EAVES_Z)], ["glass"])
    middle = (_EAVES[0][0] + _EAVES[1][0]) / 2
    solid.add_box((middle, 0, _EAVES_Z + 0.03), (_EAVES[1][0] - _EAVES[0][0] + 0.14, 1.36, 0.09), paint)
    for side in (-1, 1):
        for share in (0.0, 0.34, 0.66, 1.0):
            low, high = (
                (ends[0][0] + (ends[1][0] - ends[0][0]) * share, side * ends[0][1], z)
                for ends, z in ((_SILL, _SILL_Z), (_EAVES, _EAVES_Z))
            )
            solid.add_tube(low, high, 0.06, 0.05, paint if share in (0.0, 1.0) else "black", 8)
        solid.add_box((0.95, side * 0.95, 1.08), (0.16, 0.2, 0.13), paint)
        solid.add_box((2.2, side * 0.66, 0.74), (0.12, 0.36, 0.14), "lamp")
        solid.add_box((-2.24, side * 0.72, 0.86), (0.08, 0.24, 0.22), "red_lamp")
        for x in (-1.38, 1.38):
            solid.add_tube((x, side * 0.62, 0.36), (x, side * 0.885, 0.36), 0.43, 0.43, "black", 22)
            solid.add_tube((x, side * 0.66, 0.33), (x, side * 0.90, 0.33), 0.33, 0.33, "rubber", 22)
            solid.add_tube((x, side * 0.89, 0.33), (x, side * 0.91, 0.33), 0.22, 0.20, "chrome", 16)
    for x, facing in ((2.26, 1), (-2.28, -1)):
        solid.add_box((x, 0, 0.48), (0.1, 1.7, 0.2), "black")
        solid.add_box((x + facing * 0.03, 0, 0.60), (0.04, 0.54, 0.13), "tape")
    solid.add_box((2.27, 0, 0.74), (0.04, 0.85, 0.12), "black")
    return solid


def _ring(ends: tuple[tuple[float, float], tuple[float, float]], z: float) -> Matrix:
    (back, half), (front, _) = ends
    return np.array([(back, -half, z), (front, -half, z), (front, half, z), (back, half, z)])
