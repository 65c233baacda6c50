"""Work elements of placements, and what they came to by day."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from api.http.paging import PageOf, expected_version, page_of, page_request, tag
from api.http.problems import documented
from api.http.security import PrincipalIn, ServicesIn
from models.repositories.paging import PageRequest
from pipeline.registry.element_drawing import (
    MOST_ELEMENTS,
    ElementBody,
    ElementDayView,
    ElementDraft,
    ElementPatch,
    ElementView,
    PlacementElements,
)

router = APIRouter(prefix="/api/v1", tags=["work elements"])

KeyIn = Annotated[str, Path(min_length=1, max_length=80, pattern=r"^\w[\w.-]*$")]
VersionIn = Annotated[int | None, Depends(expected_version)]
ElementsIn = Annotated[list[ElementDraft], Body(max_length=MOST_ELEMENTS)]


@router.get("/placements/{placement_id}/elements", responses=documented(401, 403, 404, 422))
def list_elements(
    placement_id: UUID, response: Response, principal: PrincipalIn, services: ServicesIn
) -> PlacementElements:
    """The work elements of a placement, in the order in which they are built."""
    elements = services.elements.list(principal, placement_id)
    tag(response, elements.version)
    return elements


@router.put("/placements/{placement_id}/elements", responses=documented(401, 403, 404, 409, 422))
def draw_elements(
    placement_id: UUID,
    drafts: ElementsIn,
    response: Response,
    principal: PrincipalIn,
    services: ServicesIn,
    version: VersionIn,
) -> PlacementElements:
    """Make these the work elements of a placement, in this order; what is not among them is retired."""
    elements = services.elements.draw_all(principal, placement_id, drafts, version)
    tag(response, elements.version)
    return elements


@router.get("/placements/{placement_id}/elements/{key}", responses=documented(401, 403, 404, 422))
def get_element(
    placement_id: UUID, key: KeyIn, response: Response, principal: PrincipalIn, services: ServicesIn
) -> ElementView:
    """One work element."""
    element = services.elements.get(principal, placement_id, key)
    tag(response, element.version)
    return element


@router.put("/placements/{placement_id}/elements/{key}", responses=documented(401, 403, 404, 409, 422))
def draw_element(
    placement_id: UUID,
    key: KeyIn,
    drawn: ElementBody,
    response: Response,
    principal: PrincipalIn,
    services: ServicesIn,
    version: VersionIn,
) -> ElementView:
    """Draw or redraw one work element; what was seen through an earlier drawing stays."""
    element = services.elements.draw(principal, placement_id, key, drawn, version)
    tag(response, element.version)
    return element


@router.patch("/placements/{placement_id}/elements/{key}", responses=documented(401, 403, 404, 409, 422))
def change_element(
    placement_id: UUID,
    key: KeyIn,
    patch: ElementPatch,
    response: Response,
    principal: PrincipalIn,
    services: ServicesIn,
    version: VersionIn,
) -> ElementView:
    """Give a work element another title, task or weight."""
    element = services.elements.change(principal, placement_id, key, patch, version)
    tag(response, element.version)
    return element


@router.delete("/placements/{placement_id}/elements/{key}", status_code=204, responses=documented(401, 403, 404, 422))
def retire_element(placement_id: UUID, key: KeyIn, principal: PrincipalIn, services: ServicesIn) -> None:
    """Take a work element out of use; its days stay."""
    services.elements.retire(principal, placement_id, key)


@router.get("/projects/{project_id}/element-days", responses=documented(401, 403, 404, 422))
def list_element_days(
    project_id: UUID,
    principal: PrincipalIn,
    services: ServicesIn,
    page: Annotated[PageRequest, Depends(page_request)],
    first: Annotated[date | None, Query(alias="from", description="The first day, by the site's clock.")] = None,
    last: Annotated[date | None, Query(alias="to", description="The last day.")] = None,
) -> PageOf[ElementDayView]:
    """What the work elements of a project came to by day, as it is now held, in the order it was written."""
    return page_of(services.elements.days(principal, project_id, page, first, last))
