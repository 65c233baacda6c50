"""The ground: soil or steppe with heaps, pits and a river bed, and its height anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import bpy
import numpy as np
from numpy.typing import NDArray

from sample_footage.render.solid import Solid
from sample_footage.render.structure import Dig

Cover = Literal["soil", "steppe"]

_Array = NDArray[np.float64]
_Names = NDArray[np.str_]

_CELL_M = 0.5
_PIT_BATTER = 0.6
_BANK_M = 4.5
_RIM_M = 3.0


@dataclass(frozen=True, slots=True)
class Heap:
    """A heap of earth or sand, or with a negative height a pit."""

    x: float
    y: float
    radius_m: float
    height_m: float
    material: str = "clay"


@dataclass(frozen=True, slots=True)
class Ravine:
    """A river bed along `path`: `wide_m` at its bottom, with water `water_m` deep over it."""

    path: tuple[tuple[float, float], ...]
    wide_m: float
    depth_m: float
    water_m: float = 0.65


@dataclass(frozen=True, slots=True)
class Strip:
    """Ground stripped of its grass along `path`, over `wide_m`."""

    path: tuple[tuple[float, float], ...]
    wide_m: float


class Terrain:
    """Ground heights of one site, as `rng` draws them, over `site` (left, near, right, far) in metres.

    `cover` says what grows there: "soil" is bare, "steppe" is dry grass with bare soil only on `stripped`.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        heaps: tuple[Heap, ...],
        site: tuple[float, float, float, float],
        cover: Cover = "soil",
        ravine: Ravine | None = None,
        stripped: tuple[Strip, ...] = (),
    ) -> None:
        self._waves = [
            (rng.uniform(0, 2 * np.pi), rng.uniform(0.05, 0.9), rng.uniform(0, 2 * np.pi)) for _ in range(14)
        ]
        self._heaps = heaps
        self._site = site
        self._cover = cover
        self._ravine = ravine
        self._stripped = stripped
        self._dug: tuple[Dig, ...] = ()
        self._palette: dict[str, bpy.types.Material] = {}
        self._meshes: list[bpy.types.Mesh] = []
        self._pass_index = 0

    def height(self, x: float, y: float) -> float:
        """Return the ground's height in metres at one place, pits as dug so far."""
        return float(self.heights(np.array([x]), np.array([y]))[0])

    def heights(self, x: _Array, y: _Array) -> _Array:
        """Return the ground's heights at many places."""
        total = np.zeros_like(x, dtype=float)
        for turn, frequency, phase in self._waves:
            total += 0.035 / (0.4 + frequency) * np.sin(frequency * (x * np.cos(turn) + y * np.sin(turn)) + phase)
        # Level at the rim, so that the meadow joins without a gap.
        left, near, right, far = self._site
        rim_m = np.minimum(np.minimum(x - left, right - x), np.minimum(y - near, far - y))
        total *= np.clip(rim_m / _RIM_M, 0, 1)
        for heap in self._heaps:
            distance = np.hypot(x - heap.x, y - heap.y) / heap.radius_m
            rough = 1 + 0.22 * np.sin(2.1 * x + heap.y) * np.sin(1.7 * y + heap.x)
            total += heap.height_m * rough * np.clip(1.25 * np.exp(-2.2 * distance**2) - 0.14, 0, None)
        if self._ravine is not None:
            share = 1 - np.clip((_distance(x, y, self._ravine.path) - self._ravine.wide_m / 2) / _BANK_M, 0, 1)
            total -= self._ravine.depth_m * share * share * (3 - 2 * share)
        return total - self._depths(x, y)

    def build(self, palette: dict[str, bpy.types.Material]) -> None:
        """Put the ground into the scene as it is before anything is dug."""
        self._palette = palette
        self._rebuild()
        left, near, right, far = self._site
        meadow = "grass" if self._cover == "soil" else "dry_grass"
        solid = Solid()
        for x0, y0, x1, y1 in (
            (-260, far - 1, 260, 520),
            (-260, -60, left + 1, far),
            (right - 1, -60, 260, far),
            (left, -60, right, near + 1),
        ):
            corners = np.array([(x0, y0, -0.02), (x1, y0, -0.02), (x1, y1, -0.02), (x0, y1, -0.02)], float)
            solid.add_faces(corners, [(0, 1, 2, 3)], [meadow])
        solid.to_object("meadow", palette)
        if self._ravine is not None:
            self._add_water(self._ravine)

    def show(self, dug: Sequence[Dig], pass_index: int = 0) -> None:
        """Lower the ground where soil was taken out; the fresh bottom and slopes carry `pass_index`."""
        if tuple(dug) == self._dug and pass_index == self._pass_index:
            return
        self._dug, self._pass_index = tuple(dug), pass_index
        self._rebuild()

    def _rebuild(self) -> None:
        for mesh in self._meshes:
            bpy.data.meshes.remove(mesh)
        self._meshes.clear()
        left, near, right, far = self._site
        columns, rows = int((right - left) / _CELL_M) + 1, int((far - near) / _CELL_M) + 1
        xs, ys = np.meshgrid(np.linspace(left, right, columns), np.linspace(near, far, rows))
        points = np.stack([xs.ravel(), ys.ravel(), self.heights(xs, ys).ravel()], axis=1)
        first = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).ravel()
        faces = np.stack([first, first + 1, first + columns + 1, first + columns], axis=1)
        middles = points[faces].mean(axis=1)
        names = self._materials(middles[:, 0], middles[:, 1])
        is_dug = self._depths(middles[:, 0], middles[:, 1]) > 0.05
        for name, chosen, pass_index in (("ground", ~is_dug, 0), ("pit", is_dug, self._pass_index)):
            if not chosen.any():
                continue
            used, places = np.unique(faces[chosen], return_inverse=True)
            solid = Solid()
            quads = [tuple(int(index) for index in face) for face in places.reshape(-1, 4)]
            solid.add_faces(points[used], quads, [str(material) for material in names[chosen]])
            thing = solid.to_object(name, self._palette)
            thing.pass_index = pass_index
            self._meshes.append(thing.data)

    def _materials(self, x: _Array, y: _Array) -> _Names:
        ragged = 0.5 * np.sin(1.3 * x + 0.7 * y) + 0.4 * np.sin(2.9 * y - 1.1 * x) + 0.3 * np.sin(4.7 * x + 3.1 * y)
        names = np.full(x.shape, "soil" if self._cover == "soil" else "dry_grass", dtype="<U16")
        if self._cover == "steppe":
            for strip in self._stripped:
                names[_distance(x, y, strip.path) + ragged < strip.wide_m / 2] = "soil"
        if self._ravine is not None:
            away = _distance(x, y, self._ravine.path) + 0.6 * ragged - self._ravine.wide_m / 2
            names[away < _BANK_M * 0.85] = "bank"
            names[away < _BANK_M * 0.35] = "gravel"
        for heap in self._heaps:
            names[np.hypot(x - heap.x, y - heap.y) < heap.radius_m * 0.95] = heap.material
        names[self._depths(x, y) > 0.05] = "clay_fresh"
        return names

    def _depths(self, x: _Array, y: _Array) -> _Array:
        """How much soil was taken out: the whole depth inside a dig, less with distance from it."""
        depths = np.zeros_like(x, dtype=float)
        for dig in self._dug:
            away = np.hypot(
                np.clip(np.maximum(dig.x0 - x, x - dig.x1), 0, None),
                np.clip(np.maximum(dig.y0 - y, y - dig.y1), 0, None),
            )
            depths = np.maximum(depths, dig.depth_m - away / _PIT_BATTER)
        return depths

    def _add_water(self, ravine: Ravine) -> None:
        """A level surface along the bed, a little wider than its bottom: the banks cut it off."""
        level, half = ravine.water_m - ravine.depth_m, ravine.wide_m / 2 + 1.6
        path = np.array(ravine.path, float)
        ways = np.gradient(path, axis=0)
        ways /= np.linalg.norm(ways, axis=1)[:, None]
        sides = np.stack([-ways[:, 1], ways[:, 0]], axis=1) * half
        points = np.column_stack([np.concatenate([path + sides, path - sides]), np.full(2 * len(path), level)])
        count = len(path)
        faces = [(index, index + count, index + count + 1, index + 1) for index in range(count - 1)]
        solid = Solid()
        solid.add_faces(points, faces, ["water"] * len(faces))
        solid.to_object("water", self._palette)


def _distance(x: _Array, y: _Array, path: Sequence[tuple[float, float]]) -> _Array:
    """How far each place is from the nearest point of a broken line."""
    nearest = np.full(x.shape, np.inf)
    for (x0, y0), (x1, y1) in pairwise(path):
        wide, deep = x1 - x0, y1 - y0
        share = np.clip(((x - x0) * wide + (y - y0) * deep) / (wide**2 + deep**2), 0, 1)
        nearest = np.minimum(nearest, np.hypot(x - x0 - share * wide, y - y0 - share * deep))
    return nearest
