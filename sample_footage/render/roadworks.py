"""Roads and bridges as pieces: embankments in lifts, pavement in layers, piers, decks."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sample_footage.render.solid import turn_about
from sample_footage.render.structure import Block, Piece, Spot, Structure, Tube

GIRDER_M = 1.1
SLAB_M = 0.25
DECK_THICK_M = GIRDER_M + SLAB_M

_BATTER = 1.5


def embankment(
    element: str,
    start: tuple[float, float],
    length: float,
    crest_wide: float,
    height_m: float,
    lifts: int,
    *,
    reverse: bool,
    heading_deg: float = 0.0,
    steps: int = 14,
) -> Structure:
    """A fill along `heading_deg` from `start` on its centre line: lift on lift, each laid piece by piece."""
    thick, pitch = height_m / lifts, length / steps
    pieces: list[Piece] = []
    for lift in range(lifts):
        low, high = (crest_wide + 2 * _BATTER * (height_m - (lift + level) * thick) for level in (0, 1))
        for step in reversed(range(steps)) if reverse else range(steps):
            foot = _along(start, (step + 0.5) * pitch, 0.0, lift * thick, heading_deg)
            # A machine trims no edge to the centimetre.
            ragged = 0.07 * np.sin(2.3 * step + 1.7 * lift + start[0]) if lift < lifts - 1 else 0.0
            sizes = (pitch, low + ragged), (pitch, high + ragged)
            pieces.append(Block.sloped(foot, *sizes, thick, "fill", heading_deg=heading_deg))
    return Structure(element, tuple(pieces))


def pavement(
    element: str,
    start: tuple[float, float],
    length: float,
    wide: float,
    z_m: float,
    *,
    reverse: bool,
    heading_deg: float = 0.0,
    steps: int = 24,
) -> Structure:
    """A road laid on `z_m`: the gravel base piece by piece, then asphalt over it from the same end."""
    pitch = length / steps
    order = list(reversed(range(steps))) if reverse else list(range(steps))
    pieces: list[Piece] = []
    for material, low, thick, spread in (("gravel", z_m, 0.24, wide + 0.9), ("asphalt_laid", z_m + 0.24, 0.14, wide)):
        for step in order:
            centre = _along(start, (step + 0.5) * pitch, 0.0, low + thick / 2, heading_deg)
            pieces.append(Block.box(centre, (pitch, spread, thick), material, heading_deg=heading_deg))
    return Structure(element, tuple(pieces))


def piers(
    element: str,
    spots: Sequence[tuple[float, float]],
    height_m: float,
    *,
    z_m: float = 0.0,
    wide: float = 8.0,
    heading_deg: float = 0.0,
    is_blade: bool = False,
    reverse: bool = False,
) -> Structure:
    """Piers of a bridge that runs along `heading_deg`, one after another from the ground at `z_m`.

    Each has a footing, columns or a blade in up to four lifts, and a cap whose top is `height_m` above the ground.
    """
    cap_m, foot_m = 0.9, 0.5
    shaft_m = height_m - cap_m - foot_m
    lifts = int(np.clip(round(shaft_m / 0.8), 1, 4))
    rise = shaft_m / lifts
    pieces: list[Piece] = []
    for spot in reversed(spots) if reverse else spots:
        for side in (1, -1):
            centre = _along(spot, 0.0, side * wide / 4, z_m + foot_m / 2, heading_deg)
            size = (2.4, wide / 2 - 0.3, foot_m)
            pieces.append(Block.box(centre, size, "concrete", "formwork", heading_deg=heading_deg))
        for lift in range(lifts):
            low = z_m + foot_m + lift * rise
            for side in (1, -1):
                if is_blade:
                    centre = _along(spot, 0.0, side * wide * 0.16, low + rise / 2, heading_deg)
                    size = (0.9, wide * 0.32, rise)
                    pieces.append(Block.box(centre, size, "concrete", "bars", heading_deg=heading_deg))
                else:
                    ends = [_along(spot, 0.0, side * wide * 0.3, z, heading_deg) for z in (low, low + rise)]
                    pieces.append(Tube(ends[0], ends[1], 0.6, "concrete", works="bars"))
        for side in (1, 0, -1):
            centre = _along(spot, 0.0, side * wide / 3, z_m + height_m - cap_m / 2, heading_deg)
            size = (1.7, wide / 3, cap_m)
            pieces.append(Block.box(centre, size, "concrete", "formwork", heading_deg=heading_deg))
    return Structure(element, tuple(pieces))


def deck(
    element: str,
    start: tuple[float, float],
    length: float,
    wide: float,
    z_m: float,
    *,
    reverse: bool,
    heading_deg: float = 0.0,
    spans: int = 3,
) -> Structure:
    """A bridge deck on bearings at `z_m`, `DECK_THICK_M` thick: span by span girders, then slab; parapets last."""
    span, girders = length / spans, max(3, round(wide / 1.9))
    order = list(reversed(range(spans))) if reverse else list(range(spans))
    across = np.linspace(wide / 2 - 0.6, 0.6 - wide / 2, girders)
    sign = -1.0 if reverse else 1.0
    pieces: list[Piece] = []
    for index in order:
        middle = (index + 0.5) * span
        for offset in across:
            centre = _along(start, middle, float(offset), z_m + GIRDER_M / 2, heading_deg)
            pieces.append(Block.box(centre, (span - 0.08, 0.55, GIRDER_M), "concrete", heading_deg=heading_deg))
        for one, two in pairwise(np.linspace(-sign * span / 2, sign * span / 2, 5)):
            centre = _along(start, middle + float(one + two) / 2, 0.0, z_m + GIRDER_M + SLAB_M / 2, heading_deg)
            size = (abs(float(two - one)), wide, SLAB_M)
            pieces.append(Block.box(centre, size, "concrete", heading_deg=heading_deg))
    steps = spans * 4
    for step in reversed(range(steps)) if reverse else range(steps):
        for side in (1, -1):
            along = (step + 0.5) * length / steps
            centre = _along(start, along, side * (wide / 2 - 0.15), z_m + DECK_THICK_M + 0.5, heading_deg)
            pieces.append(
                Block.box(centre, (length / steps - 0.04, 0.28, 1.0), "parapet", heading_deg=heading_deg),
            )
    return Structure(element, tuple(pieces))


def _along(start: tuple[float, float], along_m: float, left_m: float, z_m: float, heading_deg: float) -> Spot:
    """The place so far along the line and to the left of it."""
    x, y, _ = turn_about("z", heading_deg) @ np.array([along_m, left_m, 0.0])
    return (start[0] + float(x), start[1] + float(y), z_m)
