"""Queries over sites, cameras, placements and camera health."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.repositories.health import HealthRepository
from models.repositories.paging import Page, PageRequest, read_page
from models.tables.roadmap import Project
from models.tables.sites import Camera, CameraHealth, Placement, Site


@dataclass(frozen=True, slots=True)
class Watched:
    """A camera in its present placement, with the site it looks at."""

    camera: Camera
    placement: Placement
    site: Site


class SiteRepository:
    """Where cameras look, and how they fare."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def site(self, site_id: UUID, owner_id: UUID | None = None, *, may_be_retired: bool = False) -> Site | None:
        """One site, not retired unless it may be; where `owner_id` is given, only of that owner's projects."""
        statement = select(Site).where(Site.id == site_id)
        if not may_be_retired:
            statement = statement.where(Site.retired_at.is_(None))
        if owner_id is not None:
            statement = statement.join(Project, Project.id == Site.project_id).where(Project.owner_id == owner_id)
        return self._session.scalar(statement)

    def sites(
        self, request: PageRequest, *, project_id: UUID | None = None, owner_id: UUID | None = None
    ) -> Page[Site]:
        """A page of sites by id."""
        statement = select(Site).where(Site.retired_at.is_(None))
        if project_id is not None:
            statement = statement.where(Site.project_id == project_id)
        if owner_id is not None:
            statement = statement.join(Project, Project.id == Site.project_id).where(Project.owner_id == owner_id)
        return read_page(self._session, statement, Site.id, request)

    def sites_of_project(self, project_id: UUID) -> Sequence[Site]:
        """All sites of a project that are not retired."""
        statement = select(Site).where(Site.project_id == project_id, Site.retired_at.is_(None))
        return self._session.scalars(statement.order_by(Site.created_at, Site.id)).all()

    def projects_with_sites(self) -> Sequence[UUID]:
        """Every project in force that has a site in use."""
        statement = (
            select(Site.project_id)
            .join(Project, Project.id == Site.project_id)
            .where(Site.retired_at.is_(None), Project.retired_at.is_(None))
            .distinct()
        )
        return self._session.scalars(statement).all()

    def watched_projects(self, project_ids: Iterable[UUID], at: datetime) -> set[UUID]:
        """Those of the projects at which a camera is placed at `at`."""
        statement = (
            select(Site.project_id)
            .join(Placement, Placement.site_id == Site.id)
            .join(Camera, Camera.id == Placement.camera_id)
            .where(Site.project_id.in_(list(project_ids)), Site.retired_at.is_(None), Camera.retired_at.is_(None))
            .where(Placement.starts_at <= at, (Placement.ends_at.is_(None)) | (Placement.ends_at > at))
        )
        return set(self._session.scalars(statement))

    def lock_camera(self, camera_id: UUID) -> Camera | None:
        """One camera that is not retired, locked until the transaction ends."""
        statement = select(Camera).where(Camera.id == camera_id, Camera.retired_at.is_(None))
        return self._session.scalar(statement.with_for_update())

    def camera(self, camera_id: UUID) -> Camera | None:
        """One camera that is not retired."""
        return self._session.scalar(select(Camera).where(Camera.id == camera_id, Camera.retired_at.is_(None)))

    def camera_by_name(self, name: str) -> Camera | None:
        """One camera by its name, retired or not."""
        return self._session.scalar(select(Camera).where(Camera.name == name))

    def cameras(self, request: PageRequest) -> Page[Camera]:
        """A page of cameras by name."""
        return read_page(self._session, select(Camera).where(Camera.retired_at.is_(None)), Camera.name, request)

    def health_of(self, camera_ids: Sequence[UUID]) -> dict[UUID, CameraHealth]:
        """How the named cameras fare; a camera that was never watched is absent."""
        statement = select(CameraHealth).where(CameraHealth.camera_id.in_(camera_ids))
        return {health.camera_id: health for health in self._session.scalars(statement)}

    def forget_live(self, state: str, since: datetime) -> None:
        """Put every camera's health back to `state`, each change with its event: who watched them is gone."""
        history = HealthRepository(self._session)
        for camera_id in self._session.scalars(select(CameraHealth.camera_id).where(CameraHealth.state != state)).all():
            history.append(camera_id, state, "What watched it has ended.", since)
        self._session.execute(update(CameraHealth).values(state=state, reason="", since=since))

    def placement(self, placement_id: UUID) -> Placement | None:
        """One placement, past or present."""
        return self._session.get(Placement, placement_id)

    def placements(
        self, request: PageRequest, *, camera_id: UUID | None = None, site_id: UUID | None = None
    ) -> Page[Placement]:
        """A page of placements by id."""
        statement = select(Placement)
        if camera_id is not None:
            statement = statement.where(Placement.camera_id == camera_id)
        if site_id is not None:
            statement = statement.where(Placement.site_id == site_id)
        return read_page(self._session, statement, Placement.id, request)

    def placements_of_site(self, site_id: UUID) -> Sequence[Placement]:
        """All placements at a site, oldest first."""
        statement = select(Placement).where(Placement.site_id == site_id)
        return self._session.scalars(statement.order_by(Placement.starts_at, Placement.id)).all()

    def open_placement(self, camera_id: UUID, at: datetime) -> Placement | None:
        """The placement of a camera that has not ended at `at`, begun or not."""
        statement = select(Placement).where(
            Placement.camera_id == camera_id, (Placement.ends_at.is_(None)) | (Placement.ends_at > at)
        )
        return self._session.scalar(statement.order_by(Placement.starts_at).limit(1))

    def watched(self, at: datetime, camera_id: UUID | None = None) -> Sequence[Watched]:
        """Every camera that is to be watched at `at`, or the one named if it is, with its placement and site."""
        statement = (
            select(Camera, Placement, Site)
            .join(Placement, Placement.camera_id == Camera.id)
            .join(Site, Site.id == Placement.site_id)
            .join(Project, Project.id == Site.project_id)
            .where(Camera.retired_at.is_(None), Site.retired_at.is_(None), Project.retired_at.is_(None))
            .where(Placement.starts_at <= at, (Placement.ends_at.is_(None)) | (Placement.ends_at > at))
            .order_by(Camera.name)
        )
        if camera_id is not None:
            statement = statement.where(Camera.id == camera_id)
        return [Watched(camera, placement, site) for camera, placement, site in self._session.execute(statement)]

    def add(self, row: Site | Camera | Placement | CameraHealth) -> None:
        """Remember a new row."""
        self._session.add(row)

    def flush(self) -> None:
        """Send what is pending to the database, so that its constraints speak now."""
        self._session.flush()
