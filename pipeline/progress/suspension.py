"""Suspending a placement whose camera was moved: what is built is read from nothing that shows another view.

A camera that looks elsewhere is named by the watch on its views. One that was turned so far that nothing can be told
is named by its days: pictures that are clear, and none of which lies over the reference.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from models.database import Database
from models.repositories.progress import ProgressRepository
from models.repositories.views import ViewRepository
from models.tables.progress import DailyViewRow
from vision.daily_view import LeftOut

# So many clear pictures of a day, and none of them over the reference; one alone may be of a lorry before the lens.
UNKNOWN_PICTURES: Final = 2


class Suspension:
    """Suspends placements; only an operator's confirmation ends it (pipeline/registry/moved_view.py)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._log = structlog.get_logger()

    def by_watch(self, placement_id: UUID) -> bool:
        """Suspend a placement whose camera the watch on its views says was moved; whether it is suspended now."""
        with self._database.reading() as session:
            state = ViewRepository(session).state(placement_id)
        moved_since = None if state is None else state.moved_since
        return moved_since is not None and self._suspend(placement_id, moved_since)

    def by_day(self, view: DailyViewRow, first_picture_at: datetime | None) -> bool:
        """Suspend a placement if a day's clear pictures all show something else; whether it is suspended now."""
        if first_picture_at is None or not shows_another_view(view.pictures, view.left_out):
            return False
        return self._suspend(view.placement_id, first_picture_at)

    def _suspend(self, placement_id: UUID, since: datetime) -> bool:
        with self._database.transaction() as session:
            placement = ProgressRepository(session).lock_placement(placement_id)
            if placement is None or placement.suspended_since is not None:
                return False
            if placement.confirmed_at is not None and since <= placement.confirmed_at:
                # An operator has seen to it since.
                return False
            placement.suspended_since = since
        self._log.warning("placement suspended: camera moved", placement_id=str(placement_id), since=since.isoformat())
        return True


def shows_another_view(pictures: int, left_out: Sequence[str]) -> bool:
    """Whether a day's clear pictures are enough, and none of them lies over the reference."""
    unknown = sum(reason == LeftOut.NOT_REGISTERED.value for reason in left_out)
    return pictures == 0 and unknown >= UNKNOWN_PICTURES
