"""Placements: a camera aimed at a site between two dates, with the zones on its picture."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Self
from uuid import UUID, uuid4

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from models.changes import apply_patch, check_version
from models.database import Database
from models.errors import ConflictError, FieldProblem, InvalidError, NotFoundError
from models.principal import Permission, Principal
from models.repositories.paging import Page, PageRequest
from models.repositories.progress import ProgressRepository
from models.repositories.sites import SiteRepository
from models.repositories.views import ViewRepository
from models.tables.sites import Placement
from models.words import ZonePurpose
from pipeline.registry.zone_shape import shape_problem

# Far from the ends of the calendar, where no time zone can be reckoned with any more.
Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2100, 1, 1, tzinfo=UTC))]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Point = tuple[Share, Share]


Polygon = Annotated[
    tuple[Point, ...],
    Field(min_length=3, max_length=200, description="Corners in shares (0..1) of the picture's width and height."),
]


class Zone(BaseModel):
    """A polygon on the picture with its purpose."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=120)]
    purpose: ZonePurpose
    polygon: Polygon


def _are_drawn_well(zones: tuple[Zone, ...]) -> tuple[Zone, ...]:
    names: set[str] = set()
    for number, zone in enumerate(zones, start=1):
        problem = shape_problem(zone.polygon)
        if problem is not None:
            raise ValueError(f"zone {number}, {zone.name!r}, {problem}")
        if zone.name in names:
            raise ValueError(f"zone {number} is called {zone.name!r} as another is; give each a name of its own")
        names.add(zone.name)
    return zones


# Only what is drawn anew is asked for its shape: what was stored before stays to be seen.
DrawnZones = Annotated[tuple[Zone, ...], AfterValidator(_are_drawn_well)]


class PlacementDraft(BaseModel):
    """A camera to be aimed at a site; it starts now where no time is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    camera_id: UUID
    site_id: UUID
    starts_at: Moment | None = None
    zones: DrawnZones = ()


class PlacementPatch(BaseModel):
    """New zones, or the end of a placement; where it started and looked is history."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ends_at: Moment | None = None
    zones: DrawnZones | None = None


class PlacementView(BaseModel):
    """A placement as it is shown.

    `suspended_since`: its camera was moved, and what is built is read from nothing until an operator confirms its view.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    camera_id: UUID
    site_id: UUID
    starts_at: datetime
    ends_at: datetime | None
    suspended_since: datetime | None
    zones: list[Zone]
    version: int

    @classmethod
    def of(cls, placement: Placement) -> Self:
        """Show a stored placement."""
        return cls.model_validate(placement, from_attributes=True)


class PlacementService:
    """Aiming cameras at sites."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def list(
        self,
        principal: Principal,
        request: PageRequest,
        *,
        camera_id: UUID | None = None,
        site_id: UUID | None = None,
    ) -> Page[PlacementView]:
        """A page of placements."""
        principal.require(Permission.CAMERA_READ)
        with self._database.reading() as session:
            page = SiteRepository(session).placements(request, camera_id=camera_id, site_id=site_id)
            return Page([PlacementView.of(placement) for placement in page.rows], page.next_after)

    def get(self, principal: Principal, placement_id: UUID) -> PlacementView:
        """One placement."""
        principal.require(Permission.CAMERA_READ)
        with self._database.reading() as session:
            return PlacementView.of(_placement(SiteRepository(session), placement_id))

    def begin(self, principal: Principal, draft: PlacementDraft) -> PlacementView:
        """Aim a camera at a site.

        Raises:
            InvalidError: the camera or site does not exist.
            ConflictError: the camera still stands elsewhere; that placement must end first.
        """
        principal.require(Permission.CAMERA_WRITE)
        starts_at = draft.starts_at or self._now()
        with self._database.transaction() as session:
            repository = SiteRepository(session)
            if repository.lock_camera(draft.camera_id) is None:
                raise InvalidError(FieldProblem("camera_id", "names no camera"))
            if repository.site(draft.site_id) is None:
                raise InvalidError(FieldProblem("site_id", "names no site"))
            if repository.open_placement(draft.camera_id, starts_at) is not None:
                raise ConflictError("This camera has a placement that has not ended; end that one first.")
            placement = Placement(
                id=uuid4(),
                camera_id=draft.camera_id,
                site_id=draft.site_id,
                starts_at=starts_at,
                ends_at=None,
                zones=_stored(draft.zones),
                created_at=self._now(),
            )
            repository.add(placement)
            repository.flush()
            return PlacementView.of(placement)

    def change(
        self, principal: Principal, placement_id: UUID, patch: PlacementPatch, version: int | None
    ) -> PlacementView:
        """End a placement or redraw its zones; with `version`, only if it is still that one."""
        principal.require(Permission.CAMERA_WRITE)
        with self._database.transaction() as session:
            repository = SiteRepository(session)
            placement = _placement(repository, placement_id)
            check_version(placement.version, version)
            values: dict[str, object] = {}
            if patch.ends_at is not None:
                if placement.ends_at is not None:
                    raise ConflictError("This placement has ended; what was is not rewritten.")
                if patch.ends_at <= placement.starts_at:
                    raise InvalidError(FieldProblem("ends_at", "must come after the placement's start"))
                values["ends_at"] = patch.ends_at
            if patch.zones is not None:
                values["zones"] = _stored(patch.zones)
            apply_patch(placement, values)
            repository.flush()
            return PlacementView.of(placement)

    def end(self, principal: Principal, placement_id: UUID) -> None:
        """End a placement now; one that has ended already stays as it is."""
        principal.require(Permission.CAMERA_WRITE)
        with self._database.transaction() as session:
            placement = _placement(SiteRepository(session), placement_id)
            end_now(session, placement, self._now())


def end_now(session: Session, placement: Placement, now: datetime) -> None:
    """End a placement; one that has not begun yet is taken back, one that has ended stays."""
    if placement.starts_at >= now:
        ViewRepository(session).forget(placement.id)
        ProgressRepository(session).forget(placement.id)
        session.delete(placement)
    elif placement.ends_at is None or placement.ends_at > now:
        placement.ends_at = now


def _stored(zones: tuple[Zone, ...]) -> list[dict[str, object]]:
    return [zone.model_dump(mode="json") for zone in zones]


def _placement(repository: SiteRepository, placement_id: UUID) -> Placement:
    placement = repository.placement(placement_id)
    if placement is None:
        raise NotFoundError(f"There is no placement {placement_id}.")
    return placement
