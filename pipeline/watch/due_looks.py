"""How many looks a camera owes: counted by the clock, whether it sends or not."""


class DueLooks:
    """Counts the looks that fall due; owned by the camera's thread."""

    def __init__(self, look_every_s: float, began_s: float) -> None:
        """Count from `began_s`, on a monotonic clock; the first look is due after one interval."""
        self._look_every_s = look_every_s
        self._counted_to_s = began_s

    def take(self, now_s: float) -> int:
        """Return how many have fallen due since this was last asked."""
        count = max(0, int((now_s - self._counted_to_s) / self._look_every_s))
        self._counted_to_s += count * self._look_every_s
        return count
