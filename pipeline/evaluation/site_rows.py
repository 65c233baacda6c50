"""The rows that a card's site and cameras need in a database of their own, and as little of a roadmap as that takes."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from models.repositories.accounts import AccountRepository
from models.repositories.roadmap import RoadmapRepository
from models.repositories.sites import SiteRepository
from models.tables.accounts import Organisation
from models.tables.roadmap import Project, Region, RoadmapItem
from models.tables.sites import Camera, Placement, Site
from pipeline.evaluation.site_card import CardCamera, SiteCard
from pipeline.signals.calendar import Span

# A row's texts that nobody reads.
_LANGUAGES = ("kk", "ru", "en")
_TITLES = {f"title_{language}": "-" for language in _LANGUAGES}
_NAMES = {f"name_{language}": "-" for language in _LANGUAGES}


def enter_site(session: Session, card: SiteCard, footage: Span) -> UUID:
    """Enter as little of a roadmap as a site needs; give back the site's id."""
    owner_id, project_id, site_id = uuid4(), uuid4(), uuid4()
    accounts, roadmap, sites = AccountRepository(session), RoadmapRepository(session), SiteRepository(session)
    accounts.add(Organisation(id=owner_id, key="evaluation", kind="investor", **_NAMES))
    roadmap.add(Region(code="KZ-71", latitude=card.latitude, longitude=card.longitude, **_NAMES))
    roadmap.flush()
    starts_on, finishes_on = footage.starts_at.date(), footage.ends_at.date()
    texts = {f"{field}_{language}": "-" for field in ("post", "indicator", "unit") for language in _LANGUAGES}
    roadmap.add(
        RoadmapItem(
            number=1,
            direction="health",
            body_id=owner_id,
            starts_on=starts_on,
            due_on=finishes_on,
            target_quantity=1,
            document_id=None,
            **_TITLES,
            **texts,
        )
    )
    roadmap.flush()
    roadmap.add(
        Project(
            id=project_id,
            key=card.key,
            item_number=1,
            owner_id=owner_id,
            region="KZ-71",
            latitude=card.latitude,
            longitude=card.longitude,
            budget_kzt=None,
            starts_on=starts_on,
            finishes_on=finishes_on,
            created_at=footage.starts_at,
            retired_at=None,
            **_TITLES,
        )
    )
    roadmap.flush()
    sites.add(
        Site(
            id=site_id,
            project_id=project_id,
            latitude=card.latitude,
            longitude=card.longitude,
            time_zone=card.calendar.time_zone.key,
            work_days=sorted(card.calendar.work_days),
            opens_at=card.calendar.opens_at,
            closes_at=card.calendar.closes_at,
            holidays=[day.isoformat() for day in sorted(card.calendar.holidays)],
            created_at=footage.starts_at,
            retired_at=None,
            **_NAMES,
        )
    )
    sites.flush()
    return site_id


def enter_camera(
    session: Session, card: SiteCard, camera: CardCamera, site_id: UUID, starts_at: datetime
) -> tuple[UUID, UUID]:
    """Enter a camera that is placed from `starts_at` on; give back its id and its placement's."""
    camera_id, placement_id = uuid4(), uuid4()
    sites = SiteRepository(session)
    sites.add(
        Camera(
            id=camera_id,
            name=f"{card.key} {camera.key}",
            address_display="",
            sealed_address="",
            look_every_s=1.0,
            is_replay=True,
            created_at=starts_at,
            retired_at=None,
        )
    )
    sites.flush()
    sites.add(
        Placement(
            id=placement_id,
            camera_id=camera_id,
            site_id=site_id,
            starts_at=starts_at,
            ends_at=None,
            zones=[
                {"name": zone["key"], **{name: zone[name] for name in ("purpose", "polygon")}} for zone in camera.zones
            ],
            created_at=starts_at,
        )
    )
    sites.flush()
    return camera_id, placement_id
