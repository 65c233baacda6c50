"""Roadmap items as people and systems read them: the board, and one item's status with its basis."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from models.database import Database
from models.errors import NotFoundError
from models.plan_curve import planned_percent_of
from models.principal import Permission, Principal
from models.repositories.flags import FlagRepository
from models.repositories.roadmap import RoadmapRepository
from models.repositories.signals import SignalRepository
from models.tables.accounts import Organisation
from models.tables.roadmap import ItemStatus, Project, RoadmapItem
from models.tables.signals import ProgressSignal, ProposedStatus
from models.words import Basis, Status
from roadmap.flags import FlagView
from roadmap.refresh import item_status, stand_projects


class Text(BaseModel):
    """A text in the three languages."""

    model_config = ConfigDict(frozen=True)

    kk: str
    ru: str
    en: str


class ItemView(BaseModel):
    """A row of the roadmap."""

    model_config = ConfigDict(frozen=True)

    number: int
    title: Text
    direction: str
    body: Text
    post: Text
    starts_on: date
    due_on: date
    indicator: Text
    unit: Text
    target_quantity: float
    status: Status
    basis: Basis
    status_version: int
    as_of: datetime | None
    awaits_decision: bool
    counts: dict[Status, int]
    # Weighted by budget over the item's projects; null where no project gives a figure.
    planned_percent: float | None
    reported_percent: float | None
    # Whether any report behind it is made up for a demonstration.
    reports_are_synthetic: bool
    projects: int


class ProposalView(BaseModel):
    """A status that a rule proposes, with its reason."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    status: Status
    reason: Text
    proposed_at: datetime


class ProjectStatusView(BaseModel):
    """One project's part in an item's status."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    key: str
    title: Text
    region: str
    finishes_on: date
    status: Status
    basis: Basis
    awaits_decision: bool
    proposed: ProposalView | None
    decided_status: Status | None
    planned_percent: float
    observed_percent: float | None
    observed_low: float | None
    observed_high: float | None
    reported_percent: float | None
    reported_on: date | None
    report_is_synthetic: bool
    slippage_points: float | None
    # Planned of the tasks that have work elements, which slippage is over; planned_percent is of all tasks.
    planned_of_observed_percent: float | None = None
    observed_share_of_plan: float | None = None
    visible_share: float | None = None
    pace_points_a_week: float | None = None
    forecast_p50: date | None = None
    forecast_p80: date | None = None
    stage: str | None = None
    report_gap_points: float | None = None
    # Open ones.
    flags: list[FlagView] = []
    coverage: float | None
    signal_on: date | None
    rule_version: str | None
    weights_sha256: list[str]
    # Addresses of the frames behind the proposal.
    evidence: list[str]

    @property
    def planned_beside_observed(self) -> float:
        """Planned percent of the same tasks as the observed one; of the whole plan where nothing was observed."""
        of_observed = self.planned_of_observed_percent
        return self.planned_percent if of_observed is None else of_observed


class ItemStatusView(BaseModel):
    """An item's status, what it rests on, and the projects behind it."""

    model_config = ConfigDict(frozen=True)

    item: ItemView
    rule_version: str | None
    projects: list[ProjectStatusView]


class ItemService:
    """Reading the roadmap."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def board(self, principal: Principal) -> list[ItemView]:
        """Every item that the principal may see, by number.

        An owner sees the items that its own projects serve, with its own projects' figures only.
        """
        principal.require(Permission.ROADMAP_READ)
        today = self._now().date()
        with self._database.reading() as session:
            repository = RoadmapRepository(session)
            items = repository.items()
            projects = repository.projects_of_items(
                [item.number for item, _ in items], principal.sees_only_organisation
            )
            by_item = _by_item(projects)
            statuses = _statuses(session, principal, [item.number for item, _ in items], by_item, self._now())
            figures = _figures(repository, projects, today)
            return [
                _item_view(item, body, statuses.get(item.number), by_item.get(item.number, []), figures)
                for item, body in items
                if principal.sees_only_organisation is None or item.number in by_item
            ]

    def status(self, principal: Principal, number: int) -> ItemStatusView:
        """One item's status with its projects.

        Raises:
            NotFoundError: there is no such item, or none of its projects is the owner's.
        """
        principal.require(Permission.ROADMAP_READ)
        now = self._now()
        with self._database.reading() as session:
            repository = RoadmapRepository(session)
            found = [(item, body) for item, body in repository.items() if item.number == number]
            projects = repository.projects_of_items([number], principal.sees_only_organisation)
            if not found or (principal.sees_only_organisation is not None and not projects):
                raise NotFoundError(f"There is no roadmap item {number}.")
            item, body = found[0]
            rolled_up = _statuses(session, principal, [number], _by_item(projects), now).get(number)
            figures = _figures(repository, projects, now.date())
            return ItemStatusView(
                item=_item_view(item, body, rolled_up, projects, figures),
                rule_version=None if rolled_up is None else rolled_up.rule_version,
                projects=_project_statuses(session, projects, figures, now),
            )


class _Figures(BaseModel):
    planned_percent: float
    reported_percent: float | None
    reported_on: date | None
    is_synthetic: bool


def _statuses(
    session: Session,
    principal: Principal,
    numbers: Sequence[int],
    visible: dict[int, list[Project]],
    now: datetime,
) -> dict[int, ItemStatus]:
    """The items' statuses as stored; for an owner rolled up from its own projects alone."""
    if principal.sees_only_organisation is None:
        return RoadmapRepository(session).item_statuses(numbers)
    standings = stand_projects(session, [project for projects in visible.values() for project in projects], now)
    return {number: item_status(number, projects, standings, now) for number, projects in visible.items()}


