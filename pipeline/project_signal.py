"""A project's signal and proposed status from the site days and the element days in force.

Everything here can be derived again from stored rows: the same inputs write nothing, changed ones add a row that
supersedes the earlier.
"""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from models.plan_curve import planned_percent, planned_tasks
from models.repositories.element_history import ElementHistoryRepository
from models.repositories.flags import FlagRepository
from models.repositories.roadmap import PlanInForce, RoadmapRepository
from models.repositories.signals import SignalRepository
from models.repositories.site_days import SiteDayRepository
from models.repositories.sites import SiteRepository
from models.tables.roadmap import Report
from models.tables.signals import ProgressSignal, ProposedStatus
from models.tables.site_days import SiteDayRow
from models.tables.sites import Site
from models.words import SiteDayState
from pipeline.item_rules import thresholds_of
from pipeline.observed_progress import COURSE_DAYS, REPORT_DAYS, DayProgress, ObservedElements, element_document
from pipeline.raised_flags import FlagRaiser, SignalOfToday
from pipeline.registry.sites import calendar_of
from pipeline.signals import activity_rule, progress_rule
from pipeline.signals.activity_rule import DAYS_BACK, DayFinding
from pipeline.signals.calendar import WorkCalendar
from pipeline.signals.progress_pace import Forecast, Pace
from pipeline.signals.progress_rule import LEAST_FRESH, Finding, propose_from_progress
from pipeline.signals.report_gap import ReportGap, report_gap
from pipeline.signals.site_day import RULE_VERSION as SITE_DAY_VERSION
from vision.view_quality import ViewQuality

RULE_VERSION = f"{progress_rule.RULE_VERSION}+{activity_rule.RULE_VERSION}+{SITE_DAY_VERSION}"
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


@dataclass(frozen=True, slots=True)
class _Derived:
    """A signal that is not stored yet, with what it was made of."""

    signal: ProgressSignal
    finding: Finding
    gap: ReportGap | None
    views: Sequence[str]


