"""Structures as pieces that are put in place one after another, and the part of one that stands in the scene."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import bpy
import numpy as np
from numpy.typing import NDArray

from sample_footage.render.solid import Solid, turn_about
from sample_footage.render.temporary_works import STANDS_BEFORE, STAYS_AFTER, Support, Works, add_works

Points = NDArray[np.float64]
Spot = tuple[float, float, float]
FaceQuad = tuple[int, int, int, int]

_FACES: tuple[FaceQuad, ...] = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))
_FRESH = {"concrete": "concrete_new", "clay": "clay_fresh", "fill": "fill_new"}
_FRESH_PIECES = 9
_SUPPORTED_PIECES = 24
_PREPARED_PIECES = 2


class Piece(Protocol):
    """What is built in one go and counts toward its structure by its volume."""

    @property
    def volume_m3(self) -> float:
        """How much the piece counts."""

    @property
    def material(self) -> str:
        """What it is made of, a name in the palette."""

    def corners(self) -> Points:
        """Return points (n, 3) in world metres whose hull holds the piece."""

    def add_to(self, solid: Solid, material: str) -> None:
        """Add the piece to a mesh, made of `material`."""


@dataclass(frozen=True, slots=True)
class Block:
    """A body of six flat sides: eight corners in world metres, x changing first, then y, then z."""

    points: tuple[Spot, ...]
    material: str
    works: Works = "none"

    @classmethod
    def box(
        cls, centre: Spot, size: Spot, material: str, works: Works = "none", *, heading_deg: float = 0.0
    ) -> "Block":
        """A box of `size` (along, across, up) about `centre`, its length along `heading_deg`."""
        foot = (centre[0], centre[1], centre[2] - size[2] / 2)
        return cls.sloped(foot, size[:2], size[:2], size[2], material, works, heading_deg=heading_deg)

    @classmethod
    def sloped(
        cls,
        foot: Spot,
        bottom: tuple[float, float],
        top: tuple[float, float],
        height_m: float,
        material: str,
        works: Works = "none",
        *,
        heading_deg: float = 0.0,
    ) -> "Block":
        """A fill on `foot`, the middle of its bottom: (along, across) below and above, sides straight between."""
        turn = turn_about("z", heading_deg)
        points = [
            turn @ np.array([x * size[0] / 2, y * size[1] / 2, z]) + np.array(foot)
            for size, z in ((bottom, 0.0), (top, height_m))
            for y in (-1, 1)
            for x in (-1, 1)
        ]
        return cls(tuple((float(x), float(y), float(z)) for x, y, z in points), material, works)

    @property
    def volume_m3(self) -> float:
        """The sum of pyramids from the middle over the triangles of all sides."""
        points = self.corners() - self.corners().mean(axis=0)
        triangles = np.array([(a, b, c) for a, b, c, d in _FACES] + [(a, c, d) for a, b, c, d in _FACES])
        one, two, three = (points[triangles[:, index]] for index in range(3))
        return float(np.abs(np.einsum("ij,ij->i", one, np.cross(two, three))).sum() / 6)

    def corners(self) -> Points:
        """Return the eight corners."""
        return np.array(self.points, float)

    def add_to(self, solid: Solid, material: str) -> None:
        """Add the six sides."""
        solid.add_faces(self.corners(), _FACES, [material] * 6)


@dataclass(frozen=True, slots=True)
class Tube:
    """A round body between two points; `collar_m` is how far the ring at its end stands out."""

    start: Spot
    end: Spot
    radius_m: float
    material: str
    collar_m: float = 0.0
    works: Works = "none"

    @property
    def volume_m3(self) -> float:
        """The full cylinder's volume."""
        return math.pi * self.radius_m**2 * math.dist(self.start, self.end)

    def corners(self) -> Points:
        """Return the corners of a box round either end."""
        signs = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
        axis = np.array(self.end) - np.array(self.start)
        reach = self.radius_m * np.sqrt(np.clip(1 - (axis / np.linalg.norm(axis)) ** 2, 0, 1))
        return np.concatenate([signs * reach + np.array(self.start), signs * reach + np.array(self.end)])

    def add_to(self, solid: Solid, material: str) -> None:
        """Add the cylinder and its ring."""
        solid.add_tube(self.start, self.end, self.radius_m, self.radius_m, material, 20)
        if self.collar_m > 0:
            start, end = np.array(self.start), np.array(self.end)
            inward = end + (start - end) / np.linalg.norm(end - start) * 0.14
            wide = self.radius_m + self.collar_m
            solid.add_tube(inward, end, wide, wide, material, 20)


