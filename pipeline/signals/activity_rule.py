"""The first rule: from site days and a plan to a proposed status.

It knows whether anybody works, not how much is built, and says so. It never proposes COMPLETED,
which only a person decides, and it never takes a day that was not seen for an idle one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.plan_curve import PlannedTask
from models.words import SiteDayState, Status
from pipeline.signals.reasons import Reason, ReasonCode, explain

RULE_VERSION = "activity-3"
# The working days looked back over.
DAYS_BACK = 10
# Judged days without work, one after another, that make a standstill a stall: one working week.
STALL_DAYS = 5
LEAST_SHARE_JUDGED = 0.3
LEAST_SHARE_ACTIVE = 0.5

_UNSEEN = frozenset({SiteDayState.OUTAGE, SiteDayState.OBSTRUCTED})


@dataclass(frozen=True, slots=True)
class DayFinding:
    """A project's day: its state, and whether its scheduled hours are over.

    `is_moved` says of an OBSTRUCTED day that a moved camera is why.
    """

    day: date
    state: SiteDayState
    is_over: bool
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A status with its reason."""

    status: Status
    reason: Reason


def propose_from_activity(tasks: Sequence[PlannedTask], days: Sequence[DayFinding], on: date) -> Proposal:
    """Propose a status for `on` from a project's last working days, oldest first.

    A day whose hours are not over counts only once work was seen on it.
    """
    if not tasks:
        return Proposal(Status.NO_EVIDENCE, explain(ReasonCode.NO_PLAN))
    starts_on = min(task.starts_on for task in tasks)
    finishes_on = max(task.finishes_on for task in tasks)
    scheduled = [day for day in days if _is_due(day)]
    judged = judged_days(days)
    active = sum(day.state is SiteDayState.ACTIVE for day in judged)
    if on < starts_on:
        code = ReasonCode.EARLY_START if active else ReasonCode.NOT_DUE
        status = Status.ON_TRACK if active else Status.NOT_STARTED
        return Proposal(status, explain(code, starts_on=starts_on.isoformat(), active=active))
    if days and all(day.state is SiteDayState.NON_WORKING for day in days):
        return Proposal(Status.NO_EVIDENCE, explain(ReasonCode.NO_WORKING_DAY))
    if not judged or len(judged) < LEAST_SHARE_JUDGED * len(scheduled):
        counts = {
            "scheduled": len(scheduled),
            "judged": len(judged),
            "outage": sum(day.state is SiteDayState.OUTAGE for day in scheduled),
            "obstructed": sum(day.state is SiteDayState.OBSTRUCTED for day in scheduled),
            "moved": sum(day.is_moved for day in scheduled),
        }
        code = ReasonCode.VIEW_MOVED if counts["moved"] else ReasonCode.NOT_SEEN
        return Proposal(Status.NO_EVIDENCE, explain(code, **counts))
    still = len(standstill_run(judged))
    if still >= STALL_DAYS:
        return Proposal(Status.STALLED, explain(ReasonCode.STOPPED, still=still))
    if on > finishes_on:
        return Proposal(Status.BEHIND, explain(ReasonCode.OVERDUE, finishes_on=finishes_on.isoformat()))
    if active < LEAST_SHARE_ACTIVE * len(judged):
        return Proposal(Status.AT_RISK, explain(ReasonCode.SPARSE_WORK, active=active, judged=len(judged)))
    return Proposal(Status.ON_TRACK, explain(ReasonCode.AT_WORK, active=active, judged=len(judged)))


def judged_days(days: Sequence[DayFinding]) -> list[DayFinding]:
    """The working days of which something can be said: seen, and over or with work on them already."""
    return [day for day in days if _is_due(day) and day.state not in _UNSEEN]


def standstill_run(judged: Sequence[DayFinding]) -> list[DayFinding]:
    """The days without work, one after another, that the judged days end with; oldest first."""
    run: list[DayFinding] = []
    for day in reversed(judged):
        if day.state is not SiteDayState.STANDSTILL:
            break
        run.insert(0, day)
    return run


def _is_due(day: DayFinding) -> bool:
    return day.state is not SiteDayState.NON_WORKING and (day.is_over or day.state is SiteDayState.ACTIVE)
