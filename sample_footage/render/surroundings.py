"""What stands round the works: fence, cabins, stacks of material, street, houses and trees."""

from itertools import pairwise

import bpy
import numpy as np

from sample_footage.render.solid import Solid, turn_about
from sample_footage.render.terrain import Terrain

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


def add_stacks(palette: Palette, terrain: Terrain, rng: np.random.Generator, spots: list[tuple[float, float]]) -> None:
    """Put pallets of brick, timber, bars, pipes and rings on `spots`, whichever the draw gives."""
    makers = [_pallets, _timber, _bars, _pipes, _rings]
    order = rng.permutation(len(makers))
    for index, (x, y) in enumerate(spots):
        solid = Solid()
        makers[order[index % len(makers)]](solid, rng)
        stack = solid.to_object("stack", palette, 0.01)
        stack.location = (x, y, terrain.height(x, y))
        stack.rotation_euler = (0, 0, rng.uniform(-0.5, 0.5))


def add_town(palette: Palette, rng: np.random.Generator) -> None:
    """Put a street, panel houses and trees behind the site."""
    solid = Solid()
    corners = np.array([(-260, 66, 0.02), (260, 66, 0.02), (260, 75, 0.02), (-260, 75, 0.02)], float)
    solid.add_faces(corners, [(0, 1, 2, 3)], ["asphalt"])
    for dash in range(-120, 120, 6):
        solid.add_box((dash, 70.5, 0.03), (2.5, 0.14, 0.01), "tape")
    x = -150.0
    while x < 150:
        wide, storeys = rng.uniform(26, 48), int(rng.choice([5, 5, 9, 9, 12]))
        _add_house(solid, x + wide / 2, rng.uniform(105, 150), wide, storeys, rng)
        x += wide + rng.uniform(8, 22)
    for pole in range(-110, 110, 27):
        solid.add_tube((pole, 65.2, 0), (pole, 65.2, 8.5), 0.11, 0.07, "grey_paint", 8)
        solid.add_box((pole, 66.0, 8.5), (0.3, 1.6, 0.12), "grey_paint")
    for _ in range(60):
        _add_tree(solid, rng.uniform(-130, 130), rng.uniform(77, 100), rng)
    for _ in range(10):
        _add_tree(solid, float(rng.choice([-1, 1])) * rng.uniform(36, 60), rng.uniform(36, 62), rng)
    solid.to_object("town", palette)


def _add_house(solid: Solid, x: float, y: float, wide: float, storeys: int, rng: np.random.Generator) -> None:
    wall = str(rng.choice(["facade_light", "facade_grey", "facade_brick"]))
    high = storeys * 3.0 + 1.2
    solid.add_box((x, y, high / 2), (wide, 12, high), wall)
    solid.add_box((x, y, high + 0.2), (wide + 0.6, 12.6, 0.5), "grey_paint")
    for storey in range(storeys):
        for column in np.arange(-wide / 2 + 2, wide / 2 - 1.2, 3.2):
            solid.add_box((x + column, y - 6.0, storey * 3.0 + 2.3), (1.5, 0.12, 1.5), "window")
        solid.add_box((x, y - 6.0, storey * 3.0 + 0.75), (wide, 0.08, 0.1), "facade_grey")


def _add_tree(solid: Solid, x: float, y: float, rng: np.random.Generator) -> None:
    high = rng.uniform(4, 9)
    solid.add_tube((x, y, 0), (x, y, high * 0.6), 0.16, 0.08, "bark", 7)
    for _ in range(26):
        level = rng.uniform(0.35, 1.0)
        spread = high * 0.16 * (1.25 - abs(level - 0.6) * 1.6)
        at = (x + rng.normal(0, spread), y + rng.normal(0, spread), high * level)
        radius = high * rng.uniform(0.05, 0.11)
        solid.add_ball(at, (radius * rng.uniform(0.8, 1.5), radius, radius), "leaves", z_from=-0.95, rings=4, sides=6)


def _pallets(solid: Solid, rng: np.random.Generator) -> None:
    for x in (-1.3, 0.0, 1.3):
        high = float(rng.choice([0.7, 1.0, 1.3]))
        solid.add_box((x, 0, 0.07), (1.2, 1.0, 0.12), "timber")
        solid.add_box((x, 0, 0.13 + high / 2), (1.1, 0.95, high), "brick_stack")


def _timber(solid: Solid, rng: np.random.Generator) -> None:
    for layer in range(6):
        for y in np.linspace(-0.6, 0.6, 6):
            solid.add_box((rng.normal(0, 0.06), y, 0.2 + layer * 0.13), (4.0, 0.19, 0.07), "timber")


def _bars(solid: Solid, rng: np.random.Generator) -> None:
    for x in (-2.0, 0.0, 2.0):
        solid.add_box((x, 0, 0.08), (0.15, 1.6, 0.15), "timber")
    for _ in range(34):
        y, z, slip = rng.normal(0, 0.3), 0.2 + abs(rng.normal(0, 0.12)), rng.normal(0, 0.2)
        solid.add_tube((-3 + slip, y, z), (3 + slip, y, z), 0.022, 0.022, "rebar", 6)


def _pipes(solid: Solid, rng: np.random.Generator) -> None:
    for row in range(3):
        for column in range(4 - row):
            y, z = (column - (3 - row) / 2) * 0.52, 0.26 + row * 0.45
            solid.add_tube((-2.2, y, z), (2.2 + rng.normal(0, 0.05), y, z), 0.25, 0.25, "black", 14)


def _rings(solid: Solid, rng: np.random.Generator) -> None:
    for x in (-0.8, 0.8):
        for level in range(int(rng.integers(1, 4))):
            solid.add_tube((x, 0, level * 0.9), (x, 0, level * 0.9 + 0.88), 0.7, 0.7, "concrete", 24)
