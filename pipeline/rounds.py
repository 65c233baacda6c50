"""Deriving every watched project again now and then, so that silence too becomes a finding.

A camera that sends nothing writes no observation; only going round tells that a day was not seen.
"""

from models.database import Database
from models.repositories.sites import SiteRepository
from pipeline.derivation import ProgressDeriver
from streams.clock import Clock


class DerivationRounds:
    """Goes round all projects with sites; owned by the supervisor's thread."""

    def __init__(self, database: Database, deriver: ProgressDeriver, clock: Clock, every_s: float) -> None:
        self._database = database
        self._deriver = deriver
        self._clock = clock
        self._every_s = every_s
        self._last_s: float | None = None

    def tick(self) -> None:
        """Go round if it is time."""
        now_s = self._clock.monotonic_s()
        if self._last_s is not None and now_s - self._last_s < self._every_s:
            return
        self._last_s = now_s
        with self._database.reading() as session:
            project_ids = SiteRepository(session).projects_with_sites()
        for project_id in project_ids:
            self._deriver.derive(project_id, self._clock.now())
