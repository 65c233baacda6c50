"""What an element shows when so much of what was left of it is built, by kind of work.

A picture shows surfaces, the share is of volume: the strips of a foundation show before the slab that hides them, the
lifts of an embankment show by their edges, most of what a second row of piers adds lies behind the first. The curves
of what has changed are fitted to the footage of some seeds and tested on others; those of layers that are laid from
one end are counted out (ADR 20).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from vision.progress.work_kind import WorkKind

_EVENLY = (0.0, 0.25, 0.5, 0.75, 1.0)
# A stretch on which the picture hardly changes is told by its beginning.
_LEAST_RISE = 1e-6


@dataclass(frozen=True, slots=True)
class KindCurve:
    """What is `shown` at each share of what was left to build on the reference date; neither falls.

    Shown is how much of the element's area has changed, or, `by_front`, how far its front has run of what was left.
    What `is_foreshortened` runs away from the camera, and its near half shows larger: the curve is that of works which
    begin near; of those that begin far it shows the rest, from its end. Of what is told
    `with_front` half is as told without a kind, which was wrong in other ways. `reach` is how far the truth lay off on
    90 % of the days under way.
    """

    shown: tuple[float, ...]
    reach: float
    shares: tuple[float, ...] = _EVENLY
    by_front: bool = False
    is_foreshortened: bool = False
    with_front: bool = False

    def __post_init__(self) -> None:
        if len(self.shown) != len(self.shares) or (np.diff([self.shown, self.shares]) < 0.0).any():
            raise ValueError(f"A curve has as many shares as values, and neither falls: {self.shares}, {self.shown}.")

    def share_at(self, shown: float, near_first: float = 0.0) -> float:
        """How much of what was left is built where so much is shown.

        `near_first` is 1 where works surely began at the near end, -1 at the far one, 0 where that is not known.
        """
        values, shares = np.asarray(self.shown), np.asarray(self.shares)
        from_near = float(np.interp(shown, values + _LEAST_RISE * np.arange(len(values)), shares))
        if not self.is_foreshortened:
            return from_near
        values, shares = values[-1] - values[::-1], 1.0 - shares[::-1]
        from_far = float(np.interp(shown, values + _LEAST_RISE * np.arange(len(values)), shares))
        return from_far + (from_near - from_far) * (1.0 + near_first) / 2


CURVES: Mapping[WorkKind, KindCurve] = MappingProxyType(
    {
        WorkKind.EXCAVATION: KindCurve((0.0, 0.03, 0.1, 0.22, 0.88), 0.18),
        WorkKind.EMBANKMENT: KindCurve((0.0, 0.06, 0.14, 0.17, 0.33), 0.13),
        WorkKind.FOUNDATION: KindCurve((0.07, 0.43, 0.59, 0.72, 0.73), 0.25),
        WorkKind.PIERS: KindCurve((0.0, 0.03, 0.1, 0.21, 0.28), 0.08),
        WorkKind.SUPPORTS: KindCurve((0.0, 0.15, 0.33, 0.68, 0.76), 0.14, with_front=True),
        WorkKind.FRAME: KindCurve((0.02, 0.26, 0.51, 0.66, 0.78), 0.16),
        WorkKind.MASONRY: KindCurve((0.0, 0.2, 0.43, 0.66, 0.86), 0.14, with_front=True),
        WorkKind.DECK: KindCurve((0.03, 0.17, 0.25, 0.51, 0.71), 0.16),
        WorkKind.PIPE: KindCurve((0.03, 0.39, 0.69, 0.72, 0.82), 0.24, is_foreshortened=True),
        WorkKind.FACADE: KindCurve((0.03, 0.17, 0.44, 0.66, 0.86), 0.14, with_front=True),
        WorkKind.INSULATION: KindCurve((0.08, 0.26, 0.53, 0.73, 0.93), 0.19, is_foreshortened=True),
        WorkKind.ROOF: KindCurve((0.01, 0.33, 0.78, 0.92, 1.0), 0.12),
        WorkKind.PAVING: KindCurve((0.1, 0.22, 0.41, 0.66, 0.87), 0.25, with_front=True),
        # Gravel first, which is two thirds of the volume; the layers over it are not told from it.
        WorkKind.PAVEMENT: KindCurve((0.0, 0.985, 1.0), 0.09, (0.0, 0.656, 1.0), by_front=True),
    }
)
