"""What a view usually looks like: how sharp in such light, and what stands where; kept in memory only."""

from collections import deque
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from vision.view_traits import ViewTraits, likeness

# Sharpness is compared in like light: in the dark, noise and lamps change what is measured.
LIGHT_LEVELS = (60.0, 110.0)
FEWEST_USUAL = 3
# Once it is known, the usual is learnt slowly and over days, so that a lens that drifts out of focus within hours
# does not take it along.
SHARPNESS_EVERY = timedelta(minutes=20)
MOST_SHARPNESS = 200
USUAL_QUANTILE = 0.5
LAYOUT_EVERY = timedelta(hours=4)
MOST_LAYOUTS = 12
LEAST_TEXTURED_SHARE = 0.2
# From this share on the middle colour fills a picture.
ONE_COLOUR_SHARE = 0.85
SURELY_SEEN_SHARE = 0.3


class ViewMemory:
    """One view's usual sharpness and layouts, about 0.7 MB; owned by whoever judges its looks."""

    def __init__(self) -> None:
        self._sharpness: tuple[deque[float], ...] = tuple(deque(maxlen=MOST_SHARPNESS) for _ in range(3))
        self._sharpness_at: list[datetime | None] = [None, None, None]
        self._layouts: deque[NDArray[np.float16]] = deque(maxlen=MOST_LAYOUTS)
        self._layout_at: datetime | None = None

    def knows(self, light: float) -> bool:
        """Whether enough is known to tell what is sharp in such light."""
        return len(self._sharpness[_light_kind(light)]) >= FEWEST_USUAL

    def usual_sharpness(self, light: float) -> float | None:
        """The sharpness that is usual in such light, or None while too little is known of it."""
        if not self.knows(light):
            return None
        return float(np.quantile(self._sharpness[_light_kind(light)], USUAL_QUANTILE))

    def likeness(self, traits: ViewTraits) -> float | None:
        """How much of what is known to stand in the view is seen, at best; None while nothing is known."""
        return max((likeness(known, traits.layout) for known in self._layouts), default=None)

    def learn(self, traits: ViewTraits, at: datetime) -> None:
        """Take in a look that surely showed the view."""
        kind = _light_kind(traits.light)
        learnt_at = self._sharpness_at[kind]
        if len(self._sharpness[kind]) < FEWEST_USUAL or learnt_at is None or abs(at - learnt_at) >= SHARPNESS_EVERY:
            self._sharpness[kind].append(traits.sharpness)
            self._sharpness_at[kind] = at
        if self._layout_at is not None and abs(at - self._layout_at) < LAYOUT_EVERY:
            return
        if self._is_worth_knowing(traits):
            self._layouts.append(traits.layout)
            self._layout_at = at

    def _is_worth_knowing(self, traits: ViewTraits) -> bool:
        """A picture of one colour may be a wall before the lens: it is only taken where it is like a known one."""
        if np.mean(np.any(traits.layout, axis=1)) < LEAST_TEXTURED_SHARE:
            return False
        return traits.one_colour_share < ONE_COLOUR_SHARE or (self.likeness(traits) or 0.0) >= SURELY_SEEN_SHARE


def _light_kind(light: float) -> int:
    return int(np.searchsorted(LIGHT_LEVELS, light))
