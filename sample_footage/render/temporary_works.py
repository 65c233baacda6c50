"""What stands on a site only while something is built: starter bars, props, formwork, scaffolds, edge nets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sample_footage.render.solid import Solid

Works = Literal["none", "bars", "props", "formwork", "scaffold"]

# What is set up before a piece is made, and what is left round it for a while after.
STANDS_BEFORE: frozenset[Works] = frozenset({"bars", "formwork"})
STAYS_AFTER: frozenset[Works] = frozenset({"bars", "props", "scaffold"})

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Support:
    """One piece that needs works of a kind: the lowest and the highest corner of its box, (3,) each."""

    works: Works
    low: _Array
    high: _Array


def add_works(solid: Solid, newest: Sequence[Support], coming: Sequence[Support]) -> None:
    """Add the works round the newest pieces and those made ready for the coming ones."""
    near = min((support.low[1] for support in newest), default=0.0) + 0.5
    for support in newest:
        if support.works == "bars":
            _add_bars(solid, support.low, support.high, 0.7)
        elif support.works == "props":
            _add_props(solid, support.low, support.high)
            if support.low[1] < near:
                _add_edge_net(solid, support.low, support.high)
    for support in coming:
        if support.works == "bars":
            cage = support.high - np.array([0.0, 0.0, (support.high - support.low)[2]])
            _add_bars(solid, support.low, cage, float((support.high - support.low)[2]) + 0.4)
        elif support.works == "formwork":
            _add_formwork(solid, support.low, support.high)
    scaffolded = [support for support in newest if support.works == "scaffold"][-10:]
    if scaffolded:
        low = np.min([support.low for support in scaffolded], axis=0)
        high = np.max([support.high for support in scaffolded], axis=0)
        _add_scaffold(solid, low, high)


def _add_bars(solid: Solid, low: _Array, high: _Array, length_m: float) -> None:
    inset = 0.08
    for x in np.linspace(low[0] + inset, high[0] - inset, 2 if high[0] - low[0] < 1 else 5):
        for y in np.linspace(low[1] + inset, high[1] - inset, 2 if high[1] - low[1] < 1 else 5):
            solid.add_tube((x, y, high[2]), (x, y, high[2] + length_m), 0.018, 0.018, "rebar", 5)
    for level in np.arange(0.3, length_m if length_m > 1 else 0.0, 0.4):
        size = (high[0] - low[0] - inset, high[1] - low[1] - inset, 0.025)
        solid.add_box(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, high[2] + level), size, "rebar")


def _add_props(solid: Solid, low: _Array, high: _Array) -> None:
    x, y, under = (low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2] - 0.04
    for dx in (-0.3, 0.0, 0.3):
        for dy in (-0.3, 0.3):
            px, py = x + dx * (high[0] - low[0]), y + dy * (high[1] - low[1])
            solid.add_tube((px, py, under - 2.75), (px, py, under), 0.05, 0.05, "steel", 6)
    solid.add_box((x, y, under - 0.01), (high[0] - low[0], high[1] - low[1], 0.05), "plywood")


def _add_edge_net(solid: Solid, low: _Array, high: _Array) -> None:
    """A net on posts along the near edge of a slab."""
    x = (low[0] + high[0]) / 2
    for px in np.linspace(low[0] + 0.1, high[0] - 0.1, 3):
        solid.add_tube((px, low[1], high[2]), (px, low[1], high[2] + 1.1), 0.025, 0.025, "steel", 5)
    for level in (0.35, 0.7, 1.05):
        solid.add_box((x, low[1], high[2] + level), (high[0] - low[0], 0.03, 0.07), "net_green")


def _add_formwork(solid: Solid, low: _Array, high: _Array) -> None:
    middle, size = (low + high) / 2, high - low
    tall, thick = size[2] + 0.15, 0.06
    for side in (-1, 1):
        solid.add_box((middle[0], middle[1] + side * size[1] / 2, middle[2]), (size[0], thick, tall), "formwork")
        solid.add_box((middle[0] + side * size[0] / 2, middle[1], middle[2]), (thick, size[1], tall), "formwork")
    for x in np.arange(low[0] + 0.2, high[0], 0.6):
        solid.add_box((x, low[1] - 0.06, middle[2]), (0.08, 0.08, tall), "timber")


def _add_scaffold(solid: Solid, low: _Array, high: _Array) -> None:
    """Two rows of uprights and decks of plank before the near side of what is being built."""
    top, near = float(high[2]) + 1.0, float(low[1]) - 0.35
    xs = np.linspace(low[0], high[0], max(2, round(float(high[0] - low[0]) / 2.2) + 1))
    levels = np.arange(1.9, max(2.0, float(high[2]) + 0.2), 1.9)
    for y in (near, near - 0.95):
        for x in xs:
            solid.add_tube((x, y, 0), (x, y, top), 0.03, 0.03, "scaffold", 6)
        for level in levels:
            for rail in (0.0, 0.95):
                solid.add_tube((xs[0], y, level + rail), (xs[-1], y, level + rail), 0.025, 0.025, "scaffold", 5)
    for level in levels:
        solid.add_box(((xs[0] + xs[-1]) / 2, near - 0.47, level), (xs[-1] - xs[0], 0.8, 0.05), "timber")
    for left, right in zip(xs[:-1:2], xs[1::2], strict=False):
        solid.add_tube((left, near - 0.95, 0), (right, near - 0.95, min(top, 3.8)), 0.025, 0.025, "scaffold", 5)
