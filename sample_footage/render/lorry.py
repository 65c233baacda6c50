"""The front and underside that heavy lorries share: frame, axles, cab over the engine, tank and lamps."""

from collections.abc import Sequence

from sample_footage.render.solid import Solid, turn_about
from sample_footage.render.wheel import add_wheel

WHEEL_RADIUS_M = 0.52
_CAB_BACK, _CAB_FRONT = 1.55, 3.74


def lorry_solid(paint: str, steered: Sequence[float], driven: Sequence[float], back: float) -> Solid:
    """Return a lorry without its body, facing +x; `steered` and `driven` are the places of its axles along x.

    The frame reaches from the cab to x = `back`, its top at z = 1.06; the cab from 1.55 to 3.8.
    """
    solid = Solid()
    middle, length = (back + 3.4) / 2, 3.4 - back
    for y in (-0.42, 0.42):
        solid.add_box((middle, y, 0.92), (length, 0.12, 0.28), "black")
    for places, width in ((steered, 0.32), (driven, 0.58)):
        for x in places:
            for side in (-1, 1):
                add_wheel(solid, x, side, 1.25, width, WHEEL_RADIUS_M, "grey_paint")
            solid.add_tube((x, -1.0, 0.52), (x, 1.0, 0.52), 0.09, 0.09, "black", 8)
    _add_cab(solid, paint)
    for x in steered:
        for y in (-1.1, 1.1):
            solid.add_prism(_mudguard(x), y - 0.17, y + 0.17, "black")
    for x in driven:
        for y in (-0.98, 0.98):
            solid.add_box((x, y, 1.10), (0.85, 0.5, 0.04), "black")
    solid.add_box((0.75, -0.98, 0.76), (0.9, 0.5, 0.52), "black")
    solid.add_tube((0.3, 0.98, 0.74), (1.3, 0.98, 0.74), 0.29, 0.29, "steel", 16)
    solid.add_tube((1.35, -0.8, 0.9), (1.35, -0.8, 3.0), 0.08, 0.08, "steel", 10)
    solid.add_box((1.35, 0.0, 1.7), (0.25, 1.5, 1.5), "black")
    for y in (-1.235, 1.235):
        # Guards between the axles keep people from under the wheels.
        solid.add_box((0.1, y, 0.72), (1.7, 0.04, 0.10), "tape")
        solid.add_box((0.1, y, 0.48), (1.7, 0.04, 0.10), "tape")
    solid.add_box((back - 0.02, 0, 0.62), (0.1, 2.35, 0.14), "red_lamp")
    for y in (-0.95, 0.95):
        solid.add_box((back - 0.06, y, 0.86), (0.06, 0.34, 0.16), "red_lamp")
        solid.add_box((back + 0.1, y, 0.5), (0.03, 0.55, 0.55), "black")
    return solid


def _add_cab(solid: Solid, paint: str) -> None:
    # The screen leans back a little; the roof is rounded towards it and carries a visor and lamps.
    solid.add_prism(
        [(1.6, 0.92), (3.74, 0.92), (3.80, 1.78), (3.60, 2.86), (3.42, 3.04), (3.1, 3.12), (1.72, 3.12), (1.6, 3.0)],
        -1.2,
        1.2,
        paint,
    )
    solid.add_prism([(3.785, 1.84), (3.825, 1.84), (3.635, 2.78), (3.595, 2.78)], -1.1, 1.1, "glass")
    solid.add_box((3.80, 0, 1.76), (0.08, 2.24, 0.12), "black")
    solid.add_box((3.72, 0, 2.93), (0.28, 2.2, 0.05), "black", turn_about("y", 12))
    for y in (-1.1, -0.37, 0.37):
        solid.add_box((3.84, y + 0.35, 1.92), (0.03, 0.62, 0.03), "black", turn_about("x", 6))
    for side in (-1, 1):
        y = side * 1.205
        solid.add_prism(
            [(2.42, 1.82), (3.58, 1.82), (3.50, 2.28), (3.42, 2.70), (2.42, 2.70)], y - 0.012, y + 0.012, "glass"
        )
        solid.add_prism([(1.78, 1.95), (2.18, 1.95), (2.18, 2.62), (1.78, 2.62)], y - 0.012, y + 0.012, "glass")
        for x in (2.36, 3.62):
            solid.add_box((x, y, 1.75), (0.025, 0.03, 1.65), "black")
        solid.add_box((2.62, y, 1.66), (0.24, 0.06, 0.05), "black")
        solid.add_tube((3.66, side * 1.2, 2.72), (3.92, side * 1.46, 2.62), 0.02, 0.02, "black", 6)
        solid.add_box((3.9, side * 1.46, 2.30), (0.10, 0.22, 0.62), "black")
        for z in (0.5, 0.78):
            solid.add_box((3.02, side * 1.12, z), (0.42, 0.22, 0.05), "steel")
        solid.add_box((3.82, side * 0.92, 0.80), (0.06, 0.42, 0.20), "lamp")
        solid.add_box((3.80, side * 1.12, 1.15), (0.05, 0.14, 0.14), "orange_paint")
    solid.add_box((3.79, 0, 1.38), (0.05, 1.62, 0.50), "black")
    for z in (1.24, 1.38, 1.52):
        solid.add_box((3.825, 0, z), (0.02, 1.55, 0.035), "chrome")
    solid.add_box((3.80, 0, 1.66), (0.05, 0.5, 0.08), "chrome")
    solid.add_box((3.72, 0, 0.72), (0.22, 2.45, 0.46), paint)
    solid.add_box((3.84, 0, 0.62), (0.02, 0.62, 0.16), "tape")
    for y in (-0.8, 0.0, 0.8):
        solid.add_box((3.3, y, 3.15), (0.12, 0.2, 0.06), "orange_paint")
    solid.add_tube((2.2, 0.85, 3.12), (2.2, 0.85, 3.24), 0.09, 0.07, "orange_paint", 10)


def _mudguard(x: float) -> list[tuple[float, float]]:
    return [
        (x - 0.72, 0.55),
        (x - 0.62, 0.55),
        (x - 0.46, 1.02),
        (x + 0.46, 1.02),
        (x + 0.62, 0.55),
        (x + 0.72, 0.55),
        (x + 0.54, 1.12),
        (x - 0.54, 1.12),
    ]
