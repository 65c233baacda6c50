"""Following what a camera tells of its own clock, until it is known to be wrong or right."""

from datetime import datetime, timedelta
from typing import Final

from pipeline.camera_clock import RIGHT_UNDER_S, clock_reason, is_clock_wrong

# Looks closer together may show one and the same reading, and one may have lain in a buffer for long.
_TOLD_AFTER: Final = timedelta(seconds=10)
# A reason that changes with every reading would be news with every look.
_SAID_ANEW_OVER_S: Final = 30.0
_SAID_ANEW_SHARE: Final = 0.1


class ClockWatch:
    """One camera's clock, over all its runs; owned by the camera's thread.

    It is wrong by the second reading that says so, at the earliest 10 s after the first, and right by
    the first that says it is within 30 s. A reading in between confirms neither.
    """

    def __init__(self) -> None:
        self._suspected_at: datetime | None = None
        self._said_s: float | None = None

    def note(self, skew_s: float | None, at: datetime) -> str:
        """Take what a look at `at` knows of the clock; return why it is wrong, empty where that is not known."""
        if skew_s is not None:
            self._follow(skew_s, at)
        return "" if self._said_s is None else clock_reason(self._said_s)

    def _follow(self, skew_s: float, at: datetime) -> None:
        if not is_clock_wrong(skew_s):
            self._suspected_at = None
            if abs(skew_s) < RIGHT_UNDER_S:
                self._said_s = None
        elif self._said_s is not None:
            if abs(skew_s - self._said_s) > max(_SAID_ANEW_OVER_S, _SAID_ANEW_SHARE * abs(self._said_s)):
                self._said_s = skew_s
        elif self._suspected_at is None:
            self._suspected_at = at
        elif at - self._suspected_at >= _TOLD_AFTER:
            self._said_s = skew_s
