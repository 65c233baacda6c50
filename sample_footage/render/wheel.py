"""A wheel of a vehicle: tyre with rounded shoulders, lugs where it has them, rim and hub."""

import math

import numpy as np

from sample_footage.render.solid import Solid, turn_about


def add_wheel(
    solid: Solid,
    x: float,
    side: int,
    outer_y: float,
    width_m: float,
    radius_m: float,
    rim: str = "grey_paint",
    lugs: int = 0,
) -> None:
    """Add the wheel that stands on the ground at `x`; `side` is 1 for left, and `outer_y` how far out it reaches."""
    angles = np.linspace(0, 2 * math.pi, 26, endpoint=False)
    circle = np.stack([np.cos(angles), np.zeros(26), np.sin(angles)], axis=1)
    centre = np.array([x, 0.0, radius_m])
    levels = ((0.0, 0.90), (0.12, 0.985), (0.3, 1.0), (0.7, 1.0), (0.88, 0.985), (1.0, 0.90))
    rings = [
        centre + circle * radius_m * share + np.array([0.0, side * (outer_y - width_m * (1 - at)), 0.0])
        for at, share in levels
    ]
    solid.add_loft(rings if side < 0 else [ring[::-1] for ring in rings], ["rubber"])
    for number in range(lugs):
        turn = 360 * number / lugs
        spoke = turn_about("y", turn) @ np.array([radius_m * 1.005, 0.0, 0.0])
        half = (0.25, 0.75)[number % 2]
        at = centre + spoke + np.array([0.0, side * (outer_y - width_m * half), 0.0])
        solid.add_box(at, (0.06, width_m * 0.48, radius_m * 0.10), "rubber", turn_about("y", turn))
    face = side * outer_y
    solid.add_tube(
        (x, face - side * 0.05, radius_m), (x, face + side * 0.012, radius_m), radius_m * 0.6, radius_m * 0.57, rim, 20
    )
    solid.add_tube(
        (x, face, radius_m), (x, face + side * 0.016, radius_m), radius_m * 0.44, radius_m * 0.40, "black", 18
    )
    solid.add_tube((x, face, radius_m), (x, face + side * 0.06, radius_m), radius_m * 0.24, radius_m * 0.19, rim, 12)
