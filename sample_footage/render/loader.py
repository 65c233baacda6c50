"""An articulated wheel loader of 17 t: two halves on big wheels, lift arms, bucket and rams."""

from dataclasses import dataclass

import bpy
import numpy as np

from sample_footage.render.cycle import Keys, eased
from sample_footage.render.ram import point_in, ram_solid, stretched_between
from sample_footage.render.rig import Rig
from sample_footage.render.solid import Solid, placed, turn_about
from sample_footage.render.wheel import add_wheel

_ARM_AT = (0.75, 0.0, 2.0)
_PIN_AT = (2.85, 0.0, 0.0)
_WHEEL_RADIUS_M, _WHEEL_WIDTH_M, _WHEEL_OUT_M, _AXLE_M = 0.80, 0.62, 1.36, 1.6
_RAMS = {
    "lift_ram_left": ("front", (0.75, 0.42, 1.05), "arm", (1.25, 0.42, 0.02)),
    "lift_ram_right": ("front", (0.75, -0.42, 1.05), "arm", (1.25, -0.42, 0.02)),
    "tilt_ram": ("front", (0.55, 0.0, 2.25), "arm", (1.35, 0.0, 0.62)),
    "tilt_link": ("arm", (1.5, 0.0, -0.25), "bucket", (-0.02, 0.0, 0.42)),
}


@dataclass(frozen=True, slots=True)
class LoaderPose:
    """Arm up from level, bucket curled back from lying level, and the front half turned left, in degrees."""

    arm_deg: float
    bucket_deg: float
    steer_deg: float


PARKED = LoaderPose(-37.0, 3.0, 0.0)

# One load in place: dip and push in, curl, lift, dump over the heap's edge, and back.
_CYCLE: Keys = (
    (0.00, (-36.0, 0.0, 0.0)),
    (0.16, (-38.0, -4.0, 0.0)),
    (0.32, (-30.0, 42.0, 0.0)),
    (0.50, (30.0, 46.0, 10.0)),
    (0.62, (36.0, 30.0, 14.0)),
    (0.74, (36.0, -44.0, 14.0)),
    (0.86, (8.0, -8.0, 4.0)),
    (1.00, (-36.0, 0.0, 0.0)),
)


def scooping(phase: float) -> LoaderPose:
    """Return the pose at `phase` (0..1) of taking up a bucketful and putting it down again."""
    return LoaderPose(*eased(_CYCLE, phase))


class Loader(Rig):
    """The machine, built facing +x, origin on the ground under its steering joint."""

    def __init__(self, name: str, pass_index: int, palette: dict[str, bpy.types.Material], paint: str) -> None:
        super().__init__(
            name,
            pass_index,
            {
                "rear": _rear(paint).to_object(f"{name}.rear", palette, 0.03),
                "front": _front(paint).to_object(f"{name}.front", palette, 0.02),
                "arm": _arm(paint).to_object(f"{name}.arm", palette, 0.02),
                "bucket": _bucket(paint).to_object(f"{name}.bucket", palette, 0.01),
                **{ram: ram_solid(paint, 0.085).to_object(f"{name}.{ram}", palette) for ram in _RAMS},
            },
        )

    def pose(self, at: tuple[float, float, float], heading_deg: float, pose: LoaderPose) -> None:
        """Stand at `at` with both halves turned about `heading_deg` and the joints as `pose` says."""
        rear = placed(turn_about("z", heading_deg - pose.steer_deg / 2), at)
        front = placed(turn_about("z", heading_deg + pose.steer_deg / 2), at)
        arm = front @ placed(turn_about("y", -pose.arm_deg), _ARM_AT)
        bucket = arm @ placed(turn_about("y", pose.arm_deg - pose.bucket_deg), _PIN_AT)
        frames = {"rear": rear, "front": front, "arm": arm, "bucket": bucket}
        for part, transform in frames.items():
            self.move(part, transform)
        for ram, (base, base_at, head, head_at) in _RAMS.items():
            self.move(ram, stretched_between(point_in(frames[base], base_at), point_in(frames[head], head_at)))


