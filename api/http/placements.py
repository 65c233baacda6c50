"""Placements: cameras aimed at sites."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api.http.paging import PageOf, expected_version, page_of, page_request, tag
from api.http.problems import documented
from api.http.security import PrincipalIn, ServicesIn
from models.repositories.paging import PageRequest
from pipeline.registry.moved_view import MovedView, ViewConfirmation
from pipeline.registry.placements import PlacementDraft, PlacementPatch, PlacementView

router = APIRouter(prefix="/api/v1/placements", tags=["placements"])


@router.get("", responses=documented(401, 403, 422))
def list_placements(
    principal: PrincipalIn,
    services: ServicesIn,
    page: Annotated[PageRequest, Depends(page_request)],
    camera_id: Annotated[UUID | None, Query()] = None,
    site_id: Annotated[UUID | None, Query()] = None,
) -> PageOf[PlacementView]:
    """Placements, past and present."""
    return page_of(services.placements.list(principal, page, camera_id=camera_id, site_id=site_id))


@router.post("", status_code=201, responses=documented(401, 403, 409, 422))
def begin_placement(
    draft: PlacementDraft, response: Response, principal: PrincipalIn, services: ServicesIn
) -> PlacementView:
    """Aim a camera at a site."""
    placement = services.placements.begin(principal, draft)
    tag(response, placement.version)
    return placement


@router.get("/{placement_id}", responses=documented(401, 403, 404, 422))
def get_placement(
    placement_id: UUID, response: Response, principal: PrincipalIn, services: ServicesIn
) -> PlacementView:
    """One placement."""
    placement = services.placements.get(principal, placement_id)
    tag(response, placement.version)
    return placement


@router.patch("/{placement_id}", responses=documented(401, 403, 404, 409, 422))
def change_placement(
    placement_id: UUID,
    patch: PlacementPatch,
    response: Response,
    principal: PrincipalIn,
    services: ServicesIn,
    version: Annotated[int | None, Depends(expected_version)],
) -> PlacementView:
    """End a placement, or redraw its zones."""
    placement = services.placements.change(principal, placement_id, patch, version)
    tag(response, placement.version)
    return placement


@router.delete("/{placement_id}", status_code=204, responses=documented(401, 403, 404, 422))
def end_placement(placement_id: UUID, principal: PrincipalIn, services: ServicesIn) -> None:
    """End a placement now; its history stays."""
    services.placements.end(principal, placement_id)


@router.get("/{placement_id}/moved-view", responses=documented(401, 403, 404, 422))
def propose_moved_view(placement_id: UUID, principal: PrincipalIn, services: ServicesIn) -> MovedView:
    """How far a camera was moved, and what was drawn carried over to what it shows now; nothing is changed."""
    return services.moved_views.propose(principal, placement_id)


@router.post("/{placement_id}/confirm-view", responses=documented(401, 403, 404, 409, 422))
def confirm_view(
    placement_id: UUID,
    confirmation: ViewConfirmation,
    response: Response,
    principal: PrincipalIn,
    services: ServicesIn,
    version: Annotated[int | None, Depends(expected_version)],
) -> PlacementView:
    """End a suspension: the camera shows its view again, or it has a new placement from now on, which is given back."""
    placement = services.moved_views.confirm(principal, placement_id, confirmation, version)
    tag(response, placement.version)
    return placement
