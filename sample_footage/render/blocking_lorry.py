"""What stands in the camera's way: a crane lorry that holds a site cabin up right before the mast."""

import math
from dataclasses import dataclass

import bpy
import numpy as np

from sample_footage.render.mast_camera import CameraPose
from sample_footage.render.rig import Rig
from sample_footage.render.solid import Matrix, Solid, placed, turn_about

# A six-metre container.
_LONG_M, _DEEP_M, _HIGH_M = 6.06, 2.44, 2.6
_SLING_M = 2.4
_PAINTS = ("sheet_blue", "sheet_green", "red_paint", "orange_paint", "grey_paint")


@dataclass(frozen=True, slots=True)
class _Hang:
    """How the load hangs before the lens."""

    away_m: float
    aside_m: float
    turn_deg: float
    list_deg: float


class BlockingLorry(Rig):
    """A crane lorry with a container on its hook; a lorry alone is too low to hide a lens 8 m up.

    The container hides three quarters of the view or more. Who draws another `rng` gets another
    paint and another slip of the view left open.
    """

    def __init__(
        self, name: str, pass_index: int, palette: dict[str, bpy.types.Material], rng: np.random.Generator
    ) -> None:
        paint = str(rng.choice(_PAINTS))
        parts = {
            "load": _container(paint).to_object(f"{name}-load", palette, 0.015),
            "lorry": _lorry(str(rng.choice(["orange_paint", "white_paint", "blue_paint"]))).to_object(
                f"{name}-lorry", palette, 0.02
            ),
            "boom": _boom().to_object(f"{name}-boom", palette, 0.02),
        }
        super().__init__(name, pass_index, parts)
        self._hang = _Hang(
            away_m=float(rng.uniform(3.9, 4.2)),
            aside_m=float(rng.choice([-1, 1]) * rng.uniform(0.8, 1.2)),
            turn_deg=float(rng.uniform(-7.0, 7.0)),
            list_deg=float(rng.uniform(-2.0, 2.0)),
        )

    def park(self, camera: CameraPose) -> None:
        """Hold the load before this camera, the lorry below and beyond it."""
        hang = self._hang
        ahead = turn_about("z", -camera.pan_deg)
        # The middle of the view, where it meets the near side of the load.
        centre_z = camera.z + hang.away_m * math.tan(math.radians(camera.tilt_deg))
        away = hang.away_m + _DEEP_M / 2
        middle = np.array([camera.x, camera.y, centre_z]) + ahead @ np.array([hang.aside_m, away, 0.0])
        turn = ahead @ turn_about("z", hang.turn_deg) @ turn_about("y", hang.list_deg)
        self.move("load", placed(turn, middle))
        hook = middle + np.array([0.0, 0.0, _HIGH_M / 2 + _SLING_M])
        base = np.array([camera.x, camera.y, 0.0]) + ahead @ np.array([-3.6, away + 3.2, 0.0])
        self.move("lorry", placed(ahead, base))
        self.move("boom", _stretch(base + np.array([0.0, 0.0, 2.6]), hook))


def _container(paint: str) -> Solid:
    """A container about its own middle, its long side facing -y, with the slings it hangs by."""
    solid = Solid()
    solid.add_box((0, 0, 0), (_LONG_M - 0.1, _DEEP_M - 0.1, _HIGH_M - 0.1), paint)
    for side in (-1, 1):
        y = side * (_DEEP_M / 2 - 0.045)
        for x in np.arange(-_LONG_M / 2 + 0.28, _LONG_M / 2 - 0.2, 0.276):
            solid.add_box((x, y, 0), (0.13, 0.075, _HIGH_M - 0.3), paint)
        for z in (-_HIGH_M / 2 + 0.08, _HIGH_M / 2 - 0.06):
            solid.add_box((0, side * (_DEEP_M / 2 - 0.05), z), (_LONG_M, 0.14, 0.14), paint)
        for end in (-1, 1):
            corner = (end * (_LONG_M / 2 - 0.08), side * (_DEEP_M / 2 - 0.08))
            solid.add_box((*corner, 0), (0.16, 0.16, _HIGH_M), paint)
            for z in (-_HIGH_M / 2 + 0.06, _HIGH_M / 2 - 0.06):
                solid.add_box((*corner, z), (0.19, 0.19, 0.13), "steel")
            solid.add_tube((*corner, _HIGH_M / 2), (0, 0, _HIGH_M / 2 + _SLING_M), 0.025, 0.025, "steel", 6)
    for end in (-1, 1):
        solid.add_box((end * (_LONG_M / 2 - 0.05), 0, 0), (0.14, _DEEP_M - 0.2, _HIGH_M - 0.2), "grey_paint")
    # A number plate as on any container.
    solid.add_box((_LONG_M / 2 - 0.85, -_DEEP_M / 2 + 0.005, _HIGH_M / 2 - 0.38), (0.9, 0.02, 0.22), "tape")
    return solid


def _lorry(paint: str) -> Solid:
    """A flat-bed lorry along +x with outriggers; the crane's foot stands at its origin."""
    solid = Solid()
    solid.add_box((-1.2, 0, 1.05), (8.4, 2.4, 0.28), "steel")
    solid.add_box((-2.4, 0, 1.28), (5.6, 2.5, 0.16), "timber")
    solid.add_prism([(1.5, 0.6), (3.4, 0.6), (3.45, 1.7), (3.2, 2.8), (1.5, 2.8)], -1.2, 1.2, paint)
    solid.add_prism([(3.40, 1.72), (3.48, 1.72), (3.24, 2.62), (3.16, 2.62)], -1.05, 1.05, "glass")
    for x in (2.4, -2.6, -3.9):
        for side in (-1, 1):
            solid.add_tube((x, side * 0.75, 0.5), (x, side * 1.2, 0.5), 0.5, 0.5, "rubber", 20)
    for side in (-1, 1):
        solid.add_box((0, side * 1.9, 0.75), (0.3, 1.6, 0.25), "yellow")
        solid.add_tube((0, side * 2.6, 0.0), (0, side * 2.6, 0.9), 0.09, 0.09, "steel", 10)
    solid.add_tube((0, 0, 1.2), (0, 0, 2.7), 0.32, 0.26, "yellow", 16)
    return solid


def _boom() -> Solid:
    """The boom along +x from 0 to 1, to be stretched from the crane's foot to the hook."""
    solid = Solid()
    solid.add_box((0.25, 0, 0), (0.5, 0.42, 0.46), "yellow")
    solid.add_box((0.6, 0, 0), (0.5, 0.34, 0.36), "yellow")
    solid.add_box((0.9, 0, 0), (0.2, 0.26, 0.28), "yellow_dark")
    return solid


def _stretch(start: Matrix, end: Matrix) -> Matrix:
    """Return the (4, 4) transform that lays the boom's unit length from `start` to `end`."""
    way = end - start
    length = float(np.linalg.norm(way))
    along = way / length
    across = np.cross([0.0, 0.0, 1.0], along)
    across /= np.linalg.norm(across)
    turn = np.column_stack([along, across, np.cross(along, across)])
    return placed(turn @ np.diag([length, 1.0, 1.0]), start)
