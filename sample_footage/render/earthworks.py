"""Earth taken out before anything is built: the pit, cell by cell."""

import numpy as np

from sample_footage.render.structure import Dig, Piece, Structure

_CELLS = 32


def pit(
    element: str, origin: tuple[float, float], size: tuple[float, float], depth_m: float, *, reverse: bool
) -> Structure:
    """A pit over the rectangle at `origin`, dug in rows from the far side, each row along x."""
    (x0, y0), (wide, deep) = origin, size
    rows = max(2, round(np.sqrt(_CELLS * deep / wide)))
    columns = max(2, round(_CELLS / rows))
    xs, ys = np.linspace(x0, x0 + wide, columns + 1), np.linspace(y0, y0 + deep, rows + 1)
    order = list(reversed(range(columns))) if reverse else list(range(columns))
    pieces: list[Piece] = [
        Dig(float(xs[column]), float(ys[row]), float(xs[column + 1]), float(ys[row + 1]), depth_m)
        for row in reversed(range(rows))
        for column in order
    ]
    return Structure(element, tuple(pieces))
