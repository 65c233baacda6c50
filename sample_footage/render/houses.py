"""Houses and trees of the neighbourhood, seen from afar: blocks of flats, small houses with gable roofs."""

import numpy as np

from sample_footage.render.solid import Solid

_WALLS = ("facade_light", "facade_grey", "facade_brick", "facade_rose", "facade_ochre", "facade_blue")
_FLAT_STOREY_M = 3.0


def add_flats(solid: Solid, x: float, y: float, wide: float, storeys: int, rng: np.random.Generator) -> None:
    """Add a block of flats with balconies, stairwells and a flat roof; its front is 6 m before `y`."""
    wall, accent = (str(name) for name in rng.choice(_WALLS, 2, replace=False))
    high, front = storeys * _FLAT_STOREY_M + 1.4, y - 6.0
    solid.add_box((x, y, high / 2), (wide, 12, high), wall)
    solid.add_box((x, y, 0.5), (wide + 0.3, 12.3, 1.0), "rubble")
    solid.add_box((x, y, high + 0.15), (wide + 0.5, 12.5, 0.4), "grey_paint")
    columns = np.arange(-wide / 2 + 1.9, wide / 2 - 1.0, 3.2)
    stair_every, phase = int(rng.integers(4, 7)), int(rng.integers(0, 3))
    balcony_every = int(rng.choice([2, 3, 3]))
    for index, column in enumerate(columns):
        middle = x + float(column)
        if index % stair_every == phase:
            solid.add_box((middle, front - 0.05, high / 2), (2.7, 0.3, high), accent)
            solid.add_box((middle, front - 0.9, 2.9), (2.6, 1.8, 0.18), "grey_paint")
            solid.add_box((middle, front - 0.22, 1.5), (1.5, 0.1, 2.1), "sheet_green")
            solid.add_box((middle, y, high + 1.4), (3.4, 4.6, 2.4), wall)
        has_balcony = index % balcony_every == 0 and index % stair_every != phase
        for storey in range(storeys):
            level = 1.0 + storey * _FLAT_STOREY_M
            solid.add_box((middle, front - 0.06, level + 1.5), (1.55, 0.3, 1.5), "window")
            if has_balcony and storey > 0:
                _add_balcony(solid, middle, front, level, accent, rng)
            elif rng.random() < 0.12:
                solid.add_box((middle + 1.1, front - 0.3, level + 0.8), (0.8, 0.45, 0.55), "white_paint")
    for storey in range(1, storeys):
        solid.add_box((x, front, 1.0 + storey * _FLAT_STOREY_M), (wide, 0.1, 0.12), accent)


def add_small_house(solid: Solid, x: float, y: float, storeys: int, rng: np.random.Generator) -> None:
    """Add a house of one or two storeys with a gable roof, a porch and a shed; its front looks to -y."""
    wide, deep, high = rng.uniform(8, 12), rng.uniform(7, 9), 2.9 * storeys + 0.4
    wall = str(rng.choice(["lime_wash", "lime_wash", "facade_ochre", "facade_brick", "facade_rose", "brick"]))
    cover = str(rng.choice(["roof_slate", "roof_slate", "roof_sheet", "roof_green", "sheet_blue"]))
    trim = str(rng.choice(["trim_blue", "white_paint", "timber_grey"]))
    front = y - deep / 2
    solid.add_box((x, y, high / 2), (wide, deep, high), wall)
    solid.add_box((x, y, 0.25), (wide + 0.2, deep + 0.2, 0.5), "rubble")
    _add_gable(solid, (x, y, high), (wide, deep), rng.uniform(1.8, 3.0), bool(rng.random() < 0.65), cover, wall)
    for storey in range(storeys):
        for share in np.linspace(-0.34, 0.34, 3 if wide < 10 else 4):
            at = (x + float(share) * wide, front, 1.75 + storey * 2.9)
            solid.add_box(at, (1.5, 0.12, 1.55), trim)
            solid.add_box(at, (1.15, 0.18, 1.25), "window")
    solid.add_box((x + wide * rng.uniform(-0.3, 0.3), y + deep * 0.2, high + 2.4), (0.7, 0.7, 1.9), "brick")
    side = float(rng.choice([-1, 1]))
    shed = (x + side * (wide / 2 + 2.2), y + 1.0, 0.0)
    solid.add_box((shed[0], shed[1], 1.1), (3.4, 4.2, 2.2), str(rng.choice(["timber_grey", "lime_wash", "rubble"])))
    solid.add_box((shed[0], shed[1], 2.28), (3.8, 4.6, 0.14), "roof_slate")


