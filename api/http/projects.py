"""Projects, their plans, what was seen of them, and the decisions on them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from api.http.paging import PageOf, expected_version, page_of, page_request, tag
from api.http.problems import documented
from api.http.security import PrincipalIn, ServicesIn
from models.repositories.paging import PageRequest
from pipeline.observing import ObservationView, PlacementPicture, SignalView
from roadmap.decisions import DecisionDraft, DecisionView
from roadmap.flags import FlagView
from roadmap.projects import PlanDraft, PlanView, ProjectDraft, ProjectPatch, ProjectView

router = APIRouter(prefix="/api/v1/projects", tags=["projects"])

PageIn = Annotated[PageRequest, Depends(page_request)]
VersionIn = Annotated[int | None, Depends(expected_version)]
Moment = Annotated[AwareDatetime | None, Query()]


@router.get("", responses=documented(401, 403, 422))
def list_projects(
    principal: PrincipalIn,
    services: ServicesIn,
    page: PageIn,
    item: Annotated[int | None, Query(ge=1, le=100_000)] = None,
) -> PageOf[ProjectView]:
    """The projects that may be seen, by key."""
    return page_of(services.projects.list(principal, page, item))


@router.post("", status_code=201, responses=documented(401, 403, 409, 422))
def add_project(draft: ProjectDraft, response: Response, principal: PrincipalIn, services: ServicesIn) -> ProjectView:
    """Add a project to an item."""
    project = services.projects.add(principal, draft)
    tag(response, project.version)
    return project


@router.get("/{project_id}", responses=documented(401, 403, 404, 422))
def get_project(project_id: UUID, response: Response, principal: PrincipalIn, services: ServicesIn) -> ProjectView:
    """One project."""
    project = services.projects.get(principal, project_id)
    tag(response, project.version)
    return project


@router.patch("/{project_id}", responses=documented(401, 403, 404, 409, 422))
def change_project(
    project_id: UUID,
    patch: ProjectPatch,
    response: Response,
    principal: PrincipalIn,
    services: ServicesIn,
    version: VersionIn,
) -> ProjectView:
    """Change some of a project."""
    project = services.projects.change(principal, project_id, patch, version)
    tag(response, project.version)
    return project


@router.delete("/{project_id}", status_code=204, responses=documented(401, 403, 404, 422))
def retire_project(project_id: UUID, principal: PrincipalIn, services: ServicesIn) -> None:
    """Take a project off the roadmap; its history stays."""
    services.projects.retire(principal, project_id)


@router.get("/{project_id}/plans", responses=documented(401, 403, 404, 422))
def list_plans(project_id: UUID, principal: PrincipalIn, services: ServicesIn) -> list[PlanView]:
    """All plan versions, oldest first; the last is in force."""
    return list(services.projects.plans(principal, project_id))


@router.post("/{project_id}/plans", status_code=201, responses=documented(401, 403, 404, 422))
def baseline_plan(project_id: UUID, draft: PlanDraft, principal: PrincipalIn, services: ServicesIn) -> PlanView:
    """Put a new plan version in force."""
    return services.projects.baseline(principal, project_id, draft)


@router.get("/{project_id}/observations", responses=documented(401, 403, 404, 422))
def list_observations(
    project_id: UUID,
    principal: PrincipalIn,
    services: ServicesIn,
    page: PageIn,
    starts_at: Moment = None,
    ends_at: Moment = None,
) -> PageOf[ObservationView]:
    """Observations in force, in the order they were written."""
    return page_of(services.observing.observations(principal, project_id, page, starts_at, ends_at))


@router.get("/{project_id}/signals", responses=documented(401, 403, 404, 422))
def list_signals(project_id: UUID, principal: PrincipalIn, services: ServicesIn, page: PageIn) -> PageOf[SignalView]:
    """Progress signals in force, in the order they were written."""
    return page_of(services.observing.signals(principal, project_id, page))


@router.get("/{project_id}/flags", responses=documented(401, 403, 404, 422))
def list_flags(project_id: UUID, principal: PrincipalIn, services: ServicesIn) -> list[FlagView]:
    """What rules raised on the project, open and cleared, the oldest first."""
    return services.flags.list(principal, project_id)


@router.get("/{project_id}/pictures", responses=documented(401, 403, 404, 422))
def list_pictures(project_id: UUID, principal: PrincipalIn, services: ServicesIn) -> list[PlacementPicture]:
    """The newest privacy-safe picture of every camera that looks at the project."""
    return list(services.observing.pictures(principal, project_id))


@router.get("/{project_id}/decisions", responses=documented(401, 403, 404, 422))
def list_decisions(project_id: UUID, principal: PrincipalIn, services: ServicesIn) -> list[DecisionView]:
    """All decisions, oldest first."""
    return list(services.decisions.list(principal, project_id))


@router.post("/{project_id}/decisions", status_code=201, responses=documented(401, 403, 404, 409, 422))
def decide(project_id: UUID, draft: DecisionDraft, principal: PrincipalIn, services: ServicesIn) -> DecisionView:
    """Confirm, reject or return the proposed status."""
    return services.decisions.decide(principal, project_id, draft)
