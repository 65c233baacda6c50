"""Deleting what has expired from the labelling queue, now and then, by the clock."""

import structlog

from models.database import Database
from models.evidence import EvidenceStore
from models.repositories.labelling import LabellingRepository
from pipeline.now_and_then import NowAndThen
from streams.clock import Clock

SWEEP_EVERY_S = 600.0


class LabellingSweep:
    """Sweeps in the supervisor's thread.

    Expired frames are given to nobody whether swept or not (models/repositories/labelling.py).
    """

    def __init__(self, database: Database, store: EvidenceStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._turns = NowAndThen(clock, SWEEP_EVERY_S)

    def tick(self) -> None:
        """Sweep, if it is time."""
        if self._turns.is_time():
            self.sweep()

    def sweep(self) -> None:
        """Delete every frame and every sealed picture whose time is over."""
        now = self._clock.now()
        with self._database.reading() as session:
            paths = [frame.path for frame in LabellingRepository(session).expired(now)]
        # The file first: a row without a file is swept again, a file without a row never.
        for path in paths:
            self._store.discard(path)
        with self._database.transaction() as session:
            repository = LabellingRepository(session)
            sealed = repository.remove_expired_sealed(now)
            frames = repository.expired(now)
            for frame in frames:
                repository.remove(frame)
        if sealed or frames:
            structlog.get_logger().info("labelling queue swept", frames=len(frames), sealed_pictures=sealed)
