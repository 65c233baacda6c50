"""Outlines in the picture: convex hulls of projected points, cut at its edges, and the pixels they hold."""

import numpy as np
from numpy.typing import NDArray

Spot = tuple[float, float]
Polygon = list[Spot]


def outline(spots: NDArray[np.float64], width_px: int, height_px: int) -> Polygon:
    """Return the convex hull of pixels (n, 2), cut off at the picture's edge, in pixels; empty if outside."""
    return _cut(_hull(spots), width_px, height_px)


def fill(polygon: Polygon, width_px: int, height_px: int) -> NDArray[np.bool_]:
    """Return a mask (height, width), true for pixels whose middle lies in the convex `polygon`."""
    ys, xs = np.mgrid[0.5:height_px, 0.5:width_px]
    inside = np.ones((height_px, width_px), bool)
    if len(polygon) < 3:
        return ~inside
    turn = sum(_cross(polygon[i - 2], polygon[i - 1], polygon[i]) for i in range(len(polygon)))
    for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        inside &= ((x1 - x0) * (ys - y0) - (y1 - y0) * (xs - x0)) * np.sign(turn) >= 0
    return inside


def _hull(spots: NDArray[np.float64]) -> Polygon:
    """Andrew's monotone chain."""
    ordered = sorted({(float(x), float(y)) for x, y in spots})

    def half(run: Polygon) -> Polygon:
        kept: Polygon = []
        for point in run:
            while len(kept) > 1 and _cross(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return half(ordered) + half(ordered[::-1])


def _cross(a: Spot, b: Spot, c: Spot) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _cut(polygon: Polygon, width_px: int, height_px: int) -> Polygon:
    """Sutherland and Hodgman's clipping to the picture."""
    for axis, limit, sign in ((0, 0.0, 1), (0, float(width_px), -1), (1, 0.0, 1), (1, float(height_px), -1)):
        kept: Polygon = []
        for before, point in zip(polygon[-1:] + polygon[:-1], polygon, strict=True):
            inside, was_inside = (sign * (p[axis] - limit) >= 0 for p in (point, before))
            if inside != was_inside:
                share = (limit - before[axis]) / (point[axis] - before[axis])
                kept.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
            if inside:
                kept.append(point)
        polygon = kept
    return polygon
