"""How often a stream is looked at: at a fixed interval, or at one that changes with the hour."""

from collections.abc import Callable
from threading import Event
from typing import Final

from streams.clock import Clock

# Seconds between two looks; where it is asked for, it is asked before every look.
LookEvery = float | Callable[[], float]

# A wait is looked at anew after so long, since the interval may have become shorter.
_ASKED_AGAIN_S: Final = 10.0


def seconds_of(look_every: LookEvery) -> float:
    """The interval that holds now."""
    return look_every() if callable(look_every) else look_every


def require_positive(look_every: LookEvery) -> None:
    """Refuse an interval that no look can be taken at.

    Raises:
        ValueError: it is not above 0 s.
    """
    if seconds_of(look_every) <= 0:
        raise ValueError(f"The time between looks is above 0 s, not {seconds_of(look_every)}.")


def wait_for_turn(turn_s: Callable[[], float], clock: Clock, stop: Event) -> float | None:
    """Wait until a time on the steady clock, which may be put forward meanwhile; return it, or None on a stop."""
    while not stop.is_set():
        due_s = turn_s()
        left_s = due_s - clock.monotonic_s()
        if left_s <= 0:
            return due_s
        stop.wait(min(left_s, _ASKED_AGAIN_S))
    return None
