"""Removing pictures that policy no longer keeps, in small batches: the row says so first, then the file goes.

A window's picture is kept for its days. What is cited is kept as long as what cites it: pictures behind site days and
signals in force, proposed statuses, decisions and flags, and the latest view of a camera that stands there. Daily
views, and the picture they were laid over, are kept for the life of their project and some time after. The row stays:
what was seen rests on it, and whoever asks for the picture is told that it was removed, and why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from models.database import Database
from models.evidence import EvidenceStore
from models.repositories.evidence import EvidenceRepository, NamedFile, PicturedPlacement
from models.words import RemovedBecause
from pipeline.retention_settings import RetentionSettings
from streams.clock import Clock

# While rows are changed nobody else writes to SQLite.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep removed, or would remove, and what was old and stays since something cites it."""

    pictures: int = 0
    size_bytes: int = 0
    cited: int = 0

    def plus(self, other: "Swept") -> "Swept":
        """Both together."""
        return Swept(self.pictures + other.pictures, self.size_bytes + other.size_bytes, self.cited + other.cited)


class EvidenceSweep:
    """Applies the retention policy; owned by one thread. Two that sweep at once remove the same."""

    def __init__(self, database: Database, store: EvidenceStore, clock: Clock, settings: RetentionSettings) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._settings = settings

    def sweep(self, *, is_dry: bool = False) -> Swept:
        """Remove all that is to go; if dry, only say what that is."""
        swept = Swept()
        for step in self.steps(is_dry=is_dry):
            swept = swept.plus(step)
        return swept

    def steps(self, *, is_dry: bool = False) -> Iterator[Swept]:
        """The same, one batch after another."""
        now = self._clock.now()
        before = now - timedelta(days=self._settings.picture_days)
        with self._database.reading() as session:
            placements = EvidenceRepository(session).placements()
        for placement in placements:
            yield from self._steps_of(placement, before, now, is_dry=is_dry)

    def _steps_of(
        self, placement: PicturedPlacement, before: datetime, now: datetime, *, is_dry: bool
    ) -> Iterator[Swept]:
        kept: set[UUID] | None = None
        after: tuple[datetime, UUID] | None = None
        while True:
            with self._database.reading() as session:
                old = EvidenceRepository(session).kept_before(placement.id, before, after, BATCH)
                if old and kept is None:
                    kept = self._kept(session, placement, now)
            if not old or kept is None:
                return
            after = (old[-1].created_at, old[-1].id)
            removable = [picture for picture in old if picture.id not in kept]
            gone = removable if is_dry else self._mark_removed(removable, placement, now)
            size_bytes = sum(self._store.size_bytes(picture.path) or 0 for picture in gone)
            if not is_dry:
                self._discard(gone)
            yield Swept(len(gone), size_bytes, len(old) - len(gone))

    def _mark_removed(
        self, removable: Sequence[NamedFile], placement: PicturedPlacement, now: datetime
    ) -> list[NamedFile]:
        """Say of pictures in their rows that they are gone; return those of which that is so now."""
        if not removable:
            return []
        with self._database.transaction() as session:
            # Something may have come to cite one since.
            kept = self._kept(session, placement, now)
            gone = [picture for picture in removable if picture.id not in kept]
            repository = EvidenceRepository(session)
            views = repository.daily_views(placement.id)
            for because, names in (
                (RemovedBecause.AGE, {picture.id for picture in gone} - views),
                (RemovedBecause.PROJECT_OVER, {picture.id for picture in gone} & views),
            ):
                repository.remove(names, now, because.value)
        return gone

    def _kept(self, session: Session, placement: PicturedPlacement, now: datetime) -> set[UUID]:
        repository = EvidenceRepository(session)
        kept = repository.cited(placement.project_id)
        if not self._is_over(placement, now):
            kept |= repository.daily_views(placement.id)
        latest = repository.latest_view(placement.id)
        stands = placement.project_retired_at is None and (placement.ends_at is None or placement.ends_at > now)
        return kept | {latest} if latest is not None and stands else kept

    def _is_over(self, placement: PicturedPlacement, now: datetime) -> bool:
        """Whether a placement's project was retired so long ago that its daily views go too."""
        retired_at = placement.project_retired_at
        return retired_at is not None and retired_at + timedelta(days=self._settings.after_project_days) < now

    def _discard(self, pictures: Sequence[NamedFile]) -> None:
        for picture in pictures:
            try:
                self._store.discard(picture.path)
            except OSError as error:
                # The row says that it is gone, so the next collection of orphans tries again.
                structlog.get_logger().error("evidence file can't be removed", path=picture.path, reason=error.strerror)