def _rear(paint: str) -> Solid:
    solid = Solid()
    for side in (-1, 1):
        add_wheel(solid, -_AXLE_M, side, _WHEEL_OUT_M, _WHEEL_WIDTH_M, _WHEEL_RADIUS_M, paint, 26)
        solid.add_prism(_fender(-_AXLE_M), side * 1.06 - 0.32, side * 1.06 + 0.32, paint)
    solid.add_tube((-_AXLE_M, -0.9, 0.8), (-_AXLE_M, 0.9, 0.8), 0.2, 0.2, "black", 12)
    solid.add_box((-1.5, 0, 0.95), (3.0, 1.1, 0.5), "black")
    # The engine hood falls away to the back; the counterweight under it is the widest piece.
    solid.add_prism([(-3.45, 1.15), (-0.75, 1.15), (-0.75, 2.25), (-2.9, 2.12), (-3.5, 1.95)], -0.78, 0.78, paint)
    solid.add_prism([(-3.75, 0.75), (-2.75, 0.75), (-2.75, 1.3), (-3.72, 1.3)], -1.15, 1.15, paint)
    solid.add_box((-3.52, 0, 1.55), (0.06, 1.2, 0.65), "black")
    for side in (-1, 1):
        solid.add_box((-2.35, side * 0.785, 1.62), (1.3, 0.03, 0.55), "black")
        solid.add_box((-3.74, side * 0.9, 1.1), (0.05, 0.26, 0.14), "red_lamp")
        solid.add_tube((-0.9, side * 1.3, 1.25), (-3.0, side * 1.3, 2.1), 0.02, 0.02, "black", 6)
    solid.add_tube((-2.0, 0.35, 2.15), (-2.0, 0.35, 2.95), 0.08, 0.08, "black", 12)
    solid.add_tube((-2.5, -0.3, 2.12), (-2.5, -0.3, 2.55), 0.13, 0.13, "black", 12)
    _add_cab(solid, paint)
    # Ladder to the cab.
    for side in (-1, 1):
        for z in (0.55, 0.85, 1.15):
            solid.add_box((-0.3, side * 1.12, z), (0.5, 0.3, 0.05), "black")
        for x in (-0.55, -0.05):
            solid.add_tube((x, side * 1.25, 0.5), (x, side * 1.2, 1.35), 0.03, 0.03, "black", 6)
            solid.add_tube((x, side * 1.2, 1.35), (x, side * 1.1, 2.3), 0.02, 0.02, "black", 6)
    return solid


def _add_cab(solid: Solid, paint: str) -> None:
    solid.add_box((-0.2, 0, 1.35), (1.5, 2.3, 0.14), "black")
    solid.add_box((-0.2, 0, 1.62), (1.45, 1.5, 0.48), paint)
    solid.add_prism([(-0.88, 1.8), (0.5, 1.8), (0.62, 2.3), (0.42, 3.25), (-0.82, 3.25)], -0.74, 0.74, "glass")
    for side in (-1, 1):
        y = side * 0.75
        for low, high in (((-0.88, 1.8), (-0.82, 3.3)), ((-0.1, 1.8), (-0.1, 3.3)), ((0.60, 2.2), (0.42, 3.3))):
            solid.add_tube((low[0], y, low[1]), (high[0], y, high[1]), 0.055, 0.055, "black", 8)
        solid.add_tube((0.5, y, 1.8), (0.62, y, 2.3), 0.055, 0.055, "black", 8)
        solid.add_box((0.55, side * 0.66, 3.30), (0.12, 0.24, 0.14), "lamp")
        solid.add_tube((0.5, side * 0.8, 2.9), (0.8, side * 1.15, 2.85), 0.02, 0.02, "black", 6)
        solid.add_box((0.8, side * 1.18, 2.65), (0.06, 0.24, 0.36), "black")
    solid.add_box((-0.2, 0, 3.36), (1.6, 1.66, 0.16), paint)
    solid.add_tube((-0.7, 0.4, 3.44), (-0.7, 0.4, 3.58), 0.09, 0.07, "orange_paint", 10)


