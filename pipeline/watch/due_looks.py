"""How many looks a camera owes: counted by the clock, whether it sends or not."""

from datetime import datetime
from typing import Final

from pipeline.watch.pace import Pace

# Sums of parts of a look come out a little under the whole.
_ROUNDING: Final = 1e-6


class DueLooks:
    """Counts the looks that fall due; owned by the camera's thread."""

    def __init__(self, pace: Pace, began_s: float) -> None:
        """Count from `began_s`, on a monotonic clock; the first look is due after one interval."""
        self._pace = pace
        self._counted_to_s = began_s
        self._owed = 0.0

    def take(self, now_s: float, now: datetime) -> int:
        """Return how many have fallen due since this was last asked, each hour at the pace that held in it."""
        passed_s = now_s - self._counted_to_s
        if passed_s <= 0:
            return 0
        self._counted_to_s = now_s
        self._owed += self._pace.looks_due(passed_s, now)
        due = int(self._owed + _ROUNDING)
        self._owed -= due
        return due
