"""A person at work: a body with limbs in a pose, in work clothes, vest and helmet."""

import math
from dataclasses import dataclass

import bpy
import numpy as np

from sample_footage.render.hand_tool import Vector, add_hand_tool
from sample_footage.render.rig import Rig
from sample_footage.render.solid import Solid, placed, turn_about

_THIGH_M, _SHANK_M, _TRUNK_M, _UPPER_ARM_M, _FOREARM_M = 0.44, 0.42, 0.50, 0.29, 0.26
_ANKLE_M, _HIP_M, _SHOULDER_M = 0.09, 0.095, 0.185
_STATURE_M = 1.76
# Work clothes hang loose: limbs and trunk are this much wider than the body in them.
_LOOSE = 1.16


@dataclass(frozen=True, slots=True)
class Stance:
    """Joint angles in degrees; forward is positive, pairs are (left, right)."""

    lean_deg: float = 3.0
    hips_deg: tuple[float, float] = (3.0, -3.0)
    knees_deg: tuple[float, float] = (4.0, 4.0)
    arms_deg: tuple[float, float] = (6.0, 6.0)
    elbows_deg: tuple[float, float] = (18.0, 18.0)
    arms_out_deg: tuple[float, float] = (8.0, 8.0)
    tool: str = ""


@dataclass(frozen=True, slots=True)
class Outfit:
    """What a person wears, by material name, and how tall they stand."""

    stature_m: float
    vest: str
    sleeves: str
    trousers: str
    helmet: str
    skin: str


def walking(phase: float) -> Stance:
    """Return the stance at `phase` (0..1) of a stride."""
    turn = 2 * math.pi * phase
    swing = 27 * math.sin(turn)
    left_knee = 8 + 48 * max(0.0, math.sin(turn + 1.9)) ** 2
    right_knee = 8 + 48 * max(0.0, math.sin(turn + 1.9 + math.pi)) ** 2
    return Stance(5.0, (swing, -swing), (left_knee, right_knee), (-swing * 0.75, swing * 0.75), (22, 22), (7, 7))


def digging_by_hand(phase: float) -> Stance:
    """Return the stance at `phase` (0..1) of a stroke with a shovel."""
    dip = 0.5 + 0.5 * math.cos(2 * math.pi * phase)
    return Stance(
        18 + 24 * dip, (24, -10), (32, 16), (34 + 10 * dip, 48 + 14 * dip), (48 - 20 * dip, 30), (12, 8), "shovel"
    )


def hammering(phase: float) -> Stance:
    """Return the stance at `phase` (0..1) of a stroke with a hammer: bent forward, up slowly and down at once."""
    raised = math.sin(math.pi * min(1.0, (phase % 1.0) / 0.85))
    return Stance(34, (30, -12), (44, 24), (28, 12 + 108 * raised), (24, 26 + 42 * raised), (10, 12), "hammer")


def tying_bars(phase: float) -> Stance:
    """Return the stance at `phase` (0..1) of a tie: bent over straight legs, both hands at the bars by the feet."""
    twist = math.sin(2 * math.pi * phase)
    return Stance(
        80 + 3 * twist, (16, -6), (20, 12), (8 + 9 * twist, 4 - 9 * twist), (14, 20 + 10 * twist), (6, 4), "nippers"
    )


def carrying_on_shoulder(phase: float) -> Stance:
    """Return the stance at `phase` (0..1) of a stride under a plank that lies along the way on the right shoulder."""
    legs = walking(phase)
    left_arm = legs.arms_deg[0] * 0.8
    return Stance(4.0, legs.hips_deg, legs.knees_deg, (left_arm, 48), (22, 104), (8, 16), "shoulder_plank")


def waving_in(phase: float) -> Stance:
    """Return the stance at `phase` (0..1) of waving a crane or lorry in: one arm up, the other beckoning."""
    beckon = math.sin(2 * math.pi * phase)
    return Stance(1, (5, -5), (4, 4), (168, 104 + 16 * beckon), (4, 34 + 30 * beckon), (14, 34))


WELDING = Stance(36, (86, 58), (112, 98), (16, 20), (44, 42), (4, 2), "torch")
STANDING = Stance()
TALKING = Stance(2, (2, -4), (3, 6), (10, 38), (25, 78), (9, 14))
POINTING = Stance(3, (8, -6), (5, 5), (86, 8), (6, 20), (14, 9))
CROUCHING = Stance(30, (78, 62), (104, 92), (26, 22), (34, 40), (10, 10))
CARRYING = Stance(2, (18, -16), (10, 22), (32, 32), (72, 72), (4, 4), "plank")


