"""What stood before and after: two days of a view in one marked picture."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.http.problems import documented
from api.http.security import PrincipalIn, ServicesIn

router = APIRouter(prefix="/api/v1/projects", tags=["work elements"])

_MOST_ELEMENTS = 50

ElementsIn = Annotated[
    list[UUID] | None,
    Query(alias="element", max_length=_MOST_ELEMENTS, description="Of one placement; all that it has, if not named."),
]


@router.get(
    "/{project_id}/elements/before-after",
    response_class=Response,
    responses={
        200: {"content": {"image/jpeg": {}}},
        304: {"description": "The picture is as it was."},
        **documented(401, 403, 404, 410, 422),
    },
)
def get_before_after(
    project_id: UUID,
    principal: PrincipalIn,
    services: ServicesIn,
    elements: ElementsIn = None,
    first: Annotated[date | None, Query(alias="from", description="The day before; the first, if not named.")] = None,
    last: Annotated[date | None, Query(alias="to", description="The day after; the newest, if not named.")] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Two daily views side by side, the last up to each day, with work elements and their shares marked."""
    pair = services.before_after.find(principal, project_id, elements or (), first, last)
    tag = f'"{pair.digest}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if if_none_match is not None and tag in {one.strip().removeprefix("W/") for one in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    headers |= {"X-Nazar-Before": pair.before_on.isoformat(), "X-Nazar-After": pair.after_on.isoformat()}
    return Response(services.before_after.draw(pair), media_type="image/jpeg", headers=headers)
