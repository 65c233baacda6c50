"""The clock as streams/ sees it; the real one is wired in from above."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time, and a steady count for intervals."""

    def now(self) -> datetime:
        """Aware UTC wall time."""
        ...

    def monotonic_s(self) -> float:
        """Seconds on a clock that never goes back."""
        ...
