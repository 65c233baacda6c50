"""Letting pictures that come many at once go on at the pace at which they were taken."""


class Playout:
    """Ties a stream's time stamps to the steady clock, anew wherever the two part."""

    def __init__(self) -> None:
        self._lag_s: float | None = None

    def restart(self) -> None:
        """Note that the next time stamp has nothing to do with the last."""
        self._lag_s = None

    def early_s(self, pts_s: float, at_s: float, most_s: float) -> float:
        """Return by how much a picture stamped `pts_s` that is here at `at_s` is early; 0 if it isn't.

        One that is early or late by more than `most_s` sets the pace anew. One that is late by
        less is let through at once, and the next one isn't held back for its sake.
        """
        lag_s = at_s - pts_s
        if self._lag_s is None or abs(lag_s - self._lag_s) > most_s:
            self._lag_s = lag_s
        return max(0.0, self._lag_s - lag_s)
