"""A hydraulic ram, or anything else that is stretched between two points of a machine."""

import numpy as np

from sample_footage.render.solid import Matrix, Solid, placed


def ram_solid(paint: str, radius_m: float = 0.095) -> Solid:
    """Return a ram of 1 m along x, to be stretched by `stretched_between`."""
    solid = Solid()
    solid.add_tube((0, 0, 0), (0.6, 0, 0), radius_m, radius_m, paint, 12)
    solid.add_tube((0.55, 0, 0), (1.0, 0, 0), radius_m * 0.58, radius_m * 0.58, "chrome", 12)
    return solid


def point_in(frame: Matrix, point: tuple[float, float, float]) -> Matrix:
    """Return where a part's `point` lies in the world, `frame` (4, 4) being the part's place."""
    return np.asarray(frame[:3, :3] @ np.array(point) + frame[:3, 3])


def stretched_between(base: Matrix, head: Matrix) -> Matrix:
    """Return the (4, 4) transform that lays 1 m along x from `base` to `head`, thickness kept."""
    axis = head - base
    length = float(np.linalg.norm(axis))
    unit = axis / length
    side = np.cross(np.array([0.0, 0.0, 1.0]), unit)
    norm = float(np.linalg.norm(side))
    side = side / norm if norm > 1e-6 else np.array([0.0, 1.0, 0.0])
    transform = placed(np.eye(3), base)
    transform[:3, :3] = np.stack([unit * length, side, np.cross(unit, side)], axis=1)
    return transform
