"""A three-axle dump truck: chassis with cab, and a body that tips its load."""

import bpy
import numpy as np

from sample_footage.render.lorry import lorry_solid
from sample_footage.render.ram import point_in, ram_solid, stretched_between
from sample_footage.render.rig import Rig
from sample_footage.render.solid import Solid, placed, turn_about

_HINGE_AT = (-3.45, 0.0, 1.15)
_TAILGATE_AT = (-0.2, 0.0, 1.4)
_RAM_FOOT, _RAM_HEAD = (1.05, 0.0, 1.0), (4.8, 0.0, 0.75)
_FLOOR_M = 4.75
_SLIDES_FROM_DEG, _GONE_BY_DEG = 18.0, 45.0


class DumpTruck(Rig):
    """The truck, built facing +x, origin on the ground under its middle; cab and body wear one paint."""

    def __init__(self, name: str, pass_index: int, palette: dict[str, bpy.types.Material], paint: str) -> None:
        chassis = lorry_solid(paint, (2.55,), (-1.35, -2.7), -3.65)
        super().__init__(
            name,
            pass_index,
            {
                "chassis": chassis.to_object(f"{name}.chassis", palette, 0.04),
                "body": _body(paint).to_object(f"{name}.body", palette, 0.03),
                "tailgate": _tailgate(paint).to_object(f"{name}.tailgate", palette, 0.02),
                "load": _load().to_object(f"{name}.load", palette),
                "ram": ram_solid("grey_paint", 0.13).to_object(f"{name}.ram", palette),
            },
        )

    def pose(self, at: tuple[float, float, float], heading_deg: float, tip_deg: float, loaded: bool = True) -> None:
        """Stand at `at` towards `heading_deg` with the body tipped by `tip_deg`; a load slides out as it tips."""
        chassis = placed(turn_about("z", heading_deg), at)
        body = chassis @ placed(turn_about("y", -tip_deg), _HINGE_AT)
        self.move("chassis", chassis)
        self.move("body", body)
        # Hung from its upper edge, the tailgate stays upright once the body has begun to tip.
        self.move("tailgate", body @ placed(turn_about("y", max(0.0, tip_deg - 6.0)), _TAILGATE_AT))
        gone = min(1.0, max(0.0, (tip_deg - _SLIDES_FROM_DEG) / (_GONE_BY_DEG - _SLIDES_FROM_DEG)))
        left = max(0.02, 1.0 - gone) if loaded else 0.02
        self.move("load", body @ np.diag([1.0 - 0.35 * gone, 1.0, left, 1.0]))
        self.move("ram", stretched_between(point_in(chassis, _RAM_FOOT), point_in(body, _RAM_HEAD)))


def _body(paint: str) -> Solid:
    """The body in the hinge's frame: floor, four sheets with ribs, canopy over the cab."""
    solid = Solid()
    middle = _FLOOR_M / 2 - 0.1
    solid.add_box((middle, 0, 0.12), (_FLOOR_M, 2.3, 0.14), paint)
    for y in (-0.45, 0.45):
        solid.add_box((middle, y, 0.0), (_FLOOR_M, 0.14, 0.16), "black")
    for side in (-1, 1):
        solid.add_prism(
            [(-0.12, 0.1), (_FLOOR_M - 0.1, 0.1), (_FLOOR_M - 0.1, 1.6), (-0.2, 1.42)],
            side * 1.17 - 0.03,
            side * 1.17 + 0.03,
            paint,
        )
        for x in np.linspace(0.1, _FLOOR_M - 0.2, 7):
            solid.add_box((x, side * 1.225, 0.76), (0.12, 0.09, 1.32), paint)
        solid.add_box((middle, side * 1.22, 1.52), (_FLOOR_M + 0.1, 0.14, 0.12), paint, turn_about("y", -2))
        solid.add_box((middle, side * 1.22, 0.13), (_FLOOR_M, 0.12, 0.16), paint)
    solid.add_box((_FLOOR_M - 0.06, 0, 0.98), (0.08, 2.4, 1.72), paint)
    for y in (-0.7, 0.0, 0.7):
        solid.add_box((_FLOOR_M, y, 0.95), (0.1, 0.1, 1.6), paint)
    solid.add_prism(
        [
            (_FLOOR_M - 0.1, 1.78),
            (_FLOOR_M + 0.35, 2.12),
            (_FLOOR_M + 1.05, 2.16),
            (_FLOOR_M + 1.05, 2.24),
            (_FLOOR_M + 0.3, 2.2),
            (_FLOOR_M - 0.1, 1.88),
        ],
        -1.2,
        1.2,
        paint,
    )
    return solid


def _tailgate(paint: str) -> Solid:
    """The gate in the frame of its hinge on top."""
    solid = Solid()
    solid.add_box((0.02, 0, -0.64), (0.08, 2.3, 1.26), paint)
    for y in (-0.75, 0.0, 0.75):
        solid.add_box((-0.04, y, -0.64), (0.08, 0.1, 1.2), paint)
    for z in (-1.05, -0.2):
        solid.add_box((-0.02, 0, z), (0.06, 2.2, 0.09), paint)
    return solid


def _load() -> Solid:
    """Earth that fills the body and stands up over its sides; its foot lies on the floor."""
    solid = Solid()
    rng = np.random.default_rng(7)
    xs, ys = np.meshgrid(np.linspace(-0.05, _FLOOR_M - 0.15, 14), np.linspace(-1.14, 1.14, 8))
    heap = 1.12 + 0.62 * np.exp(-(((xs - 2.4) / 1.6) ** 2) - (ys / 0.8) ** 2) + rng.normal(0, 0.05, xs.shape)
    points = np.stack([xs.ravel(), ys.ravel(), heap.ravel()], axis=1)
    faces = [(r * 14 + c, r * 14 + c + 1, r * 14 + c + 15, r * 14 + c + 14) for r in range(7) for c in range(13)]
    solid.add_faces(points, faces, ["clay"] * len(faces))
    return solid
