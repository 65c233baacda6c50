"""What lies beyond the fence: a town of flats, a street of small houses, the open steppe, a river's banks."""

from itertools import pairwise

import bpy
import numpy as np
from numpy.typing import NDArray

from sample_footage.render.houses import add_bush, add_flats, add_small_house, add_tree
from sample_footage.render.solid import Solid
from sample_footage.render.terrain import Ravine, Terrain

Palette = dict[str, bpy.types.Material]


def add_town(palette: Palette, rng: np.random.Generator) -> None:
    """Put a street, blocks of flats and trees behind the site."""
    solid = Solid()
    _add_street(solid, 66.0, 75.0)
    x = -150.0
    while x < 150:
        wide, storeys = rng.uniform(26, 48), int(rng.choice([5, 5, 9, 9, 12]))
        add_flats(solid, x + wide / 2, rng.uniform(105, 150), wide, storeys, rng)
        x += wide + rng.uniform(8, 22)
    for pole in range(-110, 110, 27):
        solid.add_tube((pole, 65.2, 0), (pole, 65.2, 8.5), 0.11, 0.07, "grey_paint", 8)
        solid.add_box((pole, 66.0, 8.5), (0.3, 1.6, 0.12), "grey_paint")
    for _ in range(60):
        add_tree(solid, rng.uniform(-130, 130), rng.uniform(77, 100), rng)
    for _ in range(10):
        add_tree(solid, float(rng.choice([-1, 1])) * rng.uniform(36, 60), rng.uniform(36, 62), rng)
    solid.to_object("town", palette)


def add_neighbours(palette: Palette, rng: np.random.Generator) -> None:
    """Put streets of one- and two-storey houses with yards and trees behind the site, hills far off."""
    solid = Solid()
    _add_street(solid, 56.5, 60.5, "gravel", has_dashes=False)
    _add_poles(solid, 61.2, 24.0, 7.0)
    for row, (y, pitch) in enumerate(((69.0, 18.0), (92.0, 17.0), (116.0, 20.0), (145.0, 24.0))):
        x = -40.0 - 18.0 * row - rng.uniform(0, 8)
        fence = str(rng.choice(["timber_grey", "sheet_green", "trim_blue"]))
        while x < 40 + 18 * row:
            at_y = y + rng.uniform(-1.5, 2.5)
            add_small_house(solid, x, at_y, 2 if rng.random() < 0.3 else 1, rng)
            if rng.random() < 0.4:
                fence = str(rng.choice(["timber_grey", "sheet_green", "trim_blue", "lime_wash", "sheet_blue"]))
            solid.add_box((x, y - 6.6, 0.75), (pitch * 0.98, 0.08, 1.5), fence)
            for _ in range(int(rng.integers(1, 4))):
                add_tree(solid, x + rng.uniform(-8, 8), at_y + rng.uniform(6, 11), rng)
            add_bush(solid, x + rng.uniform(-7, 7), y - 5.5, 0.0, rng)
            x += pitch + rng.uniform(-1.5, 3)
    for _ in range(8):
        add_tree(solid, float(rng.choice([-1, 1])) * rng.uniform(34, 55), rng.uniform(40, 62), rng)
    _add_hills(solid, rng, 10.0, "grass")
    solid.to_object("neighbours", palette)


def add_steppe(palette: Palette, rng: np.random.Generator) -> None:
    """Put low hills on the horizon, a village, a line of poles and a few trees on the open steppe."""
    solid = Solid()
    _add_hills(solid, rng, 22.0, "steppe_hill")
    _add_poles(solid, rng.uniform(78, 92), 38.0, 9.0)
    middle = rng.uniform(25, 75) * float(rng.choice([-1, 1]))
    for _ in range(int(rng.integers(11, 17))):
        x, y = middle + rng.normal(0, 32), rng.uniform(135, 215)
        add_small_house(solid, x, y, 1, rng)
        if rng.random() < 0.6:
            add_tree(solid, x + rng.uniform(-9, 9), y + rng.uniform(-9, 9), rng)
    for _ in range(9):
        add_tree(solid, rng.uniform(-120, 120), rng.uniform(85, 190), rng)
    for _ in range(50):
        x, y = rng.uniform(-80, 80), rng.uniform(60, 130)
        add_bush(solid, x, y, -0.1, rng, "reed")
    solid.to_object("steppe", palette)


