"""What stands when, over the placements of a site that look at their own times."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.observed_window import ObservedWindow
from pipeline.signals.calendar import Span
from pipeline.signals.site_window import site_windows
from tests.support.site_year import observation

NINE = datetime(2026, 9, 14, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = Span(NINE, NINE + timedelta(hours=9))
PLACEMENTS = [uuid4() for _ in range(3)]
# Which window, which placement, for how many windows it stands, and how many people it saw.
Look = tuple[int, int, int, int]
LOOKS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 2), st.integers(1, 12), st.integers(0, 9)),
    max_size=25,
    unique_by=lambda look: look[:2],
)


def row_of(number: int, look: Look) -> ObservedWindow:
    window, placement, windows, people = look
    columns = observation(
        PLACEMENTS[placement],
        NINE + 5 * window * MINUTE,
        looks_seen=1,
        looks_usable=1,
        turns_seen=1,
        look_every_s=300.0 * windows,
        tallies={"person": {"group": "person", "looks": 1, "total": people, "most": people}},
    )
    columns["id"] = number
    return ObservedWindow(**{name: columns[name] for name in ObservedWindow.__slots__})


def standing(looks: list[Look], at_window: float) -> list[int]:
    """What each placement's newest look that still stands counted."""
    counts = []
    for placement in range(len(PLACEMENTS)):
        before = [look for look in looks if look[1] == placement and look[0] <= at_window]
        newest = max(before, default=None)
        if newest is not None and at_window < newest[0] + newest[2]:
            counts.append(newest[3])
    return counts


@given(LOOKS)
def test_at_each_moment_the_most_that_stands_counts_and_the_sum_is_its_upper_end(looks: list[Look]) -> None:
    looks = sorted(looks)
    windows = site_windows([row_of(number, look) for number, look in enumerate(looks, start=1)], lambda _row: DAY)
    for number in range(9 * 12):
        moment = NINE + 5 * number * MINUTE + 2 * MINUTE
        here = [one for one in windows if one.starts_at <= moment < one.starts_at + timedelta(seconds=one.seen_s)]
        counts = standing(looks, number + 0.4)
        assert [(one.people.mean, one.people.summed) for one in here] == (
            [(max(counts), sum(counts))] if counts else []
        )


@given(LOOKS)
def test_time_that_several_saw_counts_once(looks: list[Look]) -> None:
    looks = sorted(looks)
    windows = site_windows([row_of(number, look) for number, look in enumerate(looks, start=1)], lambda _row: DAY)
    seen = sum(bool(standing(looks, number + 0.4)) for number in range(9 * 12))
    assert sum(one.seen_s for one in windows) == pytest.approx(300.0 * seen)
    assert sum(one.usable_s for one in windows) == pytest.approx(300.0 * seen)
