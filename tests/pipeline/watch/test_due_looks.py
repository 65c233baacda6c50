from hypothesis import given
from hypothesis import strategies as st

from pipeline.watch.due_looks import DueLooks


def test_looks_fall_due_by_the_clock() -> None:
    due = DueLooks(10.0, began_s=100.0)
    assert [due.take(now_s) for now_s in (105.0, 110.0, 119.0, 121.0, 200.0, 200.0)] == [0, 1, 0, 1, 8, 0]


def test_a_clock_that_stands_or_goes_back_owes_nothing() -> None:
    due = DueLooks(10.0, began_s=100.0)
    assert [due.take(now_s) for now_s in (100.0, 90.0, 109.0, 110.0)] == [0, 0, 0, 1]


@given(st.lists(st.floats(0, 50), max_size=60))
def test_none_is_lost_or_counted_twice_however_often_it_is_asked(steps_s: list[float]) -> None:
    due, now_s, counted = DueLooks(7.0, began_s=0.0), 0.0, 0
    for step_s in steps_s:
        now_s += step_s
        counted += due.take(now_s)
    assert abs(counted - now_s / 7.0) <= 1.0
