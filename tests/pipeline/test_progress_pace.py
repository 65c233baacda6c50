from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.signals.progress_pace import Forecast, NoForecast, Pace, SharePoint, forecast_finish, observed_pace
from tests.support.shares import works_but_sundays

# A Wednesday.
ON = date(2026, 9, 16)


def course(
    percent_of: Callable[[int], float], backs: range | list[int], is_seen: Callable[[int], bool] = lambda _back: True
) -> list[SharePoint]:
    """Points so many days back, the oldest first."""
    return [
        SharePoint(ON - timedelta(days=back), percent_of(back), 0.0, 100.0, 50.0, is_seen(back))
        for back in sorted(backs, reverse=True)
    ]


def passed(back: int) -> int:
    """Working days from a day to `ON`."""
    return sum(works_but_sundays(ON - timedelta(days=number)) for number in range(back))


def pace_of(points: list[SharePoint]) -> Pace:
    pace = observed_pace(points, ON, works_but_sundays, 6)
    assert isinstance(pace, Pace)
    return pace


def test_even_growth_is_its_own_pace_with_days_off_left_out() -> None:
    pace = pace_of(course(lambda back: 50 - 0.7 * passed(back), range(29)))
    assert (pace.points_a_week, pace.low, pace.high) == pytest.approx((4.2, 4.2, 4.2))
    assert pace.seen_days == 29


def test_one_bad_day_does_not_turn_the_pace() -> None:
    pace = pace_of(course(lambda back: 90.0 if back == 3 else 50 - 0.7 * passed(back), range(29)))
    assert pace.points_a_week == pytest.approx(4.2, abs=0.3)
    assert pace.low <= 4.2 <= pace.high


def test_only_the_last_four_weeks_and_seen_days_tell_the_pace() -> None:
    points = course(lambda back: 50 - (passed(back) if back <= 28 else 40), range(60))
    assert pace_of(points).points_a_week == pytest.approx(6.0)
    half = course(lambda back: 50 - passed(back), range(29), lambda back: back % 2 == 0)
    assert pace_of(half).seen_days == 15


def test_a_photograph_a_week_is_enough() -> None:
    pace = pace_of(course(lambda back: 50 - passed(back), [0, 7, 14, 21, 28]))
    assert (pace.points_a_week, pace.seen_days) == pytest.approx((6.0, 5))


@pytest.mark.parametrize("backs", [[0, 7, 14, 21], list(range(10)), []])
def test_few_seen_days_or_a_short_time_tell_no_pace(backs: list[int]) -> None:
    assert observed_pace(course(float, backs), ON, works_but_sundays, 6) is NoForecast.TOO_FEW_DAYS


def test_a_calendar_without_working_days_has_no_pace() -> None:
    points = course(lambda back: 50.0 - back, range(29))
    assert observed_pace(points, ON, lambda _day: False, 1) is NoForecast.TOO_FEW_DAYS


def test_holidays_neither_slow_the_pace_nor_bring_the_finish_nearer() -> None:
    def works(day: date) -> bool:
        return works_but_sundays(day) and not date(2026, 9, 1) <= day <= date(2026, 9, 10)

    days = [ON - timedelta(days=back) for back in range(29)]
    points = []
    for day in sorted(days):
        later = sum(works(other) for other in days if other > day)
        points.append(SharePoint(day, 50.0 - later, 45.0, 55.0, 50.0, True))
    pace = observed_pace(points, ON, works, 6)
    assert isinstance(pace, Pace)
    assert pace.points_a_week == pytest.approx(6.0)
    open_until_may = forecast_finish(points[-1], pace, 6.0, works, 6)
    with_winter = forecast_finish(
        points[-1], pace, 6.0, lambda day: works(day) and not date(2026, 10, 1) <= day <= date(2026, 10, 31), 6
    )
    assert isinstance(open_until_may, Forecast)
    assert isinstance(with_winter, Forecast)
    assert (with_winter.p50 - open_until_may.p50).days in (31, 32)


def test_the_finish_is_what_is_left_at_the_pace() -> None:
    point = SharePoint(ON, 70.0, 70.0, 70.0, 70.0, True)
    forecast = forecast_finish(point, Pace(6.0, 6.0, 6.0, 29), 6.0, works_but_sundays, 6)
    assert isinstance(forecast, Forecast)
    # Thirty working days: five weeks.
    assert forecast.p50 == ON + timedelta(days=35)
    assert forecast.p80 is not None
    assert forecast.p50 <= forecast.p80 <= forecast.p50 + timedelta(days=2)


def test_an_unsure_pace_moves_the_late_date_and_is_drawn_to_the_plan() -> None:
    point = SharePoint(ON, 70.0, 65.0, 75.0, 70.0, True)
    sure = forecast_finish(point, Pace(3.0, 2.8, 3.2, 29), 6.0, works_but_sundays, 6)
    unsure = forecast_finish(point, Pace(3.0, 0.0, 6.0, 5), 6.0, works_but_sundays, 6)
    assert isinstance(sure, Forecast)
    assert isinstance(unsure, Forecast)
    assert sure.p80 is not None
    assert unsure.p80 is not None
    assert unsure.p50 < sure.p50
    assert (unsure.p80 - unsure.p50) > (sure.p80 - sure.p50)
    assert ON + timedelta(days=60) < sure.p50 < ON + timedelta(days=75)


def test_no_finish_is_forecast_where_none_can_be_told() -> None:
    point = SharePoint(ON, 70.0, 65.0, 75.0, 70.0, True)
    calendar = (works_but_sundays, 6)
    assert forecast_finish(point, Pace(0.0, -1.0, 0.5, 29), 6.0, *calendar) is NoForecast.NOT_GROWING
    assert forecast_finish(point, NoForecast.TOO_FEW_DAYS, 6.0, *calendar) is NoForecast.TOO_FEW_DAYS
    assert forecast_finish(point, Pace(0.05, 0.05, 0.05, 29), 0.0, *calendar) is NoForecast.TOO_FAR
    done = SharePoint(ON, 98.0, 95.0, 100.0, 100.0, True)
    assert forecast_finish(done, Pace(1.0, 1.0, 1.0, 29), 6.0, *calendar) is NoForecast.COMPLETE
    wild = forecast_finish(point, Pace(1.0, -9.0, 11.0, 5), 0.0, *calendar)
    assert isinstance(wild, Forecast)
    assert wild.p80 is None


@given(
    st.lists(st.floats(-0.5, 3.0), min_size=29, max_size=29),
    st.floats(0.0, 96.0),
    st.floats(0.0, 20.0),
    st.floats(0.0, 20.0),
)
def test_the_late_date_never_comes_before_the_middle_one(
    steps: list[float], percent: float, half: float, plan_pace: float
) -> None:
    points = course(lambda back: sum(steps[: 29 - back]), range(29))
    pace = observed_pace(points, ON, works_but_sundays, 6)
    assert isinstance(pace, Pace)
    assert pace.low <= pace.points_a_week <= pace.high
    point = SharePoint(ON, percent, max(0.0, percent - half), min(100.0, percent + half), 50.0, True)
    forecast = forecast_finish(point, pace, plan_pace, works_but_sundays, 6)
    if isinstance(forecast, Forecast):
        assert forecast.p50 >= ON
        assert forecast.p80 is None or forecast.p80 >= forecast.p50
    else:
        assert forecast in (NoForecast.NOT_GROWING, NoForecast.TOO_FAR)
