"""Doing something now and then, whoever asks how often."""

from streams.clock import Clock


class NowAndThen:
    """Says that it is time, at once and then every so many seconds by the monotonic clock; owned by one thread."""

    def __init__(self, clock: Clock, every_s: float) -> None:
        self._clock = clock
        self._every_s = every_s
        self._done_at_s: float | None = None

    def is_time(self) -> bool:
        """Whether it is time; if so, it is taken as done."""
        now_s = self._clock.monotonic_s()
        if self._done_at_s is not None and now_s - self._done_at_s < self._every_s:
            return False
        self._done_at_s = now_s
        return True
