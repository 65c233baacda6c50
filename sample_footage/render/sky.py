"""Daylight: where the sun stands at a place and hour, and a sky with haze and clouds to match."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

import bpy
import mathutils
import numpy as np


@dataclass(frozen=True, slots=True)
class SunPosition:
    """Degrees above the horizon, and clockwise from north."""

    elevation_deg: float
    azimuth_deg: float


def sun_position(at: datetime, latitude_deg: float, longitude_deg: float) -> SunPosition:
    """Return the sun's place in the sky.

    The low-precision formulas of the Astronomical Almanac (page C5), good to 0.01 degrees
    between 1950 and 2050; refraction is left out.
    """
    days = (at.astimezone(UTC) - datetime(2000, 1, 1, 12, tzinfo=UTC)).total_seconds() / 86400
    mean_longitude = math.radians((280.460 + 0.9856474 * days) % 360)
    anomaly = math.radians((357.528 + 0.9856003 * days) % 360)
    ecliptic = mean_longitude + math.radians(1.915) * math.sin(anomaly) + math.radians(0.020) * math.sin(2 * anomaly)
    tilt = math.radians(23.439 - 4e-7 * days)
    right_ascension = math.atan2(math.cos(tilt) * math.sin(ecliptic), math.cos(ecliptic))
    declination = math.asin(math.sin(tilt) * math.sin(ecliptic))
    sidereal = math.radians((280.46062 + 360.98564737 * days + longitude_deg) % 360)
    hour_angle, latitude = sidereal - right_ascension, math.radians(latitude_deg)
    elevation = math.asin(
        math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(declination) * math.cos(hour_angle)
    )
    azimuth = math.atan2(
        -math.sin(hour_angle), math.tan(declination) * math.cos(latitude) - math.sin(latitude) * math.cos(hour_angle)
    )
    return SunPosition(math.degrees(elevation), math.degrees(azimuth) % 360)


class Daylight:
    """The sun lamp and the sky of the scene. `view_azimuth_deg` is where the camera's +y looks."""

    def __init__(self, view_azimuth_deg: float) -> None:
        self._view_azimuth_deg = view_azimuth_deg
        lamp = bpy.data.lights.new("sun", "SUN")
        self._sun = bpy.data.objects.new("sun", lamp)
        bpy.context.scene.collection.objects.link(self._sun)
        world = bpy.data.worlds.new("sky")
        bpy.context.scene.world = world
        world.use_nodes = True
        nodes, links = world.node_tree.nodes, world.node_tree.links
        self._background = nodes["Background"]
        place, self._clouds = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeTexNoise")
        self._clouds.noise_dimensions = "4D"
        self._clouds.inputs["Scale"].default_value = 3.2
        self._clouds.inputs["Detail"].default_value = 7
        # Clouds far away are seen from the side: squeeze the pattern in height.
        squeeze = nodes.new("ShaderNodeMapping")
        squeeze.inputs["Scale"].default_value = (1.0, 1.0, 3.5)
        links.new(place.outputs["Generated"], squeeze.inputs["Vector"])
        links.new(squeeze.outputs["Vector"], self._clouds.inputs["Vector"])
        self._cover = nodes.new("ShaderNodeMapRange")
        links.new(self._clouds.outputs["Fac"], self._cover.inputs["Value"])
        split, height = nodes.new("ShaderNodeSeparateXYZ"), nodes.new("ShaderNodeMapRange")
        links.new(place.outputs["Generated"], split.inputs["Vector"])
        links.new(split.outputs["Z"], height.inputs["Value"])
        height.inputs["From Min"].default_value, height.inputs["From Max"].default_value = 0.0, 0.45
        self._blue, self._white = nodes.new("ShaderNodeMix"), nodes.new("ShaderNodeMix")
        self._blue.data_type = self._white.data_type = "RGBA"
        links.new(height.outputs["Result"], self._blue.inputs["Factor"])
        links.new(self._blue.outputs["Result"], self._white.inputs["A"])
        links.new(self._cover.outputs["Result"], self._white.inputs["Factor"])
        links.new(self._white.outputs["Result"], self._background.inputs["Color"])
        # The cloud pattern is dear to compute: only what the camera sees directly gets it, light
        # that falls on things comes from an even sky.
        self._even, choice, path = (nodes.new(f"ShaderNode{kind}") for kind in ("Background", "MixShader", "LightPath"))
        links.new(path.outputs["Is Camera Ray"], choice.inputs["Fac"])
        links.new(self._even.outputs["Background"], choice.inputs[1])
        links.new(self._background.outputs["Background"], choice.inputs[2])
        links.new(choice.outputs["Shader"], nodes["World Output"].inputs["Surface"])
        world.cycles.sampling_method = "NONE"

    def shine(self, sun: SunPosition, cloud_share: float, drift: float) -> tuple[float, float, float]:
        """Light the scene; return the direction in which the sunlight falls."""
        low = max(0.0, min(1.0, 1 - sun.elevation_deg / 30))
        turn = math.radians(sun.azimuth_deg - self._view_azimuth_deg)
        high = math.radians(max(sun.elevation_deg, 2.0))
        to_sun = mathutils.Vector((math.sin(turn) * math.cos(high), math.cos(turn) * math.cos(high), math.sin(high)))
        self._sun.rotation_euler = to_sun.to_track_quat("Z", "Y").to_euler()
        veil = 1 - 0.85 * max(0.0, cloud_share - 0.45) / 0.55
        self._sun.data.energy = 4.2 * veil * (1 - 0.45 * low)
        self._sun.data.angle = math.radians(0.6 + 10 * (1 - veil))
        self._sun.data.color = (1.0, 0.96 - 0.13 * low, 0.90 - 0.30 * low)
        self._blue.inputs["A"].default_value = (0.62 + 0.16 * low, 0.70, 0.80 - 0.08 * low, 1)
        self._blue.inputs["B"].default_value = (0.16, 0.33, 0.70, 1)
        self._white.inputs["B"].default_value = (0.86, 0.87, 0.89, 1)
        self._clouds.inputs["W"].default_value = drift
        self._cover.inputs["From Min"].default_value = 0.66 - 0.5 * cloud_share
        self._cover.inputs["From Max"].default_value = 0.86 - 0.5 * cloud_share
        strength = 0.95 * (1 - 0.25 * low)
        self._background.inputs["Strength"].default_value = strength
        self._even.inputs["Strength"].default_value = strength
        blue, white = np.array([0.36, 0.50, 0.75]), np.array([0.80, 0.82, 0.85])
        self._even.inputs["Color"].default_value = (*(blue + (white - blue) * cloud_share), 1)
        # A camera's automatic exposure: most of the way to the same brightness at every hour.
        bpy.context.scene.view_settings.exposure = 0.45 + 0.6 * low + 0.35 * (1 - veil)
        falls = -to_sun
        return (float(falls.x), float(falls.y), float(falls.z))
