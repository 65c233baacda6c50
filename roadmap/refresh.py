"""Rolling an item's status up anew, inside the transaction that changed what it rests on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from models.database import Database
from models.plan_curve import planned_percent_of
from models.repositories.roadmap import RoadmapRepository
from models.repositories.signals import SignalRepository
from models.repositories.sites import SiteRepository
from models.tables.roadmap import ItemStatus, Project, Report
from models.tables.signals import Decision, ProposedStatus
from models.words import Status
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
    """Add a version of the item's status if it changed; say whether it did.

    The item's row is locked until the transaction ends: two roll-ups of one item come in turn.
    """
    repository = RoadmapRepository(session)
    repository.lock_item(item_number)
    projects = repository.projects_of_items([item_number])
    standings = stand_projects(session, projects, now)
    status = item_status(item_number, projects, standings, now)
    previous = repository.item_statuses([item_number]).get(item_number)
    if previous is not None and _says_the_same(previous, status):
        return False
    status.version = 1 if previous is None else previous.version + 1
    repository.add(status)
    repository.flush()
    return True


def item_status(
    item_number: int, projects: Sequence[Project], standings: dict[UUID, Standing], now: datetime
) -> ItemStatus:
    """The rolled-up status of an item over `projects`, not stored yet; its version is 0."""
    standing = roll_up([WeightedStanding(p.id, standings[p.id], _weight(p)) for p in projects])
    return ItemStatus(
        id=uuid4(),
        item_number=item_number,
        version=0,
        status=standing.status.value,
        basis=standing.basis.value,
        detail=_detail(standing),
        rule_version=RULE_VERSION,
        as_of=now,
    )


def _says_the_same(first: ItemStatus, second: ItemStatus) -> bool:
    return (first.status, first.basis, first.detail, first.rule_version) == (
        second.status,
        second.basis,
        second.detail,
        second.rule_version,
    )


def refresh_all_items(database: Database, now: datetime) -> None:
    """Roll every item up, each in a transaction of its own: plans move on though nobody writes."""
    with database.reading() as session:
        numbers = [item.number for item, _ in RoadmapRepository(session).items()]
    for number in numbers:
        with database.transaction() as session:
            refresh_item(session, number, now)


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
    # Where nobody looks any more, what was proposed while somebody did is not the status.
    watched = SiteRepository(session).watched_projects(ids, now)
    proposals = {key: row for key, row in signals.latest_proposals(ids).items() if key in watched}
    decisions, settling = signals.latest_decisions(ids), signals.latest_settling_decisions(ids)
    standings: dict[UUID, Standing] = {}
    for project in projects:
        plan = plans.get(project.id)
        report = reports.get(project.id)
        on = now.date() if report is None else report.reported_on
        item = roadmap.item(project.item_number)
        standings[project.id] = stand_project(
            _proposed(proposals.get(project.id)),
            _decided(decisions.get(project.id), settling.get(project.id)),
            _reported(report, planned_percent_of(project, plan, on)),
            review_required=item is not None and item.review_required,
        )
    return standings


def _reported(report: Report | None, planned: float) -> Reported:
    return Reported(None if report is None else report.percent, planned)


def _proposed(row: ProposedStatus | None) -> Proposed | None:
    return None if row is None else Proposed(row.id, Status(row.status), row.proposed_at)


def _decided(newest: Decision | None, settling: Decision | None) -> Decided | None:
    if newest is None:
        return None
    return Decided(
        status=None if settling is None or settling.status is None else Status(settling.status),
        status_proposal_id=None if settling is None else settling.proposed_status_id,
        answered_proposal_id=newest.proposed_status_id,
    )


def _weight(project: Project) -> float:
    # The budget is the only measure of size that every project may carry.
    return float(project.budget_kzt or 1)


def _detail(standing: ItemStanding) -> dict[str, object]:
    return {
        "counts": {status.value: count for status, count in standing.counts.items() if count},
        "awaits_decision": standing.awaits_decision,
    }
