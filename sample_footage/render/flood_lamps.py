"""Flood lamps on poles: what the site is lit by when the sun is down."""

import math
from collections.abc import Sequence

import bpy
import mathutils
import numpy as np

from sample_footage.render.solid import Solid, turn_about

_HEIGHT_M = 9.0
_HEADS_M = (-0.55, 0.55)
_WARM_WHITE = (1.0, 0.80, 0.55)
# Both heads of a pole shine on much the same ground: one light stands for the two, as every light
# more makes a picture of few samples noisier.
_POLE_W = 5200.0
_CONE_DEG, _SOFT_EDGE = 125.0, 0.6
_FACE_STRENGTH = 30.0
_FACE = "flood lamp face"


class FloodLamps:
    """Poles at `places`, each with two flood lamps that shine on `aim`; off until `shine` says so."""

    def __init__(
        self,
        places: Sequence[tuple[float, float]],
        palette: dict[str, bpy.types.Material],
        aim: tuple[float, float] = (0.0, 22.0),
    ) -> None:
        self._lights: list[bpy.types.Object] = []
        self._glow = _face_material()
        for number, (x, y) in enumerate(places):
            towards_deg = math.degrees(math.atan2(aim[1] - y, aim[0] - x))
            distance = math.hypot(aim[0] - x, aim[1] - y)
            pole = _pole(math.degrees(math.atan2(_HEIGHT_M, distance))).to_object(
                f"lamps-{number + 1}", {**palette, _FACE: self._glow[0]}, 0.01
            )
            pole.location, pole.rotation_euler = (x, y, 0.0), (0.0, 0.0, math.radians(towards_deg))
            self._lights.append(_light(number, (x, y), aim))
        self.shine(False)

    def shine(self, is_on: bool) -> None:
        """Switch every lamp on or off."""
        for light in self._lights:
            light.hide_render = not is_on
        self._glow[1].default_value = _FACE_STRENGTH if is_on else 0.0


def _face_material() -> tuple[bpy.types.Material, bpy.types.NodeSocket]:
    """The lamps' glass, and the socket for how strongly it glows."""
    material = bpy.data.materials.new(_FACE)
    material.use_nodes = True
    shader = material.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (0.6, 0.6, 0.58, 1)
    shader.inputs["Roughness"].default_value = 0.2
    shader.inputs["Emission Color"].default_value = (*_WARM_WHITE, 1)
    # The faces are only looked at; the spot lights do the lighting.
    material.cycles.emission_sampling = "NONE"
    return material, shader.inputs["Emission Strength"]


def _light(number: int, place: tuple[float, float], aim: tuple[float, float]) -> bpy.types.Object:
    lamp = bpy.data.lights.new(f"flood-{number + 1}", "SPOT")
    lamp.energy, lamp.color = _POLE_W, _WARM_WHITE
    lamp.spot_size, lamp.spot_blend = math.radians(_CONE_DEG), _SOFT_EDGE
    lamp.shadow_soft_size = 0.15
    light = bpy.data.objects.new(f"flood-{number + 1}", lamp)
    bpy.context.scene.collection.objects.link(light)
    at, to = mathutils.Vector((*place, _HEIGHT_M)), mathutils.Vector((*aim, 0.0))
    ahead = (to - at).normalized()
    # Clear of the lamps' own housings.
    light.location = at + ahead * 0.5
    light.rotation_euler = (-ahead).to_track_quat("Z", "Y").to_euler()
    return light


def _pole(down_deg: float) -> Solid:
    """One pole that shines along +x, its lamps tilted down."""
    solid = Solid()
    solid.add_box((0, 0, 0.1), (0.9, 0.9, 0.5), "concrete")
    solid.add_tube((0, 0, -0.5), (0, 0, _HEIGHT_M + 0.2), 0.10, 0.06, "grey_paint", 10)
    solid.add_box((0, 0, _HEIGHT_M), (0.10, 1.7, 0.10), "grey_paint")
    tilt = turn_about("y", down_deg)
    for y in _HEADS_M:
        head = np.array([0.12, y, _HEIGHT_M + 0.05])
        solid.add_box(head, (0.16, 0.52, 0.42), "black", tilt)
        solid.add_box(head + tilt @ np.array([0.09, 0.0, 0.0]), (0.03, 0.44, 0.34), _FACE, tilt)
    return solid
