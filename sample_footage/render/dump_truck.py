"""A three-axle dump truck: chassis with cab, and a body that tips."""

import bpy
import numpy as np

from sample_footage.render.rig import Rig
from sample_footage.render.solid import Solid, placed, turn_about

_HINGE_AT = (-3.3, 0.0, 1.15)


class DumpTruck(Rig):
    """The truck, built facing +x, origin on the ground under its middle."""

    def __init__(self, name: str, pass_index: int, palette: dict[str, bpy.types.Material], paint: str) -> None:
        super().__init__(
            name,
            pass_index,
            {
                "chassis": _chassis(paint).to_object(f"{name}.chassis", palette, 0.04),
                "body": _body(paint).to_object(f"{name}.body", palette, 0.03),
            },
        )

    def pose(self, at: tuple[float, float, float], heading_deg: float, tip_deg: float) -> None:
        """Stand at `at` towards `heading_deg` with the body tipped by `tip_deg`."""
        chassis = placed(turn_about("z", heading_deg), at)
        self.move("chassis", chassis)
        self.move("body", chassis @ placed(turn_about("y", -tip_deg), _HINGE_AT))


def _chassis(paint: str) -> Solid:
    solid = Solid()
    for y in (-0.42, 0.42):
        solid.add_box((-0.2, y, 0.92), (7.2, 0.12, 0.28), "black")
    for x, twin in ((2.55, False), (-1.35, True), (-2.7, True)):
        for side in (-1, 1):
            _add_wheel(solid, x, side, 0.55 if twin else 0.3)
        solid.add_tube((x, -1.0, 0.52), (x, 1.0, 0.52), 0.09, 0.09, "black", 8)
    # Cab over the engine, windscreen a little raked.
    solid.add_prism(
        [(1.55, 0.85), (3.72, 0.85), (3.78, 1.75), (3.55, 2.95), (3.35, 3.08), (1.6, 3.08)], -1.22, 1.22, paint
    )
    solid.add_prism([(3.77, 1.82), (3.80, 1.82), (3.59, 2.78), (3.55, 2.78)], -1.08, 1.08, "glass")
    for y in (-1.225, 1.225):
        solid.add_prism([(2.15, 1.85), (3.55, 1.85), (3.40, 2.72), (2.15, 2.72)], y - 0.01, y + 0.01, "glass")
        solid.add_box((2.6, y, 0.98), (1.5, 0.06, 0.18), "black")
        solid.add_box((3.72, y * 1.12, 2.2), (0.12, 0.14, 0.55), "black")
        solid.add_prism(
            [(1.9, 0.55), (2.0, 0.55), (2.1, 1.06), (3.0, 1.06), (3.1, 0.55), (3.2, 0.55), (3.1, 1.16), (2.0, 1.16)],
            y - 0.09,
            y + 0.09,
            "black",
        )
    solid.add_box((3.80, 0, 1.35), (0.05, 1.5, 0.55), "black")
    solid.add_box((3.78, 0, 0.72), (0.18, 2.4, 0.38), "grey_paint")
    for y in (-0.95, 0.95):
        solid.add_box((3.88, y, 0.80), (0.05, 0.32, 0.18), "lamp")
        solid.add_box((-3.82, y, 0.85), (0.05, 0.3, 0.15), "red_lamp")
    solid.add_box((0.55, -0.95, 0.75), (1.1, 0.5, 0.5), "grey_paint")
    solid.add_tube((0.0, 0.95, 0.75), (1.1, 0.95, 0.75), 0.28, 0.28, "steel", 14)
    solid.add_box((-3.75, 0, 0.75), (0.1, 2.3, 0.25), "black")
    return solid


def _add_wheel(solid: Solid, x: float, side: int, width: float) -> None:
    outer = side * 1.24
    inner = outer - side * width
    solid.add_tube((x, inner, 0.52), (x, outer, 0.52), 0.52, 0.52, "rubber", 24)
    solid.add_tube((x, outer - side * 0.02, 0.52), (x, outer + side * 0.015, 0.52), 0.29, 0.26, "grey_paint", 18)
    solid.add_tube((x, outer, 0.52), (x, outer + side * 0.07, 0.52), 0.11, 0.09, "steel", 12)


def _body(paint: str) -> Solid:
    """The body in the hinge's frame: floor, four sheets with ribs, canopy, load."""
    solid = Solid()
    solid.add_box((2.3, 0, 0.12), (4.9, 2.3, 0.14), paint)
    for side in (-1, 1):
        solid.add_box((2.3, side * 1.2, 0.78), (4.9, 0.07, 1.3), paint)
        for x in np.linspace(0.0, 4.6, 7):
            solid.add_box((x, side * 1.26, 0.74), (0.1, 0.08, 1.25), paint)
        solid.add_box((2.3, side * 1.25, 1.44), (4.95, 0.14, 0.1), paint)
    solid.add_box((4.72, 0, 0.95), (0.08, 2.4, 1.65), paint)
    solid.add_prism([(4.7, 1.75), (5.6, 2.02), (5.6, 2.09), (4.7, 1.82)], -1.2, 1.2, paint)
    solid.add_box((-0.14, 0, 0.72), (0.08, 2.35, 1.2), paint, turn_about("y", -6))
    rng = np.random.default_rng(7)
    xs, ys = np.meshgrid(np.linspace(0.0, 4.6, 14), np.linspace(-1.15, 1.15, 8))
    heap = 1.0 + 0.6 * np.exp(-(((xs - 2.4) / 1.6) ** 2) - (ys / 0.8) ** 2) + rng.normal(0, 0.04, xs.shape)
    points = np.stack([xs.ravel(), ys.ravel(), heap.ravel()], axis=1)
    faces = [(r * 14 + c, r * 14 + c + 1, r * 14 + c + 15, r * 14 + c + 14) for r in range(7) for c in range(13)]
    solid.add_faces(points, faces, ["clay"] * len(faces))
    return solid