def _front(paint: str) -> Solid:
    solid = Solid()
    for side in (-1, 1):
        add_wheel(solid, _AXLE_M, side, _WHEEL_OUT_M, _WHEEL_WIDTH_M, _WHEEL_RADIUS_M, paint, 26)
        solid.add_prism(_fender(_AXLE_M)[:4] + _fender(_AXLE_M)[-2:], side * 1.06 - 0.3, side * 1.06 + 0.3, "black")
        # Arm towers.
        solid.add_prism(
            [(0.1, 0.7), (1.5, 0.7), (1.2, 1.4), (0.98, 2.18), (0.55, 2.3), (0.4, 1.6)],
            side * 0.24 - 0.06,
            side * 0.24 + 0.06,
            paint,
        )
        solid.add_tube((0.7, side * 0.92, 1.6), (0.7, side * 0.92, 2.1), 0.03, 0.03, "black", 6)
        solid.add_box((0.75, side * 0.95, 2.15), (0.14, 0.26, 0.2), "lamp")
    solid.add_tube((_AXLE_M, -0.9, 0.8), (_AXLE_M, 0.9, 0.8), 0.2, 0.2, "black", 12)
    solid.add_box((1.0, 0, 0.85), (1.8, 0.9, 0.45), "black")
    solid.add_box((0.9, 0, 1.15), (1.1, 0.75, 0.5), paint)
    return solid


def _fender(x: float) -> list[tuple[float, float]]:
    return [
        (x - 0.95, 1.15),
        (x - 0.86, 1.12),
        (x - 0.6, 1.62),
        (x + 0.5, 1.68),
        (x + 0.92, 1.28),
        (x + 0.98, 1.34),
        (x + 0.55, 1.78),
        (x - 0.65, 1.72),
    ]


def _arm(paint: str) -> Solid:
    """Both lift arms in the frame of their rear pin, +x along the line to the bucket's pin."""
    solid = Solid()
    for side in (-1, 1):
        y = side * 0.62
        solid.add_prism(
            [
                (-0.14, -0.14),
                (0.9, -0.02),
                (1.9, 0.0),
                (2.8, -0.14),
                (3.0, 0.0),
                (2.85, 0.16),
                (1.95, 0.46),
                (0.9, 0.36),
                (-0.1, 0.16),
            ],
            y - 0.08,
            y + 0.08,
            paint,
        )
        solid.add_tube((0, side * 0.5, 0), (0, side * 0.75, 0), 0.13, 0.13, "steel", 12)
    solid.add_tube((1.35, -0.6, 0.22), (1.35, 0.6, 0.22), 0.14, 0.14, paint, 12)
    solid.add_prism([(1.25, 0.7), (1.45, 0.7), (1.62, 0.2), (1.58, -0.32), (1.42, -0.32), (1.3, 0.2)], -0.1, 0.1, paint)
    return solid


def _bucket(paint: str) -> Solid:
    """The bucket in the frame of its pin, lying level and open to +x: a bent sheet between two cheeks."""
    solid = Solid()
    outside = [(1.35, -0.30), (0.05, -0.34), (-0.2, -0.2), (-0.3, 0.1), (-0.22, 0.5), (0.02, 0.85), (0.35, 1.0)]
    inside = [(0.36, 0.93), (0.08, 0.78), (-0.14, 0.47), (-0.22, 0.1), (-0.14, -0.14), (0.08, -0.26), (1.35, -0.26)]
    solid.add_prism(outside + inside, -1.5, 1.5, paint)
    for side in (-1, 1):
        y = side * 1.47
        solid.add_prism([*outside[:-1], (0.2, 0.9), (0.75, 0.2), (1.3, -0.22)], y - 0.03, y + 0.03, paint)
    solid.add_box((1.38, 0, -0.29), (0.24, 3.0, 0.05), "steel")
    for y in np.linspace(-1.35, 1.35, 8):
        solid.add_prism([(1.3, -0.34), (1.68, -0.30), (1.3, -0.22)], y - 0.06, y + 0.06, "steel")
    for y in (-0.62, 0.62, 0.0):
        solid.add_prism([(-0.36, -0.12), (-0.22, -0.18), (-0.24, 0.5), (-0.34, 0.45)], y - 0.16, y + 0.16, "steel")
    return solid
