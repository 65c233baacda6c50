"""A single-drum soil compactor of 12 t: smooth steel drum in its frame, cab, engine on two wheels."""

import bpy
import numpy as np

from sample_footage.render.rig import Rig
from sample_footage.render.solid import Solid, placed, turn_about
from sample_footage.render.wheel import add_wheel

_DRUM_X, _DRUM_RADIUS_M, _DRUM_HALF_M = 1.65, 0.78, 1.06


class Roller(Rig):
    """The machine, built facing +x (drum ahead), origin on the ground under its joint."""

    def __init__(self, name: str, pass_index: int, palette: dict[str, bpy.types.Material], paint: str) -> None:
        super().__init__(name, pass_index, {"whole": _roller(paint).to_object(name, palette, 0.03)})

    def pose(self, at: tuple[float, float, float], heading_deg: float) -> None:
        """Stand at `at` towards `heading_deg`."""
        self.move("whole", placed(turn_about("z", heading_deg), at))


def _roller(paint: str) -> Solid:
    solid = Solid()
    centre = (_DRUM_X, _DRUM_RADIUS_M)
    solid.add_tube(
        (centre[0], -_DRUM_HALF_M, centre[1]),
        (centre[0], _DRUM_HALF_M, centre[1]),
        _DRUM_RADIUS_M,
        _DRUM_RADIUS_M,
        "steel",
        36,
    )
    for side in (-1, 1):
        y = side * 1.17
        solid.add_tube((centre[0], y - side * 0.1, centre[1]), (centre[0], y, centre[1]), 0.42, 0.36, "black", 20)
        solid.add_box((1.55, y, 0.98), (2.35, 0.14, 0.36), paint)
    for x in (0.42, 2.68):
        solid.add_box((x, 0, 0.98), (0.3, 2.34, 0.40), paint)
    solid.add_box((2.86, 0, 0.66), (0.05, 2.1, 0.12), "rubber")
    solid.add_box((0.1, 0, 0.9), (0.8, 0.7, 0.5), "black")
    for side in (-1, 1):
        add_wheel(solid, -1.45, side, 1.08, 0.52, 0.76, paint, 22)
        solid.add_box((2.85, side * 0.8, 1.08), (0.05, 0.3, 0.16), "lamp")
        solid.add_box((-2.83, side * 0.62, 1.2), (0.05, 0.2, 0.14), "red_lamp")
    solid.add_tube((-1.45, -0.8, 0.76), (-1.45, 0.8, 0.76), 0.18, 0.18, "black", 10)
    # Engine hood behind the cab, falling away to the back.
    hood = [(-2.75, 0.72), (-0.6, 0.72), (-0.6, 1.9), (-1.3, 1.86), (-2.6, 1.62), (-2.8, 1.4)]
    solid.add_prism(hood, -0.58, 0.58, paint)
    for side in (-1, 1):
        solid.add_box((-1.9, side * 0.585, 1.32), (1.1, 0.03, 0.42), "black")
    solid.add_box((-2.8, 0, 1.12), (0.05, 0.9, 0.5), "black")
    solid.add_tube((-1.7, 0.25, 1.75), (-1.7, 0.25, 2.35), 0.06, 0.06, "black", 10)
    _add_cab(solid, paint)
    return solid


def _add_cab(solid: Solid, paint: str) -> None:
    solid.add_box((-0.15, 0, 1.3), (1.35, 1.9, 0.16), "black")
    solid.add_box((-0.15, 0, 1.52), (1.25, 1.6, 0.32), paint)
    solid.add_prism([(-0.76, 1.65), (0.46, 1.65), (0.52, 2.1), (0.4, 2.92), (-0.72, 2.92)], -0.78, 0.78, "glass")
    for side in (-1, 1):
        y = side * 0.79
        for low, high in (((-0.76, 1.6), (-0.72, 2.95)), ((0.5, 1.6), (0.42, 2.95)), ((-0.1, 1.6), (-0.1, 2.95))):
            solid.add_tube((low[0], y, low[1]), (high[0], y, high[1]), 0.05, 0.05, "black", 8)
        solid.add_box((0.5, side * 0.62, 2.98), (0.1, 0.22, 0.13), "lamp")
        for z in (0.55, 0.85, 1.12):
            solid.add_box((-0.2, side * 1.0, z), (0.45, 0.22, 0.05), "black")
        for x in np.array([-0.42, 0.02]):
            solid.add_tube((x, side * 1.08, 0.5), (x, side * 0.95, 1.3), 0.025, 0.025, "black", 6)
    solid.add_box((-0.16, 0, 3.02), (1.5, 1.76, 0.14), paint)
    solid.add_tube((-0.6, 0, 3.08), (-0.6, 0, 3.22), 0.09, 0.07, "orange_paint", 10)
