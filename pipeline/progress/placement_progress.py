"""Bringing one placement's daily views and element days up to date, a day a step."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from models.database import Database
from models.errors import EvidenceError
from models.repositories.progress import ProgressRepository
from models.repositories.sites import SiteRepository
from models.tables.sites import Placement, Site
from pipeline.evidence import EvidenceKeeper
from pipeline.progress.daily_views import DailyViews, DayInputs
from pipeline.progress.day_pictures import view_hours
from pipeline.progress.element_days import ElementDays, LookerSource
from pipeline.progress.stored_finds import stored_look
from pipeline.progress.suspension import UNKNOWN_PICTURES, Suspension, shows_another_view
from pipeline.registry.sites import calendar_of
from streams.clock import Clock
from vision.daily_view import LeftOut
from vision.errors import UnreadableImageError
from vision.image import decode_image

# A window is written when it closes, and late where its camera's connection is.
OVER_AFTER: Final = timedelta(minutes=10)
# Whether a day's pictures are still those of its view is asked of so many days back; of older ones where that is told.
LOOKED_BACK: Final = timedelta(days=14)
MONTH: Final = 31


class PlacementProgress:
    """Derives what is built on placements; owned by one thread. No transaction is open while something is seen."""

    def __init__(self, database: Database, keeper: EvidenceKeeper, clock: Clock, source: LookerSource) -> None:
        self._database = database
        self._keeper = keeper
        self._clock = clock
        self._views = DailyViews(database, keeper, clock)
        self._days = ElementDays(database, self._views, clock, source)
        self._suspension = Suspension(database)
        self._log = structlog.get_logger()

    def derive(self, placement_id: UUID, days: Iterable[date] = ()) -> list[date]:
        """All steps in one go; the days of which an element's figure was written."""
        return sorted({day for step in self.steps(placement_id, days) for day in step})

    def steps(self, placement_id: UUID, days: Iterable[date] = ()) -> Iterator[tuple[date, ...]]:
        """Make the daily views that are due, then the days of the work elements; yield the days that were written.

        Due are the days whose hours are over and that have no view, those of the last two weeks whose pictures have
        changed since, and of `days` those whose have. Who leaves off between two steps loses nothing.
        """
        self._suspension.by_watch(placement_id)
        self._suspend_by_last_made(placement_id)
        for day, inputs in self._due(placement_id, frozenset(days)):
            is_elsewhere = self._views.make(self._place(placement_id)[0], day, inputs)
            if is_elsewhere and self._suspension.by_day(placement_id, inputs.pictures[0].taken_at):
                # Of the days after it nothing is taken.
                break
            yield ()
        yield from self._days.steps(placement_id)

    def _suspend_by_last_made(self, placement_id: UUID) -> None:
        """Whoever made the last view may have been killed before it was told what that shows."""
        if self._place(placement_id)[0].suspended_since is not None:
            return
        with self._database.reading() as session:
            repository = ProgressRepository(session)
            last = max(repository.view_keys(placement_id), key=lambda key: key.id, default=None)
            if last is None or last.pictures:
                return
            (row,) = repository.view_rows([last.id])
            made_of = repository.evidence_of(UUID(name) for name in row.picture_ids)
        if row.left_out.count(LeftOut.NOT_REGISTERED.value) < UNKNOWN_PICTURES:
            return
        try:
            given = [stored_look(one, decode_image(self._keeper.read(one)))[0] for one in made_of]
        except (EvidenceError, UnreadableImageError) as error:
            # Pictures are removed after a while.
            self._log.info("what the last daily view shows can't be told", day=str(row.on_day), why=str(error))
            return
        # None of them is in the view.
        view = replace(self._views.restore(row, None), left_out_places=tuple(range(len(given))))
        if shows_another_view(view, given, UNKNOWN_PICTURES):
            self._suspension.by_day(placement_id, made_of[0].taken_at)

    def _due(self, placement_id: UUID, told: frozenset[date]) -> Iterator[tuple[date, DayInputs]]:
        """The days to make, oldest first, with what they are made of now."""
        placement, site = self._place(placement_id)
        with self._database.reading() as session:
            repository = ProgressRepository(session)
            first_at = repository.first_picture_at(placement_id)
            keys = repository.view_keys(placement_id)
        if first_at is None:
            return
        known = {key.on_day: key.input_sha256 for key in keys}
        # Footage may be worked through while somebody goes round.
        empty = {key.on_day for key in keys if not key.pictures}
        calendar = calendar_of(site)
        first, last = calendar.day_of(first_at), _last_day(placement, site, self._clock.now())
        since, suspended = last - LOOKED_BACK, placement.suspended_since
        suspended_on = None if suspended is None else calendar.day_of(suspended)
        asked = [
            day
            for number in range((last - first).days + 1)
            if (day := first + timedelta(days=number)) not in known or day > since or day in told or day in empty
        ]
        for chunk in _stretches(asked):
            with self._database.reading() as session:
                inputs = self._views.inputs(session, placement, site, chunk[0], chunk[-1])
            for day in chunk:
                # What a camera doesn't show that looks elsewhere is not unseen.
                is_cut = day == suspended_on and not inputs[day].pictures
                if not is_cut and known.get(day) != inputs[day].sha256:
                    yield day, inputs[day]

    def _place(self, placement_id: UUID) -> tuple[Placement, Site]:
        with self._database.reading() as session:
            repository = SiteRepository(session)
            placement = repository.placement(placement_id)
            site = None if placement is None else repository.site(placement.site_id, may_be_retired=True)
        if placement is None or site is None:
            raise LookupError(f"There is no placement {placement_id}.")
        return placement, site


def _stretches(days: Iterable[date]) -> Iterator[list[date]]:
    """Days that follow each other, a month of them at most."""
    stretch: list[date] = []
    for day in days:
        if stretch and (day != stretch[-1] + timedelta(days=1) or len(stretch) == MONTH):
            yield stretch
            stretch = []
        stretch.append(day)
    if stretch:
        yield stretch


def _last_day(placement: Placement, site: Site, now: datetime) -> date:
    """The last day of which a view is due: its hours are over, and its camera stood there and as it was."""
    calendar = calendar_of(site)
    today = calendar.day_of(now)
    is_over = now >= view_hours(calendar, today).ends_at + OVER_AFTER
    ends = [today if is_over else today - timedelta(days=1)]
    if placement.ends_at is not None:
        ends.append(calendar.day_of(placement.ends_at))
    if placement.suspended_since is not None:
        ends.append(calendar.day_of(placement.suspended_since))
    return min(ends)
