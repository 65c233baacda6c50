"""Which looks were taken when, written down by the process that takes them and read by the one that measures."""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

# Until this share of a period before it falls due a look counts for the one before.
_EARLY_SHARE = 0.5


class LookLog:
    """Appends a line a look: whose, and when it was through, by the clock that all processes here share."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8", buffering=1)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._file.close()

    def note(self, camera: str) -> None:
        """Write a look down."""
        with self._lock:
            self._file.write(f"{camera} {time.monotonic():.3f}\n")


def read_looks(file: Path) -> Mapping[str, Sequence[float]]:
    """When each camera was looked at, in order."""
    looks: defaultdict[str, list[float]] = defaultdict(list)
    if file.exists():
        # What stands behind the last line's end is still being written.
        for line in file.read_text(encoding="utf-8").split("\n")[:-1]:
            camera, at_s = line.split()
            looks[camera].append(float(at_s))
    return looks


def looks_on_time(
    looks: Mapping[str, Sequence[float]], every_s: float, from_s: float, until_s: float
) -> tuple[int, int]:
    """How many looks fell due from one moment on, and how many of them came within one period, by another.

    A camera's looks are due every `every_s` from its first one on. Each look counts for one that was due.
    """
    due = came = 0
    for at in looks.values():
        left = iter(sorted(at))
        look_s = next(left, None)
        first_s = from_s if look_s is None else look_s
        for number in range(int((until_s - first_s) // every_s)):
            due_s = first_s + number * every_s
            while look_s is not None and look_s < due_s - _EARLY_SHARE * every_s:
                look_s = next(left, None)
            is_in_time = look_s is not None and look_s < due_s + every_s
            if is_in_time:
                look_s = next(left, None)
            if due_s >= from_s:
                due, came = due + 1, came + is_in_time
    return due, came
