"""A work element as it is drawn on the reference picture, and the cells it covers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.privacy_mask import Polygon, polygon_px
from vision.progress.cell_view import CELL_PX, CELLS_ACROSS
from vision.progress.work_kind import WorkKind

# Cells of which the polygon holds less are left to its neighbours.
LEAST_CELL_SHARE = 0.25


class Growth(StrEnum):
    """Which way an element grows in the picture."""

    UP = "up"
    DOWN = "down"
    ALONG = "along"
    OUTWARD = "outward"


@dataclass(frozen=True, slots=True)
class WorkElement:
    """A polygon over the finished extent, in pixels of the reference picture, that grows from its reference share.

    Corners outside the picture are allowed; what lies there counts as nothing that could be seen. With its `kind` the
    share is told better from the extent, and within less.
    """

    id: str
    polygon: Polygon
    growth: Growth = Growth.UP
    reference_share: float = 0.0
    kind: WorkKind | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.reference_share <= 1.0:
            raise ValueError(f"The reference share of {self.id} is 0 to 1, not {self.reference_share}.")
        if crosses_itself(self.polygon):
            raise ValueError(f"The polygon of {self.id} crosses itself. Draw it around the finished extent once.")


def cell_shares(element: WorkElement, scale: float, rows: int) -> NDArray[np.float32]:
    """How much of each cell, (rows, columns), the element holds; `scale` takes the reference to the daily view.

    Raises:
        ValueError: it lies outside the picture.
    """
    area = np.zeros((rows * CELL_PX, CELLS_ACROSS * CELL_PX), np.uint8)
    cv2.fillPoly(area, [polygon_px([(x * scale, y * scale) for x, y in element.polygon])], (1,))
    shares = area.reshape(rows, CELL_PX, CELLS_ACROSS, CELL_PX).mean(axis=(1, 3))
    shares[shares < LEAST_CELL_SHARE] = 0.0
    if not shares.any():
        raise ValueError(f"The polygon of {element.id} lies outside the reference picture, or is smaller than a cell.")
    return np.asarray(shares, np.float32)


def crosses_itself(polygon: Polygon) -> bool:
    """Whether two sides of a polygon cross."""
    corners = [(float(x), float(y)) for x, y in polygon]
    sides = list(zip(corners, [*corners[1:], *corners[:1]], strict=True))
    pairs = [(one, two) for at, one in enumerate(sides) for two in sides[at + 1 :]]
    return any(_cross(one, two) for one, two in pairs)


def _cross(one: Sequence[tuple[float, float]], two: Sequence[tuple[float, float]]) -> bool:
    (a, b), (c, d) = one, two
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
