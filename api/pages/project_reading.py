"""All that a project's page shows, read at one time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from api.services import Services
from models.errors import NotFoundError
from models.principal import Permission, Principal
from models.repositories.paging import PageRequest
from pipeline.observing import PlacementPicture, SignalView
from pipeline.registry.sites import SiteView
from pipeline.site_days import SiteDayDetail
from roadmap.accounts import OrganisationView
from roadmap.decisions import DecisionView
from roadmap.items import ItemView, ProjectStatusView
from roadmap.projects import PlanView, ProjectView

_MOST_SITES = 100


@dataclass(frozen=True, slots=True)
class ProjectReading:
    """A project as one reader may see it, at one point in time."""

    read_at: datetime
    project: ProjectView
    item: ItemView
    status: ProjectStatusView
    owner: OrganisationView | None
    signal: SignalView | None
    pictures: Sequence[PlacementPicture]
    sites: Sequence[SiteView]
    days: Mapping[tuple[UUID, date], SiteDayDetail]
    plan: PlanView | None
    decisions: Sequence[DecisionView]
    may_decide: bool


def read_project(services: Services, principal: Principal, project_id: UUID) -> ProjectReading:
    """Read a project.

    Raises:
        NotFoundError: there is none for this principal.
        ForbiddenError: the principal may not read projects.
    """
    project = services.projects.get(principal, project_id)
    item_status = services.items.status(principal, project.item_number)
    status = next((part for part in item_status.projects if part.id == project.id), None)
    if status is None:
        # It was retired between the two readings.
        raise NotFoundError(f"There is no project {project_id}.")
    plans = services.projects.plans(principal, project_id)
    owners = {owner.id: owner for owner in services.accounts.organisations(principal)}
    signal = services.observing.latest_signal(principal, project_id)
    sites = services.sites.list(principal, PageRequest(_MOST_SITES), project_id).rows
    return ProjectReading(
        read_at=services.now(),
        project=project,
        item=item_status.item,
        status=status,
        owner=owners.get(project.owner_id),
        signal=signal,
        pictures=services.observing.pictures(principal, project_id),
        sites=sites,
        days={} if signal is None else _days(services, principal, signal, sites),
        plan=plans[-1] if plans else None,
        decisions=services.decisions.list(principal, project_id),
        may_decide=principal.may(Permission.STATUS_DECIDE),
    )


def _days(
    services: Services, principal: Principal, signal: SignalView, sites: Sequence[SiteView]
) -> Mapping[tuple[UUID, date], SiteDayDetail]:
    """What the days that a signal rests on came to, as they are held now."""
    days = [day.day for day in signal.site_days]
    if not days:
        return {}
    return services.site_days.of_sites(principal, [site.id for site in sites], min(days), max(days))