class Worker(Rig):
    """One person; the mesh is made again for each stance, so that cloth bends with the limbs."""

    def __init__(self, name: str, pass_index: int, palette: dict[str, bpy.types.Material], outfit: Outfit) -> None:
        self._palette = palette
        self._outfit = outfit
        self._body = bpy.data.objects.new(name, bpy.data.meshes.new(name))
        self._tool = bpy.data.objects.new(f"{name}.tool", bpy.data.meshes.new(f"{name}.tool"))
        for part in (self._body, self._tool):
            bpy.context.scene.collection.objects.link(part)
        super().__init__(name, pass_index, {"body": self._body, "tool": self._tool})
        # A box round a person holds the person, as those do that detectors learn from.
        self._tool.pass_index = 0
        self._dress(STANDING)

    def pose(self, at: tuple[float, float, float], heading_deg: float, stance: Stance) -> None:
        """Stand at `at` looking towards `heading_deg`."""
        self._dress(stance)
        place = placed(turn_about("z", heading_deg) * self._outfit.stature_m / _STATURE_M, at)
        self.move("body", place)
        self.move("tool", place)

    def _dress(self, stance: Stance) -> None:
        body, hands = _body(stance, self._outfit)
        before = (self._body.data, self._tool.data)
        self._body.data = body.to_mesh(self.name, self._palette)
        if stance.tool:
            tool = Solid()
            add_hand_tool(tool, stance.tool, hands)
            self._tool.data = tool.to_mesh(f"{self.name}.tool", self._palette)
        else:
            self._tool.data = bpy.data.meshes.new(f"{self.name}.tool")
        for mesh in before:
            bpy.data.meshes.remove(mesh)


def _body(stance: Stance, outfit: Outfit) -> tuple[Solid, list[Vector]]:
    """The body, and where its left and right hand grip."""
    legs = [_leg(side, hip, knee) for side, hip, knee in zip((1, -1), stance.hips_deg, stance.knees_deg, strict=True)]
    # The lower foot stands on the ground.
    pelvis_z = -min(leg[-1][2] for leg in legs) + _ANKLE_M
    pelvis = np.array([0.0, 0.0, pelvis_z])
    up = turn_about("y", stance.lean_deg) @ np.array([0.0, 0.0, 1.0])
    ahead = turn_about("y", stance.lean_deg) @ np.array([1.0, 0.0, 0.0])
    solid = Solid()
    for leg in legs:
        _add_leg(solid, [pelvis + joint for joint in leg], outfit)
    _add_trunk(solid, pelvis, up, ahead, outfit)
    shoulders = pelvis + up * _TRUNK_M
    hands = []
    for side, arm, elbow, out in zip((1, -1), stance.arms_deg, stance.elbows_deg, stance.arms_out_deg, strict=True):
        hands.append(_add_arm(solid, shoulders, side, stance.lean_deg, arm, elbow, out, outfit))
    _add_head(solid, shoulders + up * 0.10 + ahead * 0.01, outfit)
    if stance.tool == "torch":
        face = shoulders + up * 0.16 + ahead * 0.16
        solid.add_box(face, (0.05, 0.24, 0.30), "black", turn_about("y", 18))
    return solid, hands


def _offset(x: float, y: float, z: float) -> Vector:
    return np.array([x, y, z])


def _swung(degrees: float) -> Vector:
    """A limb that hangs, swung forward by `degrees`."""
    angle = math.radians(degrees)
    return np.array([math.sin(angle), 0.0, -math.cos(angle)])


def _leg(side: int, hip_deg: float, knee_deg: float) -> list[Vector]:
    hip = np.array([0.0, side * _HIP_M, 0.0])
    knee = hip + _swung(hip_deg) * _THIGH_M + np.array([0.0, side * 0.015, 0.0])
    return [hip, knee, knee + _swung(hip_deg - knee_deg) * _SHANK_M]


def _ring(centre: Vector, axis: Vector, width: float, depth: float) -> Vector:
    """Twelve points round `centre`, across `axis`; `width` is the sideways radius."""
    unit = axis / np.linalg.norm(axis)
    side = np.array([0.0, 1.0, 0.0])
    side = side - unit * float(side @ unit)
    side /= np.linalg.norm(side)
    front = np.cross(side, unit)
    angles = np.linspace(0, 2 * math.pi, 12, endpoint=False)
    return np.asarray(
        centre + (np.cos(angles)[:, None] * front * depth + np.sin(angles)[:, None] * side * width) * _LOOSE
    )


