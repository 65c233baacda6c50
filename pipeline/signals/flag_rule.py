"""Which flags stand on a project, and which don't: a pure function of what was found.

A kind that is neither among those that stand nor among those that don't cannot be told today, and stays as it is: what
was not observed clears nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from models.words import Status
from pipeline.signals.progress_reasons import ProgressReasonCode, tell
from pipeline.signals.progress_rule import Finding
from pipeline.signals.reasons import Reason
from pipeline.signals.report_gap import ReportGap
from pipeline.signals.slippage import Thresholds

RULE_VERSION = "flags-1"
# A flag of being behind is cleared this far under its threshold, so that it does not come and go with every look.
CLEAR_MARGIN_POINTS = 2.0
# Machine-seconds at work outside scheduled hours in one day that are no accident, and for how many days they show.
OUTSIDE_HOURS_S = 1800.0
OUTSIDE_HOURS_DAYS = 7


class FlagKind(StrEnum):
    """What flags are raised for."""

    BEHIND_PLAN = "behind_plan"
    STALLED = "stalled"
    REPORT_DISAGREES = "report_disagrees"
    CAMERA_DOWN = "camera_down"
    CAMERA_MOVED = "camera_moved"
    WORK_OUTSIDE_HOURS = "work_outside_hours"


@dataclass(frozen=True, slots=True)
class DueFlag:
    """A flag that stands today, and the pictures it rests on where those are not the signal's."""

    kind: FlagKind
    reason: Reason
    is_escalated: bool = False
    placement_id: UUID | None = None
    evidence_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlagsToday:
    """The flags that stand, and the kinds that surely don't."""

    due: tuple[DueFlag, ...]
    cleared: frozenset[FlagKind]


@dataclass(frozen=True, slots=True)
class CameraFault:
    """A camera that does not show its view since a day and time, as text."""

    kind: FlagKind
    placement_id: UUID
    camera: str
    since: str


@dataclass(frozen=True, slots=True)
class AfterHoursWork:
    """For how long machines were at work outside scheduled hours on one day, and the pictures of it."""

    day: date
    machine_working_s: float
    evidence_ids: tuple[str, ...]


def flags_today(
    finding: Finding | None,
    planned_percent: float | None,
    gap: ReportGap | None,
    faults: Sequence[CameraFault],
    after_hours: Sequence[AfterHoursWork],
    thresholds: Thresholds,
) -> FlagsToday:
    """What stands by the finding of the day, the report, the cameras and the work outside hours of the last days."""
    due: list[DueFlag] = []
    cleared: set[FlagKind] = set()
    if finding is not None:
        _slippage_flags(finding, planned_percent, thresholds, due, cleared)
        if finding.status is Status.STALLED:
            due.append(DueFlag(FlagKind.STALLED, finding.reason))
        elif finding.status is not Status.NO_EVIDENCE:
            cleared.add(FlagKind.STALLED)
    if gap is not None and gap.disagrees:
        due.append(DueFlag(FlagKind.REPORT_DISAGREES, gap.reason))
    elif gap is not None:
        cleared.add(FlagKind.REPORT_DISAGREES)
    for kind, code in (
        (FlagKind.CAMERA_DOWN, ProgressReasonCode.CAMERA_DOWN),
        (FlagKind.CAMERA_MOVED, ProgressReasonCode.CAMERA_MOVED),
    ):
        of_kind = sorted(
            (fault for fault in faults if fault.kind is kind), key=lambda fault: (fault.since, fault.camera)
        )
        if of_kind:
            first = of_kind[0]
            reason = tell(code, camera=", ".join(one.camera for one in of_kind), since=first.since)
            due.append(DueFlag(kind, reason, placement_id=first.placement_id))
        else:
            cleared.add(kind)
    outside = [work for work in after_hours if work.machine_working_s >= OUTSIDE_HOURS_S]
    if outside:
        newest = max(outside, key=lambda work: work.day)
        told = tell(
            ProgressReasonCode.OUTSIDE_HOURS, day=newest.day.isoformat(), hours=newest.machine_working_s / 3600.0
        )
        due.append(DueFlag(FlagKind.WORK_OUTSIDE_HOURS, told, evidence_ids=newest.evidence_ids))
    elif after_hours:
        cleared.add(FlagKind.WORK_OUTSIDE_HOURS)
    return FlagsToday(tuple(due), frozenset(cleared))


def _slippage_flags(
    finding: Finding,
    planned_percent: float | None,
    thresholds: Thresholds,
    due: list[DueFlag],
    cleared: set[FlagKind],
) -> None:
    slippage = finding.slippage
    if slippage is None or not finding.is_judged or planned_percent is None:
        # Where only activity is known, being overdue is all that is known of being behind.
        if finding.status is Status.BEHIND:
            due.append(DueFlag(FlagKind.BEHIND_PLAN, finding.reason))
        elif (
            slippage is None and not finding.has_elements and finding.status not in (Status.NO_EVIDENCE, Status.STALLED)
        ):
            cleared.add(FlagKind.BEHIND_PLAN)
        return
    is_sure = slippage.is_behind and slippage.is_sure
    if finding.status is Status.BEHIND or is_sure:
        is_escalated = slippage.is_escalated and slippage.is_sure
        due.append(DueFlag(FlagKind.BEHIND_PLAN, finding.reason, is_escalated))
    elif slippage.points <= thresholds.behind_at(slippage.seen.planned) - CLEAR_MARGIN_POINTS:
        cleared.add(FlagKind.BEHIND_PLAN)
