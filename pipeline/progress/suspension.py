"""Suspending a placement whose camera was moved: what is built is read from nothing that shows another view.

A camera that looks elsewhere is named by the watch on its views. One that was turned so far that nothing can be told
is named by its days: most pictures are clear, and none of them lies over the reference.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from models.database import Database
from models.repositories.progress import ProgressRepository
from models.repositories.views import ViewRepository
from vision.daily_view import DailyView, LeftOut
from vision.detector import Image
from vision.progress.element_progress import FOG_UNDER_LEVELS
from vision.view_traits import view_traits

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

    def by_day(self, placement_id: UUID, first_picture_at: datetime) -> bool:
        """Suspend a placement from the first picture of a day of another view; whether it is suspended now."""
        return self._suspend(placement_id, first_picture_at)

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


def shows_another_view(view: DailyView, given: Sequence[Image], least: int) -> bool:
    """Whether most of the pictures that a day's view was to be made of are clear, and the reference is in none of all.

    Fewer than `least` clear ones say nothing.
    """
    if view.pictures:
        return False
    strange = [
        given[place]
        for place, why in zip(view.left_out_places, view.left_out, strict=True)
        if why is LeftOut.NOT_REGISTERED
    ]
    # In falling snow and thin fog too little of any view is found again.
    clear = sum(view_traits(image).outline_levels >= FOG_UNDER_LEVELS for image in strange)
    return clear >= least and 2 * clear > len(given)