@dataclass(frozen=True, slots=True)
class Dig:
    """Soil taken out between two corners, down to `depth_m`; the ground shows it, no solid does."""

    x0: float
    y0: float
    x1: float
    y1: float
    depth_m: float
    material: Literal["clay_fresh"] = "clay_fresh"

    @property
    def volume_m3(self) -> float:
        """The soil over the bottom, without the slopes."""
        return (self.x1 - self.x0) * (self.y1 - self.y0) * self.depth_m

    def corners(self) -> Points:
        """Return the corners on the ground: the near edge hides what lies under it."""
        return np.array([(x, y, 0.0) for x in (self.x0, self.x1) for y in (self.y0, self.y1)])

    def add_to(self, solid: Solid, material: str) -> None:
        """Add nothing: a hole has no body."""


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

    def corners(self) -> Points:
        """Return the corners of all pieces as finished, (n, 3)."""
        return np.concatenate([piece.corners() for piece in self.pieces])


class StructureInPlace:
    """A structure in the scene, rebuilt whenever more of it stands; all that is built carries `pass_index`."""

    def __init__(self, structure: Structure, palette: dict[str, bpy.types.Material], pass_index: int = 0) -> None:
        self._structure = structure
        self._palette = palette
        self._pass_index = pass_index
        self._meshes: list[bpy.types.Mesh] = []
        self._count = 0

    @property
    def standing(self) -> tuple[Piece, ...]:
        """The pieces in place."""
        return self._structure.pieces[: self._count]

    def grow(self, share: float) -> float:
        """Show what stands at `share`; return the share of the pieces actually in place."""
        count = self._structure.count_at(share)
        if count != self._count:
            self._count = count
            self._show()
        return self._structure.share_of(count)

    def _show(self) -> None:
        for mesh in self._meshes:
            bpy.data.meshes.remove(mesh)
        self._meshes.clear()
        built, works = Solid(), Solid()
        pieces, count = self._structure.pieces, self._count
        for index, piece in enumerate(self.standing):
            is_fresh = count - _FRESH_PIECES < index and count < len(pieces)
            piece.add_to(built, _FRESH.get(piece.material, piece.material) if is_fresh else piece.material)
        if any(not isinstance(piece, Dig) for piece in self.standing):
            self._put(built, self._structure.element, self._pass_index)
        newest = _supports(pieces[max(0, count - _SUPPORTED_PIECES) : count], STAYS_AFTER)
        coming = _supports(pieces[count : count + _PREPARED_PIECES], STANDS_BEFORE)
        # What only helps to build isn't built: it hides what stands behind it in the id mask.
        if 0 < count < len(pieces) and newest + coming:
            add_works(works, newest, coming)
            self._put(works, f"{self._structure.element}-works", 0)

    def _put(self, solid: Solid, name: str, pass_index: int) -> None:
        thing = solid.to_object(name, self._palette)
        thing.pass_index = pass_index
        self._meshes.append(thing.data)


def _supports(pieces: Sequence[Piece], kinds: frozenset[Works]) -> list[Support]:
    found = []
    for piece in pieces:
        if isinstance(piece, Block | Tube) and piece.works in kinds:
            points = piece.corners()
            found.append(Support(piece.works, points.min(axis=0), points.max(axis=0)))
    return found
