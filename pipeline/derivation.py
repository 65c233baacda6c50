"""Deriving a project's day anew: observations and plan to a signal and a proposed status.

Everything here can be derived again from stored rows: the same inputs write nothing, changed ones
add a row that supersedes the earlier.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from models.database import Database
from models.plan_curve import planned_percent, planned_tasks
from models.repositories.observations import ObservationRepository
from models.repositories.roadmap import RoadmapRepository
from models.repositories.signals import SignalRepository
from models.repositories.sites import SiteRepository
from models.tables.observations import Observation
from models.tables.signals import ProgressSignal, ProposedStatus
from models.tables.sites import Placement, Site
from models.words import SiteDayState
from pipeline.registry.sites import calendar_of
from pipeline.signals import activity_rule
from pipeline.signals.activity_rule import DAYS_BACK, DayFinding, Proposal, propose_from_activity
from pipeline.signals.calendar import Span
from pipeline.signals.site_day import RULE_VERSION as SITE_DAY_VERSION
from pipeline.signals.site_day import SeenWindow, SiteDay, judge_site_day
from vision.detections import Group
from vision.view_quality import ViewQuality

RULE_VERSION = f"{activity_rule.RULE_VERSION}+{SITE_DAY_VERSION}"
_FAR_FUTURE = datetime.max.replace(tzinfo=UTC)
_MOST_EVIDENCE = 4
_BEST_FIRST = (
    SiteDayState.ACTIVE,
    SiteDayState.STANDSTILL,
    SiteDayState.OBSTRUCTED,
    SiteDayState.OUTAGE,
    SiteDayState.NON_WORKING,
)


@dataclass(frozen=True, slots=True)
class _JudgedSite:
    site: Site
    days: Sequence[SiteDay]
    over: frozenset[date]
    observations: Sequence[Observation]


class ProgressDeriver:
    """Derives signals and proposed statuses of projects that cameras look at."""

    def __init__(self, database: Database, on_signal: Callable[[Session, UUID], None]) -> None:
        self._database = database
        # Runs in the same transaction, so that the roll-up never lags behind its signal.
        self._on_signal = on_signal

    def derive(self, project_id: UUID, at: datetime) -> bool:
        """Derive the signal of the day that `at` falls on; say whether a row was written.

        A project without sites gets none: it lives on its owner's reports.
        """
        with self._database.transaction() as session:
            # Two derivations of one project come in turn.
            RoadmapRepository(session).lock_project(project_id)
            judged = [_judge(session, site, at) for site in SiteRepository(session).sites_of_project(project_id)]
            judged = [site for site in judged if site.days]
            if not judged:
                return False
            signal, proposal = _signal(session, project_id, judged, at)
            repository = SignalRepository(session)
            known = repository.in_force(project_id, signal.signal_on)
            if known is not None and _is_same(known, signal):
                return False
            repository.add(signal)
            repository.flush()
            _propose(repository, signal, proposal, at)
            self._on_signal(session, project_id)
            return True


def _judge(session: Session, site: Site, at: datetime) -> _JudgedSite:
    calendar = calendar_of(site)
    placements = [item for item in SiteRepository(session).placements_of_site(site.id) if item.starts_at <= at]
    today = calendar.day_of(at)
    began = min((calendar.day_of(placement.starts_at) for placement in placements), default=None)
    days = [] if began is None else [day for day in calendar.working_days_back(today, DAYS_BACK) if day >= began]
    if began is not None and not days:
        # Only days off since the camera came: the newest of them stands for them all.
        days = [today]
    if not days:
        return _JudgedSite(site, (), frozenset(), ())
    span = Span(calendar.day_span(days[0]).starts_at, calendar.day_span(today).ends_at + timedelta(days=1))
    observations = ObservationRepository(session).of_placements(
        [placement.id for placement in placements], span.starts_at, min(span.ends_at, at + timedelta(days=1))
    )
    windows = [_seen(observation) for observation in observations]
    placed = [(placement.id, _placed(placement)) for placement in placements]
    judged = [judge_site_day(calendar, day, placed, windows, at) for day in days]
    over = frozenset(day for day in days if (scheduled := calendar.scheduled(day)) is None or scheduled.ends_at <= at)
    return _JudgedSite(site, judged, over, observations)


def _signal(
    session: Session, project_id: UUID, judged: Sequence[_JudgedSite], at: datetime
) -> tuple[ProgressSignal, Proposal]:
    roadmap = RoadmapRepository(session)
    plan = roadmap.plan_in_force(project_id)
    report = roadmap.latest_reports([project_id]).get(project_id)
    tasks = planned_tasks(plan)
    on = max(calendar_of(site.site).day_of(at) for site in judged)
    findings = _findings(judged)
    proposal = propose_from_activity(tasks, findings, on)
    coverages = [day.coverage for site in judged for day in site.days if day.state is not SiteDayState.NON_WORKING]
    site_days = [_stored(site.site, day) for site in judged for day in site.days]
    planned = planned_percent(tasks, on)
    inputs = {
        "plan_version": None if plan is None else plan.version.number,
        "report": None if report is None else [report.reported_on.isoformat(), report.percent],
        "site_days": site_days,
        "over": [[str(site.site.id), sorted(day.isoformat() for day in site.over)] for site in judged],
        "weights": sorted({row.weights_sha256 for site in judged for row in site.observations}),
    }
    signal = ProgressSignal(
        project_id=project_id,
        signal_on=on,
        plan_version=None if plan is None else plan.version.number,
        planned_percent=planned,
        # This rule sees activity; the built share is for rules over scene change.
        observed_percent=None,
        observed_low=None,
        observed_high=None,
        reported_percent=None if report is None else report.percent,
        slippage_points=None,
        coverage=round(sum(coverages) / len(coverages), 2) if coverages else 0.0,
        site_days=site_days,
        status=proposal.status.value,
        reason_kk=proposal.reason.kk,
        reason_ru=proposal.reason.ru,
        reason_en=proposal.reason.en,
        evidence_ids=_evidence(judged),
        weights_sha256=inputs["weights"],
        rule_version=RULE_VERSION,
        inputs_sha256=hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest(),
        created_at=at,
    )
    return signal, proposal


def _is_same(first: ProgressSignal, second: ProgressSignal) -> bool:
    return first.inputs_sha256 == second.inputs_sha256 and first.rule_version == second.rule_version


def _propose(repository: SignalRepository, signal: ProgressSignal, proposal: Proposal, at: datetime) -> None:
    newest = repository.latest_proposals([signal.project_id]).get(signal.project_id)
    if newest is not None and (newest.status == proposal.status.value or newest.proposed_at > at):
        return
    repository.add(
        ProposedStatus(
            id=uuid4(),
            project_id=signal.project_id,
            signal_id=signal.id,
            status=proposal.status.value,
            reason_kk=proposal.reason.kk,
            reason_ru=proposal.reason.ru,
            reason_en=proposal.reason.en,
            proposed_at=at,
        )
    )
    repository.flush()


def _findings(judged: Sequence[_JudgedSite]) -> list[DayFinding]:
    """One finding a day: work at any of a project's sites is work on the project."""
    days = sorted({day.day for site in judged for day in site.days})
    findings = []
    for day in days:
        here = [(site, found) for site in judged for found in site.days if found.day == day]
        state = min((found.state for _, found in here), key=_BEST_FIRST.index)
        is_over = all(day in site.over for site, _ in here)
        blinded_by = {found.reasons[0] for _, found in here if found.state is state and found.reasons}
        is_moved = state is SiteDayState.OBSTRUCTED and ViewQuality.MOVED.value in blinded_by
        findings.append(DayFinding(day, state, is_over, is_moved))
    return findings