class ProjectSignals:
    """Derives the signals of one project within a transaction, as of `now`.

    A past day's signal rests on the plan that was in force then and on what was reported of days until then. Flags
    are raised and cleared with the signal of today alone: what stood on an earlier day is history.
    """

    def __init__(self, session: Session, project_id: UUID, now: datetime) -> None:
        self._session = session
        self._project_id = project_id
        self._now = now
        self._days = SiteDayRepository(session)
        self._signals = SignalRepository(session)
        roadmap, sites = RoadmapRepository(session), SiteRepository(session)
        self._plans = roadmap.plan_versions(project_id)
        self._reports = roadmap.reports(project_id)
        self._thresholds = thresholds_of(FlagRepository(session), roadmap.project(project_id))
        self._places = []
        for site in sites.sites_of_project(project_id):
            calendar = calendar_of(site)
            placements = [item for item in sites.placements_of_site(site.id) if item.starts_at <= now]
            began = min((calendar.day_of(placement.starts_at) for placement in placements), default=None)
            if began is not None:
                self._places.append(_Place(site, calendar, began))

        # Asked for every day of a plan, again and again.
        self._is_working_day = cache(lambda day: any(place.calendar.is_working_day(day) for place in self._places))

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
        # Since when a project is behind, and how fast it grows, is told by its elements' figures of weeks.
        has_elements = bool(ElementHistoryRepository(self._session).drawings(self._project_id))
        for on in self._signals.days_with_signal(self._project_id, ordered[0], today):
            course_from = on - timedelta(days=COURSE_DAYS) if has_elements else on
            first = bisect_left(ordered, min(self._first_looked_at(on), course_from))
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
        elements = ObservedElements(self._session, self._project_id, self._elements_from(ordered), ordered[-1])
        known = self._signals.in_force_between(self._project_id, ordered[0], ordered[-1])
        newest = self._signals.latest_proposals([self._project_id]).get(self._project_id)
        written = []
        of_today = None
        for on in ordered:
            at = self._now if on == today else min(self._now, self._end_of(on) - _INSTANT)
            looked = [_look_back(place, rows[place.site.id], at) for place in self._places]
            looked = [site for site in looked if site.days]
            if not looked:
                continue
            derived = self._signal(looked, elements, on, at)
            signal, before = derived.signal, known.get(on)
            if before is not None and _is_same(before, signal):
                signal = before
            else:
                self._signals.add(signal)
                self._signals.flush()
                written.append(on)
                if newest is None or (newest.status != signal.status and not self._is_of_later(newest, on)):
                    newest = _proposed(signal)
                    self._signals.add(newest)
            if on == today:
                of_today = SignalOfToday(signal, derived.finding, derived.gap, derived.views)
        if ordered[-1] == today:
            raiser = FlagRaiser(self._session, self._project_id, [place.site for place in self._places], self._now)
            raiser.update(today, of_today, self._thresholds)
        self._signals.flush()
        return written

    def _first_looked_at(self, on: date) -> date:
        return min(min(place.calendar.working_days_back(on, DAYS_BACK), default=on) for place in self._places)

    def _end_of(self, on: date) -> datetime:
        # Where sites lie in several zones, while it is that day at all of them.
        return min(place.calendar.day_span(on).ends_at for place in self._places)

    def _elements_from(self, ordered: Sequence[date]) -> date:
        """The first day whose element days are asked for: of the course up to each day, and of each report."""
        reports = [report.reported_on for on in ordered if (report := self._report_on(on)) is not None]
        earliest = ordered[0] - timedelta(days=REPORT_DAYS)
        return min([ordered[0] - timedelta(days=COURSE_DAYS), *(on for on in reports if on >= earliest)])

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

    def _signal(self, looked: Sequence[_LookedBack], elements: ObservedElements, on: date, at: datetime) -> _Derived:
        plan, report = self._plan_at(at), self._report_on(on)
        tasks = planned_tasks(plan)
        progress = None
        if tasks and not elements.is_empty:
            week_days = max(1, *(len(place.calendar.work_days) for place in self._places))
            progress = elements.progress(tasks, on, at, self._is_working_day, week_days)
        observed = None if progress is None else progress.observed
        finding = propose_from_progress(
            tasks, _findings(looked), on, observed, self._thresholds, has_elements=elements.are_drawn(at)
        )
        gap = None
        if progress is not None and report is not None and (on - report.reported_on).days <= REPORT_DAYS:
            then = elements.share_on(tasks, report.reported_on, at)
            if then is not None and then.fresh_share >= LEAST_FRESH:
                gap = report_gap(tasks, then, report.percent, report.reported_on)
        views = [] if progress is None else elements.views(progress, finding.since)
        working = [day for site in looked for day in site.days if day.state != SiteDayState.NON_WORKING.value]
        site_days = [_shown(day) for site in looked for day in site.days]
        weights = {sha256 for site in looked for day in site.days for sha256 in day.weights_sha256}
        figures = _figures(progress, finding, gap)
        if progress is not None:
            weights |= {one.row.weights_sha256 for one in progress.standings}
        inputs: dict[str, Any] = {
            "plan_version": None if plan is None else plan.version.number,
            "report": None if report is None else [report.reported_on.isoformat(), report.percent],
            "site_days": site_days,
            "over": [[str(site.site.id), sorted(day.isoformat() for day in site.over)] for site in looked],
            "weights": sorted(weights),
        }
        if progress is not None:
            inputs |= {
                "figures": {name: str(value) for name, value in figures.items()},
                "status": finding.status.value,
                # The thresholds and the course of the days before come in by what they make of the day.
                "reason": finding.reason.en,
                "views": views,
            }
        signal = ProgressSignal(
            project_id=self._project_id,
            signal_on=on,
            plan_version=None if plan is None else plan.version.number,
            planned_percent=planned_percent(tasks, on) if observed is None else observed.points[-1].planned,
            reported_percent=None if report is None else report.percent,
            coverage=round(sum(day.coverage for day in working) / len(working), 2) if working else 0.0,
            site_days=site_days,
            status=finding.status.value,
            reason_kk=finding.reason.kk,
            reason_ru=finding.reason.ru,
            reason_en=finding.reason.en,
            evidence_ids=[*views, *_evidence(looked, _MOST_EVIDENCE - len(views))],
            weights_sha256=inputs["weights"],
            rule_version=RULE_VERSION,
            inputs_sha256=hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest(),
            created_at=self._now,
            **figures,
        )
        return _Derived(signal, finding, gap, views)


def _figures(progress: DayProgress | None, finding: Finding, gap: ReportGap | None) -> dict[str, Any]:
    """A signal's figures of built shares; null where there is none, as where activity is all that is seen."""
    share = None if progress is None else progress.observed.share
    pace = None if progress is None else progress.observed.pace
    forecast = None if progress is None else progress.observed.forecast
    return {
        "observed_percent": None if share is None else share.percent,
        "observed_low": None if share is None else share.low,
        "observed_high": None if share is None else share.high,
        "observed_share_of_plan": None if share is None else share.share_of_plan,
        "visible_share": None if share is None else share.visible_share,
        "slippage_points": None if finding.slippage is None else finding.slippage.points,
        "pace_points_a_week": pace.points_a_week if isinstance(pace, Pace) else None,
        "forecast_p50": forecast.p50 if isinstance(forecast, Forecast) else None,
        "forecast_p80": forecast.p80 if isinstance(forecast, Forecast) else None,
        "stage": None if progress is None else progress.stage.value,
        "report_gap_points": None if gap is None else gap.points,
        "elements": []
        if progress is None or share is None
        else [element_document(one, share) for one in progress.standings],
    }


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


def _proposed(signal: ProgressSignal) -> ProposedStatus:
    return ProposedStatus(
        id=uuid4(),
        project_id=signal.project_id,
        signal_id=signal.id,
        status=signal.status,
        reason_kk=signal.reason_kk,
        reason_ru=signal.reason_ru,
        reason_en=signal.reason_en,
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


def _evidence(looked: Sequence[_LookedBack], most: int) -> list[str]:
    """The newest frames, people first."""
    if most <= 0:
        return []
    shown = [picture for site in looked for day in site.days for picture in day.evidence]
    shown.sort(key=lambda picture: datetime.fromisoformat(picture["at"]))
    with_people = [picture for picture in shown if picture["has_people"]]
    return [picture["id"] for picture in (with_people or shown)[-most:]]
