"""Whether what was drawn on a picture encloses a part of it, said so that it can be drawn anew."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shapely import Polygon, is_valid_reason

Corner = tuple[float, float]

# In shares of the picture; less is smaller than a pixel of any camera's.
LEAST_AREA: Final = 1e-7

_PLACE: Final = re.compile(r"\[(\S+) (\S+)\]$")


def shape_problem(corners: Sequence[Corner]) -> str | None:
    """Say what is wrong with a polygon of at least three corners and what to do about it; None where it is well."""
    if corners[0] == corners[-1]:
        return "repeats its first corner at its end; leave the last one out, it is closed without it"
    for number, (corner, following) in enumerate(pairwise(corners), start=1):
        if corner == following:
            return f"has its corner {number} at {_place(corner)} twice in a row; leave one of them out"
    shape = Polygon(corners)
    if shape.convex_hull.area < LEAST_AREA:
        return "encloses nothing: its corners lie on one line; draw it around what it is for"
    reason = is_valid_reason(shape)
    if reason == "Valid Geometry":
        return None
    found = _PLACE.search(reason)
    at = "" if found is None else f" at {_place((float(found[1]), float(found[2])))}"
    return f"crosses itself{at}; draw its corners in order, once around"


def _place(corner: Corner) -> str:
    return f"({corner[0]:.3g}, {corner[1]:.3g})"
