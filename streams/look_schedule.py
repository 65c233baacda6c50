"""When the next look at a stream is due."""

from typing import Final

from streams.look_every import LookEvery, require_positive, seconds_of

# Keyframes come a little early and a little late; one this much early is not passed over, or a
# look at every keyframe would become one at every second keyframe.
_SLACK_SHARE: Final = 0.1


class LookSchedule:
    """Lets one look pass per interval, on the average; without an interval, every one.

    An interval that changes holds from the last look on: one that became shorter makes the next look due sooner.
    `counted_from_s` is when the last look was due, from which the next is counted.
    """

    def __init__(self, look_every_s: LookEvery | None, counted_from_s: float | None = None) -> None:
        if look_every_s is not None:
            require_positive(look_every_s)
        self._look_every = look_every_s or 0.0
        self._counted_from_s = counted_from_s

    @property
    def counted_from_s(self) -> float | None:
        """When the last look was due; None before the first."""
        return self._counted_from_s

    def is_due(self, at_s: float) -> bool:
        """Whether a look is to be taken at this time."""
        return self.due_in_s(at_s) <= 0

    def due_in_s(self, at_s: float) -> float:
        """How long it is until a look may be taken; at most 0 where it may be now."""
        if self._counted_from_s is None:
            return 0.0
        return self._counted_from_s + (1 - _SLACK_SHARE) * seconds_of(self._look_every) - at_s

    def take(self, at_s: float) -> None:
        """Note that a look was taken."""
        every_s = seconds_of(self._look_every)
        due_at_s = at_s if self._counted_from_s is None else self._counted_from_s + every_s
        # Late by more than a whole interval: looks that were missed are not caught up.
        self._counted_from_s = due_at_s if due_at_s + every_s > at_s else at_s
