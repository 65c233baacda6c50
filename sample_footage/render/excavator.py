"""A tracked excavator of 21 t: tracks, house, boom, stick, bucket and the rams between them."""

from dataclasses import dataclass

import bpy
import numpy as np

from sample_footage.render.cycle import Keys, eased
from sample_footage.render.ram import point_in, ram_solid, stretched_between
from sample_footage.render.rig import Rig
from sample_footage.render.solid import Solid, placed, turn_about

_HOUSE_AT = (0.0, 0.0, 1.02)
_BOOM_AT = (0.55, 0.0, 0.75)
_STICK_AT = (5.4, 0.0, 0.0)
_BUCKET_AT = (2.75, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class ExcavatorPose:
    """Joint angles in degrees: boom up is positive, stick and bucket curl inward as they grow."""

    swing_deg: float
    boom_deg: float
    stick_deg: float
    bucket_deg: float


PARKED = ExcavatorPose(0.0, 24.0, 108.0, 50.0)

# One dig: reach, cut, curl, lift, swing, dump, swing back. The swing is a share of the way to the heap or lorry.
_CYCLE: Keys = (
    (0.00, (0.0, 13.0, 68.0, -5.0)),
    (0.18, (0.0, 5.0, 84.0, 35.0)),
    (0.34, (0.0, 14.0, 108.0, 85.0)),
    (0.46, (0.1, 38.0, 112.0, 95.0)),
    (0.64, (1.0, 43.0, 84.0, 85.0)),
    (0.74, (1.0, 43.0, 66.0, -10.0)),
    (0.90, (0.1, 34.0, 62.0, -10.0)),
    (1.00, (0.0, 13.0, 68.0, -5.0)),
)


def digging(phase: float, dump_deg: float) -> ExcavatorPose:
    """Return the pose at `phase` (0..1) of a dig whose dump lies `dump_deg` round from the cut."""
    swing, boom, stick, bucket = eased(_CYCLE, phase)
    return ExcavatorPose(swing * dump_deg, boom, stick, bucket)


class Excavator(Rig):
    """The machine, built facing +x and placed by `pose`."""

    def __init__(self, name: str, pass_index: int, palette: dict[str, bpy.types.Material], paint: str) -> None:
        super().__init__(
            name,
            pass_index,
            {
                "tracks": _tracks(paint).to_object(f"{name}.tracks", palette, 0.02),
                "house": _house(paint).to_object(f"{name}.house", palette, 0.04),
                "boom": _boom(paint).to_object(f"{name}.boom", palette, 0.03),
                "stick": _stick(paint).to_object(f"{name}.stick", palette, 0.03),
                "bucket": _bucket().to_object(f"{name}.bucket", palette, 0.02),
                **{ram: ram_solid(paint).to_object(f"{name}.{ram}", palette) for ram in _RAMS},
            },
        )

    def pose(self, at: tuple[float, float, float], heading_deg: float, pose: ExcavatorPose) -> None:
        """Stand at `at` with the tracks towards `heading_deg` and the joints as `pose` says."""
        tracks = placed(turn_about("z", heading_deg), at)
        house = tracks @ placed(turn_about("z", pose.swing_deg), _HOUSE_AT)
        boom = house @ placed(turn_about("y", -pose.boom_deg), _BOOM_AT)
        stick = boom @ placed(turn_about("y", pose.stick_deg), _STICK_AT)
        bucket = stick @ placed(turn_about("y", pose.bucket_deg), _BUCKET_AT)
        frames = {"tracks": tracks, "house": house, "boom": boom, "stick": stick, "bucket": bucket}
        for part, transform in frames.items():
            self.move(part, transform)
        for ram, (base, base_at, head, head_at) in _RAMS.items():
            self.move(ram, stretched_between(point_in(frames[base], base_at), point_in(frames[head], head_at)))


_RAMS = {
    "boom_ram_left": ("house", (1.0, 0.38, 0.45), "boom", (2.35, 0.34, 0.75)),
    "boom_ram_right": ("house", (1.0, -0.38, 0.45), "boom", (2.35, -0.34, 0.75)),
    "stick_ram": ("boom", (2.2, 0.0, 1.5), "stick", (-0.7, 0.0, 0.42)),
    "bucket_ram": ("stick", (0.2, 0.0, 0.48), "bucket", (0.05, 0.0, 0.36)),
}


def _tracks(paint: str) -> Solid:
    solid = Solid()
    for side in (-1.1, 1.1):
        loop = _stadium(3.6, 0.44, 0.47)
        solid.add_prism(loop, side - 0.3, side + 0.3, "track")
        for x, z, lean in _along(_stadium(3.6, 0.47, 0.47), 0.19):
            solid.add_box((x, side, z), (0.15, 0.62, 0.05), "track", turn_about("y", -lean))
        solid.add_box((0, side, 0.52), (2.9, 0.36, 0.30), "yellow_dark" if paint == "yellow" else paint)
        for x in (-1.8, 1.8):
            solid.add_tube((x, side - 0.31, 0.47), (x, side + 0.31, 0.47), 0.3, 0.3, "steel")
        for x in np.linspace(-1.3, 1.3, 6):
            solid.add_tube((x, side - 0.31, 0.16), (x, side + 0.31, 0.16), 0.12, 0.12, "black")
    solid.add_box((0, 0, 0.6), (2.2, 1.7, 0.4), "black")
    solid.add_tube((0, 0, 0.75), (0, 0, 1.05), 0.65, 0.65, "black", 24)
    return solid


def _house(paint: str) -> Solid:
    solid = Solid()
    solid.add_box((-0.45, 0, 0.14), (4.0, 2.65, 0.24), "black")
    # The counterweight: a deep block with rounded corners at the back.
    solid.add_prism([(-2.75, 0.15), (-2.0, 0.05), (-2.0, 1.12), (-2.62, 1.08), (-2.8, 0.75)], -1.3, 1.3, paint)
    solid.add_box((-2.76, 0.0, 0.55), (0.06, 1.5, 0.22), "black")
    solid.add_box((-1.25, 0.0, 0.68), (1.5, 2.55, 0.9), paint)
    solid.add_box((-1.3, -0.2, 1.18), (1.2, 1.4, 0.18), paint)
    solid.add_box((-1.35, -1.28, 0.7), (0.9, 0.05, 0.55), "black")
    solid.add_box((-1.35, 1.28, 0.7), (0.9, 0.05, 0.55), "black")
    solid.add_tube((-1.5, -0.6, 1.2), (-1.5, -0.6, 1.75), 0.07, 0.06, "black", 12)
    solid.add_box((0.4, -0.95, 0.62), (1.8, 0.75, 0.75), paint)
    solid.add_box((1.15, -0.95, 0.42), (0.5, 0.7, 0.4), paint)
    # Cab: dark panes a little inside a painted frame of pillars and roof.
    solid.add_box((0.55, 0.86, 0.42), (1.75, 0.98, 0.35), paint)
    solid.add_prism([(-0.28, 0.55), (1.40, 0.55), (1.42, 1.2), (1.12, 2.02), (-0.28, 2.02)], 0.40, 1.32, "glass")
    for y in (0.39, 1.33):
        solid.add_prism([(-0.34, 0.5), (-0.20, 0.5), (-0.20, 2.05), (-0.34, 2.05)], y - 0.04, y + 0.04, "black")
        solid.add_prism([(0.42, 0.5), (0.52, 0.5), (0.52, 2.05), (0.42, 2.05)], y - 0.04, y + 0.04, "black")
        solid.add_prism(
            [(1.36, 0.5), (1.46, 0.5), (1.46, 1.2), (1.16, 2.05), (1.06, 2.05), (1.36, 1.2)],
            y - 0.04,
            y + 0.04,
            "black",
        )
        solid.add_prism([(-0.3, 0.5), (1.44, 0.5), (1.44, 0.72), (-0.3, 0.72)], y - 0.03, y + 0.03, paint)
    solid.add_box((0.42, 0.86, 2.07), (1.6, 1.02, 0.1), paint)
    solid.add_box((1.25, 0.5, 2.1), (0.12, 0.2, 0.14), "lamp")
    solid.add_box((1.25, 1.2, 2.1), (0.12, 0.2, 0.14), "lamp")
    # Handrails over tank and hood.
    for start, end in (
        ((1.2, -1.28, 1.0), (1.2, -1.28, 1.6)),
        ((1.2, -1.28, 1.6), (-0.4, -1.28, 1.6)),
        ((-0.4, -1.28, 1.6), (-0.4, -1.28, 1.0)),
        ((-0.7, 1.25, 1.1), (-0.7, 1.25, 1.5)),
        ((-0.7, 1.25, 1.5), (-1.9, 1.25, 1.5)),
        ((-1.9, 1.25, 1.5), (-1.9, 1.25, 1.1)),
    ):
        solid.add_tube(start, end, 0.025, 0.025, "black", 8)
    for y in (-0.3, 0.3):
        solid.add_box((0.6, y, 0.6), (0.9, 0.08, 0.75), paint)
    return solid


def _boom(paint: str) -> Solid:
    solid = Solid()
    solid.add_prism(
        [
            (-0.22, -0.2),
            (0.6, -0.12),
            (1.7, 0.42),
            (2.5, 0.68),
            (3.4, 0.52),
            (5.3, -0.2),
            (5.6, -0.12),
            (5.58, 0.16),
            (5.3, 0.28),
            (3.4, 1.12),
            (2.55, 1.30),
            (1.9, 1.18),
            (0.4, 0.32),
            (-0.22, 0.2),
        ],
        -0.24,
        0.24,
        paint,
    )
    solid.add_prism([(1.95, 1.1), (2.45, 1.25), (2.3, 1.62), (2.1, 1.62)], -0.16, 0.16, paint)
    solid.add_box((3.6, 0.25, 0.8), (1.1, 0.02, 0.24), "black", turn_about("y", 17))
    solid.add_box((3.6, -0.25, 0.8), (1.1, 0.02, 0.24), "black", turn_about("y", 17))
    return solid


def _stick(paint: str) -> Solid:
    solid = Solid()
    solid.add_prism(
        [(-0.75, 0.25), (-0.2, -0.3), (0.5, -0.28), (2.7, -0.14), (2.9, 0.0), (2.7, 0.14), (0.7, 0.36), (-0.55, 0.5)],
        -0.18,
        0.18,
        paint,
    )
    solid.add_prism([(0.05, 0.3), (0.5, 0.3), (0.35, 0.56), (0.1, 0.56)], -0.12, 0.12, paint)
    return solid


def _bucket() -> Solid:
    solid = Solid()
    solid.add_prism(
        [
            (-0.18, -0.12),
            (0.35, -0.4),
            (1.28, -0.72),
            (1.36, -0.3),
            (1.22, 0.12),
            (0.85, 0.38),
            (0.35, 0.44),
            (-0.1, 0.28),
        ],
        -0.55,
        0.55,
        "steel",
    )
    for y in np.linspace(-0.48, 0.48, 5):
        solid.add_prism([(1.15, -0.66), (1.32, -0.98), (1.36, -0.6)], y - 0.05, y + 0.05, "steel")
    return solid


def _stadium(length: float, radius: float, z: float) -> list[tuple[float, float]]:
    turns = np.radians(np.linspace(-90, 90, 9))
    right = [(length / 2 + radius * np.cos(a), z + radius * np.sin(a)) for a in turns]
    return [*right, *((-x, 2 * z - w) for x, w in right)]


def _along(loop: list[tuple[float, float]], step: float) -> list[tuple[float, float, float]]:
    """Return points every `step` metres round a loop, with the slope there in degrees."""
    found = []
    left_over = 0.0
    for (x0, z0), (x1, z1) in zip(loop, loop[1:] + loop[:1], strict=True):
        length = float(np.hypot(x1 - x0, z1 - z0))
        lean = float(np.degrees(np.arctan2(z1 - z0, x1 - x0)))
        while left_over < length:
            share = left_over / length
            found.append((x0 + (x1 - x0) * share, z0 + (z1 - z0) * share, lean))
            left_over += step
        left_over -= length
    return found
