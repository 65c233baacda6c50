"""Deriving a project again because somebody asks for it, and saying what that changed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from models.database import Database
from models.errors import FieldProblem, InvalidError, NotFoundError
from models.principal import Permission, Principal
from models.repositories.roadmap import RoadmapRepository
from models.repositories.sites import SiteRepository
from models.words import SiteDayState
from pipeline.derivation import ProgressDeriver
from pipeline.progress.placement_progress import PlacementProgress
from pipeline.registry.sites import calendar_of
from pipeline.site_days import CorrectionView


class ChangedDay(BaseModel):
    """A site day whose row in force is another now; without reasons where it was not final before."""

    model_config = ConfigDict(frozen=True)

    site_id: UUID
    day: date
    state: SiteDayState
    corrected_because: list[CorrectionView]


class Rederived(BaseModel):
    """What deriving a project again changed."""

    model_config = ConfigDict(frozen=True)

    project_id: UUID
    days: list[ChangedDay]
    signals: list[date]
    progress: list[date] = Field(default=[], description="Days of which a work element's figure changed.")

    @property
    def corrected(self) -> int:
        """How many days that had been final were corrected."""
        return sum(bool(day.corrected_because) for day in self.days)


class DerivingService:
    """Derives projects again on request."""

    def __init__(
        self,
        database: Database,
        deriver: Callable[[], ProgressDeriver],
        now: Callable[[], datetime],
        progress: Callable[[], PlacementProgress] | None = None,
    ) -> None:
        """Without `progress`, what is built is taken as it is stored."""
        self._database = database
        self._deriver = deriver
        self._now = now
        self._progress = progress

    def derive(
        self, principal: Principal, project: str, first: date | None = None, last: date | None = None
    ) -> Rederived:
        """Derive a project, named by its key or id, from `first` to `last`, both included, or all its days.

        Raises:
            NotFoundError: there is no such project.
            InvalidError: the dates are the wrong way round.
        """
        principal.require(Permission.PROJECT_WRITE)
        if first is not None and last is not None and first > last:
            raise InvalidError(FieldProblem("to", "lies before from"))
        project_id = self._project(principal, project)
        built = self._built(project_id, first, last)
        derived = self._deriver().rederive(project_id, self._now(), first, last)
        return Rederived(
            project_id=project_id,
            days=[
                ChangedDay(
                    site_id=change.site_id,
                    day=change.day,
                    state=SiteDayState(change.state),
                    corrected_because=[CorrectionView.model_validate(reason) for reason in change.reasons],
                )
                for change in derived.days
            ],
            signals=list(derived.signals),
            progress=built,
        )

    def _built(self, project_id: UUID, first: date | None, last: date | None) -> list[date]:
        """What is built first: signals rest on it."""
        if self._progress is None:
            return []
        now = self._now()
        with self._database.reading() as session:
            sites = SiteRepository(session)
            placements = [
                (placement, calendar_of(site))
                for site in sites.sites_of_project(project_id)
                for placement in sites.placements_of_site(site.id)
                if placement.starts_at <= now
            ]
        progress = self._progress()
        days: set[date] = set()
        for placement, calendar in placements:
            begins = max(calendar.day_of(placement.starts_at), first or date.min)
            ends = min(calendar.day_of(now), last or date.max)
            told = [begins + timedelta(days=number) for number in range((ends - begins).days + 1)]
            days.update(progress.derive(placement.id, told))
        return sorted(days)

    def _project(self, principal: Principal, project: str) -> UUID:
        with self._database.reading() as session:
            repository = RoadmapRepository(session)
            found = repository.project_by_key(project)
            if found is None and (named := _uuid(project)) is not None:
                found = repository.project(named)
            # As if there were none, where it is another organisation's.
            if found is not None:
                found = repository.project(found.id, principal.sees_only_organisation)
        if found is None:
            raise NotFoundError(f"There is no project {project!r}; give its key or its id.")
        return found.id


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