def _figures(repository: RoadmapRepository, projects: Sequence[Project], today: date) -> dict[UUID, _Figures]:
    ids = [project.id for project in projects]
    plans, reports = repository.plans_in_force(ids), repository.latest_reports(ids)
    figures = {}
    for project in projects:
        report = reports.get(project.id)
        figures[project.id] = _Figures(
            planned_percent=planned_percent_of(project, plans.get(project.id), today),
            reported_percent=None if report is None else report.percent,
            reported_on=None if report is None else report.reported_on,
            is_synthetic=report is not None and report.is_synthetic,
        )
    return figures


def _item_view(
    item: RoadmapItem,
    body: Organisation,
    status: ItemStatus | None,
    projects: Sequence[Project],
    figures: dict[UUID, _Figures],
) -> ItemView:
    detail = {} if status is None else status.detail
    return ItemView(
        number=item.number,
        title=Text(kk=item.title_kk, ru=item.title_ru, en=item.title_en),
        direction=item.direction,
        body=Text(kk=body.name_kk, ru=body.name_ru, en=body.name_en),
        post=Text(kk=item.post_kk, ru=item.post_ru, en=item.post_en),
        starts_on=item.starts_on,
        due_on=item.due_on,
        indicator=Text(kk=item.indicator_kk, ru=item.indicator_ru, en=item.indicator_en),
        unit=Text(kk=item.unit_kk, ru=item.unit_ru, en=item.unit_en),
        target_quantity=item.target_quantity,
        status=Status.NOT_STARTED if status is None else Status(status.status),
        basis=Basis.REPORTED if status is None else Basis(status.basis),
        status_version=0 if status is None else status.version,
        as_of=None if status is None else status.as_of,
        awaits_decision=bool(detail.get("awaits_decision", False)),
        counts={Status(name): count for name, count in detail.get("counts", {}).items()},
        planned_percent=_weighted(projects, {key: value.planned_percent for key, value in figures.items()}),
        reported_percent=_weighted(projects, {key: value.reported_percent for key, value in figures.items()}),
        reports_are_synthetic=any(figures[project.id].is_synthetic for project in projects),
        projects=len(projects),
    )


def _project_statuses(
    session: Session, projects: Sequence[Project], figures: dict[UUID, _Figures], now: datetime
) -> list[ProjectStatusView]:
    ids = [project.id for project in projects]
    signals = SignalRepository(session)
    standings = stand_projects(session, projects, now)
    latest, proposals, decisions = (
        signals.latest_signals(ids),
        signals.latest_proposals(ids),
        signals.latest_decisions(ids),
    )
    flags = FlagRepository(session).open_flags(ids)
    views = []
    for project in projects:
        signal, proposal, decision = latest.get(project.id), proposals.get(project.id), decisions.get(project.id)
        standing, figure = standings[project.id], figures[project.id]
        views.append(
            ProjectStatusView(
                id=project.id,
                key=project.key,
                title=Text(kk=project.title_kk, ru=project.title_ru, en=project.title_en),
                region=project.region,
                finishes_on=project.finishes_on,
                status=standing.status,
                basis=standing.basis,
                awaits_decision=standing.awaits_decision,
                proposed=None if proposal is None else _proposal_view(proposal, signal),
                decided_status=None if decision is None or decision.status is None else Status(decision.status),
                planned_percent=figure.planned_percent,
                observed_percent=None if signal is None else signal.observed_percent,
                observed_low=None if signal is None else signal.observed_low,
                observed_high=None if signal is None else signal.observed_high,
                reported_percent=figure.reported_percent,
                reported_on=figure.reported_on,
                report_is_synthetic=figure.is_synthetic,
                slippage_points=None if signal is None else signal.slippage_points,
                **_observed(signal),
                flags=[FlagView.of(flag) for flag in flags if flag.project_id == project.id],
                coverage=None if signal is None else signal.coverage,
                signal_on=None if signal is None else signal.signal_on,
                rule_version=None if signal is None else signal.rule_version,
                weights_sha256=[] if signal is None else signal.weights_sha256,
                evidence=[] if signal is None else [f"/api/v1/evidence/{name}" for name in signal.evidence_ids],
            )
        )
    return views


def _observed(signal: ProgressSignal | None) -> dict[str, Any]:
    """The further figures of built shares; none where there is no signal, or one of activity alone."""
    if signal is None or signal.observed_percent is None:
        return {}
    return {
        "planned_of_observed_percent": signal.planned_percent,
        "observed_share_of_plan": signal.observed_share_of_plan,
        "visible_share": signal.visible_share,
        "pace_points_a_week": signal.pace_points_a_week,
        "forecast_p50": signal.forecast_p50,
        "forecast_p80": signal.forecast_p80,
        "stage": signal.stage,
        "report_gap_points": signal.report_gap_points,
    }


def _proposal_view(proposal: ProposedStatus, signal: ProgressSignal | None) -> ProposalView:
    # The status stays proposed while its grounds move on; the newest grounds are the ones to show.
    grounds = signal if signal is not None and signal.status == proposal.status else proposal
    return ProposalView(
        id=proposal.id,
        status=Status(proposal.status),
        reason=Text(kk=grounds.reason_kk, ru=grounds.reason_ru, en=grounds.reason_en),
        proposed_at=proposal.proposed_at,
    )


def _by_item(projects: Sequence[Project]) -> dict[int, list[Project]]:
    by_item: dict[int, list[Project]] = {}
    for project in projects:
        by_item.setdefault(project.item_number, []).append(project)
    return by_item


def _weighted(projects: Sequence[Project], values: dict[UUID, float | None] | dict[UUID, float]) -> float | None:
    known = [(project.budget_kzt or 1, value) for project in projects if (value := values.get(project.id)) is not None]
    total = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / total if total else None
