"""The labelling queue: frames on which the detector is unsure, for people to label."""

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from api.http.paging import PageOf, page_of, page_request
from api.http.problems import documented
from api.http.security import PrincipalIn, ServicesIn
from models.repositories.paging import PageRequest
from pipeline.labelling.export_forms import ExportForm
from pipeline.labelling.export_target import ExportZip, open_zip
from pipeline.labelling.service import EventView, OpeningDraft, OpeningView, QueuedFrameView

router = APIRouter(prefix="/api/v1/labelling", tags=["labelling"])

PageIn = Annotated[PageRequest, Depends(page_request)]

_JPEG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}}}
_ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}}}
_CHUNK_BYTES = 1 << 20
_IN_MEMORY_BYTES = 16 << 20
# What may change or expire is asked for anew each time, and an unredacted picture is kept nowhere.
_NOT_KEPT = {"Cache-Control": "no-store"}


@router.get("/frames", responses=documented(401, 403, 422))
def list_frames(principal: PrincipalIn, services: ServicesIn, page: PageIn) -> PageOf[QueuedFrameView]:
    """The queue."""
    return page_of(services.labelling.frames(principal, page))


@router.delete("/frames/{frame_id}", status_code=204, responses=documented(401, 403, 404, 422))
def drop_frame(frame_id: UUID, principal: PrincipalIn, services: ServicesIn) -> None:
    """Take a frame off the queue, for it is labelled or of no use."""
    services.labelling.drop(principal, frame_id)


@router.get(
    "/frames/{frame_id}/picture", response_class=Response, responses={**_JPEG, **documented(401, 403, 404, 422)}
)
def get_picture(frame_id: UUID, principal: PrincipalIn, services: ServicesIn) -> Response:
    """A frame's redacted picture."""
    return Response(services.labelling.picture(principal, frame_id), media_type="image/jpeg", headers=_NOT_KEPT)


@router.post(
    "/frames/{frame_id}/unredacted",
    response_class=Response,
    responses={**_JPEG, **documented(401, 403, 404, 409, 422)},
)
def show_unredacted(frame_id: UUID, principal: PrincipalIn, services: ServicesIn) -> Response:
    """A frame as the camera sent it, while the queue is open for such; who asked is remembered."""
    data = services.labelling.unredacted_picture(principal, frame_id)
    return Response(data, media_type="image/jpeg", headers=_NOT_KEPT)


@router.get("/export", response_class=StreamingResponse, responses={**_ZIP, **documented(401, 403, 422)})
def export(
    principal: PrincipalIn, services: ServicesIn, form: Annotated[ExportForm, Query()] = ExportForm.YOLO
) -> StreamingResponse:
    """The newest redacted frames with their proposed boxes, as a zip for CVAT or Label Studio."""
    return _zip(services, principal, form, unredacted=False)


@router.post(
    "/unredacted-export", response_class=StreamingResponse, responses={**_ZIP, **documented(401, 403, 409, 422)}
)
def export_unredacted(
    principal: PrincipalIn, services: ServicesIn, form: Annotated[ExportForm, Query()] = ExportForm.YOLO
) -> StreamingResponse:
    """The frames that are kept as they were sent, while the queue is open for such; who asked is remembered."""
    return _zip(services, principal, form, unredacted=True)


@router.get("/openings", responses=documented(401, 403))
def list_openings(principal: PrincipalIn, services: ServicesIn) -> list[OpeningView]:
    """Every opening of the queue for unredacted frames, newest first."""
    return services.labelling.openings(principal)


@router.post("/openings", status_code=201, responses=documented(401, 403, 409, 422))
def open_queue(draft: OpeningDraft, principal: PrincipalIn, services: ServicesIn) -> OpeningView:
    """Have the queue keep unredacted pictures too, for a time."""
    return services.labelling.open(principal, draft)


@router.delete("/openings/{opening_id}", status_code=204, responses=documented(401, 403, 404, 422))
def close_queue(opening_id: UUID, principal: PrincipalIn, services: ServicesIn) -> None:
    """Close the queue for unredacted frames before its time."""
    services.labelling.close(principal, opening_id)


@router.get("/events", responses=documented(401, 403, 422))
def list_events(principal: PrincipalIn, services: ServicesIn, page: PageIn) -> PageOf[EventView]:
    """Who opened, closed, saw and exported unredacted frames, oldest first."""
    return page_of(services.labelling.events(principal, page))


def _zip(services: ServicesIn, principal: PrincipalIn, form: ExportForm, *, unredacted: bool) -> StreamingResponse:
    # A large export goes through a file without a name, which no crash leaves behind; an unredacted one through none.
    most_bytes = 0 if unredacted else _IN_MEMORY_BYTES
    file = tempfile.SpooledTemporaryFile(most_bytes)  # noqa: SIM115 - closed when it has been sent
    try:
        with open_zip(file) as archive:
            services.labelling.export(principal, form, ExportZip(archive), unredacted=unredacted)
    except BaseException:
        file.close()
        raise
    headers = {**_NOT_KEPT, "Content-Disposition": f'attachment; filename="labelling-{form.value}.zip"'}
    return StreamingResponse(_chunks(file), media_type="application/zip", headers=headers)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
