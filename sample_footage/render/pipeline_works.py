"""A trunk pipeline above the ground: supports, pipes and their silver jackets along a path."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sample_footage.render.structure import Block, Piece, Spot, Structure, Tube

Route = Sequence[tuple[float, float]]

AXIS_M = 1.55
PIPE_RADIUS_M = 0.42
JACKET_RADIUS_M = 0.55

_JOINT_M = 1.5
_PAD_M = 0.45


def supports(element: str, path: Route, *, lines: int = 2, every_m: float = 3.0, reverse: bool = False) -> Structure:
    """Concrete pads with a steel saddle for every pipe, one support after another."""
    pieces: list[Piece] = []
    count = max(2, round(_length(path) / every_m))
    spread, saddle = _spread_m(lines), AXIS_M - PIPE_RADIUS_M
    order = np.linspace(0, 1, count + 1)
    for share in order[::-1] if reverse else order:
        (x, y), heading_deg = _at(path, float(share))
        size = (0.9, spread + 1.1, _PAD_M + 0.2)
        pieces.append(
            Block.box((x, y, _PAD_M - size[2] / 2), size, "concrete", "formwork", heading_deg=heading_deg),
        )
        size = (0.45, spread + 0.8, saddle - _PAD_M)
        pieces.append(Block.box((x, y, (saddle + _PAD_M) / 2), size, "steel_primed", heading_deg=heading_deg))
    return Structure(element, tuple(pieces))


def pipe(element: str, path: Route, *, lines: int = 2, reverse: bool = False) -> Structure:
    """Pipes of 0.84 m, side by side, laid joint by joint."""
    return Structure(element, _tubes(path, lines, PIPE_RADIUS_M, "pipe_coat", 0.0, reverse))


def cladding(element: str, path: Route, *, lines: int = 2, reverse: bool = False) -> Structure:
    """The shining jacket over the insulation of each pipe, joint by joint."""
    return Structure(element, _tubes(path, lines, JACKET_RADIUS_M, "jacket", 0.02, reverse))


def _tubes(
    path: Route, lines: int, radius_m: float, material: str, collar_m: float, reverse: bool
) -> tuple[Piece, ...]:
    joints = max(2, round(_length(path) / (_JOINT_M * lines)))
    cuts = np.linspace(1, 0, joints + 1) if reverse else np.linspace(0, 1, joints + 1)
    # The line farther from the camera goes first; then the work keeps to the near side.
    offsets = np.linspace(0.5, -0.5, lines) * _spread_m(lines) if lines > 1 else np.zeros(1)
    pieces: list[Piece] = []
    for one, two in pairwise(cuts):
        for offset in offsets:
            ends = [_beside(path, float(share), float(offset)) for share in (one, two)]
            pieces.append(Tube(ends[0], ends[1], radius_m, material, collar_m))
    return tuple(pieces)


def _spread_m(lines: int) -> float:
    return (lines - 1) * 1.45


def _beside(path: Route, share: float, left_m: float) -> Spot:
    (x, y), heading_deg = _at(path, share)
    turn = math.radians(heading_deg)
    return (x - left_m * math.sin(turn), y + left_m * math.cos(turn), AXIS_M)


def _length(path: Route) -> float:
    return sum(math.dist(one, two) for one, two in pairwise(path))


def _at(path: Route, share: float) -> tuple[tuple[float, float], float]:
    """Return the place at a share of the path's length, and the path's direction there in degrees."""
    rest = share * _length(path)
    for one, two in pairwise(path):
        step = math.dist(one, two)
        if rest <= step + 1e-9:
            break
        rest -= step
    rest = min(rest, step)
    x, y = (one[axis] + (two[axis] - one[axis]) * rest / step for axis in (0, 1))
    return (x, y), math.degrees(math.atan2(two[1] - one[1], two[0] - one[0]))
