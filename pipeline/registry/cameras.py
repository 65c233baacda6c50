"""Cameras: an address with credentials that nobody sees again, and a sampling policy."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy.orm import Session

from models.changes import apply_patch, check_version
from models.database import Database
from models.errors import ConflictError, FieldProblem, InvalidError, NotFoundError
from models.principal import Permission, Principal
from models.repositories.health import HealthRepository
from models.repositories.paging import Page, PageRequest
from models.repositories.push import PushRepository
from models.repositories.sites import SiteRepository
from models.secrets import Seal
from models.tables.sites import Camera, CameraHealth
from models.words import RtspTransport, Sampling
from pipeline.registry.camera_health import CameraHealthReport, GradeView, HealthEventView, HealthView
from pipeline.registry.placements import end_now
from pipeline.registry.push_key import new_push_key, push_key_digest
from pipeline.registry.sampling import SamplingPolicy
from streams.address import StreamAddress
from streams.errors import UnreachableError
from streams.network_policy import NetworkPolicy

CameraName = Annotated[str, Field(min_length=1, max_length=120)]
Address = Annotated[SecretStr, Field(min_length=1, max_length=2000, examples=["rtsp://192.0.2.10:554/stream2"])]
Username = Annotated[str, Field(max_length=200)]
LookEvery = Annotated[float, Field(ge=0.2, le=86400, description="Seconds between two looks at the stream.")]
Burst = Annotated[
    float,
    Field(ge=0.5, le=600, description="Seconds that a burst lasts; below look_every_s. Below 1 it is one picture."),
]
HowSampled = Annotated[
    Sampling,
    Field(
        description="How the camera is looked at; push: it sends JPEGs to PUT /api/v1/cameras/{camera_id}/picture by "
        "itself, with a key of its own, and has no address."
    ),
]
OffHoursEvery = Annotated[
    float,
    Field(
        ge=0.2,
        le=86400,
        description="Seconds between looks outside the site's scheduled hours (its days, hours and holidays), not "
        "below look_every_s; null: the same at all hours. A connection of continuous stands all the same.",
    ),
]


class CameraDraft(BaseModel):
    """A camera to be registered; user and password stand apart or in the address, which a pushing camera lacks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: CameraName
    address: Address | None = None
    username: Username | None = Field(None, repr=False)
    password: SecretStr | None = None
    look_every_s: LookEvery = 10.0
    sampling: HowSampled = Sampling.CONTINUOUS
    burst_s: Burst = 6.0
    off_hours_every_s: OffHoursEvery | None = None
    rtsp_transport: RtspTransport = RtspTransport.AUTO


class CameraPatch(BaseModel):
    """What is to change about a camera; credentials go with an address, never alone.

    What is left out or null stays; only `off_hours_every_s` is taken away by a null.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: CameraName | None = None
    address: Address | None = None
    username: Username | None = Field(None, repr=False)
    password: SecretStr | None = None
    look_every_s: LookEvery | None = None
    sampling: HowSampled | None = None
    burst_s: Burst | None = None
    off_hours_every_s: OffHoursEvery | None = None
    rtsp_transport: RtspTransport | None = None


class CameraView(BaseModel):
    """A camera as it is shown: never with its credentials."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str
    address: Annotated[str, Field(description="Without its log-in; empty where the camera pushes.")]
    look_every_s: float
    sampling: Sampling
    burst_s: float
    off_hours_every_s: float | None
    rtsp_transport: RtspTransport
    is_replay: bool
    health: HealthView | None
    version: int

    @classmethod
    def of(cls, camera: Camera, health: CameraHealth | None) -> Self:
        """Show a stored camera."""
        return cls(
            id=camera.id,
            name=camera.name,
            address=camera.address_display,
            look_every_s=camera.look_every_s,
            sampling=Sampling(camera.sampling),
            burst_s=camera.burst_s,
            off_hours_every_s=camera.off_hours_every_s,
            rtsp_transport=RtspTransport(camera.rtsp_transport),
            is_replay=camera.is_replay,
            health=None if health is None else HealthView.model_validate(health, from_attributes=True),
            version=camera.version,
        )


