"""Entering the sample sites: plan, site, replayed camera and placement from a site's card."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from api.command_error import CommandError
from api.wiring import Instance
from models.plan_curve import planned_percent_of
from models.principal import Principal
from models.repositories.roadmap import RoadmapRepository
from models.repositories.sites import SiteRepository
from models.tables.roadmap import Project, Report
from pipeline.registry.cameras import CameraDraft, CameraPatch
from pipeline.registry.placements import PlacementDraft, Zone
from pipeline.registry.sites import SiteDraft
from roadmap.projects import PlanDraft, TaskDraft
from roadmap.refresh import refresh_item
from roadmap.sample_roadmap import SAMPLE_AUTHOR

SITES = Path(__file__).parents[1] / "sample_footage" / "sites"
LIVE_LOOK_EVERY_S = 2.0
# How far under its plan a sample owner reports, in percentage points: one candid, one not.
_REPORTED_LAG_POINTS = {"hospital": 2.0}


@dataclass(frozen=True, slots=True)
class SampleSite:
    """A site's card with the clips that stand beside it."""

    key: str
    card: dict[str, Any]
    time_lapse: Path
    live_clip: Path
    times: tuple[datetime, ...]

    @property
    def camera_name(self) -> str:
        """What the site's replayed camera is called."""
        return f"{self.key} {self.card['camera']['key']}"

    @property
    def time_zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.card["time_zone"])

    @property
    def working_weekdays(self) -> frozenset[int]:
        """ISO weekdays on which work is scheduled."""
        return frozenset(self.card["calendar"]["working_weekdays"])

    @property
    def looks(self) -> int:
        """How many frames the time-lapse has."""
        return len(self.times)

    @property
    def footage_days(self) -> list[date]:
        """The local days that the time-lapse covers, in order."""
        return sorted({moment.astimezone(self.time_zone).date() for moment in self.times})

    @property
    def look_every_s(self) -> float:
        """What one look of the time-lapse stands for: its share of the scheduled hours, in seconds."""
        calendar = self.card["calendar"]
        opens, closes = time.fromisoformat(calendar["works_from"]), time.fromisoformat(calendar["works_until"])
        scheduled_s = (closes.hour - opens.hour) * 3600 + (closes.minute - opens.minute) * 60
        return scheduled_s * len(self.footage_days) / self.looks


def sample_sites(folder: Path = SITES) -> list[SampleSite]:
    """The sample sites that are shipped, by key."""
    return [_read(path.parent) for path in sorted(folder.glob("*/site.json"))]


def enter(instance: Instance, principal: Principal, site: SampleSite, address: str, anchor_on: date) -> UUID:
    """Enter what is missing of a sample site, step by step, and point its camera at `address`.

    `anchor_on` is the day that the last day of its footage is moved to; plan, report and placement
    follow it. Stopped between any two steps, it goes on from there.
    """
    with instance.database.reading() as session:
        project = RoadmapRepository(session).project_by_key(site.key)
        sites = [] if project is None else SiteRepository(session).sites_of_project(project.id)
        camera = SiteRepository(session).camera_by_name(site.camera_name)
        placement = None if camera is None else SiteRepository(session).open_placement(camera.id, instance.clock.now())
    if project is None:
        raise CommandError(f"The roadmap has no project {site.key!r}; the demo needs a database of its own.")
    _baseline(instance, principal, site, project, anchor_on)
    _report(instance, project, anchor_on, _REPORTED_LAG_POINTS.get(site.key, 0.0))
    site_id = sites[0].id if sites else _register_site(instance, principal, site, project.id)
    if camera is None:
        draft = CameraDraft(name=site.camera_name, address=SecretStr(address), look_every_s=LIVE_LOOK_EVERY_S)
        camera_id = instance.services.cameras.register(principal, draft, is_replay=True).id
    else:
        camera_id = camera.id
        instance.services.cameras.change(principal, camera_id, CameraPatch(address=SecretStr(address)), None)
    if placement is None:
        _place(instance, principal, site, camera_id, site_id, anchor_on)
    return camera_id


def _baseline(instance: Instance, principal: Principal, site: SampleSite, project: Project, anchor_on: date) -> None:
    reason = f"Plan of the sample footage that ends on {anchor_on.isoformat()}"
    known = instance.services.projects.plans(principal, project.id)
    if known and known[-1].reason == reason:
        return
    tasks = tuple(
        TaskDraft(
            key=task["key"],
            title_kk=task["title"]["kk"],
            title_ru=task["title"]["ru"],
            title_en=task["title"]["en"],
            starts_on=anchor_on + timedelta(days=task["start_day"]),
            finishes_on=anchor_on + timedelta(days=task["finish_day"]),
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


def _place(
    instance: Instance, principal: Principal, site: SampleSite, camera_id: UUID, site_id: UUID, anchor_on: date
) -> None:
    zones = tuple(
        Zone(name=zone["key"], purpose=zone["purpose"], polygon=tuple(tuple(corner) for corner in zone["polygon"]))
        for zone in site.card["camera"]["zones"]
    )
    first_on = anchor_on - timedelta(days=2 * len(site.footage_days))
    starts_at = datetime.combine(first_on, time(0), tzinfo=site.time_zone)
    draft = PlacementDraft(camera_id=camera_id, site_id=site_id, starts_at=starts_at, zones=zones)
    instance.services.placements.begin(principal, draft)


def _read(folder: Path) -> SampleSite:
    card = json.loads((folder / "site.json").read_text(encoding="utf-8"))
    clips = {clip["kind"]: folder / clip["file"] for clip in card["camera"]["clips"]}
    sidecar = clips["time_lapse"].with_suffix(".times.json")
    times = json.loads(sidecar.read_text(encoding="utf-8"))["times"]
    return SampleSite(
        card["key"], card, clips["time_lapse"], clips["live"], tuple(datetime.fromisoformat(text) for text in times)
    )
