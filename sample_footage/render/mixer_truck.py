"""A concrete mixer truck: chassis with cab, a turning drum with spiral stripes, hopper and chute."""

import math

import bpy
import numpy as np

from sample_footage.render.lorry import lorry_solid
from sample_footage.render.rig import Rig
from sample_footage.render.solid import Solid, placed, turn_about

_DRUM_AT, _DRUM_TILT_DEG = (1.05, 0.0, 2.05), 12.0
_SIDES, _BANDS, _TWIST_DEG = 24, 18, 150.0
# The drum's outline: metres back from its front end, and radius there.
_OUTLINE = ((0.0, 0.35), (0.12, 0.68), (0.55, 0.98), (1.25, 1.17), (2.2, 1.17), (3.1, 0.98), (4.0, 0.68), (4.4, 0.56))


class MixerTruck(Rig):
    """The truck, built facing +x, origin on the ground under its middle."""

    def __init__(self, name: str, pass_index: int, palette: dict[str, bpy.types.Material], paint: str) -> None:
        stripes = "red_paint" if paint in ("blue_paint", "green_paint", "white_paint") else "blue_paint"
        super().__init__(
            name,
            pass_index,
            {
                "chassis": _chassis(paint).to_object(f"{name}.chassis", palette, 0.03),
                "drum": _drum("white_paint", stripes).to_object(f"{name}.drum", palette),
            },
        )

    def pose(self, at: tuple[float, float, float], heading_deg: float, drum_deg: float) -> None:
        """Stand at `at` towards `heading_deg`, the drum turned by `drum_deg` about its axis."""
        chassis = placed(turn_about("z", heading_deg), at)
        self.move("chassis", chassis)
        drum = turn_about("y", _DRUM_TILT_DEG) @ turn_about("x", drum_deg)
        self.move("drum", chassis @ placed(drum, _DRUM_AT))


def _drum(shell: str, stripes: str) -> Solid:
    """The drum along -x from its front end; its faces wind round it, so that two columns of them make stripes."""
    solid = Solid()
    ends, radii = np.array(_OUTLINE).T
    points = []
    for level in np.linspace(0, ends[-1], _BANDS + 1):
        radius = float(np.interp(level, ends, radii))
        turn = math.radians(_TWIST_DEG) * level / ends[-1]
        angles = np.linspace(0, 2 * math.pi, _SIDES, endpoint=False) + turn
        circle = np.stack([np.full(_SIDES, -level), np.cos(angles) * radius, np.sin(angles) * radius], axis=1)
        points.append(circle)
    faces: list[tuple[int, ...]] = []
    materials: list[str] = []
    for band in range(_BANDS):
        low, high = band * _SIDES, (band + 1) * _SIDES
        for i in range(_SIDES):
            following = (i + 1) % _SIDES
            faces.append((low + i, low + following, high + following, high + i))
            striped = 2 <= band < _BANDS - 1 and i % (_SIDES // 2) < 3
            materials.append(stripes if striped else shell)
    faces += [tuple(range(_SIDES)), tuple(reversed(range(_BANDS * _SIDES, (_BANDS + 1) * _SIDES)))]
    materials += [shell, "black"]
    solid.add_faces(np.concatenate(points), faces, materials)
    solid.add_tube((-3.3, 0, 0), (-3.48, 0, 0), 0.99, 0.95, "steel", 24)
    return solid


def _chassis(paint: str) -> Solid:
    solid = lorry_solid(paint, (2.55,), (-1.35, -2.7), -3.75)
    for y in (-0.5, 0.5):
        solid.add_box((-1.2, y, 1.12), (4.7, 0.16, 0.2), paint)
    # Front bearing with its motor, and the rear frame with the rollers that the drum lies on.
    solid.add_prism([(0.85, 1.1), (1.35, 1.1), (1.25, 2.2), (0.98, 2.2)], -0.42, 0.42, paint)
    for side in (-1, 1):
        solid.add_prism(
            [(-2.75, 1.1), (-2.3, 1.1), (-2.35, 2.0), (-2.6, 2.0)], side * 0.72 - 0.08, side * 0.72 + 0.08, paint
        )
        solid.add_prism(
            [(-3.3, 1.1), (-3.15, 1.1), (-3.35, 3.7), (-3.5, 3.7)], side * 0.75 - 0.05, side * 0.75 + 0.05, paint
        )
        solid.add_prism(_guard(), side * 1.05 - 0.2, side * 1.05 + 0.2, paint)
    solid.add_tube((0.95, -1.1, 1.42), (0.95, 1.1, 1.42), 0.28, 0.28, "white_paint", 16)
    # Hopper above the drum's mouth: a funnel open to the top.
    solid.add_tube((-3.55, 0, 3.05), (-3.55, 0, 3.85), 0.32, 0.72, paint, 16)
    solid.add_tube((-3.55, 0, 3.84), (-3.55, 0, 3.87), 0.62, 0.62, "black", 16)
    solid.add_prism([(-3.75, 2.0), (-3.3, 2.5), (-3.35, 3.05), (-3.95, 2.75)], -0.35, 0.35, paint)
    _add_chute(solid, (-3.75, 0.0, 2.05), (-5.0, 0.45, 1.0))
    solid.add_tube((-3.6, 0.1, 1.1), (-4.3, 0.2, 1.5), 0.05, 0.05, "steel", 8)
    # Ladder to the hopper.
    for y in (0.92, 1.22):
        solid.add_tube((-3.45, y, 0.9), (-3.5, y, 3.75), 0.03, 0.03, "black", 6)
    for z in np.arange(1.1, 3.7, 0.32):
        solid.add_tube((-3.47, 0.92, z), (-3.47, 1.22, z), 0.025, 0.025, "black", 6)
    solid.add_box((-3.2, 1.05, 3.0), (0.5, 0.45, 0.05), "steel")
    return solid


def _guard() -> list[tuple[float, float]]:
    return [
        (-3.45, 0.75),
        (-3.4, 0.75),
        (-3.15, 1.16),
        (-0.9, 1.16),
        (-0.65, 0.75),
        (-0.6, 0.75),
        (-0.85, 1.24),
        (-3.2, 1.24),
    ]


def _add_chute(solid: Solid, start: tuple[float, float, float], end: tuple[float, float, float]) -> None:
    """A half pipe, open to the top."""
    top, foot = np.array(start), np.array(end)
    axis = foot - top
    across = np.cross(axis, [0.0, 0.0, 1.0])
    across /= np.linalg.norm(across)
    up = np.cross(across, axis / np.linalg.norm(axis))
    angles = np.radians(np.linspace(180, 360, 8))
    outer = np.cos(angles)[:, None] * across + np.sin(angles)[:, None] * up
    section = np.concatenate([outer * 0.30, outer[::-1] * 0.26])
    solid.add_loft([top + section, foot + section], ["steel"])