def add_tree(solid: Solid, x: float, y: float, rng: np.random.Generator, z: float = 0.0) -> None:
    """Add a tree with a broad closed crown.

    No poplars: detectors take what is dark, slim and upright for a person.
    """
    high = rng.uniform(4.5, 9.0)
    half_wide = high * rng.uniform(0.40, 0.55)
    solid.add_tube((x, y, z), (x, y, z + high * 0.5), 0.018 * high + 0.06, 0.06, "bark", 7)
    for _ in range(46):
        way = rng.normal(size=3)
        way *= rng.uniform(0.55, 0.95) / np.linalg.norm(way)
        # Crowns are flatter below than above.
        rise = way[2] * 0.38 * (1.0 if way[2] > 0 else 0.8)
        at = (x + way[0] * half_wide, y + way[1] * half_wide, z + high * (0.60 + rise))
        radius = half_wide * rng.uniform(0.26, 0.42)
        solid.add_ball(at, (radius * 1.15, radius, radius * 0.8), "leaves", z_from=-0.95, rings=4, sides=6)


def add_bush(solid: Solid, x: float, y: float, z: float, rng: np.random.Generator, material: str = "leaves") -> None:
    """Add a low bush."""
    for _ in range(6):
        radius = rng.uniform(0.25, 0.6)
        at = (x + rng.normal(0, 0.35), y + rng.normal(0, 0.35), z + radius * 0.6)
        solid.add_ball(at, (radius, radius, radius * 0.9), material, z_from=-0.8, rings=4, sides=7)


def _add_balcony(solid: Solid, x: float, front: float, level: float, accent: str, rng: np.random.Generator) -> None:
    solid.add_box((x, front - 0.65, level + 0.05), (2.8, 1.3, 0.14), "rubble")
    screen = accent if rng.random() < 0.7 else str(rng.choice(["white_paint", "sheet_blue", "timber_grey"]))
    solid.add_box((x, front - 1.27, level + 0.6), (2.8, 0.08, 1.0), screen)
    if rng.random() < 0.5:
        # Glazed by the people who live there, each in their own way.
        solid.add_box((x, front - 1.2, level + 1.75), (2.75, 0.06, 1.3), "window")
        solid.add_box((x, front - 0.65, level + 2.45), (2.85, 1.35, 0.1), "white_paint")


def _add_gable(
    solid: Solid,
    foot: tuple[float, float, float],
    size: tuple[float, float],
    rise_m: float,
    along_x: bool,
    cover: str,
    wall: str,
) -> None:
    """A gable roof with its eaves 0.5 m out; the ridge runs along x, or toward the camera."""
    (x, y, z), half_wide, half_deep = foot, size[0] / 2 + 0.5, size[1] / 2 + 0.5
    if along_x:
        ridge = [(x - half_wide, y, z + rise_m), (x + half_wide, y, z + rise_m)]
    else:
        ridge = [(x, y - half_deep, z + rise_m), (x, y + half_deep, z + rise_m)]
    low = [(x + sx * half_wide, y + sy * half_deep, z) for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    points = np.array([*low, *ridge], float)
    slopes: list[tuple[int, ...]] = [(0, 1, 5, 4), (2, 3, 4, 5)] if along_x else [(1, 2, 5, 4), (3, 0, 4, 5)]
    gables: list[tuple[int, ...]] = [(1, 2, 5), (3, 0, 4)] if along_x else [(0, 1, 4), (2, 3, 5)]
    solid.add_faces(points, [*slopes, *gables, (3, 2, 1, 0)], [cover, cover, wall, wall, cover])
