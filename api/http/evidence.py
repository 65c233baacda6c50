"""The pictures behind the figures."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.http.problems import documented
from api.http.security import PrincipalIn, ServicesIn

router = APIRouter(prefix="/api/v1/evidence", tags=["evidence"])


@router.get(
    "/{evidence_id}",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}, **documented(401, 403, 404, 410, 422)},
)
def get_evidence(evidence_id: UUID, principal: PrincipalIn, services: ServicesIn) -> Response:
    """A privacy-safe picture, checked against its sha256 as it is served."""
    file = services.observing.evidence(principal, evidence_id)
    return Response(
        file.data,
        media_type="image/jpeg",
        headers={
            "ETag": f'"{file.sha256}"',
            "X-Nazar-Sha256": file.sha256,
            "X-Nazar-Taken-At": file.taken_at.isoformat(),
            "Cache-Control": "private, max-age=31536000, immutable",
        },
    )
