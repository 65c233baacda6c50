"""Polygons gathered into one Blender mesh: boxes, prisms, tubes, balls and lofts."""

import math
from collections.abc import Sequence

import bpy
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Point = Sequence[float] | Matrix

_SMOOTH_BELOW_DEG = 38.0


class Solid:
    """A mesh being put together; metres, z up. Each face remembers the material it is made of."""

    def __init__(self) -> None:
        self._points: list[NDArray[np.float64]] = []
        self._count = 0
        self._faces: list[tuple[int, ...]] = []
        self._materials: list[str] = []

    def add_faces(
        self, points: NDArray[np.float64], faces: Sequence[tuple[int, ...]], materials: Sequence[str]
    ) -> None:
        """Add `points` (n, 3) and `faces` that index them, one material name a face."""
        self._points.append(points)
        self._faces.extend(tuple(self._count + index for index in face) for face in faces)
        self._materials.extend(materials)
        self._count += len(points)

    def add_box(self, centre: Point, size: Point, material: str, turn: Matrix | None = None) -> None:
        """Add a box; `turn` is a (3, 3) rotation about its centre."""
        corners = np.array([(x, y, z) for z in (-0.5, 0.5) for y in (-0.5, 0.5) for x in (-0.5, 0.5)]) * np.array(size)
        if turn is not None:
            corners = corners @ turn.T
        faces = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
        self.add_faces(corners + np.array(centre), faces, [material] * 6)

    def add_prism(self, profile: Sequence[tuple[float, float]], y_from: float, y_to: float, material: str) -> None:
        """Add the (x, z) polygon `profile`, anticlockwise seen from -y, drawn out along y."""
        count = len(profile)
        points = np.array([(x, y, z) for y in (y_from, y_to) for x, z in profile])
        faces: list[tuple[int, ...]] = [tuple(range(count)), tuple(reversed(range(count, 2 * count)))]
        faces += [(i, i + count, (i + 1) % count + count, (i + 1) % count) for i in range(count)]
        self.add_faces(points, faces, [material] * len(faces))

    def add_tube(
        self, start: Point, end: Point, radius_start: float, radius_end: float, material: str, sides: int = 16
    ) -> None:
        """Add a closed cylinder or cone between two points."""
        axis = np.array(end, float) - np.array(start, float)
        across, along = _frame(axis)
        angles = np.linspace(0, 2 * math.pi, sides, endpoint=False)
        circle = np.cos(angles)[:, None] * across + np.sin(angles)[:, None] * along
        self.add_loft([np.array(start) + circle * radius_start, np.array(end) + circle * radius_end], [material])

    def add_ball(
        self, centre: Point, radii: Point, material: str, z_from: float = -1.0, rings: int = 8, sides: int = 14
    ) -> None:
        """Add an ellipsoid, or its part above `z_from` (in units of its height radius)."""
        levels = np.sin(np.linspace(math.asin(z_from), math.pi / 2 * 0.98, rings))
        angles = np.linspace(0, 2 * math.pi, sides, endpoint=False)
        loops = []
        for level in levels:
            spread = math.sqrt(max(0.0, 1 - level**2)) + 0.01
            ring = np.stack([np.cos(angles) * spread, np.sin(angles) * spread, np.full(sides, level)], axis=1)
            loops.append(np.array(centre) + ring * np.array(radii))
        self.add_loft(loops, [material])

    def add_loft(self, rings: Sequence[NDArray[np.float64]], materials: Sequence[str]) -> None:
        """Join rings (k, 3) of equal length into a closed skin; one material a band, or one for all."""
        sides = len(rings[0])
        points = np.concatenate(rings)
        faces: list[tuple[int, ...]] = []
        names: list[str] = []
        for band in range(len(rings) - 1):
            low, high = band * sides, (band + 1) * sides
            faces += [(low + i, low + (i + 1) % sides, high + (i + 1) % sides, high + i) for i in range(sides)]
            names += [materials[min(band, len(materials) - 1)]] * sides
        faces += [tuple(reversed(range(sides))), tuple(range(len(points) - sides, len(points)))]
        names += [materials[0], materials[-1]]
        self.add_faces(points, faces, names)

    def points(self) -> NDArray[np.float64]:
        """Return all points, (n, 3)."""
        return np.concatenate(self._points)

    def to_mesh(self, name: str, palette: dict[str, bpy.types.Material]) -> bpy.types.Mesh:
        """Build the Blender mesh, its materials taken from `palette` by name."""
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata(self.points().tolist(), [], self._faces)
        slots = sorted(set(self._materials))
        for slot in slots:
            mesh.materials.append(palette[slot])
        mesh.polygons.foreach_set("material_index", [slots.index(material) for material in self._materials])
        mesh.shade_smooth()
        mesh.set_sharp_from_angle(angle=math.radians(_SMOOTH_BELOW_DEG))
        mesh.update()
        return mesh

    def to_object(self, name: str, palette: dict[str, bpy.types.Material], bevel_m: float = 0.0) -> bpy.types.Object:
        """Build the mesh and put it into the scene, its edges rounded by `bevel_m`."""
        thing = bpy.data.objects.new(name, self.to_mesh(name, palette))
        bpy.context.scene.collection.objects.link(thing)
        if bevel_m > 0:
            bevel = thing.modifiers.new("bevel", "BEVEL")
            bevel.width, bevel.segments, bevel.limit_method = bevel_m, 2, "ANGLE"
            bevel.use_clamp_overlap = True
        return thing


def turn_about(axis: str, degrees: float) -> Matrix:
    """Return the (3, 3) rotation about a coordinate axis."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    if axis == "x":
        return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    if axis == "y":
        return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def placed(turn: Matrix, at: Point) -> Matrix:
    """Return the (4, 4) transform that turns and then moves."""
    transform = np.eye(4)
    transform[:3, :3] = turn
    transform[:3, 3] = at
    return transform


def _frame(axis: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    unit = axis / np.linalg.norm(axis)
    helper = np.array([0.0, 0.0, 1.0]) if abs(unit[2]) < 0.9 else np.array([1.0, 0.0, 0.0])
    across = np.cross(helper, unit)
    across /= np.linalg.norm(across)
    return across, np.cross(unit, across)
