"""How often a camera is looked at, hour by hour."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.signals.calendar import WorkCalendar
from pipeline.watch.pace import Pace, PaceNow
from tests.support.clocks import StandingClock

ALMATY = ZoneInfo("Asia/Almaty")
DAY_SHIFT = WorkCalendar(ALMATY, frozenset({1, 2, 3, 4, 5}), time(9), time(18), frozenset({date(2026, 9, 18)}))
NIGHT_SHIFT = WorkCalendar(ALMATY, frozenset({1, 2, 3, 4, 5}), time(20), time(6), frozenset())
PACE = Pace(10.0, 600.0, DAY_SHIFT)


def almaty(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of September 2026; the 14th is a Monday."""
    return datetime(2026, 9, day, hour, minute, second, tzinfo=ALMATY).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "every_s"),
    [
        (almaty(16, 8, 59, 59), 600.0),
        (almaty(16, 9), 10.0),
        (almaty(16, 17, 59, 59), 10.0),
        (almaty(16, 18), 600.0),
        (almaty(18, 12), 600.0),
        (almaty(19, 12), 600.0),
    ],
)
def test_the_slower_pace_holds_outside_hours_on_holidays_and_days_off(moment: datetime, every_s: float) -> None:
    assert PACE.at(moment) == every_s


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    pace = Pace(10.0, 600.0, NIGHT_SHIFT)
    # Saturday morning ends Friday's shift; Monday morning ends none.
    assert [pace.at(almaty(19, 5)), pace.at(almaty(14, 5)), pace.at(almaty(14, 21))] == [10.0, 600.0, 10.0]


def test_without_a_slower_pace_all_hours_are_alike() -> None:
    assert Pace(10.0).at(almaty(19, 3)) == 10.0
    assert Pace(10.0).looks_due(3600.0, almaty(19, 3)) == 360.0
    assert (Pace(10.0).every_s, PACE.every_s) == (frozenset({10.0}), frozenset({10.0, 600.0}))


def test_looks_fall_due_at_the_pace_of_each_hour() -> None:
    assert PACE.looks_due(1200.0, almaty(16, 9, 10)) == pytest.approx(1 + 60)
    assert PACE.looks_due(86400.0, almaty(17, 0)) == pytest.approx(9 * 360 + 15 * 6)
    assert PACE.looks_due(3 * 86400.0, almaty(21, 0)) == pytest.approx(3 * 24 * 6)


@given(st.integers(0, 14 * 86400), st.lists(st.floats(0, 20000), max_size=20))
def test_parts_add_up_to_the_whole_over_every_border(starts_s: int, parts_s: list[float]) -> None:
    begins_at = almaty(7, 0) + timedelta(seconds=starts_s)
    at, added = begins_at, 0.0
    for part_s in parts_s:
        at += timedelta(seconds=part_s)
        added += PACE.looks_due(part_s, at)
    assert added == pytest.approx(PACE.looks_due((at - begins_at).total_seconds(), at), abs=1e-3)


def test_what_is_asked_before_every_look_follows_the_clock() -> None:
    clock = StandingClock(almaty(16, 17, 59, 59))
    now = PaceNow(PACE, clock)
    assert now() == 10.0
    clock.advance(1)
    assert now() == 600.0
