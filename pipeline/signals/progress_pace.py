"""How fast a project is seen to grow, and when it would be finished at that pace.

Pace is the slope of the observed percent over the seen days of the last four weeks, in points a working week: the
median of the slopes between all pairs of days (Theil 1950; Sen, J. Am. Stat. Assoc. 63, 1968), which one bad day does
not turn. Its 90 % interval is Sen's, between ranks of those slopes, with the variance made greater for days that follow
from one another (Hamed and Rao, J. Hydrology 204, 1998) by what they are effectively worth. Time runs in working days
of the site's calendar, so that holidays neither slow the past nor hurry the future.

The forecast divides what is left by the pace. The observed pace is first drawn towards the plan's own, by how unsure
each is (normal, conjugate; as in Kim and Reinschmidt, J. Constr. Eng. Manage. 135(3), 2009): early on a few days say
little. That the plan's pace holds to within half of itself is an assumption. With both what is left and the pace
normal, the time by which it is done with probability q solves `p t - r = z_q sqrt(s_p^2 t^2 + s_r^2)`, a quadratic
(Fieller, J. R. Stat. Soc. B 16, 1954). No S-curve is assumed: the last points of a project come slower than this says.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations
from statistics import NormalDist, median

from pipeline.signals.work_sampling import effective_samples

WINDOW_DAYS = 28
LEAST_SEEN_DAYS = 5
LEAST_SPAN_DAYS = 14
# A pace under this, in points a week, is none.
LEAST_PACE = 0.05
PLAN_SPREAD = 0.5
# From so many percent on nothing is left that could be told from complete.
COMPLETE_FROM = 97.0
MOST_YEARS = 10
_WEEK_DAYS = 7
_NORMAL_90 = NormalDist().inv_cdf(0.95)
_Z_80 = NormalDist().inv_cdf(0.8)


@dataclass(frozen=True, slots=True)
class SharePoint:
    """What was observed and planned of the same tasks on one day, in percent; `is_seen` where elements were seen."""

    on: date
    percent: float
    low: float
    high: float
    planned: float
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Pace:
    """Points a week with the 90 % interval, over so many seen days."""

    points_a_week: float
    low: float
    high: float
    seen_days: int


class NoForecast(StrEnum):
    """Why there is no pace or no forecast finish."""

    TOO_FEW_DAYS = "too_few_days"
    NOT_GROWING = "not_growing"
    COMPLETE = "complete"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class Forecast:
    """The finish that is as likely before as after, and the one that 8 of 10 come before; null where not to be told."""

    p50: date
    p80: date | None


def observed_pace(
    points: Sequence[SharePoint], on: date, is_working_day: Callable[[date], bool], week_days: int
) -> Pace | NoForecast:
    """The pace up to a day from the days before it, oldest first; `week_days` is a working week."""
    seen = [point for point in points if point.is_seen and on - timedelta(days=WINDOW_DAYS) <= point.on <= on]
    if len(seen) < LEAST_SEEN_DAYS or (seen[-1].on - seen[0].on).days < LEAST_SPAN_DAYS:
        return NoForecast.TOO_FEW_DAYS
    times = _working_days_passed([point.on for point in seen], is_working_day)
    values = [point.percent for point in seen]
    slopes = sorted(
        (values[later] - values[earlier]) / (times[later] - times[earlier])
        for earlier, later in combinations(range(len(seen)), 2)
        if times[later] > times[earlier]
    )
    if not slopes:
        return NoForecast.TOO_FEW_DAYS
    middle = median(slopes)
    rest = [value - middle * passed for value, passed in zip(values, times, strict=True)]
    low, high = _sens_interval(slopes, rest)
    return Pace(middle * week_days, min(middle, low) * week_days, max(middle, high) * week_days, len(seen))


def forecast_finish(
    point: SharePoint,
    pace: Pace | NoForecast,
    plan_points_a_week: float,
    is_working_day: Callable[[date], bool],
    week_days: int,
) -> Forecast | NoForecast:
    """When what was observed would reach 100 %, from the point of the day that it is asked of.

    `plan_points_a_week` is how fast the same tasks go by the plan.
    """
    if point.percent >= COMPLETE_FROM:
        return NoForecast.COMPLETE
    if isinstance(pace, NoForecast):
        return pace
    if pace.points_a_week < LEAST_PACE:
        return NoForecast.NOT_GROWING
    mean, spread = _drawn_to_plan(pace, plan_points_a_week)
    left = 100.0 - point.percent
    left_spread = (point.high - point.low) / 2 / _NORMAL_90
    p50 = _after_working_days(point.on, left / mean * week_days, is_working_day)
    if p50 is None:
        return NoForecast.TOO_FAR
    weeks = _weeks_until(left, left_spread, mean, spread, _Z_80)
    p80 = None if weeks is None else _after_working_days(point.on, weeks * week_days, is_working_day)
    return Forecast(p50, p80)


def _sens_interval(slopes: Sequence[float], rest: Sequence[float]) -> tuple[float, float]:
    count = len(rest)
    worth = max(1.0, effective_samples(rest, [1.0] * count))
    variance = count * (count - 1) * (2 * count + 5) / 18 * (count / worth)
    reach = _NORMAL_90 * math.sqrt(variance)
    last = len(slopes) - 1
    low = max(0, math.floor((len(slopes) - reach) / 2) - 1)
    high = min(last, math.ceil((len(slopes) + reach) / 2))
    return slopes[low], slopes[high]


def _drawn_to_plan(pace: Pace, plan_points_a_week: float) -> tuple[float, float]:
    """Mean and standard deviation of the pace to come."""
    spread = max(LEAST_PACE, (pace.high - pace.low) / 2 / _NORMAL_90)
    if plan_points_a_week <= 0:
        return pace.points_a_week, spread
    plan_spread = max(LEAST_PACE, PLAN_SPREAD * plan_points_a_week)
    precision = 1 / spread**2 + 1 / plan_spread**2
    mean = (pace.points_a_week / spread**2 + plan_points_a_week / plan_spread**2) / precision
    return mean, math.sqrt(1 / precision)


def _weeks_until(left: float, left_spread: float, pace: float, spread: float, z: float) -> float | None:
    """The greater root; None where the pace is too unsure for any time to be late enough."""
    steep = pace**2 - (z * spread) ** 2
    if steep <= 0:
        return None
    under = (pace * left_spread) ** 2 + (spread * left) ** 2 - (z * spread * left_spread) ** 2
    return (pace * left + z * math.sqrt(max(0.0, under))) / steep


def _working_days_passed(days: Sequence[date], is_working_day: Callable[[date], bool]) -> list[int]:
    """For each of the days, how many working days have come since the first of them."""
    passed, on, counts = 0, days[0], []
    for day in days:
        while on < day:
            on += timedelta(days=1)
            passed += is_working_day(on)
        counts.append(passed)
    return counts


def _after_working_days(on: date, count: float, is_working_day: Callable[[date], bool]) -> date | None:
    """The working day by whose end so many have passed; None where that is further off than anybody can say."""
    left = math.ceil(round(count, 6))
    day = on
    for _ in range(MOST_YEARS * 366):
        if left <= 0:
            return day
        day += timedelta(days=1)
        left -= is_working_day(day)
    return None
