"""How long to wait before trying a camera again."""

import random

_JITTER = 0.25


class Backoff:
    """Doubling pauses with jitter, from `first_s` to `most_s`; a healthy run starts them anew."""

    def __init__(self, first_s: float, most_s: float, healthy_after_s: float, chance: random.Random) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._healthy_after_s = healthy_after_s
        self._chance = chance
        self._next_s = first_s

    def pause_s(self, ran_for_s: float) -> float:
        """The pause after a run that lasted so long."""
        if ran_for_s >= self._healthy_after_s:
            self._next_s = self._first_s
        pause_s = self._next_s
        self._next_s = min(self._most_s, self._next_s * 2)
        # Many cameras behind one router come back together; they should not call together.
        return pause_s * (1 + self._chance.uniform(-_JITTER, _JITTER))