def _add_leg(solid: Solid, joints: list[Vector], outfit: Outfit) -> None:
    hip, knee, ankle = joints
    thigh, shank = knee - hip, ankle - knee
    bend = thigh / np.linalg.norm(thigh) + shank / np.linalg.norm(shank)
    rings = [
        _ring(hip - thigh * 0.12, thigh, 0.085, 0.105),
        _ring(hip + thigh * 0.25, thigh, 0.095, 0.105),
        _ring(hip + thigh * 0.65, thigh, 0.078, 0.086),
        _ring(knee, bend, 0.066, 0.074),
        _ring(knee + shank * 0.35, shank, 0.066, 0.074),
        _ring(knee + shank * 0.75, shank, 0.060, 0.066),
        _ring(ankle, shank, 0.066, 0.072),
    ]
    solid.add_loft(rings, [outfit.trousers])
    solid.add_tube(ankle + _offset(0, 0, 0.05), ankle + _offset(0, 0, -_ANKLE_M), 0.055, 0.062, "boots", 10)
    solid.add_ball(ankle + _offset(0.085, 0, -_ANKLE_M), (0.15, 0.056, 0.085), "boots", z_from=-0.05, rings=5)


def _add_trunk(solid: Solid, pelvis: Vector, up: Vector, ahead: Vector, outfit: Outfit) -> None:
    # (share of the trunk, sideways radius, depth, how far forward, material of the band above)
    levels = (
        (-0.20, 0.120, 0.105, 0.00, outfit.trousers),
        (-0.06, 0.180, 0.135, 0.00, outfit.trousers),
        (0.08, 0.178, 0.132, 0.00, outfit.vest),
        (0.22, 0.176, 0.128, 0.00, "tape"),
        (0.32, 0.176, 0.126, 0.00, outfit.vest),
        (0.52, 0.186, 0.130, 0.01, "tape"),
        (0.62, 0.192, 0.132, 0.01, outfit.vest),
        (0.84, 0.200, 0.122, 0.00, outfit.vest),
        (0.98, 0.168, 0.096, 0.00, outfit.vest),
        (1.07, 0.075, 0.070, 0.01, outfit.skin),
        (1.20, 0.056, 0.058, 0.015, outfit.skin),
    )
    rings = [_ring(pelvis + up * _TRUNK_M * at + ahead * fwd, up, wide, deep) for at, wide, deep, fwd, _ in levels]
    solid.add_loft(rings, [level[-1] for level in levels[:-1]])


def _add_arm(
    solid: Solid, shoulders: Vector, side: int, lean: float, arm: float, elbow: float, out: float, outfit: Outfit
) -> Vector:
    shoulder = shoulders + np.array([0.0, side * _SHOULDER_M, -0.03])
    spread = turn_about("x", side * out)
    upper = spread @ _swung(arm + lean * 0.3) * _UPPER_ARM_M
    fore = spread @ _swung(arm + elbow + lean * 0.3) * _FOREARM_M
    joint, hand = shoulder + upper, shoulder + upper + fore
    bend = upper / _UPPER_ARM_M + fore / _FOREARM_M
    rings = [
        _ring(shoulder - upper * 0.12, upper, 0.052, 0.058),
        _ring(shoulder + upper * 0.3, upper, 0.058, 0.064),
        _ring(joint, bend, 0.049, 0.053),
        _ring(joint + fore * 0.4, fore, 0.047, 0.050),
        _ring(hand, fore, 0.038, 0.042),
    ]
    solid.add_loft(rings, [outfit.sleeves])
    grip = hand + fore * 0.28
    solid.add_ball(grip, (0.045, 0.040, 0.062), outfit.skin, z_from=-0.98, rings=6, sides=10)
    return np.asarray(grip)


def _add_head(solid: Solid, neck: Vector, outfit: Outfit) -> None:
    centre = neck + np.array([0.015, 0.0, 0.10])
    solid.add_ball(centre, (0.098, 0.078, 0.122), outfit.skin, z_from=-0.98, rings=9)
    solid.add_ball(centre + _offset(-0.022, 0, 0.012), (0.092, 0.084, 0.112), "hair", z_from=-0.55, rings=6)
    solid.add_ball(
        centre + _offset(0.095, 0, -0.012), (0.022, 0.016, 0.022), outfit.skin, z_from=-0.98, rings=5, sides=8
    )
    dome = centre + np.array([-0.004, 0.0, 0.045])
    solid.add_ball(dome, (0.135, 0.112, 0.125), outfit.helmet, z_from=0.0, rings=7, sides=18)
    solid.add_tube(dome + _offset(0.022, 0, -0.004), dome + _offset(0.022, 0, 0.012), 0.142, 0.136, outfit.helmet, 18)
