"""Deriving watched projects: soon after something was recorded, and all of them now and then.

A camera that sends nothing writes no observation; only going round tells that a day was not seen.
"""

import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import structlog

from models.database import Database
from models.repositories.sites import SiteRepository
from pipeline.derivation import ProgressDeriver
from streams.clock import Clock


class DerivationRounds:
    """Derives in the supervisor's thread; any thread may `mark` a project.

    One project's failure is its own: it is logged, and tried again in the next round. Of work that takes many steps,
    such as years that were never rolled up, a tick does one and leaves the rest to those that follow: whoever ticks
    has cameras to mind.
    """

    def __init__(
        self,
        database: Database,
        deriver: ProgressDeriver,
        clock: Clock,
        every_s: float,
        refresh_items: Callable[[], None],
    ) -> None:
        self._database = database
        self._deriver = deriver
        self._clock = clock
        self._every_s = every_s
        # Plans move on with the calendar, also for items that no camera looks at.
        self._refresh_items = refresh_items
        self._last_s: float | None = None
        self._marked: set[UUID] = set()
        # What is under way, the first come first; only the thread that ticks touches it.
        self._under_way: dict[UUID, Iterator[bool]] = {}
        self._lock = threading.Lock()

    def mark(self, project_id: UUID) -> None:
        """Have a project derived at the next tick."""
        with self._lock:
            self._marked.add(project_id)

    def tick(self) -> None:
        """Derive what was marked; everything, if it is time."""
        with self._lock:
            marked, self._marked = self._marked, set()
        now_s = self._clock.monotonic_s()
        if self._last_s is None or now_s - self._last_s >= self._every_s:
            self._last_s = now_s
            with self._database.reading() as session:
                marked |= set(SiteRepository(session).projects_with_sites())
            self._refresh_items()
        for project_id in sorted(marked - self._under_way.keys()):
            marked.discard(project_id)
            self._under_way[project_id] = self._deriver.derive_in_steps(project_id, self._clock.now())
            # A second step says whether it is long; most often it only ends it.
            if self._step(project_id) and self._step(project_id):
                break
        else:
            for project_id in list(self._under_way)[:1]:
                self._step(project_id)
        with self._lock:
            self._marked |= marked

    def _step(self, project_id: UUID) -> bool:
        """Take one step of what is under way; say whether it goes on."""
        try:
            next(self._under_way[project_id])
        except StopIteration:
            del self._under_way[project_id]
            return False
        except Exception:  # noqa: BLE001 - the outermost of one project's work: the others go on
            del self._under_way[project_id]
            structlog.get_logger().exception("project could not be derived", project_id=str(project_id))
            return False
        return True
