"""Cameras, and trying an address before it is registered."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.http.paging import PageOf, expected_version, page_of, page_request, tag
from api.http.problems import documented
from api.http.security import PrincipalIn, ServicesIn
from models.repositories.paging import PageRequest
from pipeline.probing import ProbeRequest, ProbeView
from pipeline.registry.camera_health import GradeView, HealthEventView, HealthView
from pipeline.registry.cameras import CameraDraft, CameraPatch, CameraView, KeyedCamera

router = APIRouter(prefix="/api/v1/cameras", tags=["cameras"])


class CameraHealthView(BaseModel):
    """How a camera fares: now (null if it was never watched), over the last hour, and before, newest first."""

    model_config = ConfigDict(frozen=True)

    health: HealthView | None
    last_hour: GradeView
    history: PageOf[HealthEventView]


class PushingCamera(KeyedCamera):
    """A camera that was given a key to push with, and where it is to send its pictures."""

    push_url: Annotated[str, Field(description="PUT or POST a JPEG here, with the key: Bearer, or as a password.")]


@router.get("", responses=documented(401, 403, 422))
def list_cameras(
    principal: PrincipalIn, services: ServicesIn, page: Annotated[PageRequest, Depends(page_request)]
) -> PageOf[CameraView]:
    """All cameras by name, each with how it fares."""
    return page_of(services.cameras.list(principal, page))


@router.post("", status_code=201, responses=documented(401, 403, 409, 422))
def register_camera(
    draft: CameraDraft, request: Request, response: Response, principal: PrincipalIn, services: ServicesIn
) -> PushingCamera | CameraView:
    """Register a camera; its credentials are sealed and never shown again.

    One whose sampling is push is answered with the key that it is to show, this once, and where it is to send to.
    """
    return _told(services.cameras.register(principal, draft), request, response)


@router.post("/probe", responses=documented(401, 403, 422, 502))
def probe_camera(request: ProbeRequest, principal: PrincipalIn, services: ServicesIn) -> ProbeView:
    """Open an address, listen for a few seconds, and say what it is, what to do about it and how to look at it.

    What is `proposed` goes into `POST /api/v1/cameras` as it stands.
    """
    return services.probing.probe(principal, request)


@router.get("/{camera_id}", responses=documented(401, 403, 404, 422))
def get_camera(camera_id: UUID, response: Response, principal: PrincipalIn, services: ServicesIn) -> CameraView:
    """One camera."""
    camera = services.cameras.get(principal, camera_id)
    tag(response, camera.version)
    return camera


@router.get("/{camera_id}/health", responses=documented(401, 403, 404, 422))
def get_camera_health(
    camera_id: UUID,
    principal: PrincipalIn,
    services: ServicesIn,
    page: Annotated[PageRequest, Depends(page_request)],
) -> CameraHealthView:
    """How one camera fares, with its history; `limit` and `after` page through that."""
    report = services.cameras.health(principal, camera_id, page)
    return CameraHealthView(health=report.health, last_hour=report.last_hour, history=page_of(report.history))


@router.patch("/{camera_id}", responses=documented(401, 403, 404, 409, 422))
def change_camera(
    camera_id: UUID,
    patch: CameraPatch,
    request: Request,
    response: Response,
    principal: PrincipalIn,
    services: ServicesIn,
    version: Annotated[int | None, Depends(expected_version)],
) -> PushingCamera | CameraView:
    """Change some of a camera; one that is to push from now on is answered with its key, as in registering."""
    return _told(services.cameras.change(principal, camera_id, patch, version), request, response)


@router.post("/{camera_id}/push-key", status_code=201, responses=documented(401, 403, 404, 409, 422))
def renew_push_key(
    camera_id: UUID,
    request: Request,
    response: Response,
    principal: PrincipalIn,
    services: ServicesIn,
    version: Annotated[int | None, Depends(expected_version)],
) -> PushingCamera:
    """Give a camera that pushes a new key, shown this once; the old one is refused from now on."""
    return _pushing(services.cameras.renew_push_key(principal, camera_id, version), request, response)


@router.delete("/{camera_id}", status_code=204, responses=documented(401, 403, 404, 422))
def retire_camera(camera_id: UUID, principal: PrincipalIn, services: ServicesIn) -> None:
    """Take a camera out of use; its placement ends, its history stays."""
    services.cameras.retire(principal, camera_id)


def _told(camera: CameraView, request: Request, response: Response) -> PushingCamera | CameraView:
    if isinstance(camera, KeyedCamera):
        return _pushing(camera, request, response)
    tag(response, camera.version)
    return camera


def _pushing(camera: KeyedCamera, request: Request, response: Response) -> PushingCamera:
    tag(response, camera.version)
    # The key stands in it: nothing on the way keeps a copy.
    response.headers["Cache-Control"] = "no-store"
    return PushingCamera(**dict(camera), push_url=str(request.url_for("take_picture", camera_id=camera.id)))
