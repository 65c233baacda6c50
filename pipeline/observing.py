"""Reading what was seen: observations, signals, site days, latest views and evidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

import structlog
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from models.database import Database
from models.errors import EvidenceError, NotFoundError
from models.evidence import EvidenceStore
from models.principal import Permission, Principal
from models.repositories.observations import ObservationRepository
from models.repositories.paging import Page, PageRequest
from models.repositories.roadmap import RoadmapRepository
from models.repositories.signals import SignalRepository
from models.repositories.sites import SiteRepository
from models.tables.observations import Evidence, Observation
from models.tables.signals import ProgressSignal
from models.words import CameraState, Status
from pipeline.evidence import want_latest
from pipeline.kept_evidence import read_kept, require_kept
from pipeline.watch.pace import pace_of


class TallyView(BaseModel):
    """One label over a window: in how many looks, boxes over all of them, most in one look."""

    model_config = ConfigDict(frozen=True)

    group: str
    looks: int
    total: int
    most: int


class MachineSecondsView(BaseModel):
    """For how long machines of one label were watched closely, in machine-seconds, and what they did."""

    model_config = ConfigDict(frozen=True)

    working_s: float
    idle_s: float
    unknown_s: float


class CrossingsView(BaseModel):
    """How often one label was seen to come in and go out at a gate."""

    model_config = ConfigDict(frozen=True)

    arrivals: int
    departures: int


class ObservationView(BaseModel):
    """An observation in force, with what it rests on.

    `turns_seen` of the looks that were due were seen: a burst is one, however many pictures it brings. What machines
    did is null, and `machine_seconds` empty, where looks were too far apart to tell. `late_by_s` is how long after
    its window the footage came, null where it was looked at as it came.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    placement_id: UUID
    window_starts_at: datetime
    window_s: int
    detector: str
    weights_sha256: str
    input_sha256: str
    rule_version: str
    run_ids: list[UUID]
    looks_seen: int
    looks_usable: int
    turns_seen: int
    look_every_s: float
    due_s: float
    seen_s: float
    usable_s: float
    tallies: dict[str, TallyView]
    machine_working_s: float | None
    machine_idle_s: float | None
    machine_seconds: dict[str, MachineSecondsView]
    zone_tallies: dict[str, dict[str, TallyView]]
    gate_crossings: dict[str, dict[str, CrossingsView]]
    late_by_s: float | None
    view_quality: dict[str, int]
    evidence_id: UUID | None
    created_at: datetime

    @classmethod
    def of(cls, row: Observation) -> Self:
        """Show a stored observation."""
        return cls.model_validate(row, from_attributes=True)


class SiteDayView(BaseModel):
    """One site's local day as a signal saw it; shares are 0..1.

    `reasons` says of an OBSTRUCTED day why, the most frequent first: black, flat, blurred, blocked, placeholder,
    frozen, moved.
    """

    model_config = ConfigDict(frozen=True)

    site_id: UUID
    day: date
    state: str
    coverage: float
    usable_share: float
    reasons: list[str] = []


class SignalElement(BaseModel):
    """A work element as a signal took it, with shares of 0 to 1; it counts where its task is in the plan."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    placement_id: UUID
    key: str
    title: str
    task_key: str | None
    counts: bool
    weight: float
    share: float
    low: float
    high: float
    visible_share: float
    state: str
    reason: str
    unseen_days: int
    rule_version: str


class SignalView(BaseModel):
    """A progress signal in force; what it cannot tell is null.

    Where work elements are drawn, planned and observed percent and slippage are over the tasks that have elements,
    which are `observed_share_of_plan` of the plan; `visible_share` of them was seen that day.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    project_id: UUID
    signal_on: date
    plan_version: int | None
    planned_percent: float | None
    observed_percent: float | None
    observed_low: float | None
    observed_high: float | None
    reported_percent: float | None
    slippage_points: float | None
    observed_share_of_plan: float | None = None
    visible_share: float | None = None
    pace_points_a_week: float | None = None
    forecast_p50: date | None = None
    forecast_p80: date | None = None
    stage: str | None = None
    report_gap_points: float | None = None
    elements: list[SignalElement] = []
    coverage: float
    site_days: list[SiteDayView]
    status: Status
    reason_kk: str
    reason_ru: str
    reason_en: str
    evidence_ids: list[UUID]
    weights_sha256: list[str]
    rule_version: str
    created_at: datetime

    @classmethod
    def of(cls, row: ProgressSignal) -> Self:
        """Show a stored signal."""
        return cls.model_validate(row, from_attributes=True)


class DetectionView(BaseModel):
    """A box on a stored picture; `xyxy` in its pixels."""

    model_config = ConfigDict(frozen=True)

    label: str
    group: str
    confidence: float
    xyxy: tuple[float, float, float, float]


class PlacementPicture(BaseModel):
    """The newest privacy-safe picture of a placement, with how its camera fares."""

    model_config = ConfigDict(frozen=True)

    placement_id: UUID
    camera_id: UUID
    camera: str
    is_replay: bool
    look_every_s: float
    state: CameraState
    reason: str
    evidence_id: UUID | None
    taken_at: datetime | None
    detections: list[DetectionView]
    weights_sha256: str | None


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """An evidence picture with its bytes, checked against its digest."""

    data: bytes
    sha256: str
    taken_at: datetime
    detections: list[Any]


