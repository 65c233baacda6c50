"""Entering the sample sites: plan, report, site, cameras and placements from a site's card."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from pydantic import SecretStr

from api.command_error import CommandError
from api.sample_sites import SampleCamera, SampleSite
from api.wiring import Instance
from models.plan_curve import planned_percent_of
from models.principal import Principal
from models.repositories.roadmap import RoadmapRepository
from models.repositories.sites import SiteRepository
from models.tables.roadmap import Project, Report
from pipeline.evaluation.card_kinds import kind_of
from pipeline.registry.cameras import CameraDraft, CameraPatch
from pipeline.registry.element_drawing import ElementDraft
from pipeline.registry.placements import PlacementDraft, Zone
from pipeline.registry.sites import SiteDraft
from roadmap.projects import PlanDraft, TaskDraft
from roadmap.refresh import refresh_item
from roadmap.sample_roadmap import SAMPLE_AUTHOR
from vision.progress.work_element import Growth

LIVE_LOOK_EVERY_S = 2.0
# Nobody listens on the discard port of this machine: what a camera without power looks like.
DEAD_ADDRESS = "http://127.0.0.1:9/offline.ts"
# How far under its plan a sample owner reports, in percentage points: some candid, one not.
_REPORTED_LAG_POINTS = {"hospital": 2.0, "road-bridge": 4.0, "pipeline": 3.0}


def enter_site(instance: Instance, principal: Principal, site: SampleSite, anchor_on: date) -> UUID:
    """Enter what is missing of a sample site, step by step; give back its id.

    `anchor_on` is the day that the last shown day of its footage is moved to; plan and report
    follow it. Stopped between any two steps, it goes on from there.
    """
    with instance.database.reading() as session:
        project = RoadmapRepository(session).project_by_key(site.key)
        sites = [] if project is None else SiteRepository(session).sites_of_project(project.id)
    if project is None:
        raise CommandError(f"The roadmap has no project {site.key!r}; the demo needs a database of its own.")
    _baseline(instance, principal, site, project, anchor_on)
    _report(instance, project, anchor_on, _REPORTED_LAG_POINTS.get(site.key, 0.0))
    return sites[0].id if sites else _register_site(instance, principal, site, project.id)


def enter_camera(
    instance: Instance, principal: Principal, site: SampleSite, camera: SampleCamera, site_id: UUID, first_on: date
) -> UUID:
    """Enter what is missing of a sample camera, placed from `first_on` on; it has no address yet that plays.

    Raises:
        CommandError: it was placed later, by a demo whose footage was shorter.
    """
    with instance.database.reading() as session:
        known = SiteRepository(session).camera_by_name(camera.name)
        placement = None if known is None else SiteRepository(session).open_placement(known.id, instance.clock.now())
    if known is None:
        draft = CameraDraft(name=camera.name, address=SecretStr(DEAD_ADDRESS), look_every_s=LIVE_LOOK_EVERY_S)
        camera_id = instance.services.cameras.register(principal, draft, is_replay=True).id
    else:
        camera_id = known.id
    starts_at = datetime.combine(first_on, time(0), tzinfo=site.time_zone)
    if placement is not None and placement.starts_at > starts_at:
        raise CommandError(
            f"The demo's data in {instance.settings.models.data_dir} are of an earlier version, with less footage. "
            "Remove that folder and start again."
        )
    if placement is None:
        zones = tuple(
            Zone(name=zone["key"], purpose=zone["purpose"], polygon=tuple(tuple(corner) for corner in zone["polygon"]))
            for zone in camera.card["zones"]
        )
        draft_placement = PlacementDraft(camera_id=camera_id, site_id=site_id, starts_at=starts_at, zones=zones)
        placement_id = instance.services.placements.begin(principal, draft_placement).id
    else:
        placement_id = placement.id
    _draw_elements(instance, principal, camera, placement_id, first_on)
    return camera_id


def point_camera(instance: Instance, principal: Principal, camera_id: UUID, address: str) -> None:
    """Give a camera its address of this run of the demo; the replay's port is another one each time."""
    instance.services.cameras.change(principal, camera_id, CameraPatch(address=SecretStr(address)), None)


def _draw_elements(
    instance: Instance, principal: Principal, camera: SampleCamera, placement_id: UUID, first_on: date
) -> None:
    """Draw the card's work elements, unless some are drawn: people may have drawn them anew."""
    if instance.services.elements.list(principal, placement_id).items:
        return
    drafts = [
        ElementDraft(
            key=element["key"],
            title=element["title"]["en"],
            # Shown, and counted nowhere: a picture a day of the older days is too little to judge by (ADR 20).
            task_key=None,
            weight=element["weight"],
            polygon=tuple(tuple(corner) for corner in element["polygon"]),
            growth=Growth(element["grows"]),
            kind=kind_of(element),
            # The cards' shares are those of the first frames.
            reference_on=first_on,
            reference_share=element["reference_share"],
        )
        for element in camera.card["elements"]
    ]
    instance.services.elements.draw_all(principal, placement_id, drafts, None)


def _baseline(instance: Instance, principal: Principal, site: SampleSite, project: Project, anchor_on: date) -> None:
    reason = f"Plan of the sample footage that ends on {anchor_on.isoformat()}"
    known = instance.services.projects.plans(principal, project.id)
    if known and known[-1].reason == reason:
        return
    # The plan's days count from the footage's last day, which may lie after the last that is shown.
    counted_from = anchor_on + (site.last_footage_on - site.last_shown_on)
    tasks = tuple(
        TaskDraft(
            key=task["key"],
            title_kk=task["title"]["kk"],
            title_ru=task["title"]["ru"],
            title_en=task["title"]["en"],
            starts_on=counted_from + timedelta(days=task["start_day"]),
            finishes_on=counted_from + timedelta(days=task["finish_day"]),
            weight=task["weight"],
        )
        for task in site.card["plan"]["tasks"]
    )
    instance.services.projects.baseline(principal, project.id, PlanDraft(reason=reason, tasks=tasks))


def _report(instance: Instance, project: Project, on: date, lag_points: float) -> None:
    now = instance.clock.now()
    with instance.database.transaction() as session:
        repository = RoadmapRepository(session)
        newest = repository.latest_reports([project.id]).get(project.id)
        if newest is not None and newest.reported_on >= on:
            return
        planned = planned_percent_of(project, repository.plan_in_force(project.id), on)
        repository.add(
            Report(
                id=uuid4(),
                project_id=project.id,
                reported_on=on,
                percent=max(0.0, round(planned - lag_points)),
                text="",
                is_synthetic=True,
                reported_by=SAMPLE_AUTHOR,
                created_at=now,
            )
        )
        repository.flush()
        refresh_item(session, project.item_number, now)


def _register_site(instance: Instance, principal: Principal, site: SampleSite, project_id: UUID) -> UUID:
    calendar, title = site.card["calendar"], site.card["title"]
    draft = SiteDraft(
        project_id=project_id,
        name_kk=title["kk"],
        name_ru=title["ru"],
        name_en=title["en"],
        latitude=site.card["latitude_deg"],
        longitude=site.card["longitude_deg"],
        time_zone=site.card["time_zone"],
        work_days=site.working_weekdays,
        opens_at=time.fromisoformat(calendar["works_from"]),
        closes_at=time.fromisoformat(calendar["works_until"]),
    )
    return instance.services.sites.register(principal, draft).id
