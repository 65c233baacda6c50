"""From what is said of projects to the status of the item they serve: pure rules.

A project's standing rests on a decision, on what cameras saw, or on its owner's report; an item's
on its projects, the worst by weight, and on how many are complete against its indicator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.words import Basis, Status

RULE_VERSION = "rollup-1"
AT_RISK_POINTS = 5.0
BEHIND_POINTS = 10.0

# From good to bad; NO_EVIDENCE says nothing and stands apart.
_SEVERITY = (
    Status.COMPLETED,
    Status.NOT_STARTED,
    Status.ON_TRACK,
    Status.AT_RISK,
    Status.BEHIND,
    Status.STALLED,
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A status that the cameras propose."""

    id: UUID
    status: Status
    at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided: the status last settled on, and the proposal that was answered last.

    A question settles nothing: after it the status decided before it, if any, still stands.
    """

    status: Status | None
    status_proposal_id: UUID | None
    answered_proposal_id: UUID | None


@dataclass(frozen=True, slots=True)
class Reported:
    """What the owner reported (None where nothing was), and what was planned then, in percent."""

    percent: float | None
    planned_percent: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A project's status, what it rests on, and whether a newer proposal awaits a person."""

    status: Status
    basis: Basis
    awaits_decision: bool


@dataclass(frozen=True, slots=True)
class WeightedStanding:
    """A project's standing with its weight among the item's projects, positive."""

    project_id: UUID
    standing: Standing
    weight: float


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """An item's status with its basis, and its projects counted by status."""

    status: Status
    basis: Basis
    counts: dict[Status, int]
    awaits_decision: bool


def judge_report(report: Reported) -> Status:
    """What an owner's report alone says; it never completes anything, a person does.

    Where nothing was reported, nothing is taken to be done.
    """
    percent = report.percent or 0.0
    slippage = report.planned_percent - percent
    if percent <= 0 and report.planned_percent <= 0:
        return Status.NOT_STARTED
    if slippage >= BEHIND_POINTS:
        return Status.BEHIND
    if slippage >= AT_RISK_POINTS:
        return Status.AT_RISK
    return Status.ON_TRACK


def stand_project(
    proposed: Proposed | None, decided: Decided | None, report: Reported, *, review_required: bool
) -> Standing:
    """A project's status.

    A decision holds until a proposal newer than the one it answered; that of completion holds for
    good. Where review is required, the newer proposal waits and the decision goes on holding. An
    owner's report that is worse than what the cameras propose wins: it is an admission, and
    cameras of the first rule see activity, not how much is built. Without cameras the report is
    all there is.
    """
    reported = judge_report(report)
    pending = proposed is not None and (decided is None or decided.answered_proposal_id != proposed.id)
    if decided is not None and decided.status is not None:
        is_newest = proposed is None or decided.status_proposal_id == proposed.id
        if is_newest or review_required or decided.status is Status.COMPLETED:
            return Standing(decided.status, Basis.DECIDED, pending and review_required)
    if proposed is None or review_required:
        return Standing(reported, Basis.REPORTED, pending)
    is_admission = report.percent is not None and _is_worse(reported, proposed.status)
    if proposed.status is not Status.NO_EVIDENCE and is_admission:
        return Standing(reported, Basis.REPORTED, False)
    return Standing(proposed.status, Basis.OBSERVED, False)


def roll_up(projects: Sequence[WeightedStanding]) -> ItemStanding:
    """An item's status: the worst that any of its projects of weight has, and the counts.

    Completed only when all are. An item whose every project has cameras that saw too little is
    NO_EVIDENCE; one without projects has not started, as far as anybody reported.
    """
    counts = {status: sum(project.standing.status is status for project in projects) for status in Status}
    judged = [project for project in projects if project.standing.status is not Status.NO_EVIDENCE]
    awaits = any(project.standing.awaits_decision for project in projects)
    if not projects:
        return ItemStanding(Status.NOT_STARTED, Basis.REPORTED, counts, False)
    if not judged:
        return ItemStanding(Status.NO_EVIDENCE, Basis.OBSERVED, counts, awaits)
    worst = max(judged, key=lambda project: (_SEVERITY.index(project.standing.status), project.weight))
    status = worst.standing.status
    if status is Status.COMPLETED and counts[Status.COMPLETED] < len(projects):
        # Those that are done don't speak for those that nobody saw.
        return ItemStanding(Status.NO_EVIDENCE, Basis.OBSERVED, counts, awaits)
    if status is Status.NOT_STARTED and counts[Status.COMPLETED]:
        # Some are done and the others not begun: the item itself is under way.
        status = Status.ON_TRACK
    return ItemStanding(status, worst.standing.basis, counts, awaits)


def _is_worse(first: Status, second: Status) -> bool:
    return first in _SEVERITY and second in _SEVERITY and _SEVERITY.index(first) > _SEVERITY.index(second)
