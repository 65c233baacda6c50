from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from pipeline.signals.calendar import WorkCalendar
from pipeline.watch.due_looks import DueLooks
from pipeline.watch.pace import Pace

# 09:00 in Almaty, where work begins.
NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)
CALENDAR = WorkCalendar(ZoneInfo("Asia/Almaty"), frozenset(range(1, 8)), time(9), time(18), frozenset())


def at(now_s: float) -> datetime:
    """The wall time, which is nine o'clock at 1000 s."""
    return NINE + timedelta(seconds=now_s - 1000.0)


def test_looks_fall_due_by_the_clock() -> None:
    due = DueLooks(Pace(10.0), began_s=100.0)
    assert [due.take(now_s, NINE) for now_s in (105.0, 110.0, 119.0, 121.0, 200.0, 200.0)] == [0, 1, 0, 1, 8, 0]


def test_a_clock_that_stands_or_goes_back_owes_nothing() -> None:
    due = DueLooks(Pace(10.0), began_s=100.0)
    assert [due.take(now_s, NINE) for now_s in (100.0, 90.0, 109.0, 110.0)] == [0, 0, 0, 1]


def test_fewer_looks_are_owed_outside_the_sites_hours() -> None:
    due = DueLooks(Pace(10.0, 600.0, CALENDAR), began_s=0.0)
    # Ten minutes before nine, four hundred seconds before, at nine, a minute after.
    assert [due.take(now_s, at(now_s)) for now_s in (400.0, 600.0, 1000.0, 1060.0)] == [0, 1, 0, 6]


def test_wall_time_that_jumps_owes_nothing() -> None:
    due = DueLooks(Pace(10.0), began_s=100.0)
    assert [due.take(110.0, NINE), due.take(120.0, NINE + timedelta(days=30))] == [1, 1]


@given(st.lists(st.floats(0, 50), max_size=60))
def test_none_is_lost_or_counted_twice_however_often_it_is_asked(steps_s: list[float]) -> None:
    due, now_s, counted = DueLooks(Pace(7.0), began_s=0.0), 0.0, 0
    for step_s in steps_s:
        now_s += step_s
        counted += due.take(now_s, NINE)
    assert abs(counted - now_s / 7.0) <= 1.0