class KeyedCamera(CameraView):
    """A camera that was given a key to push with; nobody is shown the key again."""

    push_key: Annotated[str, Field(repr=False, description="Shown this once; a new one can be made.")]

    @classmethod
    def holding(cls, view: CameraView, key: str) -> Self:
        """A camera with the key that it was given just now."""
        return cls(**dict(view), push_key=key)


class CameraService:
    """Registering and minding cameras."""

    def __init__(self, database: Database, now: Callable[[], datetime], seal: Seal, policy: NetworkPolicy) -> None:
        self._database = database
        self._now = now
        self._seal = seal
        self._policy = policy

    def list(self, principal: Principal, request: PageRequest) -> Page[CameraView]:
        """A page of cameras."""
        principal.require(Permission.CAMERA_READ)
        with self._database.reading() as session:
            repository = SiteRepository(session)
            page = repository.cameras(request)
            health = repository.health_of([camera.id for camera in page.rows])
            return Page([CameraView.of(camera, health.get(camera.id)) for camera in page.rows], page.next_after)

    def get(self, principal: Principal, camera_id: UUID) -> CameraView:
        """One camera."""
        principal.require(Permission.CAMERA_READ)
        with self._database.reading() as session:
            camera = _camera(session, camera_id)
            return CameraView.of(camera, SiteRepository(session).health_of([camera.id]).get(camera.id))

    def health(self, principal: Principal, camera_id: UUID, request: PageRequest) -> CameraHealthReport:
        """How one camera fares, with a page of its changes of state, newest first."""
        principal.require(Permission.CAMERA_READ)
        with self._database.reading() as session:
            camera = _camera(session, camera_id)
            present = SiteRepository(session).health_of([camera.id]).get(camera.id)
            repository = HealthRepository(session)
            page = repository.history(camera.id, request)
            events = [HealthEventView.model_validate(event, from_attributes=True) for event in page.rows]
            return CameraHealthReport(
                health=None if present is None else HealthView.model_validate(present, from_attributes=True),
                last_hour=GradeView.of(repository.grade(camera.id, self._now())),
                history=Page(events, page.next_after),
            )

    def register(self, principal: Principal, draft: CameraDraft, *, is_replay: bool = False) -> CameraView:
        """Register a camera; its address must be one that this deployment may open. One that pushes gets its key.

        Raises:
            AddressRefusedError: the address breaks a rule, which it names.
            ConflictError: another camera has that name.
            InvalidError: the sampling policy's parts don't go together.
        """
        principal.require(Permission.CAMERA_WRITE)
        address = None
        if draft.address is not None:
            address = self._checked(draft.address, draft.username, draft.password)
        elif draft.username is not None or draft.password is not None:
            raise InvalidError(FieldProblem("address", "is needed where there is a username or a password for it"))
        scheme = None if address is None else address.scheme
        SamplingPolicy(draft.sampling, draft.look_every_s, draft.burst_s, draft.off_hours_every_s, scheme)
        key = new_push_key() if draft.sampling is Sampling.PUSH else None
        with self._database.transaction() as session:
            repository = SiteRepository(session)
            _require_free_name(repository, draft.name)
            camera = Camera(
                id=uuid4(),
                name=draft.name,
                address_display="" if address is None else address.display,
                sealed_address="" if address is None else self._seal.close_over(address.reveal()),
                look_every_s=draft.look_every_s,
                sampling=draft.sampling.value,
                burst_s=draft.burst_s,
                off_hours_every_s=draft.off_hours_every_s,
                rtsp_transport=draft.rtsp_transport.value,
                push_key_sha256=None if key is None else push_key_digest(key),
                is_replay=is_replay,
                created_at=self._now(),
                retired_at=None,
            )
            repository.add(camera)
            repository.flush()
            view = CameraView.of(camera, None)
        return view if key is None else KeyedCamera.holding(view, key)

    def change(self, principal: Principal, camera_id: UUID, patch: CameraPatch, version: int | None) -> CameraView:
        """Change some of a camera; with `version`, only if it is still that one.

        One that is to push from now on loses its address and gets its key, one that pushes no more loses its key and
        the pictures that wait: what is not needed is not kept.
        """
        principal.require(Permission.CAMERA_WRITE)
        values: dict[str, object] = patch.model_dump(
            mode="json", exclude_unset=True, exclude_none=True, exclude={"address", "username", "password"}
        )
        if "off_hours_every_s" in patch.model_fields_set:
            values["off_hours_every_s"] = patch.off_hours_every_s
        if patch.address is not None:
            address = self._checked(patch.address, patch.username, patch.password)
            values |= {"address_display": address.display, "sealed_address": self._seal.close_over(address.reveal())}
        elif patch.username is not None or patch.password is not None:
            raise ConflictError("Credentials are changed together with the address; send the address too.")
        elif patch.sampling is Sampling.PUSH:
            values |= {"address_display": "", "sealed_address": ""}
        with self._database.transaction() as session:
            repository = SiteRepository(session)
            camera = _camera(session, camera_id)
            check_version(camera.version, version)
            if patch.name is not None and patch.name != camera.name:
                _require_free_name(repository, patch.name)
            was_pushing = camera.sampling == Sampling.PUSH.value
            apply_patch(camera, values)
            _require_sound_policy(camera)
            key = _follow_sampling(session, camera, was_pushing=was_pushing)
            repository.flush()
            view = CameraView.of(camera, repository.health_of([camera.id]).get(camera.id))
        return view if key is None else KeyedCamera.holding(view, key)

    def renew_push_key(self, principal: Principal, camera_id: UUID, version: int | None) -> KeyedCamera:
        """Give a camera that pushes a new key; the old one is refused from now on.

        Raises:
            ConflictError: the camera doesn't push.
        """
        principal.require(Permission.CAMERA_WRITE)
        key = new_push_key()
        with self._database.transaction() as session:
            repository = SiteRepository(session)
            camera = _camera(session, camera_id)
            check_version(camera.version, version)
            if camera.sampling != Sampling.PUSH.value:
                raise ConflictError("Only a camera whose sampling is push has a key; change that first.")
            camera.push_key_sha256 = push_key_digest(key)
            repository.flush()
            view = CameraView.of(camera, repository.health_of([camera.id]).get(camera.id))
        return KeyedCamera.holding(view, key)

    def retire(self, principal: Principal, camera_id: UUID) -> None:
        """Take a camera out of use: its placement ends, its name is free again, its history stays."""
        principal.require(Permission.CAMERA_WRITE)
        now = self._now()
        with self._database.transaction() as session:
            camera = _camera(session, camera_id)
            placement = SiteRepository(session).open_placement(camera.id, now)
            if placement is not None:
                end_now(session, placement, now)
            camera.retired_at = now
            camera.name = f"{camera.name} ({camera.id})"[-120:]
            # What is not needed is not kept: no connection will be opened again.
            camera.sealed_address = ""
            camera.push_key_sha256 = None
            PushRepository(session).forget(camera.id)

    def _checked(self, address: SecretStr, username: str | None, password: SecretStr | None) -> StreamAddress:
        parsed = StreamAddress.parse(
            address.get_secret_value(),
            username=username,
            password=None if password is None else password.get_secret_value(),
        )
        try:
            self._policy.check(parsed)
        except UnreachableError:
            # A name that nobody can resolve yet may still be registered; the check is repeated
            # before every connection.
            return parsed
        return parsed


def _camera(session: Session, camera_id: UUID) -> Camera:
    camera = SiteRepository(session).camera(camera_id)
    if camera is None:
        raise NotFoundError(f"There is no camera {camera_id}.")
    return camera


def _follow_sampling(session: Session, camera: Camera, *, was_pushing: bool) -> str | None:
    """Give a camera that is to push its key, take it from one that pushes no more; return what was given."""
    is_pushing = camera.sampling == Sampling.PUSH.value
    if is_pushing and not was_pushing:
        key = new_push_key()
        camera.push_key_sha256 = push_key_digest(key)
        return key
    if was_pushing and not is_pushing:
        camera.push_key_sha256 = None
        PushRepository(session).forget(camera.id)
    return None


def _require_sound_policy(camera: Camera) -> None:
    scheme = camera.address_display.partition("://")[0] or None
    SamplingPolicy(Sampling(camera.sampling), camera.look_every_s, camera.burst_s, camera.off_hours_every_s, scheme)


def _require_free_name(repository: SiteRepository, name: str) -> None:
    if repository.camera_by_name(name) is not None:
        raise ConflictError(f"Another camera is already called {name!r}.")
