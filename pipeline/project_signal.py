"""A project's signal and proposed status from the site days in force.

Everything here can be derived again from stored rows: the same inputs write nothing, changed ones add a row that
supersedes the earlier.
"""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from models.plan_curve import planned_percent, planned_tasks
from models.repositories.roadmap import PlanInForce, RoadmapRepository
from models.repositories.signals import SignalRepository
from models.repositories.site_days import SiteDayRepository
from models.repositories.sites import SiteRepository
from models.tables.roadmap import Report
from models.tables.signals import ProgressSignal, ProposedStatus
from models.tables.site_days import SiteDayRow
from models.tables.sites import Site
from models.words import SiteDayState
from pipeline.registry.sites import calendar_of
from pipeline.signals import activity_rule
from pipeline.signals.activity_rule import DAYS_BACK, DayFinding, Proposal, propose_from_activity
from pipeline.signals.calendar import WorkCalendar
from pipeline.signals.site_day import RULE_VERSION as SITE_DAY_VERSION
from vision.view_quality import ViewQuality

RULE_VERSION = f"{activity_rule.RULE_VERSION}+{SITE_DAY_VERSION}"
_INSTANT = timedelta(seconds=1)
_MOST_EVIDENCE = 4
_BEST_FIRST = (
    SiteDayState.ACTIVE,
    SiteDayState.STANDSTILL,
    SiteDayState.OBSTRUCTED,
    SiteDayState.OUTAGE,
    SiteDayState.NON_WORKING,
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A site at which a camera has stood since a day."""

    site: Site
    calendar: WorkCalendar
    began: date


@dataclass(frozen=True, slots=True)
class _LookedBack:
    """The days of a site that one signal looks back over, oldest first, and which of them are over."""

    site: Site
    days: Sequence[SiteDayRow]
    over: frozenset[date]


class ProjectSignals:
    """Derives the signals of one project within a transaction, as of `now`.

    A past day's signal rests on the plan that was in force then and on what was reported of days until then.
    """

    def __init__(self, session: Session, project_id: UUID, now: datetime) -> None:
        self._project_id = project_id
        self._now = now
        self._days = SiteDayRepository(session)
        self._signals = SignalRepository(session)
        roadmap, sites = RoadmapRepository(session), SiteRepository(session)
        self._plans = roadmap.plan_versions(project_id)
        self._reports = roadmap.reports(project_id)
        self._places = []
        for site in sites.sites_of_project(project_id):
            calendar = calendar_of(site)
            placements = [item for item in sites.placements_of_site(site.id) if item.starts_at <= now]
            began = min((calendar.day_of(placement.starts_at) for placement in placements), default=None)
            if began is not None:
                self._places.append(_Place(site, calendar, began))

    @property
    def today(self) -> date | None:
        """The project's day; None where no camera has stood yet: such a project lives on its owner's reports."""
        return max((place.calendar.day_of(self._now) for place in self._places), default=None)

    def looking_back_on(self, days: Sequence[date]) -> list[date]:
        """The days up to today that have a signal which looks back on any of `days`."""
        today = self.today
        if today is None or not days:
            return []
        ordered = sorted(days)
        looking = []
        for on in self._signals.days_with_signal(self._project_id, ordered[0], today):
            first = bisect_left(ordered, self._first_looked_at(on))
            if first < len(ordered) and ordered[first] <= on:
                looking.append(on)
        return looking

    def derive(self, days: Sequence[date]) -> list[date]:
        """Derive the signals of some days, oldest first; say of which days a row was written."""
        today = self.today
        if today is None:
            return []
        ordered = sorted({on for on in days if on <= today})
        if not ordered:
            return []
        first = min(self._first_looked_at(on) for on in ordered)
        rows = {place.site.id: self._days.in_force(place.site.id, first, ordered[-1]) for place in self._places}
        known = self._signals.in_force_between(self._project_id, ordered[0], ordered[-1])
        newest = self._signals.latest_proposals([self._project_id]).get(self._project_id)
        written = []
        for on in ordered:
            at = self._now if on == today else min(self._now, self._end_of(on) - _INSTANT)
            looked = [_look_back(place, rows[place.site.id], at) for place in self._places]
            looked = [site for site in looked if site.days]
            if not looked:
                continue
            signal, proposal = self._signal(looked, on, self._plan_at(at), self._report_on(on))
            before = known.get(on)
            if before is not None and _is_same(before, signal):
                continue
            self._signals.add(signal)
            self._signals.flush()
            written.append(on)
            if newest is None or (newest.status != proposal.status.value and not self._is_of_later(newest, on)):
                newest = _proposed(signal, proposal)
                self._signals.add(newest)
        self._signals.flush()
        return written

    def _first_looked_at(self, on: date) -> date:
        return min(min(place.calendar.working_days_back(on, DAYS_BACK), default=on) for place in self._places)

    def _end_of(self, on: date) -> datetime:
        # Where sites lie in several zones, while it is that day at all of them.
        return min(place.calendar.day_span(on).ends_at for place in self._places)

    def _is_of_later(self, proposed: ProposedStatus, on: date) -> bool:
        """Whether a proposal rests on a later day; one of days to come was made by a clock that was wrong."""
        signal_on = self._signals.signal_on(proposed)
        return self.today is not None and on < signal_on <= self.today

    def _plan_at(self, at: datetime) -> PlanInForce | None:
        """The newest plan version that was known then; for days from before the first, the first."""
        known = [plan for plan in self._plans if plan.version.created_at <= at]
        return known[-1] if known else next(iter(self._plans), None)

    def _report_on(self, on: date) -> Report | None:
        """The newest report of the day or one before it."""
        return next((report for report in reversed(self._reports) if report.reported_on <= on), None)

    def _signal(
        self, looked: Sequence[_LookedBack], on: date, plan: PlanInForce | None, report: Report | None
    ) -> tuple[ProgressSignal, Proposal]:
        tasks = planned_tasks(plan)
        proposal = propose_from_activity(tasks, _findings(looked), on)
        working = [day for site in looked for day in site.days if day.state != SiteDayState.NON_WORKING.value]
        site_days = [_shown(day) for site in looked for day in site.days]
        inputs = {
            "plan_version": None if plan is None else plan.version.number,
            "report": None if report is None else [report.reported_on.isoformat(), report.percent],
            "site_days": site_days,
            "over": [[str(site.site.id), sorted(day.isoformat() for day in site.over)] for site in looked],
            "weights": sorted({sha256 for site in looked for day in site.days for sha256 in day.weights_sha256}),
        }
        signal = ProgressSignal(
            project_id=self._project_id,
            signal_on=on,
            plan_version=None if plan is None else plan.version.number,
            planned_percent=planned_percent(tasks, on),
            # This rule sees activity; the built share is for rules over scene change.
            observed_percent=None,
            observed_low=None,
            observed_high=None,
            reported_percent=None if report is None else report.percent,
            slippage_points=None,
            coverage=round(sum(day.coverage for day in working) / len(working), 2) if working else 0.0,
            site_days=site_days,
            status=proposal.status.value,
            reason_kk=proposal.reason.kk,
            reason_ru=proposal.reason.ru,
            reason_en=proposal.reason.en,
            evidence_ids=_evidence(looked),
            weights_sha256=inputs["weights"],
            rule_version=RULE_VERSION,
            inputs_sha256=hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest(),
            created_at=self._now,
        )
        return signal, proposal


def _look_back(place: _Place, rows: Mapping[date, SiteDayRow], at: datetime) -> _LookedBack:
    today = place.calendar.day_of(at)
    days = [day for day in place.calendar.working_days_back(today, DAYS_BACK) if day >= place.began]
    # Only days off since the camera came: the newest of them stands for them all.
    found = [rows[day] for day in days or [today] if day in rows]
    over = frozenset(
        row.day for row in found if (scheduled := place.calendar.scheduled(row.day)) is None or scheduled.ends_at <= at
    )
    return _LookedBack(place.site, found, over)


def _is_same(first: ProgressSignal, second: ProgressSignal) -> bool:
    return first.inputs_sha256 == second.inputs_sha256 and first.rule_version == second.rule_version


def _proposed(signal: ProgressSignal, proposal: Proposal) -> ProposedStatus:
    return ProposedStatus(
        id=uuid4(),
        project_id=signal.project_id,
        signal_id=signal.id,
        status=proposal.status.value,
        reason_kk=proposal.reason.kk,
        reason_ru=proposal.reason.ru,
        reason_en=proposal.reason.en,
        proposed_at=signal.created_at,
    )


def _findings(looked: Sequence[_LookedBack]) -> list[DayFinding]:
    """One finding a day: work at any of a project's sites is work on the project."""
    findings = []
    for day in sorted({day.day for site in looked for day in site.days}):
        here = [(site, found) for site in looked for found in site.days if found.day == day]
        state = min((SiteDayState(found.state) for _, found in here), key=_BEST_FIRST.index)
        is_over = all(day in site.over for site, _ in here)
        blinded_by = {found.reasons[0] for _, found in here if found.state == state.value and found.reasons}
        is_moved = state is SiteDayState.OBSTRUCTED and ViewQuality.MOVED.value in blinded_by
        findings.append(DayFinding(day, state, is_over, is_moved))
    return findings


def _shown(day: SiteDayRow) -> dict[str, Any]:
    return {
        "site_id": str(day.site_id),
        "day": day.day.isoformat(),
        "state": day.state,
        # Rounded, so that each further look at a day does not make it another day.
        "coverage": round(day.coverage, 2),
        "usable_share": round(day.usable_share, 1),
        "reasons": list(day.reasons),
    }


def _evidence(looked: Sequence[_LookedBack]) -> list[str]:
    """The newest frames, people first."""
    shown = [picture for site in looked for day in site.days for picture in day.evidence]
    shown.sort(key=lambda picture: datetime.fromisoformat(picture["at"]))
    with_people = [picture for picture in shown if picture["has_people"]]
    return [picture["id"] for picture in (with_people or shown)[-_MOST_EVIDENCE:]]
