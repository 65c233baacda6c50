"""Buildings as pieces: foundations, concrete frames, brick walls and roofs; and plain strips of road."""

from itertools import pairwise

import numpy as np

from sample_footage.render.structure import Block, Piece, Structure, StructureInPlace
from sample_footage.render.temporary_works import Works

__all__ = ["Piece", "Structure", "StructureInPlace", "foundation", "frame", "masonry", "road", "roof"]

BAY_M = 5.0
STOREY_M = 3.0
BRICK_STOREY_M = 3.3

_SLAB_M = 0.25


def foundation(
    element: str,
    origin: tuple[float, float],
    size: tuple[float, float],
    *,
    reverse: bool,
    depth_m: float = 0.0,
    top_m: float = 0.6,
) -> Structure:
    """Pads and footing strips on the ground or in a pit of `depth_m`, then the slab poured strip by strip."""
    (x0, y0), (wide, deep) = origin, size
    columns, rows = max(2, round(wide / BAY_M)), max(1, round(deep / BAY_M))
    xs, ys = np.linspace(x0, x0 + wide, columns + 1), np.linspace(y0, y0 + deep, rows + 1)
    order = xs[::-1] if reverse else xs
    tall = depth_m + top_m - _SLAB_M
    pieces: list[Piece] = []
    for x in order:
        pieces += [
            Block.box((float(x), float(y), 0.2 - depth_m), (1.6, 1.6, 0.5), "concrete", "formwork") for y in ys[::-1]
        ]
    for one, two in pairwise(order):
        middle, length = float(one + two) / 2, abs(float(two - one))
        for y in ys[::-1]:
            centre = (middle, float(y), tall / 2 - depth_m)
            pieces.append(Block.box(centre, (length - 0.45, 0.45, tall), "concrete", "formwork"))
        for near, far in reversed(list(pairwise(ys))):
            centre = (float(one), float(near + far) / 2, tall / 2 - depth_m)
            pieces.append(Block.box(centre, (0.45, float(far - near) + 0.45, tall), "concrete", "formwork"))
    for near, far in reversed(list(pairwise(ys))):
        centre = (float(order[-1]), float(near + far) / 2, tall / 2 - depth_m)
        pieces.append(Block.box(centre, (0.45, float(far - near) + 0.45, tall), "concrete", "formwork"))
    pours = np.linspace(order[0], order[-1], 2 * columns + 1)
    for one, two in pairwise(pours):
        for near, far in reversed(list(pairwise(ys))):
            centre = (float(one + two) / 2, float(near + far) / 2, top_m - _SLAB_M / 2)
            pieces.append(Block.box(centre, (abs(float(two - one)), float(far - near) + 0.3, _SLAB_M), "concrete"))
    return Structure(element, tuple(pieces))


def frame(
    element: str,
    origin: tuple[float, float],
    bays: tuple[int, int],
    storeys: int,
    *,
    reverse: bool,
    base_m: float = 0.15,
) -> Structure:
    """A concrete frame of bays (along x, along y): per storey columns first, then the slab bay by bay."""
    x0, y0 = origin
    pieces: list[Piece] = []
    columns = range(bays[0] + 1)
    order = list(reversed(columns)) if reverse else list(columns)
    for storey in range(storeys):
        base = storey * STOREY_M + base_m
        for column in order:
            pieces += [
                Block.box(
                    (x0 + column * BAY_M, y0 + row * BAY_M, base + STOREY_M / 2 - 0.12),
                    (0.45, 0.45, STOREY_M - 0.25),
                    "concrete",
                    "bars",
                )
                for row in range(bays[1] + 1)
            ]
        for column in order[1:] if reverse else order[:-1]:
            pieces += [
                Block.box(
                    (x0 + (column + 0.5) * BAY_M, y0 + (row + 0.5) * BAY_M, base + STOREY_M - 0.12),
                    (BAY_M, BAY_M, 0.28),
                    "concrete",
                    "props",
                )
                for row in range(bays[1])
            ]
    return Structure(element, tuple(pieces))


