"""Rounded bodywork of cars: cross-sections joined along the length, and the cabin with its panes on top."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sample_footage.render.solid import Matrix, Solid


@dataclass(frozen=True, slots=True)
class Station:
    """A cross-section of the body at `x`: half its width, and the heights of sill, shoulder and crown, metres."""

    x: float
    half_m: float
    sill_m: float
    shoulder_m: float
    crown_m: float


@dataclass(frozen=True, slots=True)
class Cabin:
    """Where the cabin leaves the body and meets its roof: back, front and half width, then the height, metres."""

    sill: tuple[float, float, float]
    sill_m: float
    eaves: tuple[float, float, float]
    eaves_m: float
    pillars: tuple[float, ...]


def add_body(solid: Solid, stations: Sequence[Station], paint: str) -> None:
    """Join the stations, back to front."""
    solid.add_loft([_section(station) for station in stations], [paint])


def add_cabin(solid: Solid, cabin: Cabin, paint: str) -> None:
    """Add panes, roof and pillars; the first and the last pillar and the roof wear the paint."""
    low, high = _ring(cabin.sill, cabin.sill_m), _ring(cabin.eaves, cabin.eaves_m)
    back, front, half = cabin.eaves
    solid.add_loft([low, high], ["glass"])
    roof = (
        _ring((back - 0.05, front + 0.05, half + 0.02), cabin.eaves_m - 0.02),
        _ring((back - 0.03, front + 0.02, half), cabin.eaves_m + 0.04),
        _ring((back + 0.15, front - 0.2, half - 0.16), cabin.eaves_m + 0.09),
    )
    solid.add_loft(roof, [paint])
    for side in (-1, 1):
        for share in cabin.pillars:
            foot = (_between(cabin.sill, share), side * cabin.sill[2], cabin.sill_m - 0.02)
            top = (_between(cabin.eaves, share), side * cabin.eaves[2], cabin.eaves_m)
            outer = share in (cabin.pillars[0], cabin.pillars[-1])
            solid.add_tube(foot, top, 0.055, 0.045, paint if outer else "black", 8)


def _between(ends: tuple[float, float, float], share: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * share


def _section(station: Station) -> Matrix:
    half, low, shoulder, crown = station.half_m, station.sill_m, station.shoulder_m, station.crown_m
    right = [
        (0.72, low),
        (0.94, low + 0.06),
        (0.985, low + (shoulder - low) * 0.42),
        (1.0, low + (shoulder - low) * 0.72),
        (0.955, shoulder),
        (0.80, shoulder + (crown - shoulder) * 0.7),
        (0.42, crown),
    ]
    outline = [(-share * half, z) for share, z in right] + [(share * half, z) for share, z in reversed(right)]
    return np.array([(station.x, y, z) for y, z in outline])


def _ring(ends: tuple[float, float, float], z: float) -> Matrix:
    """The outline of a cabin at one height, its front and back edges bowed."""
    back, front, half = ends
    bow = 0.07
    return np.array(
        [
            (back, -half, z),
            (front, -half, z),
            (front + bow, -half * 0.5, z),
            (front + bow, half * 0.5, z),
            (front, half, z),
            (back, half, z),
            (back - bow * 0.5, half * 0.5, z),
            (back - bow * 0.5, -half * 0.5, z),
        ]
    )
