"""Cameras that send their pictures by themselves."""

import asyncio
import base64
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer
from starlette.requests import ClientDisconnect

from api.http.problems import documented
from api.http.security import ServicesIn
from pipeline.intake import MOST_BYTES, Admission, TakenIn, cut_short, not_a_jpeg, too_large

router = APIRouter(prefix="/api/v1/cameras", tags=["cameras"])

_ARRIVES_WITHIN_S: Final = 60.0
# Many devices name no type, or that of a form; what came is told by its bytes.
_TYPES: Final = frozenset(
    {"", "image/jpeg", "image/jpg", "image/pjpeg", "application/octet-stream", "application/x-www-form-urlencoded"}
)


class _AnyUser(HTTPBasic):
    """A basic log-in whose user may have a name in any letters, or none."""

    # It gives other credentials than its base's base, as HTTPBasic itself does.
    async def __call__(self, request: Request) -> HTTPBasicCredentials | None:  # type: ignore[override]
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            user, _, password = base64.b64decode(given).decode(errors="replace").partition(":")
        except ValueError:
            return None
        return HTTPBasicCredentials(username=user, password=password)


_BEARER = HTTPBearer(auto_error=False, scheme_name="CameraKey", description="A camera's own key")
_BASIC = _AnyUser(
    auto_error=False, scheme_name="CameraLogin", description="Any user name, with the camera's own key as the password"
)


def admission(
    camera_id: UUID,
    services: ServicesIn,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    basic: Annotated[HTTPBasicCredentials | None, Depends(_BASIC)],
) -> Admission:
    """The camera that is sending, by its key."""
    key = bearer.credentials if bearer is not None else None if basic is None else basic.password
    return services.intake.admit(camera_id, key)


# Depends on the admission: nothing is read of a camera that may not send.
async def picture_of(request: Request, _admitted: Annotated[Admission, Depends(admission)]) -> bytes:
    """The picture in the body, no more of it than is taken in."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES or request.headers.get("content-encoding", "identity").lower() != "identity":
        raise not_a_jpeg()
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > MOST_BYTES:
        raise too_large()
    data = bytearray()
    try:
        async with asyncio.timeout(_ARRIVES_WITHIN_S), aclosing(request.stream()) as parts:
            async for part in parts:
                data += part
                if len(data) > MOST_BYTES:
                    raise too_large()
    except (TimeoutError, ClientDisconnect) as error:
        raise cut_short() from error
    return bytes(data)


@router.put(
    "/{camera_id}/picture",
    responses=documented(401, 409, 413, 415, 422, 429),
    openapi_extra={
        "requestBody": {"required": True, "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
    },
    operation_id="put_picture",
)
@router.post("/{camera_id}/picture", include_in_schema=False)
def take_picture(
    admitted: Annotated[Admission, Depends(admission)],
    data: Annotated[bytes, Depends(picture_of)],
    services: ServicesIn,
    x_captured_at: Annotated[
        str | None,
        Header(description="The camera's own time (RFC 3339). It tells how far its clock is off, and dates nothing."),
    ] = None,
) -> TakenIn:
    """Send a camera's picture, by PUT or POST: a JPEG as the body by itself.

    The camera shows its own key, as `Authorization: Bearer KEY` or as the password of a basic log-in with any user
    name. One picture is taken in every `look_every_s` (outside the site's hours `off_hours_every_s`, where that is
    set); one that comes sooner is answered 429 with Retry-After. What was answered 200 is stored, sealed, and looked
    at in the order of arrival.
    """
    return services.intake.take(admitted, data, _time(x_captured_at))


def _time(text: str | None) -> datetime | None:
    # A time that can't be read is no reason to refuse the picture.
    try:
        time = None if text is None else datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if time is None or time.utcoffset() is None else time
