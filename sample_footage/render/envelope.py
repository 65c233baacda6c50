"""The skin of a building: panels with windows hung before its frame, storey by storey."""

from dataclasses import dataclass

import numpy as np

from sample_footage.render.building import BAY_M, STOREY_M
from sample_footage.render.solid import Solid
from sample_footage.render.structure import Block, Piece, Points, Spot, Structure

_THICK_M = 0.14
_GAP_M = 0.03


@dataclass(frozen=True, slots=True)
class Panel:
    """A wall panel with a window in it; `faces` is the way its outer side looks: (0, -1) to the camera."""

    centre: Spot
    wide_m: float
    high_m: float
    faces: tuple[int, int]
    material: str
    window_m: tuple[float, float] = (1.5, 1.55)

    @property
    def volume_m3(self) -> float:
        """The panel without the opening of its window."""
        return (self.wide_m * self.high_m - self.window_m[0] * self.window_m[1]) * _THICK_M

    def corners(self) -> Points:
        """Return the eight corners of the panel."""
        return self._plate((self.wide_m, self.high_m), _THICK_M, 0.0).corners()

    def add_to(self, solid: Solid, material: str) -> None:
        """Add the panel, its window with frame and crossbar, and the sill."""
        self._plate((self.wide_m, self.high_m), _THICK_M, 0.0).add_to(solid, material)
        wide, high = self.window_m
        self._plate((wide + 0.16, high + 0.16), 0.04, _THICK_M / 2).add_to(solid, "white_paint")
        self._plate((wide, high), 0.04, _THICK_M / 2 + 0.02).add_to(solid, "window")
        self._plate((0.07, high), 0.04, _THICK_M / 2 + 0.035).add_to(solid, "white_paint")

    def _plate(self, size: tuple[float, float], thick_m: float, out_m: float) -> Block:
        x, y = self.faces
        spread = (size[0], thick_m) if y != 0 else (thick_m, size[0])
        centre = (self.centre[0] + x * out_m, self.centre[1] + y * out_m, self.centre[2])
        return Block.box(centre, (*spread, size[1]), self.material)


def facade(
    element: str,
    origin: tuple[float, float],
    bays: tuple[int, int],
    storeys: int,
    *,
    reverse: bool,
    base_m: float = 0.15,
    light: str = "panel_white",
    accent: str = "panel_ochre",
) -> Structure:
    """Panels for a `frame` of the same origin, bays and storeys: sides and front of each storey before the next."""
    (x0, y0), wide, deep = origin, bays[0] * BAY_M, bays[1] * BAY_M
    out = 0.225 + _THICK_M / 2 + 0.03
    pieces: list[Piece] = []
    for storey in range(storeys):
        middle = base_m + storey * STOREY_M + STOREY_M / 2
        runs = [
            _run((x0 - out, y0 + deep), (0.0, -deep), (-1, 0), middle, light, light),
            _run((x0 - out, y0 - out), (wide + 2 * out, 0.0), (0, -1), middle, light, accent),
            _run((x0 + wide + out, y0), (0.0, deep), (1, 0), middle, light, light),
        ]
        panels = [panel for run in runs for panel in run]
        pieces += reversed(panels) if reverse else panels
    return Structure(element, tuple(pieces))


def _run(
    start: tuple[float, float],
    way: tuple[float, float],
    faces: tuple[int, int],
    middle_m: float,
    light: str,
    accent: str,
) -> list[Panel]:
    length = float(np.hypot(*way))
    count = max(2, round(length / BAY_M * 2))
    shares = (np.arange(count) + 0.5) / count
    return [
        Panel(
            (start[0] + way[0] * float(share), start[1] + way[1] * float(share), middle_m),
            length / count - _GAP_M,
            STOREY_M - _GAP_M,
            faces,
            accent if index % 4 == 1 else light,
        )
        for index, share in enumerate(shares)
    ]