class ObservingService:
    """Reading what was seen; an owner sees its own projects only."""

    def __init__(self, database: Database, store: EvidenceStore, now: Callable[[], datetime]) -> None:
        self._database = database
        self._store = store
        self._now = now

    def observations(
        self,
        principal: Principal,
        project_id: UUID,
        request: PageRequest,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
    ) -> Page[ObservationView]:
        """A page of a project's observations in force."""
        principal.require(Permission.PROJECT_READ)
        with self._database.reading() as session:
            _require_project(session, principal, project_id)
            page = ObservationRepository(session).of_project(project_id, request, starts_at=starts_at, ends_at=ends_at)
            return Page([ObservationView.of(row) for row in page.rows], page.next_after)

    def signals(self, principal: Principal, project_id: UUID, request: PageRequest) -> Page[SignalView]:
        """A page of a project's signals in force."""
        principal.require(Permission.PROJECT_READ)
        with self._database.reading() as session:
            _require_project(session, principal, project_id)
            page = SignalRepository(session).signals(project_id, request)
            return Page([SignalView.of(row) for row in page.rows], page.next_after)

    def latest_signal(self, principal: Principal, project_id: UUID) -> SignalView | None:
        """A project's newest signal."""
        principal.require(Permission.PROJECT_READ)
        with self._database.reading() as session:
            _require_project(session, principal, project_id)
            row = SignalRepository(session).latest_signals([project_id]).get(project_id)
            return None if row is None else SignalView.of(row)

    def pictures(self, principal: Principal, project_id: UUID) -> Sequence[PlacementPicture]:
        """The newest picture of every camera that now looks at a project."""
        principal.require(Permission.EVIDENCE_READ)
        with self._database.reading() as session:
            _require_project(session, principal, project_id)
            sites = SiteRepository(session)
            places = [place for place in sites.watched(self._now()) if place.site.project_id == project_id]
            health = sites.health_of([place.camera.id for place in places])
            views = ObservationRepository(session).latest_views([place.placement.id for place in places])
        pictures = []
        self._want([place.placement.id for place in places])
        for place in places:
            view, known = views.get(place.placement.id), health.get(place.camera.id)
            pictures.append(
                PlacementPicture(
                    placement_id=place.placement.id,
                    camera_id=place.camera.id,
                    camera=place.camera.name,
                    is_replay=place.camera.is_replay,
                    look_every_s=pace_of(place.camera, place.site).at(self._now()),
                    state=CameraState.CONNECTING if known is None else CameraState(known.state),
                    # It names the camera's address, which is for those who mind cameras.
                    reason=known.reason if known is not None and principal.may(Permission.CAMERA_READ) else "",
                    evidence_id=None if view is None else view.id,
                    taken_at=None if view is None else view.taken_at,
                    detections=[] if view is None else view.detections,
                    weights_sha256=None if view is None else view.weights_sha256,
                )
            )
        return pictures

    def _want(self, placement_ids: Sequence[UUID]) -> None:
        """Have the latest views renewed at every look, as long as they are asked for."""
        try:
            for placement_id in placement_ids:
                want_latest(self._store, placement_id, self._now())
        except EvidenceError as error:
            # They are renewed all the same, only more rarely.
            structlog.get_logger().warning("latest views can't be asked for", reason=str(error))

    def evidence(self, principal: Principal, evidence_id: UUID) -> EvidenceFile:
        """One evidence picture.

        Raises:
            NotFoundError: there is none, or it is of another owner's project.
            EvidenceRemovedError: it was kept as long as policy asks, and is gone.
            EvidenceError: the file is missing or was altered.
        """
        principal.require(Permission.EVIDENCE_READ)
        with self._database.reading() as session:
            repository = ObservationRepository(session)
            row = repository.evidence(evidence_id)
            project_id = None if row is None else repository.project_of_evidence(row)
            if row is None or project_id is None:
                raise _no_evidence(evidence_id)
            try:
                _require_project(session, principal, project_id)
            except NotFoundError as error:
                raise _no_evidence(evidence_id) from error
        return self._read(row)

    def _read(self, row: Evidence) -> EvidenceFile:
        try:
            data = read_kept(self._store, row)
        except EvidenceError:
            # A latest view may be replaced at every look, its file right after its row; others are swept.
            with self._database.reading() as session:
                row_now = ObservationRepository(session).evidence(row.id)
            if row_now is None:
                raise _no_evidence(row.id) from None
            require_kept(row_now)
            raise
        return EvidenceFile(data, row.sha256, row.taken_at, row.detections)


def _require_project(session: Session, principal: Principal, project_id: UUID) -> None:
    if RoadmapRepository(session).project(project_id, principal.sees_only_organisation) is None:
        raise NotFoundError(f"There is no project {project_id}.")


def _no_evidence(evidence_id: UUID) -> NotFoundError:
    return NotFoundError(f"There is no evidence {evidence_id}.")
