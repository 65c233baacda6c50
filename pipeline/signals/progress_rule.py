"""The rule over built shares: what is proposed where cameras see how much of a project stands.

It goes on from the rule that sees activity alone (`activity_rule.py`), which holds wherever no element tells anything.
Statuses go by slippage over the tasks that have elements. A stall is a standstill in which nothing grows: days that
were not seen never count towards one, and a project whose elements grow is not stalled. COMPLETED is never proposed;
the reason says that it looks complete, and a person decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.plan_curve import PlannedTask
from models.words import Status
from pipeline.signals.activity_rule import (
    DayFinding,
    Proposal,
    judged_days,
    propose_from_activity,
    standstill_run,
)
from pipeline.signals.progress_pace import COMPLETE_FROM, Forecast, NoForecast, Pace, SharePoint
from pipeline.signals.progress_reasons import ProgressReasonCode, joined, tell
from pipeline.signals.progress_share import FRESH_DAYS, ProjectShare
from pipeline.signals.reasons import Reason
from pipeline.signals.slippage import Slippage, Thresholds, slippage_of

RULE_VERSION = "progress-1"
# Judged days without work, one after another, that make a stall where elements were seen and did not grow.
STALL_DAYS_UNGROWN = 3
# Growth is asked of so many of the last of them, and told by two days at least on which elements were seen. The first
# is left out where it can be: figures of built shares are a look or two late, and catch up while nothing is built.
GROWTH_DAYS, LEAST_SEEN_DAYS = 5, 2
# Less than so many points a day, or than this share of what was planned meanwhile, is no growth: figures creep by 0.1
# to 0.2 points a day while nothing is built.
GROWS_POINTS_A_DAY, GROWS_SHARE_OF_PLANNED = 0.25, 0.5
# Of the counted tasks' weight, so much was seen within a week, or the figure rests on memory.
LEAST_FRESH = 0.3
# What is less of the plan than this does not stand for the project.
LEAST_SHARE_OF_PLAN = 0.1
# Cameras see the whole plan from so much of it on.
WHOLE_PLAN = 0.99
_WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class ObservedProgress:
    """What was observed of a project up to a day: its share, the days before it, oldest first and the day itself
    last, pace and forecast. All are over the same tasks.
    """

    share: ProjectShare
    points: Sequence[SharePoint]
    pace: Pace | NoForecast
    forecast: Forecast | NoForecast


@dataclass(frozen=True, slots=True)
class Finding:
    """What the rule proposes, and why; `slippage` is None where built shares tell nothing.

    `is_judged` says whether slippage decides: not where it rests on memory or on too little of the plan. `since` is
    when a stall or the slippage began. `has_elements` where `slippage` is None only for want of figures.
    """

    status: Status
    reason: Reason
    slippage: Slippage | None = None
    is_judged: bool = False
    since: date | None = None
    has_elements: bool = False


def propose_from_progress(
    tasks: Sequence[PlannedTask],
    days: Sequence[DayFinding],
    on: date,
    observed: ObservedProgress | None,
    thresholds: Thresholds,
    *,
    has_elements: bool = False,
) -> Finding:
    """Propose a status for `on` from a project's last working days and from what was observed, both oldest first."""
    activity = propose_from_activity(tasks, days, on)
    if observed is None or not tasks:
        return Finding(activity.status, activity.reason, has_elements=has_elements)
    share = observed.share
    slippage = slippage_of(observed.points, thresholds)
    figures = _figures(observed, slippage)
    if share.fresh_share < LEAST_FRESH:
        unseen = tell(ProgressReasonCode.ELEMENTS_UNSEEN, days=FRESH_DAYS)
        return Finding(activity.status, joined([activity.reason, unseen, *figures]), slippage)
    if share.share_of_plan < LEAST_SHARE_OF_PLAN:
        return Finding(activity.status, joined([activity.reason, *figures]), slippage)
    starts_on = min(task.starts_on for task in tasks)
    if on < starts_on:
        early = observed.points[-1].low > observed.points[0].percent
        told = tell(ProgressReasonCode.GROWS_EARLY, starts_on=starts_on.isoformat()) if early else activity.reason
        return Finding(Status.ON_TRACK if early else activity.status, joined([told, *figures]), slippage, True)
    run = standstill_run(judged_days(days))
    if (stall := _stall(activity, tasks, run, on, observed)) is not None:
        return Finding(Status.STALLED, joined([stall, *figures]), slippage, True, run[0].day)
    status, sentences = _by_slippage(tasks, on, observed, slippage)
    return Finding(status, joined([*sentences, *figures, *_forecast(observed)]), slippage, True, slippage.since)


