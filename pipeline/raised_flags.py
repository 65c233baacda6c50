"""Raising and clearing a project's flags by its signal of today, its cameras, and work outside hours.

Of each kind at most one flag is open a project. What stands already is left as it is, but that it is escalated; the
same findings again write nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.repositories.flags import FlagRepository
from models.repositories.site_days import SiteDayRepository
from models.repositories.sites import SiteRepository, Watched
from models.tables.flags import Flag
from models.tables.signals import ProgressSignal
from models.tables.sites import CameraHealth, Site
from models.words import CameraState
from pipeline.signals.flag_rule import (
    OUTSIDE_HOURS_DAYS,
    RULE_VERSION,
    AfterHoursWork,
    CameraFault,
    DueFlag,
    FlagKind,
    flags_today,
)
from pipeline.signals.progress_rule import Finding
from pipeline.signals.report_gap import ReportGap
from pipeline.signals.slippage import Thresholds

# A camera that has been away for less may come back by itself.
CAMERA_DOWN_AFTER = timedelta(hours=1)
_MOST_EVIDENCE, _LEAST_EVIDENCE = 4, 2
# In these it isn't known that a camera sends: a watch that has just begun knows of none of them.
_UNTOLD_OR_AWAY = frozenset({CameraState.CONNECTING, CameraState.DEGRADED, CameraState.PLACEHOLDER, CameraState.DOWN})


@dataclass(frozen=True, slots=True)
class SignalOfToday:
    """The signal in force today, what the rule found, and the daily views that show it."""

    signal: ProgressSignal
    finding: Finding
    gap: ReportGap | None
    views: Sequence[str]


class FlagRaiser:
    """Brings the flags of one project up to a moment, within a transaction in which nobody else derives it."""

    def __init__(self, session: Session, project_id: UUID, sites: Sequence[Site], now: datetime) -> None:
        self._project_id = project_id
        self._sites = {site.id for site in sites}
        self._now = now
        self._flags = FlagRepository(session)
        self._days = SiteDayRepository(session)
        self._cameras = SiteRepository(session)

    def update(self, today: date, of_today: SignalOfToday | None, thresholds: Thresholds) -> None:
        """Raise what stands and is not open, clear what is open and surely doesn't stand."""
        watched = self._watched()
        found = flags_today(
            None if of_today is None else of_today.finding,
            None if of_today is None else of_today.signal.planned_percent,
            None if of_today is None else of_today.gap,
            self._faults(watched),
            self._after_hours(today),
            thresholds,
        )
        known = {flag.kind: flag for flag in self._flags.open_flags([self._project_id])}
        for due in found.due:
            if due.kind.value not in known:
                self._flags.add(self._raised(due, of_today))
            elif due.is_escalated and not known[due.kind.value].escalated:
                self._escalate(known[due.kind.value], due, of_today)
        cleared = found.cleared if _all_send(watched) else found.cleared - {FlagKind.CAMERA_DOWN}
        for kind in cleared & known.keys():
            known[kind].cleared_at = self._now
        self._flags.flush()

    def _raised(self, due: DueFlag, of_today: SignalOfToday | None) -> Flag:
        return Flag(
            id=uuid4(),
            project_id=self._project_id,
            placement_id=due.placement_id,
            kind=due.kind.value,
            escalated=due.is_escalated,
            reason_kk=due.reason.kk,
            reason_ru=due.reason.ru,
            reason_en=due.reason.en,
            evidence_ids=self._evidence(due, of_today),
            signal_id=None if of_today is None else of_today.signal.id,
            raised_at=self._now,
            cleared_at=None,
            rule_version=_version(of_today),
        )

    def _escalate(self, flag: Flag, due: DueFlag, of_today: SignalOfToday | None) -> None:
        flag.escalated = True
        flag.reason_kk, flag.reason_ru, flag.reason_en = due.reason.kk, due.reason.ru, due.reason.en
        flag.evidence_ids = self._evidence(due, of_today)
        flag.signal_id = None if of_today is None else of_today.signal.id
        flag.rule_version = _version(of_today)

    def _evidence(self, due: DueFlag, of_today: SignalOfToday | None) -> list[str]:
        """Two pictures at least, where there are two: the flag's own, else before and after, else the newest."""
        if due.placement_id is not None:
            return self._flags.newest_pictures(due.placement_id, _LEAST_EVIDENCE)
        signal = [] if of_today is None else [*of_today.views, *of_today.signal.evidence_ids]
        chosen = [str(one) for one in due.evidence_ids][-_MOST_EVIDENCE:]
        for picture in signal:
            if len(chosen) < (_LEAST_EVIDENCE if due.evidence_ids else _MOST_EVIDENCE) and picture not in chosen:
                chosen.append(picture)
        return chosen

    def _watched(self) -> list[tuple[Watched, CameraHealth | None]]:
        """The cameras, and how they fare where that is known."""
        watched = [place for place in self._cameras.watched(self._now) if place.site.id in self._sites]
        health = self._cameras.health_of([place.camera.id for place in watched])
        return [(place, health.get(place.camera.id)) for place in watched]

    def _faults(self, watched: Sequence[tuple[Watched, CameraHealth | None]]) -> list[CameraFault]:
        faults = []
        for place, known in watched:
            suspended_since = place.placement.suspended_since
            if known is not None and known.state == CameraState.MOVED.value:
                suspended_since = suspended_since or known.since
            if suspended_since is not None:
                faults.append(_fault(FlagKind.CAMERA_MOVED, place, suspended_since))
            if known is None or known.state != CameraState.DOWN.value:
                continue
            if self._now - known.since >= CAMERA_DOWN_AFTER:
                faults.append(_fault(FlagKind.CAMERA_DOWN, place, known.since))
        return faults

    def _after_hours(self, today: date) -> list[AfterHoursWork]:
        first = today - timedelta(days=OUTSIDE_HOURS_DAYS)
        return [
            AfterHoursWork(
                day, float(row.after_hours["machine_working_s"]), tuple(map(str, row.after_hours["evidence_ids"]))
            )
            for site_id in sorted(self._sites, key=str)
            for day, row in self._days.in_force(site_id, first, today).items()
            if "machine_working_s" in row.after_hours
        ]


def _all_send(watched: Sequence[tuple[Watched, CameraHealth | None]]) -> bool:
    return all(known is not None and known.state not in _UNTOLD_OR_AWAY for _, known in watched)


def _fault(kind: FlagKind, place: Watched, since: datetime) -> CameraFault:
    moment = since.astimezone(ZoneInfo(place.site.time_zone))
    return CameraFault(kind, place.placement.id, place.camera.name, f"{moment:%Y-%m-%d %H:%M}")


def _version(of_today: SignalOfToday | None) -> str:
    return RULE_VERSION if of_today is None else f"{RULE_VERSION}+{of_today.signal.rule_version}"
