"""Rolling an item's status up anew, inside the transaction that changed what it rests on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from models.plan_curve import planned_percent_of
from models.repositories.roadmap import RoadmapRepository
from models.repositories.signals import SignalRepository
from models.tables.roadmap import ItemStatus, Project, Report
from models.tables.signals import Decision, ProposedStatus
from models.words import Status, Verdict
from roadmap.rollup import (
    RULE_VERSION,
    Decided,
    ItemStanding,
    Proposed,
    Reported,
    Standing,
    WeightedStanding,
    roll_up,
    stand_project,
)


def refresh_item(session: Session, item_number: int, now: datetime) -> bool:
    """Add a version of the item's status if it changed; say whether it did."""
    repository = RoadmapRepository(session)
    projects = repository.projects_of_items([item_number])
    standings = stand_projects(session, projects, now)
    standing = roll_up([WeightedStanding(p.id, standings[p.id], _weight(p)) for p in projects])
    detail = _detail(standing)
    previous = repository.item_statuses([item_number]).get(item_number)
    if (
        previous is not None
        and previous.status == standing.status
        and previous.basis == standing.basis
        and previous.detail == detail
        and previous.rule_version == RULE_VERSION
    ):
        return False
    repository.add(
        ItemStatus(
            id=uuid4(),
            item_number=item_number,
            version=1 if previous is None else previous.version + 1,
            status=standing.status.value,
            basis=standing.basis.value,
            detail=detail,
            rule_version=RULE_VERSION,
            as_of=now,
        )
    )
    repository.flush()
    return True


def refresh_item_of_project(session: Session, project_id: UUID, now: datetime) -> None:
    """Roll up the item that a project serves."""
    project = RoadmapRepository(session).project(project_id)
    if project is not None:
        refresh_item(session, project.item_number, now)


def stand_projects(session: Session, projects: Sequence[Project], now: datetime) -> dict[UUID, Standing]:
    """The standing of each project, from its newest proposal, decision and report."""
    ids = [project.id for project in projects]
    roadmap, signals = RoadmapRepository(session), SignalRepository(session)
    reports, plans = roadmap.latest_reports(ids), roadmap.plans_in_force(ids)
    proposals, decisions = signals.latest_proposals(ids), signals.latest_decisions(ids)
    standings: dict[UUID, Standing] = {}
    for project in projects:
        plan = plans.get(project.id)
        report = reports.get(project.id)
        on = now.date() if report is None else report.reported_on
        item = roadmap.item(project.item_number)
        standings[project.id] = stand_project(
            _proposed(proposals.get(project.id)),
            _decided(decisions.get(project.id)),
            _reported(report, planned_percent_of(project, plan, on)),
            review_required=item is not None and item.review_required,
        )
    return standings


def _reported(report: Report | None, planned: float) -> Reported:
    return Reported(None if report is None else report.percent, planned)


def _proposed(row: ProposedStatus | None) -> Proposed | None:
    return None if row is None else Proposed(row.id, Status(row.status), row.proposed_at)


def _decided(row: Decision | None) -> Decided | None:
    if row is None:
        return None
    status = None if row.status is None else Status(row.status)
    return Decided(Verdict(row.verdict), status, row.proposed_status_id, row.decided_at)


def _weight(project: Project) -> float:
    # The budget is the only measure of size that every project may carry.
    return float(project.budget_kzt or 1)


def _detail(standing: ItemStanding) -> dict[str, object]:
    return {
        "counts": {status.value: count for status, count in standing.counts.items() if count},
        "awaits_decision": standing.awaits_decision,
    }
