"""The ground: soil of the site with ruts and heaps, grass around it, and its height anywhere."""

from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from sample_footage.render.solid import Solid

_Array = NDArray[np.float64]

_CELL_M = 0.5


@dataclass(frozen=True, slots=True)
class Heap:
    """A heap of earth or sand, or with a negative height a pit."""

    x: float
    y: float
    radius_m: float
    height_m: float
    material: str = "clay"


class Terrain:
    """Ground heights of one site, as `rng` draws them."""

    def __init__(
        self, rng: np.random.Generator, heaps: tuple[Heap, ...], site: tuple[float, float, float, float]
    ) -> None:
        self._waves = [
            (rng.uniform(0, 2 * np.pi), rng.uniform(0.05, 0.9), rng.uniform(0, 2 * np.pi)) for _ in range(14)
        ]
        self._heaps = heaps
        self._site = site

    def height(self, x: float, y: float) -> float:
        """Return the ground's height in metres at one place."""
        return float(self.heights(np.array([x]), np.array([y]))[0])

    def heights(self, x: _Array, y: _Array) -> _Array:
        """Return the ground's heights at many places."""
        total = np.zeros_like(x, dtype=float)
        for turn, frequency, phase in self._waves:
            total += 0.035 / (0.4 + frequency) * np.sin(frequency * (x * np.cos(turn) + y * np.sin(turn)) + phase)
        for heap in self._heaps:
            distance = np.hypot(x - heap.x, y - heap.y) / heap.radius_m
            rough = 1 + 0.22 * np.sin(2.1 * x + heap.y) * np.sin(1.7 * y + heap.x)
            total += heap.height_m * rough * np.clip(1.25 * np.exp(-2.2 * distance**2) - 0.14, 0, None)
        return total

    def build(self, palette: dict[str, bpy.types.Material]) -> None:
        """Put the ground into the scene."""
        left, near, right, far = self._site
        _grid(self.heights, (left, near, right, far), _CELL_M, self._material).to_object("ground", palette)
        solid = Solid()
        for x0, y0, x1, y1 in (
            (-260, far, 260, 520),
            (-260, -60, left, far),
            (right, -60, 260, far),
            (left, -60, right, near),
        ):
            corners = np.array([(x0, y0, -0.02), (x1, y0, -0.02), (x1, y1, -0.02), (x0, y1, -0.02)], float)
            solid.add_faces(corners, [(0, 1, 2, 3)], ["grass"])
        solid.to_object("meadow", palette)

    def _material(self, x: float, y: float) -> str:
        for heap in self._heaps:
            if np.hypot(x - heap.x, y - heap.y) < heap.radius_m * 0.95:
                return heap.material
        return "soil"


def _grid(
    heights: Callable[[_Array, _Array], _Array],
    extent: tuple[float, float, float, float],
    cell_m: float,
    material: Callable[[float, float], str],
) -> Solid:
    left, near, right, far = extent
    columns, rows = int((right - left) / cell_m) + 1, int((far - near) / cell_m) + 1
    xs, ys = np.meshgrid(np.linspace(left, right, columns), np.linspace(near, far, rows))
    points = np.stack([xs.ravel(), ys.ravel(), heights(xs, ys).ravel()], axis=1)
    faces, materials = [], []
    for row in range(rows - 1):
        for column in range(columns - 1):
            first = row * columns + column
            faces.append((first, first + 1, first + columns + 1, first + columns))
            materials.append(material(float(xs[row, column]), float(ys[row, column])))
    solid = Solid()
    solid.add_faces(points, faces, materials)
    return solid
