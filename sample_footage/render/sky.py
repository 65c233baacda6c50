"""Daylight, dusk and night: where the sun stands at a place and hour, and a sky to match the weather."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

import bpy
import mathutils
import numpy as np
from numpy.typing import NDArray

from sample_footage.render.weather import Weather

_Colour = NDArray[np.float64]

# By the sun's height: full night, last dusk, sunset, the low sun's end, and the high sun.
_ELEVATIONS_DEG = (-8.0, -4.0, 0.0, 8.0, 30.0)
_SKY_STRENGTHS = (0.022, 0.055, 0.30, 0.56, 0.82)
_EXPOSURES = (1.9, 2.3, 1.6, 1.0, 0.45)
_FOG_LIGHTS = (0.0, 0.22, 0.60, 0.93, 1.0)
_DARK_BELOW_DEG = -1.0
# The sun itself: a low one is weak, but its light still falls as strongly as the sky's.
_SUN_AT_DEG, _SUN_STRENGTHS = (-0.5, 2.0, 8.0, 30.0), (0.0, 1.6, 3.7, 4.7)
# Colours of the sun and of the sky at the horizon, overhead and on the whole, for the same heights.
_SUNS = ((1.0, 0.5, 0.2), (1.0, 0.5, 0.2), (1.0, 0.55, 0.24), (1.0, 0.80, 0.54), (1.0, 0.96, 0.90))
_HORIZONS = ((0.58, 0.43, 0.34), (0.62, 0.42, 0.36), (0.92, 0.62, 0.44), (0.80, 0.71, 0.68), (0.62, 0.70, 0.80))
_ZENITHS = ((0.09, 0.13, 0.28), (0.12, 0.20, 0.45), (0.20, 0.32, 0.60), (0.18, 0.34, 0.67), (0.16, 0.33, 0.70))
_WHOLES = ((0.20, 0.24, 0.38), (0.30, 0.36, 0.55), (0.48, 0.46, 0.56), (0.40, 0.48, 0.68), (0.36, 0.50, 0.75))
_CLOUDS = ((0.24, 0.22, 0.24), (0.34, 0.30, 0.34), (0.78, 0.58, 0.50), (0.84, 0.80, 0.78), (0.86, 0.87, 0.89))
_MEAN_WHOLE = sum(_WHOLES[-1]) / 3
_CLOUDY_WHOLE = (0.80, 0.82, 0.85)
_GREY_LOW, _GREY_HIGH, _GREY_CLOUD = (0.70, 0.72, 0.75), (0.60, 0.62, 0.66), (0.54, 0.56, 0.60)


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
        self._elevation_deg = 90.0
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
        split, self._height = nodes.new("ShaderNodeSeparateXYZ"), nodes.new("ShaderNodeMapRange")
        links.new(place.outputs["Generated"], split.inputs["Vector"])
        links.new(split.outputs["Z"], self._height.inputs["Value"])
        self._blue, self._white = nodes.new("ShaderNodeMix"), nodes.new("ShaderNodeMix")
        self._blue.data_type = self._white.data_type = "RGBA"
        links.new(self._height.outputs["Result"], self._blue.inputs["Factor"])
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

    @property
    def is_dark(self) -> bool:
        """Whether it is time for lamps."""
        return self._elevation_deg < _DARK_BELOW_DEG

    @property
    def light(self) -> float:
        """How bright the open air looks to the camera: 1 by day, 0 at night."""
        return _at(self._elevation_deg, _FOG_LIGHTS)

    @property
    def gain(self) -> float:
        """How far the camera lifts its signal: 1 by day, 4 at night."""
        return float(np.interp(self._elevation_deg, (-6.0, -2.0, 4.0), (4.0, 2.4, 1.0)))

    def shine(self, sun: SunPosition, weather: Weather, drift: float) -> tuple[float, float, float]:
        """Light the scene; return the direction in which the sunlight falls."""
        self._elevation_deg = sun.elevation_deg
        turn = math.radians(sun.azimuth_deg - self._view_azimuth_deg)
        high = math.radians(max(sun.elevation_deg, 2.0))
        to_sun = mathutils.Vector((math.sin(turn) * math.cos(high), math.cos(turn) * math.cos(high), math.sin(high)))
        self._sun.rotation_euler = to_sun.to_track_quat("Z", "Y").to_euler()
        veil = 0.07 if weather.is_grey else 1 - 0.85 * max(0.0, weather.cloud_share - 0.45) / 0.55
        lamp = self._sun.data
        lamp.energy = float(np.interp(sun.elevation_deg, _SUN_AT_DEG, _SUN_STRENGTHS)) * veil
        lamp.color = _tint(sun.elevation_deg, _SUNS)
        # A lamp that gives nothing would still be tried by every ray.
        self._sun.hide_render = lamp.energy <= 0.0
        lamp.angle = math.radians(40.0 if weather.is_grey else 0.6 + 10 * (1 - veil))
        self._set_sky(weather, drift)
        # A camera's automatic exposure: most of the way to the same brightness at every hour of the
        # day; at night it comes to its end, so that night stays dark.
        lift = 0.35 * (1 - veil) - 0.3 * weather.snow_cover
        bpy.context.scene.view_settings.exposure = _at(sun.elevation_deg, _EXPOSURES) + lift * self.light
        falls = -to_sun
        return (float(falls.x), float(falls.y), float(falls.z))

    def _set_sky(self, weather: Weather, drift: float) -> None:
        high = self._elevation_deg
        horizon, zenith, cloud, whole = (_tint(high, row) for row in (_HORIZONS, _ZENITHS, _CLOUDS, _WHOLES))
        if weather.is_grey:
            # By day one even grey; at night the town's glow on low clouds.
            horizon, zenith, cloud = (
                one + (np.array(grey) - one) * self.light
                for one, grey in ((horizon, _GREY_LOW), (cloud, _GREY_HIGH), (cloud * 0.8, _GREY_CLOUD))
            )
        whole = whole + (np.array(_CLOUDY_WHOLE) * whole.mean() / _MEAN_WHOLE - whole) * weather.cloud_share
        for socket, colour in (
            (self._blue.inputs["A"], horizon),
            (self._blue.inputs["B"], zenith),
            (self._white.inputs["B"], cloud),
            (self._even.inputs["Color"], whole),
        ):
            socket.default_value = (*colour, 1)
        # By night the town's glow stays low.
        self._height.inputs["From Max"].default_value = 0.16 + 0.29 * self.light
        self._clouds.inputs["W"].default_value = drift
        # In rain and fog the sheet of cloud has hardly any pattern left.
        share, soft = (0.5, 0.6) if weather.is_grey else (weather.cloud_share, 0.2)
        self._cover.inputs["From Min"].default_value = 0.66 - 0.5 * share
        self._cover.inputs["From Max"].default_value = 0.66 - 0.5 * share + soft
        strength = _at(high, _SKY_STRENGTHS)
        self._background.inputs["Strength"].default_value = strength
        self._even.inputs["Strength"].default_value = strength * (0.85 if weather.is_grey else 1.0)


def _at(elevation_deg: float, values: tuple[float, ...]) -> float:
    return float(np.interp(elevation_deg, _ELEVATIONS_DEG, values))


def _tint(elevation_deg: float, colours: tuple[tuple[float, float, float], ...]) -> _Colour:
    return np.array([_at(elevation_deg, band) for band in zip(*colours, strict=True)])