def add_river_banks(palette: Palette, terrain: Terrain, ravine: Ravine, rng: np.random.Generator) -> None:
    """Put reeds, stones and bushes along both banks, and let the river fade among them at its ends."""
    solid = Solid()
    places, ways = _points_along(ravine, 0.9)
    for (x, y), (along, across) in zip(places, ways, strict=True):
        for side in (-1, 1):
            away = side * (ravine.wide_m / 2 + rng.uniform(0.4, 4.4))
            at_x, at_y = x - across * away + rng.normal(0, 0.4), y + along * away + rng.normal(0, 0.4)
            z, draw = terrain.height(at_x, at_y), rng.random()
            if draw < 0.3:
                _add_reeds(solid, at_x, at_y, z, rng)
            elif draw < 0.5:
                radius = rng.uniform(0.12, 0.4)
                solid.add_ball((at_x, at_y, z), (radius * 1.4, radius, radius), "rubble", z_from=-0.8, rings=4, sides=6)
            elif draw < 0.55 and abs(away) > ravine.wide_m / 2 + 2.5:
                add_bush(solid, at_x, at_y, z, rng)
    solid.to_object("banks", palette)


def _points_along(ravine: Ravine, step_m: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places every `step_m` along the river, (n, 2), and the unit vectors in which it flows there."""
    path = np.array(ravine.path, float)
    steps = np.diff(path, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    ends = np.concatenate([[0.0], np.cumsum(lengths)])
    spots = np.arange(0.0, ends[-1], step_m)
    places = np.stack([np.interp(spots, ends, path[:, axis]) for axis in (0, 1)], axis=1)
    legs = np.clip(np.searchsorted(ends, spots, side="right") - 1, 0, len(steps) - 1)
    return places, steps[legs] / lengths[legs][:, None]


def _add_reeds(solid: Solid, x: float, y: float, z: float, rng: np.random.Generator) -> None:
    for _ in range(9):
        foot = (x + rng.normal(0, 0.22), y + rng.normal(0, 0.22), z - 0.05)
        tip = (foot[0] + rng.normal(0, 0.18), foot[1] + rng.normal(0, 0.18), z + rng.uniform(0.5, 1.2))
        solid.add_tube(foot, tip, 0.05, 0.012, "reed", 4)


def _add_street(solid: Solid, near: float, far: float, material: str = "asphalt", *, has_dashes: bool = True) -> None:
    corners = np.array([(-260, near, 0.02), (260, near, 0.02), (260, far, 0.02), (-260, far, 0.02)], float)
    solid.add_faces(corners, [(0, 1, 2, 3)], [material])
    for dash in range(-120, 120, 6) if has_dashes else ():
        solid.add_box((dash, (near + far) / 2, 0.03), (2.5, 0.14, 0.01), "tape")


def _add_poles(solid: Solid, y: float, pitch: float, high: float) -> None:
    xs = np.arange(-4.5, 5.5) * pitch
    for x in xs:
        solid.add_tube((x, y, -0.2), (x, y, high), 0.14, 0.09, "timber_grey", 7)
        solid.add_box((x, y, high - 0.5), (0.12, 1.8, 0.12), "timber_grey")
    for side in (-0.8, 0.8):
        for one, two in pairwise(xs):
            # Wires hang through between the poles: two straight halves are enough from here.
            sag = ((one + two) / 2, y + side, high - 1.1)
            solid.add_tube((one, y + side, high - 0.4), sag, 0.028, 0.028, "grey_paint", 4)
            solid.add_tube(sag, (two, y + side, high - 0.4), 0.028, 0.028, "grey_paint", 4)


def _add_hills(solid: Solid, rng: np.random.Generator, high: float, material: str) -> None:
    """Rolling ground from 230 m on, up to `high` metres, closing off the horizon."""
    xs, ys = np.meshgrid(np.linspace(-480, 480, 97), np.linspace(230, 520, 24))
    rise = np.clip((ys - 230) / 200, 0, 1)
    zs = np.zeros_like(xs)
    for _ in range(7):
        turn, frequency, phase = rng.uniform(-0.8, 0.8), rng.uniform(0.008, 0.035), rng.uniform(0, 2 * np.pi)
        zs += 0.1 / (frequency * 25 + 0.3) * np.sin(frequency * (xs * np.cos(turn) + ys * np.sin(turn)) + phase)
    zs = high * rise * (0.55 + zs) - 0.3
    first = (np.arange(23)[:, None] * 97 + np.arange(96)[None, :]).ravel()
    faces: list[tuple[int, ...]] = [(int(i), int(i) + 1, int(i) + 98, int(i) + 97) for i in first]
    solid.add_faces(np.stack([xs.ravel(), ys.ravel(), zs.ravel()], axis=1), faces, [material] * len(faces))
