"""Materials stacked on site: bricks, timber, bars, pipes, rings, formwork, cages, blocks."""

from collections.abc import Callable, Sequence
from typing import Literal

import bpy
import numpy as np

from sample_footage.render.solid import Solid, turn_about
from sample_footage.render.terrain import Terrain

StackKind = Literal["bricks", "timber", "bars", "pipes", "rings", "formwork", "cages", "blocks", "trunk_pipes", "beams"]

USUAL_KINDS: tuple[StackKind, ...] = ("bricks", "timber", "bars", "pipes", "rings")


def add_stacks(
    palette: dict[str, bpy.types.Material],
    terrain: Terrain,
    rng: np.random.Generator,
    spots: Sequence[tuple[float, float]],
    kinds: Sequence[StackKind] = USUAL_KINDS,
) -> None:
    """Put stacks of `kinds` on `spots`, whichever the draw gives."""
    order = rng.permutation(len(kinds))
    for index, (x, y) in enumerate(spots):
        solid = Solid()
        _MAKERS[kinds[order[index % len(kinds)]]](solid, rng)
        stack = solid.to_object("stack", palette, 0.01)
        stack.location = (x, y, terrain.height(x, y))
        stack.rotation_euler = (0, 0, rng.uniform(-0.5, 0.5))


def _bricks(solid: Solid, rng: np.random.Generator) -> None:
    for x in (-1.5, 0.0, 1.5):
        high = float(rng.choice([0.5, 0.7, 0.9]))
        solid.add_box((x, 0, 0.07), (1.2, 1.0, 0.12), "timber_grey")
        solid.add_box((x, 0, 0.13 + high / 2), (1.1, 0.95, high), "brick_pale")


def _timber(solid: Solid, rng: np.random.Generator) -> None:
    for layer in range(int(rng.integers(3, 6))):
        for y in np.linspace(-0.6, 0.6, 6):
            solid.add_box((rng.normal(0, 0.1), y, 0.2 + layer * 0.13), (4.0, 0.19, 0.07), "timber_grey")


def _bars(solid: Solid, rng: np.random.Generator) -> None:
    for x in (-2.0, 0.0, 2.0):
        solid.add_box((x, 0, 0.08), (0.15, 1.6, 0.15), "timber_grey")
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


def _formwork(solid: Solid, rng: np.random.Generator) -> None:
    """Shutter panels lying on each other, and some that lean on the stack."""
    layers = int(rng.integers(4, 8))
    for layer in range(layers):
        at = (rng.normal(0, 0.06), rng.normal(0, 0.05), 0.15 + layer * 0.13)
        solid.add_box(at, (3.0, 1.2, 0.1), "formwork")
        for x in (-1.2, 0.0, 1.2):
            solid.add_box((at[0] + x, at[1], at[2]), (0.06, 1.24, 0.12), "steel")
    for x in (-0.9, 0.4):
        solid.add_box((x, -0.95, 0.52), (1.1, 0.08, 1.2), "formwork", turn_about("x", -24))


def _cages(solid: Solid, rng: np.random.Generator) -> None:
    """Cages of bars tied for columns, lying side by side."""
    for y in (-0.6, 0.0, 0.6):
        slip = rng.normal(0, 0.15)
        for dy in (-0.18, 0.18):
            for z in (0.16, 0.52):
                solid.add_tube((-1.9 + slip, y + dy, z), (1.9 + slip, y + dy, z), 0.022, 0.022, "rebar", 5)
        for x in np.arange(-1.8, 1.9, 0.3):
            solid.add_box((x + slip, y, 0.34), (0.025, 0.42, 0.025), "rebar")
            for dy in (-0.2, 0.2):
                solid.add_box((x + slip, y + dy, 0.34), (0.025, 0.025, 0.4), "rebar")


def _blocks(solid: Solid, rng: np.random.Generator) -> None:
    """Foundation blocks of concrete, a few on each other."""
    for level in range(2):
        for x in np.arange(-1.3, 1.4, 1.3) if level == 0 else (-0.65, 0.65):
            if level == 0 or rng.random() < 0.7:
                solid.add_box(
                    (x + rng.normal(0, 0.04), rng.normal(0, 0.05), 0.3 + level * 0.6), (1.2, 0.5, 0.58), "rubble"
                )


def _trunk_pipes(solid: Solid, rng: np.random.Generator) -> None:
    """Pipes of 0.84 m on timbers, hollow ends showing."""
    for x in (-2.6, 2.6):
        solid.add_box((x, 0, 0.08), (0.2, 3.4, 0.16), "timber_grey")
    for y, z in ((-0.9, 0.58), (0.0, 0.58), (0.9, 0.58), (-0.45, 1.36), (0.45, 1.36)):
        slip = rng.normal(0, 0.12)
        solid.add_tube((-3.9 + slip, y, z), (3.9 + slip, y, z), 0.42, 0.42, "pipe_coat", 20)
        for end in (-3.91, 3.91):
            solid.add_tube((end + slip, y, z), (end * 1.002 + slip, y, z), 0.37, 0.37, "black", 18)


def _beams(solid: Solid, rng: np.random.Generator) -> None:
    """Bridge girders waiting on timbers."""
    for x in (-3.0, 3.0):
        solid.add_box((x, 0, 0.1), (0.3, 2.6, 0.2), "timber_grey")
    for y in (-0.75, 0.35):
        slip = rng.normal(0, 0.1)
        solid.add_box((slip, y, 0.32), (8.5, 0.55, 0.22), "concrete")
        solid.add_box((slip, y, 0.65), (8.5, 0.22, 0.5), "concrete")
        solid.add_box((slip, y, 0.98), (8.5, 0.5, 0.2), "concrete")


_MAKERS: dict[StackKind, Callable[[Solid, np.random.Generator], None]] = {
    "bricks": _bricks,
    "timber": _timber,
    "bars": _bars,
    "pipes": _pipes,
    "rings": _rings,
    "formwork": _formwork,
    "cages": _cages,
    "blocks": _blocks,
    "trunk_pipes": _trunk_pipes,
    "beams": _beams,
}
