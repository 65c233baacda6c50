"""Whether what an owner reports agrees with what cameras saw on the day of the report: a figure of its own.

A report is of the whole project, cameras see a part of its plan. So what was observed is first put into figures of the
whole: of a task without elements the plan is taken for what stands, and for its interval anything from nothing to all
of it. Where elements cover the plan, that is the observed percent itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.plan_curve import PlannedTask, planned_percent
from pipeline.signals.progress_reasons import ProgressReasonCode, tell
from pipeline.signals.progress_share import ProjectShare
from pipeline.signals.reasons import Reason

# So many points outside the interval of what was observed, and the two contradict each other.
DISAGREE_POINTS = 10.0
_HAIR = 1e-6


@dataclass(frozen=True, slots=True)
class ReportGap:
    """Reported minus observed percent of the whole project, positive where the report says more."""

    points: float
    disagrees: bool
    reason: Reason


def report_gap(
    tasks: Sequence[PlannedTask], share: ProjectShare, reported_percent: float, reported_on: date
) -> ReportGap:
    """Hold a report against the share observed on its day."""
    unseen = [task for task in tasks if task.key not in share.task_keys]
    planned_unseen = planned_percent(unseen, reported_on) or 0.0
    of_plan = share.share_of_plan
    observed = of_plan * share.percent + (1 - of_plan) * planned_unseen
    low = min(observed, of_plan * share.low)
    high = max(observed, of_plan * share.high + (1 - of_plan) * 100.0)
    points = reported_percent - observed
    outside = max(reported_percent - high, low - reported_percent)
    reason = tell(
        ProgressReasonCode.REPORT_ABOVE if points >= 0 else ProgressReasonCode.REPORT_BELOW,
        reported=float(reported_percent),
        reported_on=reported_on.isoformat(),
        observed=observed,
        low=low,
        high=high,
        gap=abs(points),
    )
    return ReportGap(points, outside >= DISAGREE_POINTS - _HAIR, reason)
