"""Telling an intermittent camera from one that changed its state now and then."""

from dataclasses import dataclass, replace
from typing import Self

WINDOW_S = 600.0
# More changes than this within the window are no news any more.
MOST_CHANGES = 6
# So long without a change, and the camera is what it last was.
STEADY_AFTER_S = 120.0
SUM_UP_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Flips:
    """A camera's changes of state; times are of the monotonic clock, oldest first.

    `untold` are changes of an intermittent camera that nobody was told of since `told_at_s`.
    """

    at_s: tuple[float, ...] = ()
    is_intermittent: bool = False
    untold: int = 0
    told_at_s: float = 0.0

    @property
    def count(self) -> int:
        """How many changes the window holds."""
        return len(self.at_s)

    def after(self, now_s: float, *, has_changed: bool) -> Self:
        """What it is now that the camera is heard of again, with or without a change."""
        recent = tuple(at_s for at_s in self.at_s if now_s - at_s < WINDOW_S)
        is_steady = not recent or now_s - recent[-1] >= STEADY_AFTER_S
        stays = self.is_intermittent and not is_steady
        if has_changed:
            recent = (*recent, now_s)
        is_intermittent = stays or (has_changed and len(recent) > MOST_CHANGES)
        if is_intermittent and not self.is_intermittent:
            # This change is told of together with what it makes of the camera.
            return replace(self, at_s=recent, is_intermittent=True, untold=0, told_at_s=now_s)
        untold = self.untold + has_changed if is_intermittent else 0
        return replace(self, at_s=recent, is_intermittent=is_intermittent, untold=untold)

    def is_to_be_summed_up(self, now_s: float) -> bool:
        """Whether it is time to tell of the changes that nobody was told of."""
        return self.is_intermittent and self.untold > 0 and now_s - self.told_at_s >= SUM_UP_EVERY_S

    def told(self, now_s: float) -> Self:
        """As it is once somebody was told."""
        return replace(self, untold=0, told_at_s=now_s)