def _by_slippage(
    tasks: Sequence[PlannedTask], on: date, observed: ObservedProgress, slippage: Slippage
) -> tuple[Status, list[Reason]]:
    finishes_on = max(task.finishes_on for task in tasks)
    share = observed.share
    if share.percent >= COMPLETE_FROM:
        is_left = share.share_of_plan < WHOLE_PLAN and on > finishes_on
        return Status.AT_RISK if is_left else Status.ON_TRACK, [tell(ProgressReasonCode.LOOKS_COMPLETE)]
    since = _since(slippage)
    if on > finishes_on:
        overdue = tell(ProgressReasonCode.OVERDUE, finishes_on=finishes_on.isoformat())
        return Status.BEHIND if slippage.is_sure else Status.AT_RISK, [overdue, *since]
    if slippage.is_behind:
        if slippage.is_sure:
            return Status.BEHIND, [tell(ProgressReasonCode.BEHIND), *since]
        return Status.AT_RISK, [tell(ProgressReasonCode.LAGS_PERHAPS), *since]
    if slippage.is_at_risk:
        code = ProgressReasonCode.LAGS if slippage.is_sure else ProgressReasonCode.LAGS_PERHAPS
        return Status.AT_RISK, [tell(code), *since]
    return Status.ON_TRACK, [tell(ProgressReasonCode.ON_PLAN)]


def _stall(
    activity: Proposal, tasks: Sequence[PlannedTask], run: Sequence[DayFinding], on: date, observed: ObservedProgress
) -> Reason | None:
    """Why a project is stalled, by the days without work that it ends with; None where it is not."""
    if not run or observed.share.percent >= COMPLETE_FROM or not _is_due(tasks, observed.share, on):
        return None
    has_grown = _has_grown(run, observed.points)
    if has_grown is None:
        return activity.reason if activity.status is Status.STALLED else None
    if has_grown or len(run) < STALL_DAYS_UNGROWN:
        return None
    return tell(ProgressReasonCode.NOTHING_GROWS, still=len(run), since=run[0].day.isoformat())


def _has_grown(run: Sequence[DayFinding], points: Sequence[SharePoint]) -> bool | None:
    """Whether anything grew while nobody worked; None where elements were not seen meanwhile."""
    for late in (run[1:][-GROWTH_DAYS:], run[-GROWTH_DAYS:]):
        seen = [point for point in points if point.is_seen and late and point.on >= late[0].day]
        if len(seen) >= LEAST_SEEN_DAYS:
            first, last = seen[0], seen[-1]
            least = GROWS_POINTS_A_DAY * (last.on - first.on).days
            return last.percent - first.percent >= max(least, GROWS_SHARE_OF_PLANNED * (last.planned - first.planned))
    return None


def _is_due(tasks: Sequence[PlannedTask], share: ProjectShare, on: date) -> bool:
    """Whether there is work to be done: a task that has begun by the plan and does not stand, as far as is seen.

    Of one that no camera sees, by its dates.
    """
    return any(
        _WHOLE * share.task_shares[task.key] < COMPLETE_FROM if task.key in share.task_keys else on <= task.finishes_on
        for task in tasks
        if task.starts_on <= on
    )


def _since(slippage: Slippage) -> list[Reason]:
    if slippage.since is None:
        return []
    is_open = slippage.is_since_or_earlier
    code = ProgressReasonCode.SINCE_OR_EARLIER if is_open else ProgressReasonCode.SINCE
    return [tell(code, since=slippage.since.isoformat())]


def _figures(observed: ObservedProgress, slippage: Slippage) -> list[Reason]:
    share, seen = observed.share, slippage.seen
    code = ProgressReasonCode.FIGURES_AHEAD if slippage.points < -0.05 else ProgressReasonCode.FIGURES_BEHIND
    sentences = [
        tell(
            code,
            observed=seen.percent,
            low=seen.low,
            high=seen.high,
            planned=seen.planned,
            slippage=abs(slippage.points),
            seen=round(_WHOLE * share.share_of_plan),
        )
    ]
    if share.disagreeing:
        sentences.append(tell(ProgressReasonCode.DISAGREE, keys=", ".join(share.disagreeing)))
    return sentences


def _forecast(observed: ObservedProgress) -> list[Reason]:
    pace, forecast = observed.pace, observed.forecast
    if isinstance(forecast, Forecast) and isinstance(pace, Pace):
        told: dict[str, object] = {"pace": pace.points_a_week, "p50": forecast.p50.isoformat()}
        if forecast.p80 is None:
            return [tell(ProgressReasonCode.FORECAST_P50, **told)]
        return [tell(ProgressReasonCode.FORECAST, **told, p80=forecast.p80.isoformat())]
    if forecast is NoForecast.COMPLETE or isinstance(forecast, Forecast):
        return []
    return [tell(ProgressReasonCode(forecast.value))]
