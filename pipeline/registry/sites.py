"""Sites: where the works of a project are, their time zone and work calendar."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated, Self
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from models.changes import apply_patch, check_version
from models.database import Database
from models.errors import FieldProblem, InvalidError, NotFoundError
from models.principal import Permission, Principal
from models.repositories.paging import Page, PageRequest
from models.repositories.roadmap import RoadmapRepository
from models.repositories.sites import SiteRepository
from models.tables.sites import Site
from pipeline.registry.placements import end_now
from pipeline.signals.calendar import WorkCalendar


def _known_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is not a time zone of the IANA database, such as Asia/Almaty") from None
    return name


def _without_zone(clock_time: time) -> time:
    if clock_time.tzinfo is not None:
        raise ValueError("is a time of day in the site's own zone; leave the offset out")
    return clock_time


ClockTime = Annotated[time, AfterValidator(_without_zone)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
TimeZoneName = Annotated[str, Field(max_length=64), AfterValidator(_known_time_zone)]
Weekdays = Annotated[
    frozenset[Annotated[int, Field(ge=1, le=7)]],
    Field(description="ISO weekdays, 1 is Monday. With none every day is NON_WORKING, and its signal says so."),
]
# Others are slips of the pen.
Holiday = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
Holidays = Annotated[frozenset[Holiday], Field(max_length=4000)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class SiteDraft(BaseModel):
    """A site to be registered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project_id: UUID
    name_kk: Name
    name_ru: Name
    name_en: Name
    latitude: Latitude
    longitude: Longitude
    time_zone: TimeZoneName = "Asia/Almaty"
    work_days: Weekdays = frozenset({1, 2, 3, 4, 5, 6})
    opens_at: ClockTime = time(9, 0)
    closes_at: Annotated[
        ClockTime, Field(description="Before opening: a shift into the next day. The same: round the clock.")
    ] = time(18, 0)
    holidays: Holidays = frozenset()


class SitePatch(BaseModel):
    """What is to change about a site; what is left out stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name_kk: Name | None = None
    name_ru: Name | None = None
    name_en: Name | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    time_zone: TimeZoneName | None = None
    work_days: Weekdays | None = None
    opens_at: ClockTime | None = None
    closes_at: ClockTime | None = None
    holidays: Holidays | None = None


class SiteView(BaseModel):
    """A site as it is shown."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    project_id: UUID
    name_kk: str
    name_ru: str
    name_en: str
    latitude: float
    longitude: float
    time_zone: str
    work_days: list[int]
    opens_at: time
    closes_at: time
    holidays: list[date]
    version: int

    @classmethod
    def of(cls, site: Site) -> Self:
        """Show a stored site."""
        return cls.model_validate(site, from_attributes=True)


class SiteService:
    """Registering and minding sites."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def list(self, principal: Principal, request: PageRequest, project_id: UUID | None = None) -> Page[SiteView]:
        """A page of the sites that the principal may see."""
        principal.require(Permission.PROJECT_READ)
        with self._database.reading() as session:
            page = SiteRepository(session).sites(
                request, project_id=project_id, owner_id=principal.sees_only_organisation
            )
            return Page([SiteView.of(site) for site in page.rows], page.next_after)

    def get(self, principal: Principal, site_id: UUID) -> SiteView:
        """One site."""
        principal.require(Permission.PROJECT_READ)
        with self._database.reading() as session:
            return SiteView.of(visible_site(session, principal, site_id))

    def register(self, principal: Principal, draft: SiteDraft) -> SiteView:
        """Register a site of an existing project."""
        principal.require(Permission.CAMERA_WRITE)
        with self._database.transaction() as session:
            if RoadmapRepository(session).project(draft.project_id) is None:
                raise InvalidError(FieldProblem("project_id", "names no project"))
            site = Site(
                id=uuid4(),
                created_at=self._now(),
                retired_at=None,
                **_storable(draft.model_dump()),
            )
            repository = SiteRepository(session)
            repository.add(site)
            repository.flush()
            return SiteView.of(site)

    def change(self, principal: Principal, site_id: UUID, patch: SitePatch, version: int | None) -> SiteView:
        """Change some of a site; with `version`, only if it is still that one."""
        principal.require(Permission.CAMERA_WRITE)
        with self._database.transaction() as session:
            site = visible_site(session, principal, site_id)
            check_version(site.version, version)
            apply_patch(site, _storable(patch.model_dump(exclude_unset=True, exclude_none=True)))
            SiteRepository(session).flush()
            return SiteView.of(site)

    def retire(self, principal: Principal, site_id: UUID) -> None:
        """Take a site out of use; its placements end, its history stays."""
        principal.require(Permission.CAMERA_WRITE)
        now = self._now()
        with self._database.transaction() as session:
            site = visible_site(session, principal, site_id)
            site.retired_at = now
            for placement in SiteRepository(session).placements_of_site(site.id):
                end_now(session, placement, now)


def visible_site(session: Session, principal: Principal, site_id: UUID, *, may_be_retired: bool = False) -> Site:
    """One site that the principal may know of.

    Raises:
        NotFoundError: there is none, it is retired and may not be, or it is another owner's.
    """
    site = SiteRepository(session).site(site_id, principal.sees_only_organisation, may_be_retired=may_be_retired)
    if site is None:
        raise NotFoundError(f"There is no site {site_id}.")
    return site


def calendar_of(site: Site) -> WorkCalendar:
    """A stored site's work calendar."""
    return WorkCalendar(
        ZoneInfo(site.time_zone),
        frozenset(site.work_days),
        site.opens_at,
        site.closes_at,
        frozenset(date.fromisoformat(day) for day in site.holidays),
    )


def _storable(values: dict[str, object]) -> dict[str, object]:
    stored = dict(values)
    if isinstance(days := stored.get("work_days"), frozenset):
        stored["work_days"] = sorted(days)
    if isinstance(holidays := stored.get("holidays"), frozenset):
        stored["holidays"] = sorted(day.isoformat() for day in holidays)
    return stored
