"""A camera that is looked at now and then: open, take a few seconds, close; and again after a while."""

import math
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Final
from uuid import UUID, uuid4

from streams.clock import Clock
from streams.frame import Frame
from streams.look_every import LookEvery, seconds_of, wait_for_turn
from streams.source import Run, Source

# A burst shorter than that is one picture: few cameras send keyframes as close together.
ONE_PICTURE_BELOW_S: Final = 1.0


class BurstSource:
    """Opens `source` every `burst_every_s` for about `burst_s`, or for one frame where that is under a second.

    A run goes on from burst to burst until one fails: that the connection is closed in between is
    our wish and no fault of the camera. A burst that took longer than its turn is followed by the
    next turn that is still to come.
    """

    def __init__(self, source: Source, clock: Clock, *, burst_every_s: LookEvery, burst_s: float) -> None:
        if not 0 <= burst_s < seconds_of(burst_every_s):
            raise ValueError(
                f"A burst lasts less than the {seconds_of(burst_every_s):g} s from one to the next, not {burst_s:g} s."
            )
        self._source = source
        self._clock = clock
        self._burst_every = burst_every_s
        self._burst_s = burst_s if burst_s >= ONE_PICTURE_BELOW_S else 0.0

    @contextmanager
    def open(self, stop: Event) -> Iterator[Run]:
        """Begin with the first burst; `frames` raises what a burst of the source raises."""
        run_id = uuid4()
        with closing(self._frames(run_id, stop)) as frames:
            yield Run(run_id, frames)

    def _frames(self, run_id: UUID, stop: Event) -> Generator[Frame, None, None]:
        began_s = self._clock.monotonic_s()
        due_s: float | None = began_s
        index = burst = 0
        while due_s is not None and not stop.is_set():
            offset_s = self._clock.monotonic_s() - began_s
            with closing(self._burst(stop)) as frames:
                for frame in frames:
                    yield replace(frame, run_id=run_id, index=index, pts_s=offset_s + frame.pts_s, burst=burst)
                    index += 1
            burst += 1
            due_s = wait_for_turn(partial(self._next_turn_s, due_s, self._clock.monotonic_s()), self._clock, stop)

    def _next_turn_s(self, due_s: float, ended_s: float) -> float:
        every_s = seconds_of(self._burst_every)
        return due_s + max(1, math.ceil((ended_s - due_s) / every_s)) * every_s

    def _burst(self, stop: Event) -> Generator[Frame, None, None]:
        with self._source.open(stop) as run:
            for frame in run.frames:
                yield frame
                # Media time, so that a slow look does not cut a burst short.
                if frame.pts_s >= self._burst_s:
                    return
