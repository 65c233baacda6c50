"""Sites."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api.http.paging import PageOf, expected_version, page_of, page_request, tag
from api.http.problems import documented
from api.http.security import PrincipalIn, ServicesIn
from models.repositories.paging import PageRequest
from pipeline.registry.sites import SiteDraft, SitePatch, SiteView
from pipeline.site_days import SiteDayDetail, SiteHourView

router = APIRouter(prefix="/api/v1/sites", tags=["sites"])


@router.get("", responses=documented(401, 403, 422))
def list_sites(
    principal: PrincipalIn,
    services: ServicesIn,
    page: Annotated[PageRequest, Depends(page_request)],
    project_id: Annotated[UUID | None, Query()] = None,
) -> PageOf[SiteView]:
    """The sites that may be seen."""
    return page_of(services.sites.list(principal, page, project_id))


@router.post("", status_code=201, responses=documented(401, 403, 422))
def register_site(draft: SiteDraft, response: Response, principal: PrincipalIn, services: ServicesIn) -> SiteView:
    """Register a site of a project."""
    site = services.sites.register(principal, draft)
    tag(response, site.version)
    return site


@router.get("/{site_id}", responses=documented(401, 403, 404, 422))
def get_site(site_id: UUID, response: Response, principal: PrincipalIn, services: ServicesIn) -> SiteView:
    """One site."""
    site = services.sites.get(principal, site_id)
    tag(response, site.version)
    return site


@router.patch("/{site_id}", responses=documented(401, 403, 404, 409, 422))
def change_site(
    site_id: UUID,
    patch: SitePatch,
    response: Response,
    principal: PrincipalIn,
    services: ServicesIn,
    version: Annotated[int | None, Depends(expected_version)],
) -> SiteView:
    """Change some of a site."""
    site = services.sites.change(principal, site_id, patch, version)
    tag(response, site.version)
    return site


@router.delete("/{site_id}", status_code=204, responses=documented(401, 403, 404, 422))
def retire_site(site_id: UUID, principal: PrincipalIn, services: ServicesIn) -> None:
    """Take a site out of use; its placements end, its history stays."""
    services.sites.retire(principal, site_id)


@router.get("/{site_id}/days", responses=documented(401, 403, 404, 422))
def list_site_days(
    site_id: UUID,
    principal: PrincipalIn,
    services: ServicesIn,
    page: Annotated[PageRequest, Depends(page_request)],
    first: Annotated[date | None, Query(alias="from", description="The first day, by the site's clock.")] = None,
    last: Annotated[date | None, Query(alias="to", description="The last day.")] = None,
) -> PageOf[SiteDayDetail]:
    """What each day of a site came to, oldest first, as it is now held."""
    return page_of(services.site_days.days(principal, site_id, page, first, last))


@router.get("/{site_id}/days/{day}/history", responses=documented(401, 403, 404, 422))
def list_day_history(site_id: UUID, day: date, principal: PrincipalIn, services: ServicesIn) -> list[SiteDayDetail]:
    """All that was ever held of one day, with what corrected it; the last is in force."""
    return services.site_days.history(principal, site_id, day)


@router.get("/{site_id}/hours", responses=documented(401, 403, 404, 422))
def list_site_hours(
    site_id: UUID,
    principal: PrincipalIn,
    services: ServicesIn,
    day: Annotated[date, Query(description="The day, by the site's clock.")],
) -> list[SiteHourView]:
    """What each hour of a day came to; none where no camera sent anything all day."""
    return services.site_days.hours(principal, site_id, day)
