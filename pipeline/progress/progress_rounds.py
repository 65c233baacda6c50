"""Deriving what is built, now and then, in a thread of its own: cameras and site days don't wait for it.

Pictures are looked at for seconds a camera and day. Nothing is lost when the thread is stopped or killed between two
steps: what is due is told by what is stored.
"""

import os
import threading
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import structlog

from models.database import Database
from models.repositories.progress import ProgressRepository
from models.repositories.sites import SiteRepository
from pipeline.progress.placement_progress import PlacementProgress
from streams.clock import Clock

_POLL_S: Final = 1.0
_JOIN_S: Final = 30.0
_ENDED_WITHIN: Final = timedelta(days=1)
# Less of the processor than whoever minds cameras, where the system knows such a thing for threads.
_NICENESS: Final = 10


class ProgressRounds:
    """Goes round all placements that are watched; one placement's failure is its own.

    `start` and `stop` are called by the thread that minds the cameras, which owns this one's thread.
    """

    def __init__(
        self,
        database: Database,
        make_progress: Callable[[], PlacementProgress],
        clock: Clock,
        every_s: float,
        on_days: Callable[[UUID, Sequence[date]], None],
    ) -> None:
        """`on_days` is told a project and the days of which a figure changed, in this thread."""
        self._database = database
        self._make_progress = make_progress
        self._clock = clock
        self._every_s = every_s
        self._on_days = on_days
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._progress: PlacementProgress | None = None
        self._last_s: float | None = None
        # Of each placement the days that are stored and not told yet.
        self._untold: dict[UUID, set[date]] = {}
        self._log = structlog.get_logger()

    def start(self) -> None:
        """Begin, unless it has begun."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="progress", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End after the step that is under way."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_JOIN_S)
            self._thread = None

    def tick(self) -> None:
        """Go round all placements once, if it is time."""
        now_s = self._clock.monotonic_s()
        if self._last_s is not None and now_s - self._last_s < self._every_s:
            return
        self._last_s = now_s
        now = self._clock.now()
        with self._database.reading() as session:
            sites = SiteRepository(session)
            # One that has just ended has a last day.
            places = {
                place.placement.id: place.site.project_id
                for at in (now - _ENDED_WITHIN, now)
                for place in sites.watched(at)
            }
        for placement_id, project_id in places.items():
            if self._stop.is_set():
                return
            self._derive(project_id, placement_id)

    def _run(self) -> None:
        _give_way()
        while not self._stop.is_set():
            try:
                self.tick()
            except Exception:  # noqa: BLE001 - the thread's outermost loop: a database that is away comes back
                self._log.exception("what is built could not be derived; trying again")
            self._stop.wait(_POLL_S)

    def _derive(self, project_id: UUID, placement_id: UUID) -> None:
        try:
            if placement_id not in self._untold:
                self._untold[placement_id] = self._last_written(placement_id)
            self._tell(project_id, placement_id)
            for days in self._known().steps(placement_id):
                self._untold[placement_id].update(days)
                self._tell(project_id, placement_id)
                if self._stop.is_set():
                    break
        except Exception:  # noqa: BLE001 - the outermost of one placement's work: the others go on
            # What it held may be half way through a day.
            self._progress = None
            self._log.exception("what is built could not be derived", placement_id=str(placement_id))

    def _last_written(self, placement_id: UUID) -> set[date]:
        """What a process that was killed may have stored without telling: each step is told before the next."""
        with self._database.reading() as session:
            return set(ProgressRepository(session).last_written_days(placement_id))

    def _tell(self, project_id: UUID, placement_id: UUID) -> None:
        untold = self._untold[placement_id]
        if untold:
            self._on_days(project_id, sorted(untold))
            untold.clear()

    def _known(self) -> PlacementProgress:
        if self._progress is None:
            self._progress = self._make_progress()
        return self._progress


def _give_way() -> None:
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
    except (AttributeError, OSError):
        return
