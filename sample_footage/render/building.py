"""Buildings and roads as pieces that are put in place one after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import bpy
import numpy as np
from numpy.typing import NDArray

from sample_footage.render.solid import Solid


@dataclass(frozen=True, slots=True)
class Piece:
    """One box of a structure, in world metres: what is built in one go and counts by its volume."""

    centre: tuple[float, float, float]
    size: tuple[float, float, float]
    material: str

    @property
    def volume_m3(self) -> float:
        """How much the piece counts toward its structure."""
        return self.size[0] * self.size[1] * self.size[2]


@dataclass(frozen=True, slots=True)
class Structure:
    """A work element's pieces in the order in which they are built."""

    element: str
    pieces: tuple[Piece, ...]

    def count_at(self, share: float) -> int:
        """Return how many pieces stand when at most `share` of the volume is built."""
        volumes = np.cumsum([piece.volume_m3 for piece in self.pieces])
        return int(np.searchsorted(volumes, share * volumes[-1] + 1e-9, side="right"))

    def share_of(self, count: int) -> float:
        """Return the share of the volume that the first `count` pieces make."""
        total = sum(piece.volume_m3 for piece in self.pieces)
        return sum(piece.volume_m3 for piece in self.pieces[:count]) / total

    def corners(self) -> NDArray[np.float64]:
        """Return the corners of all pieces as finished, (n, 3)."""
        signs = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
        return np.concatenate([signs * np.array(p.size) + np.array(p.centre) for p in self.pieces])


class StructureInPlace:
    """A structure in the scene, rebuilt whenever more of it stands."""

    def __init__(self, structure: Structure, palette: dict[str, bpy.types.Material]) -> None:
        self._structure = structure
        self._palette = palette
        self._object: bpy.types.Object | None = None
        self._count = -1

    def grow(self, share: float) -> float:
        """Show what stands at `share`; return the share of the pieces actually in place."""
        count = self._structure.count_at(share)
        if count != self._count:
            self._show(count)
            self._count = count
        return self._structure.share_of(count)

    def _show(self, count: int) -> None:
        if self._object is not None:
            bpy.data.meshes.remove(self._object.data)
            self._object = None
        if count == 0:
            return
        solid = Solid()
        for index, piece in enumerate(self._structure.pieces[:count]):
            fresh = piece.material == "concrete" and index > count - 9
            solid.add_box(piece.centre, piece.size, "concrete_new" if fresh else piece.material)
        _add_works_on_top(solid, self._structure.pieces[:count], count == len(self._structure.pieces))
        self._object = solid.to_object(self._structure.element, self._palette)


def frame(
    element: str, origin: tuple[float, float], bays: tuple[int, int], storeys: int, *, reverse: bool
) -> Structure:
    """A concrete frame of bays (along x, along y): per storey columns first, then the slab bay by bay."""
    bay, storey_m, x0, y0 = 5.0, 3.0, origin[0], origin[1]
    pieces: list[Piece] = []
    columns = range(bays[0] + 1)
    order = list(reversed(columns)) if reverse else list(columns)
    for storey in range(storeys):
        base = storey * storey_m + 0.15
        for column in order:
            pieces += [
                Piece(
                    (x0 + column * bay, y0 + row * bay, base + storey_m / 2 - 0.12),
                    (0.45, 0.45, storey_m - 0.25),
                    "concrete",
                )
                for row in range(bays[1] + 1)
            ]
        for column in order[1:] if reverse else order[:-1]:
            pieces += [
                Piece(
                    (x0 + (column + 0.5) * bay, y0 + (row + 0.5) * bay, base + storey_m - 0.12),
                    (bay, bay, 0.28),
                    "concrete",
                )
                for row in range(bays[1])
            ]
    return Structure(element, tuple(pieces))


def masonry(
    element: str, origin: tuple[float, float], size: tuple[float, float], storeys: int, *, reverse: bool
) -> Structure:
    """A brick wing: per storey walls in four lifts round the windows, then a slab."""
    (x0, y0), (wide, deep), storey_m, thick = origin, size, 3.3, 0.5
    pieces: list[Piece] = []
    lifts = ((0.0, 0.85, True), (0.85, 1.6, False), (1.6, 2.35, False), (2.35, 3.0, True))
    for storey in range(storeys):
        base = storey * storey_m + 0.1
        for low, high, is_solid in lifts:
            middle, tall = base + (low + high) / 2, high - low
            runs = _runs(wide, is_solid)
            for start, end in reversed(runs) if reverse else runs:
                for y in (y0, y0 + deep):
                    pieces.append(Piece((x0 + (start + end) / 2, y, middle), (end - start, thick, tall), "brick"))
            for start, end in _runs(deep, is_solid):
                for x in (x0, x0 + wide):
                    pieces.append(Piece((x, y0 + (start + end) / 2, middle), (thick, end - start, tall), "brick"))
        cells = np.linspace(0, wide, 5)
        for start, end in pairwise(cells):
            pieces.append(
                Piece(
                    (x0 + float(start + end) / 2, y0 + deep / 2, base + 3.14),
                    (float(end - start), deep + 0.6, 0.24),
                    "concrete",
                )
            )
    return Structure(element, tuple(pieces))


def road(element: str, start: tuple[float, float], length: float, wide: float, *, reverse: bool) -> Structure:
    """A strip of asphalt laid on gravel, piece by piece along x."""
    steps = 24
    xs = start[0] + (np.arange(steps) + 0.5) * length / steps
    if reverse:
        xs = xs[::-1]
    return Structure(
        element, tuple(Piece((float(x), start[1], 0.16), (length / steps, wide, 0.16), "asphalt") for x in xs)
    )


def _runs(length: float, is_solid: bool) -> list[tuple[float, float]]:
    """Stretches of wall along one side: whole panels, or the piers between windows."""
    windows = max(2, round(length / 3.2))
    pitch = length / windows
    if is_solid:
        return [(index * pitch, (index + 1) * pitch) for index in range(windows)]
    piers = [(0.0, pitch * 0.25)]
    piers += [((index + 0.75) * pitch, (index + 1.25) * pitch) for index in range(windows - 1)]
    return [*piers, (length - pitch * 0.25, length)]


def _add_works_on_top(solid: Solid, pieces: Sequence[Piece], is_finished: bool) -> None:
    """Bars over the newest columns and props under the newest slabs; they don't count as built."""
    if is_finished:
        return
    for piece in pieces[-24:]:
        x, y, z = piece.centre
        top = z + piece.size[2] / 2
        if piece.material != "concrete":
            continue
        if piece.size[2] > 1:
            for dx in (-0.15, 0.15):
                for dy in (-0.15, 0.15):
                    solid.add_tube((x + dx, y + dy, top), (x + dx, y + dy, top + 0.7), 0.018, 0.018, "rebar", 5)
        elif z > 2:
            for dx in (-1.5, 0.0, 1.5):
                for dy in (-1.5, 1.5):
                    solid.add_tube((x + dx, y + dy, z - 3.1), (x + dx, y + dy, z - 0.1), 0.05, 0.05, "timber", 6)
            solid.add_box((x, y, z - 0.2), (piece.size[0], piece.size[1], 0.06), "plywood")
