"""What stands round the works: fence and cabins; with stacks of material and the backdrops, one place to ask."""

from itertools import pairwise

import bpy
import numpy as np

from sample_footage.render.backdrops import add_neighbours, add_river_banks, add_steppe, add_town
from sample_footage.render.solid import Solid, turn_about
from sample_footage.render.stacks import StackKind, add_stacks
from sample_footage.render.terrain import Terrain

__all__ = [
    "StackKind",
    "add_cabin",
    "add_fence",
    "add_neighbours",
    "add_river_banks",
    "add_stacks",
    "add_steppe",
    "add_town",
]

Palette = dict[str, bpy.types.Material]


def add_fence(palette: Palette, terrain: Terrain, corners: list[tuple[float, float]], sheet: str) -> None:
    """Put a fence of profiled sheet along `corners`."""
    solid = Solid()
    for (x0, y0), (x1, y1) in pairwise(corners):
        length = float(np.hypot(x1 - x0, y1 - y0))
        count = max(1, round(length / 2.5))
        turn = turn_about("z", float(np.degrees(np.arctan2(y1 - y0, x1 - x0))))
        for index in range(count):
            share = (index + 0.5) / count
            x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
            z = terrain.height(x, y)
            solid.add_box((x, y, z + 1.05), (length / count * 0.99, 0.05, 1.9), sheet, turn)
            for rib in np.linspace(-1.1, 1.1, 9):
                at = np.array([x, y, z + 1.05]) + turn @ np.array([rib, -0.04, 0.0])
                solid.add_box(at, (0.09, 0.05, 1.88), sheet, turn)
            post = np.array([x, y, z + 1.0]) + turn @ np.array([length / count / 2, 0.06, 0.0])
            solid.add_box(post, (0.08, 0.08, 2.15), "grey_paint", turn)
    solid.to_object("fence", palette)


def add_cabin(palette: Palette, at: tuple[float, float, float], heading_deg: float, paint: str) -> None:
    """Put a site office in a container at `at`."""
    solid = Solid()
    solid.add_box((0, 0, 1.4), (6.0, 2.4, 2.5), paint)
    for x in np.linspace(-2.85, 2.85, 24):
        solid.add_box((x, -1.21, 1.4), (0.08, 0.05, 2.3), paint)
    solid.add_box((0, 0, 2.72), (6.1, 2.5, 0.16), "grey_paint")
    for x in (-1.9, 1.7):
        solid.add_box((x, -1.25, 1.65), (1.3, 0.06, 1.0), "window")
        solid.add_box((x, -1.24, 1.65), (1.42, 0.05, 1.12), "facade_light")
    solid.add_box((-0.1, -1.25, 1.2), (0.95, 0.07, 2.05), "grey_paint")
    for x in (-2.7, 2.7):
        solid.add_box((x, 0, 0.1), (0.3, 2.3, 0.25), "timber")
    cabin = solid.to_object("cabin", palette, 0.02)
    cabin.location, cabin.rotation_euler = at, (0, 0, np.radians(heading_deg))
