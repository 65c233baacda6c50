"""Media time of a run: seconds from its first frame, never going back."""

from typing import Final

# A stream's own time that runs away from the steady clock by more than this has jumped.
_LARGEST_DRIFT_S: Final = 10.0


class MediaTime:
    """Turns a stream's time stamps, which may lack, jump or go back, into a run's media time."""

    def __init__(self) -> None:
        self._pts_s: float | None = None
        self._at_s = 0.0
        self._media_s: float | None = None

    def advance(self, pts_s: float | None, at_s: float) -> float:
        """Return the media time of the next frame, stamped `pts_s`, that arrived at `at_s` on the steady clock."""
        elapsed_s = at_s - self._at_s
        if self._media_s is None:
            self._media_s = 0.0
        elif pts_s is None or self._pts_s is None:
            self._media_s += elapsed_s
        else:
            step_s = pts_s - self._pts_s
            is_jump = step_s <= 0 or abs(step_s - elapsed_s) > _LARGEST_DRIFT_S
            self._media_s += elapsed_s if is_jump else step_s
        self._pts_s, self._at_s = pts_s, at_s
        return self._media_s