def masonry(
    element: str,
    origin: tuple[float, float],
    size: tuple[float, float],
    storeys: int,
    *,
    reverse: bool,
    base_m: float = 0.1,
) -> Structure:
    """A brick wing: per storey walls in four lifts round the windows, then a slab."""
    (x0, y0), (wide, deep), thick = origin, size, 0.5
    pieces: list[Piece] = []
    lifts = ((0.0, 0.85, True), (0.85, 1.6, False), (1.6, 2.35, False), (2.35, 3.0, True))
    for storey in range(storeys):
        base = storey * BRICK_STOREY_M + base_m
        for low, high, is_solid in lifts:
            middle, tall = base + (low + high) / 2, high - low
            runs = _runs(wide, is_solid)
            for start, end in reversed(runs) if reverse else runs:
                for y in (y0 + deep, y0):
                    centre = (x0 + (start + end) / 2, y, middle)
                    works: Works = "scaffold" if y == y0 else "none"
                    pieces.append(Block.box(centre, (end - start, thick, tall), "brick", works))
            for start, end in _runs(deep, is_solid):
                for x in (x0, x0 + wide):
                    pieces.append(Block.box((x, y0 + (start + end) / 2, middle), (thick, end - start, tall), "brick"))
        cells = np.linspace(0, wide, max(5, round(wide / 1.8)))
        for start, end in reversed(list(pairwise(cells))) if reverse else pairwise(cells):
            pieces.append(
                Block.box(
                    (x0 + float(start + end) / 2, y0 + deep / 2, base + 3.14),
                    (float(end - start), deep + 0.6, 0.24),
                    "concrete",
                )
            )
    return Structure(element, tuple(pieces))


def roof(
    element: str,
    origin: tuple[float, float],
    size: tuple[float, float],
    z_m: float,
    *,
    reverse: bool = False,
    sheet: str = "roof_sheet",
    pitch: float = 0.42,
) -> Structure:
    """A gable roof on walls that end at `z_m`: rafters first, then both slopes sheet by sheet."""
    (x0, y0), (wide, deep), over = origin, size, 0.6
    bays = max(6, round(wide / 1.3))
    rise, half = (deep / 2 + over) * pitch, deep / 2 + over
    xs = np.linspace(x0 - over, x0 + wide + over, bays + 1)
    if reverse:
        xs = xs[::-1]
    pieces: list[Piece] = []
    middle, eaves = y0 + deep / 2, z_m - over * pitch + 0.1
    for x in xs:
        for side in (1, -1):
            pieces.append(_slope(float(x), 0.16, (middle, side * half), eaves, rise, 0.24, "timber"))
    for side in (1, -1):
        for one, two in pairwise(xs):
            along, width = float(one + two) / 2, abs(float(two - one))
            # Up the slope in two courses, the eaves first.
            for low, high in ((1.0, 0.5), (0.5, 0.0)):
                ends = (middle + side * half * high, middle + side * half * low)
                level = eaves + 0.24 + rise * (1 - low)
                pieces.append(
                    _slope(along, width, (ends[0], ends[1] - ends[0]), level, rise * (low - high), 0.09, sheet)
                )
    return Structure(element, tuple(pieces))


def road(element: str, start: tuple[float, float], length: float, wide: float, *, reverse: bool) -> Structure:
    """A strip of asphalt laid on gravel, piece by piece along x."""
    steps = 24
    xs = start[0] + (np.arange(steps) + 0.5) * length / steps
    if reverse:
        xs = xs[::-1]
    return Structure(
        element, tuple(Block.box((float(x), start[1], 0.16), (length / steps, wide, 0.16), "asphalt") for x in xs)
    )


def _slope(
    x: float, wide: float, run: tuple[float, float], low_m: float, rise_m: float, thick_m: float, material: str
) -> Block:
    """A board that rises from `low_m` toward the ridge; `run` is the ridge's y and the way from it to the eaves."""
    high_y, low_y = run[0], run[0] + run[1]
    near, far = (
        ((low_y, low_m), (high_y, low_m + rise_m)) if low_y < high_y else ((high_y, low_m + rise_m), (low_y, low_m))
    )
    points = tuple(
        (x + side * wide / 2, y, z + lift) for lift in (0.0, thick_m) for y, z in (near, far) for side in (-1, 1)
    )
    return Block(points, material)


def _runs(length: float, is_solid: bool) -> list[tuple[float, float]]:
    """Stretches of wall along one side: whole panels, or the piers between windows."""
    windows = max(2, round(length / 3.2))
    pitch = length / windows
    if is_solid:
        return [(index * pitch, (index + 1) * pitch) for index in range(windows)]
    piers = [(0.0, pitch * 0.25)]
    piers += [((index + 0.75) * pitch, (index + 1.25) * pitch) for index in range(windows - 1)]
    return [*piers, (length - pitch * 0.25, length)]
