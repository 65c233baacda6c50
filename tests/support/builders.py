"""Rows that tests start from: a small roadmap with one project, its site, camera and placement."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4

from models.database import Database
from models.principal import PERMISSIONS, Principal, Role
from models.repositories.accounts import AccountRepository
from models.repositories.roadmap import RoadmapRepository
from models.repositories.sites import SiteRepository
from models.tables.accounts import Organisation
from models.tables.roadmap import PlanTask, PlanVersion, Project, Region, Report, RoadmapItem
from models.tables.sites import Camera, Placement, Site

BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
ADMIN = Principal(UUID(int=1), "test admin", Role.ADMIN, PERMISSIONS[Role.ADMIN])


@dataclass(frozen=True, slots=True)
class Planted:
    """The ids of the rows planted."""

    owner_id: UUID
    other_owner_id: UUID
    item_number: int
    project_id: UUID
    site_id: UUID
    camera_id: UUID
    placement_id: UUID


def principal(role: Role, organisation_id: UUID | None = None) -> Principal:
    """A principal with its role's permissions."""
    return Principal(uuid4(), f"test {role.value}", role, PERMISSIONS[role], organisation_id)


def plant(
    database: Database,
    *,
    number: int = 17,
    starts_on: date = date(2026, 6, 1),
    finishes_on: date = date(2026, 12, 31),
    placed_at: datetime = BEFORE,
    sealed_address: str = "",
    has_camera: bool = True,
) -> Planted:
    """Plant an item with one project, planned as one task, with a site that works Mon-Sat 09-18 Almaty time."""
    owner_id, other_id = uuid4(), uuid4()
    project_id, site_id, camera_id, placement_id, version_id = (uuid4() for _ in range(5))
    texts = {"title_kk": "Аурухана", "title_ru": "Больница", "title_en": "Hospital"}
    names = {"name_kk": "Алаң", "name_ru": "Площадка", "name_en": "Site"}
    with database.transaction() as session:
        accounts, roadmap, sites = AccountRepository(session), RoadmapRepository(session), SiteRepository(session)
        accounts.add(_organisation(owner_id, f"owner-{number}"))
        accounts.add(_organisation(other_id, f"other-{number}"))
        if not roadmap.regions():
            roadmap.add(Region(code="KZ-71", latitude=51.1, longitude=71.4, **names))
        roadmap.flush()
        roadmap.add(
            RoadmapItem(
                number=number,
                direction="health",
                body_id=owner_id,
                post_kk="Вице-министр",
                post_ru="Вице-министр",
                post_en="Vice-minister",
                starts_on=date(2024, 1, 1),
                due_on=date(2028, 12, 31),
                indicator_kk="Нысандар",
                indicator_ru="Объекты",
                indicator_en="Facilities",
                target_quantity=80,
                unit_kk="нысан",
                unit_ru="объектов",
                unit_en="facilities",
                document_id=None,
                **texts,
            )
        )
        roadmap.flush()
        roadmap.add(
            Project(
                id=project_id,
                key=f"project-{number}",
                item_number=number,
                owner_id=owner_id,
                region="KZ-71",
                latitude=51.1,
                longitude=71.4,
                budget_kzt=1_000_000,
                starts_on=starts_on,
                finishes_on=finishes_on,
                created_at=BEFORE,
                retired_at=None,
                **texts,
            )
        )
        roadmap.flush()
        roadmap.add(
            PlanVersion(
                id=version_id, project_id=project_id, number=1, reason="first", created_at=BEFORE, created_by="test"
            )
        )
        roadmap.flush()
        roadmap.add(
            PlanTask(
                id=uuid4(),
                plan_version_id=version_id,
                key="frame",
                starts_on=starts_on,
                finishes_on=finishes_on,
                weight=1.0,
                **texts,
            )
        )
        if has_camera:
            sites.add(
                Site(
                    id=site_id,
                    project_id=project_id,
                    latitude=51.1,
                    longitude=71.4,
                    time_zone="Asia/Almaty",
                    work_days=[1, 2, 3, 4, 5, 6],
                    opens_at=time(9),
                    closes_at=time(18),
                    holidays=[],
                    created_at=BEFORE,
                    retired_at=None,
                    **names,
                )
            )
            sites.add(
                Camera(
                    id=camera_id,
                    name=f"camera-{number}",
                    address_display="rtsp://192.0.2.1/live",
                    sealed_address=sealed_address,
                    look_every_s=10.0,
                    is_replay=False,
                    created_at=BEFORE,
                    retired_at=None,
                )
            )
            sites.flush()
            sites.add(
                Placement(
                    id=placement_id,
                    camera_id=camera_id,
                    site_id=site_id,
                    starts_at=placed_at,
                    ends_at=None,
                    zones=[],
                    created_at=BEFORE,
                )
            )
    return Planted(owner_id, other_id, number, project_id, site_id, camera_id, placement_id)


def report(database: Database, project_id: UUID, percent: float, on: date, at: datetime = BEFORE) -> None:
    """An owner's report."""
    with database.transaction() as session:
        RoadmapRepository(session).add(
            Report(
                id=uuid4(),
                project_id=project_id,
                reported_on=on,
                percent=percent,
                text="",
                is_synthetic=False,
                reported_by="test",
                created_at=at,
            )
        )


def _organisation(organisation_id: UUID, key: str) -> Organisation:
    return Organisation(id=organisation_id, key=key, kind="akimat", name_kk=key, name_ru=key, name_en=key)