def _seen(row: Observation) -> SeenWindow:
    people = [tally for tally in row.tallies.values() if tally["group"] == Group.PERSON.value]
    return SeenWindow(
        placement_id=row.placement_id,
        starts_at=row.window_starts_at,
        window_s=row.window_s,
        # A camera that reconnects looks again at once; those looks stand for no time of their own.
        stands_for_s=min(row.looks_seen * row.look_every_s, max(row.window_s, row.look_every_s)),
        looks_seen=row.looks_seen,
        looks_usable=row.looks_usable,
        looks_with_people=max((tally["looks"] for tally in people), default=0),
        machine_working_s=row.machine_working_s,
        unusable={reason: looks for reason, looks in row.view_quality.items() if reason != ViewQuality.USABLE.value},
    )


def _placed(placement: Placement) -> Span:
    return Span(placement.starts_at, placement.ends_at or _FAR_FUTURE)


def _stored(site: Site, day: SiteDay) -> dict[str, Any]:
    return {
        "site_id": str(site.id),
        "day": day.day.isoformat(),
        "state": day.state.value,
        # Rounded, so that each further look at a day does not make it another day.
        "coverage": round(day.coverage, 2),
        "usable_share": round(day.usable_share, 1),
        "reasons": list(day.reasons) if day.state is SiteDayState.OBSTRUCTED else [],
    }


def _evidence(judged: Sequence[_JudgedSite]) -> list[str]:
    """The newest frames, people first, at most one an observation."""
    rows = [row for site in judged for row in site.observations if row.evidence_id is not None]
    rows.sort(key=lambda row: (row.window_starts_at, row.id))
    with_people = [row for row in rows if any(tally["group"] == Group.PERSON.value for tally in row.tallies.values())]
    chosen = (with_people or rows)[-_MOST_EVIDENCE:]
    return [str(row.evidence_id) for row in chosen]
