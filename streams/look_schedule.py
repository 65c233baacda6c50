"""When the next look at a stream is due."""

from typing import Final

# Keyframes come a little early and a little late; one this much early is not passed over, or a
# look at every keyframe would become one at every second keyframe.
_SLACK_SHARE: Final = 0.1


class LookSchedule:
    """Lets one look pass per interval, on the average; without an interval, every one."""

    def __init__(self, look_every_s: float | None) -> None:
        if look_every_s is not None and look_every_s <= 0:
            raise ValueError(f"The time between looks is above 0 s, not {look_every_s}.")
        self._look_every_s = look_every_s or 0.0
        self._due_at_s: float | None = None

    def is_due(self, at_s: float) -> bool:
        """Whether a look is to be taken at this time."""
        return self._due_at_s is None or at_s >= self._due_at_s - _SLACK_SHARE * self._look_every_s

    def take(self, at_s: float) -> None:
        """Note that a look was taken."""
        due_at_s = at_s if self._due_at_s is None else self._due_at_s
        self._due_at_s = due_at_s + self._look_every_s
        if self._due_at_s <= at_s:
            # Late by more than a whole interval: looks that were missed are not caught up.
            self._due_at_s = at_s + self._look_every_s
