"""A clock that stands until it is told to go on."""

from datetime import UTC, datetime, timedelta


class StandingClock:
    """The clock seam's fake: `advance` moves wall time and the steady count alike."""

    def __init__(self, at: datetime = datetime(2026, 9, 16, 6, 0, tzinfo=UTC)) -> None:
        self._at = at
        self._steady_s = 1000.0

    def now(self) -> datetime:
        return self._at

    def monotonic_s(self) -> float:
        return self._steady_s

    def advance(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)
        self._steady_s += seconds

    def move_to(self, at: datetime) -> None:
        self._at = at
