"""Looking after the evidence store while cameras are watched: at the start, and then once a day.

Orphans are collected, missing files looked for, and what policy no longer keeps is removed, a moment at a time:
whoever ticks has cameras to mind.
"""

from collections.abc import Iterator
from typing import Final

import structlog

from models.database import Database
from models.evidence import EvidenceStore
from pipeline.orphans import Collected, OrphanCollection, StoreState
from pipeline.retention import EvidenceSweep, Swept
from pipeline.retention_settings import RetentionSettings
from streams.clock import Clock

EVERY_S: Final = 86_400.0
# After a failure, such as a database that is started anew.
AGAIN_AFTER_S: Final = 600.0
# So long a tick may take; a batch that was begun is finished.
TICK_S: Final = 0.2
_MOST_NAMED: Final = 20


class EvidenceUpkeep:
    """Works in the supervisor's thread; a failure is logged and tried again later."""

    def __init__(self, database: Database, store: EvidenceStore, clock: Clock, settings: RetentionSettings) -> None:
        self._store = store
        self._clock = clock
        self._collection = OrphanCollection(database, store, clock)
        self._sweep = EvidenceSweep(database, store, clock, settings)
        self._under_way: Iterator[None] | None = None
        self._next_at_s: float | None = None
        self._log = structlog.get_logger()

    def tick(self) -> None:
        """Go on for a moment with what is under way, or begin if it is time."""
        began_s = self._clock.monotonic_s()
        if self._under_way is None:
            if self._next_at_s is not None and began_s < self._next_at_s:
                return
            self._next_at_s = began_s + EVERY_S
            self._under_way = self._round()
        try:
            while self._clock.monotonic_s() - began_s < TICK_S:
                next(self._under_way)
        except StopIteration:
            self._under_way = None
        except Exception:  # noqa: BLE001 - the outermost of the upkeep's work: cameras are minded all the same
            self._under_way = None
            self._next_at_s = began_s + AGAIN_AFTER_S
            self._log.exception("evidence store could not be looked after; trying again")

    def _round(self) -> Iterator[None]:
        collected = Collected()
        for gone in self._collection.steps():
            collected = collected.plus(gone)
            yield
        files, count = 0, 0
        names: list[str] = []
        for looked_for, absent in self._collection.missing():
            files += looked_for
            count += len(absent)
            names += [file.path for file in absent[: _MOST_NAMED - len(names)]]
            yield
        state = StoreState(self._clock.now(), files, count, tuple(names), collected.left_alone)
        state.write(self._store)
        swept = Swept()
        for removed in self._sweep.steps():
            swept = swept.plus(removed)
            yield
        self._tell(state, collected, swept)

    def _tell(self, state: StoreState, collected: Collected, swept: Swept) -> None:
        if state.missing_count:
            self._log.error("evidence files are missing", count=state.missing_count, paths=list(state.missing))
        if state.left_alone:
            self._log.error(
                "many evidence files have no row and are left alone; is it the right database? nazar evidence verify",
                count=state.left_alone,
            )
        if collected.removed or swept.pictures:
            self._log.info(
                "evidence store swept",
                orphans=collected.removed,
                pictures=swept.pictures,
                size_bytes=swept.size_bytes,
                cited=swept.cited,
            )
