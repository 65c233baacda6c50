"""What hangs from a crane: rope, hook block, and the loads with the slings that hold them."""

from collections.abc import Mapping

import bpy
import numpy as np

from sample_footage.render.solid import Matrix, Solid, placed, turn_about

_NOWHERE_SCALE = 1e-3


def hook_parts(
    name: str, palette: dict[str, bpy.types.Material], loads: tuple[str, ...]
) -> dict[str, bpy.types.Object]:
    """Return the objects of a rope with its hook and of each of `loads`, to be set by `hang`."""
    parts = {
        "rope": _rope().to_object(f"{name}.rope", palette),
        "hook": _hook().to_object(f"{name}.hook", palette),
    }
    return parts | {load: _LOADS[load]().to_object(f"{name}.{load}", palette) for load in loads}


def hang(top: Matrix, drop_m: float, heading_deg: float, load: str, loads: tuple[str, ...]) -> Mapping[str, Matrix]:
    """Return where each part hangs: `drop_m` under the world point `top`, the load turned to `heading_deg`.

    Loads that are not on the hook shrink into the hook block, where nothing shows of them.
    """
    if load and load not in loads:
        raise ValueError(f"This crane carries {', '.join(loads)} or nothing, not {load!r}.")
    turn = turn_about("z", heading_deg)
    at = top - np.array([0.0, 0.0, drop_m])
    stretch = np.diag([1.0, 1.0, max(0.05, drop_m), 1.0])
    places = {"rope": placed(turn, top) @ stretch, "hook": placed(turn, at)}
    for kind in loads:
        places[kind] = placed(turn if kind == load else turn * _NOWHERE_SCALE, at)
    return places


def _rope() -> Solid:
    """Four falls of rope, 1 m long."""
    solid = Solid()
    for x in (-0.12, 0.12):
        for y in (-0.07, 0.07):
            solid.add_tube((x, y, 0.0), (x, y, -1.0), 0.016, 0.016, "black", 5)
    return solid


def _hook() -> Solid:
    solid = Solid()
    cheeks = [(-0.2, 0.1), (-0.14, -0.35), (0.14, -0.35), (0.2, 0.1), (0.1, 0.25), (-0.1, 0.25)]
    solid.add_prism(cheeks, -0.13, 0.13, "yellow")
    solid.add_box((0, 0, 0), (0.42, 0.15, 0.14), "black")
    solid.add_tube((0, 0, -0.35), (0, 0, -0.55), 0.05, 0.05, "steel", 8)
    solid.add_tube((-0.1, 0, -0.62), (0.1, 0, -0.62), 0.06, 0.06, "steel", 8)
    return solid


def _add_slings(solid: Solid, points: list[tuple[float, float, float]]) -> None:
    for point in points:
        solid.add_tube((0, 0, -0.6), point, 0.02, 0.02, "black", 5)


def _skip() -> Solid:
    """A concrete skip: a funnel in a frame."""
    solid = Solid()
    _add_slings(solid, [(x, y, -1.5) for x in (-0.5, 0.5) for y in (-0.5, 0.5)])
    solid.add_tube((0, 0, -1.5), (0, 0, -2.1), 0.68, 0.68, "orange_paint", 18)
    solid.add_tube((0, 0, -2.1), (0, 0, -2.75), 0.66, 0.2, "orange_paint", 18)
    solid.add_tube((0, 0, -1.49), (0, 0, -1.47), 0.6, 0.6, "concrete_new", 18)
    for x in (-0.55, 0.55):
        for y in (-0.55, 0.55):
            solid.add_tube((x * 0.9, y * 0.9, -1.9), (x, y, -2.95), 0.035, 0.035, "orange_paint", 6)
    return solid


def _bars() -> Solid:
    """A bundle of reinforcing bars."""
    solid = Solid()
    _add_slings(solid, [(x, y, -2.1) for x in (-1.6, 1.6) for y in (-0.16, 0.16)])
    rng = np.random.default_rng(11)
    for _ in range(22):
        y, z = rng.uniform(-0.17, 0.17), -2.2 + rng.uniform(-0.10, 0.10)
        end = 3.0 + rng.uniform(-0.12, 0.12)
        solid.add_tube((-end, y, z), (end, y + rng.uniform(-0.03, 0.03), z), 0.026, 0.026, "rebar", 5)
    return solid


def _panel() -> Solid:
    """A wall panel of concrete with an opening for a window."""
    solid = Solid()
    _add_slings(solid, [(-1.3, 0, -1.9), (1.3, 0, -1.9)])
    for centre, size in (
        ((-1.25, 0, -3.2), (0.9, 0.2, 2.6)),
        ((1.25, 0, -3.2), (0.9, 0.2, 2.6)),
        ((0, 0, -2.15), (1.7, 0.2, 0.5)),
        ((0, 0, -4.1), (1.7, 0.2, 0.8)),
    ):
        solid.add_box(centre, size, "concrete")
    return solid


def _beam() -> Solid:
    """A bridge beam of concrete with wide flanges."""
    solid = Solid()
    _add_slings(solid, [(x, 0, -2.4) for x in (-3.6, 3.6)])
    section = [(-0.35, -3.5), (0.35, -3.5), (0.35, -3.3), (0.1, -3.1), (0.1, -2.7), (0.45, -2.55), (0.45, -2.4)]
    ring = np.array([(y, z) for y, z in [*section, *((-y, z) for y, z in reversed(section))]])
    ends = [np.column_stack([np.full(len(ring), x), ring[:, 0], ring[:, 1]]) for x in (-5.0, 5.0)]
    solid.add_loft(ends, ["concrete"])
    return solid


def _pipe() -> Solid:
    """A length of steel pipe in its dark coating, its ends bare."""
    solid = Solid()
    _add_slings(solid, [(x, 0, -2.3) for x in (-2.4, 2.4)])
    solid.add_tube((-5.0, 0, -2.75), (5.0, 0, -2.75), 0.41, 0.41, "black", 20)
    for x in (-1, 1):
        solid.add_tube((x * 5.0, 0, -2.75), (x * 5.35, 0, -2.75), 0.40, 0.40, "steel", 20)
        solid.add_tube((x * 5.34, 0, -2.75), (x * 5.36, 0, -2.75), 0.36, 0.36, "black", 20)
        solid.add_box((x * 2.4, 0, -2.75), (0.16, 0.84, 0.84), "orange_paint")
    return solid


_LOADS = {"skip": _skip, "bars": _bars, "panel": _panel, "beam": _beam, "pipe": _pipe}
