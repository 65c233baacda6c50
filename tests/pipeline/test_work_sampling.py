import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.signals.work_sampling import Estimate, effective_samples, mean_of, share_of, windows_worth


def test_a_share_has_wilsons_interval() -> None:
    # Brown, Cai and DasGupta, Statistical Science 16 (2001), and any statistics package: 8 of 10.
    found = share_of(0.8, 10)
    assert (round(found.low, 4), found.value, round(found.high, 4)) == (0.4902, 0.8, 0.9433)


def test_nobody_seen_is_not_surely_nobody() -> None:
    none = share_of(0.0, 100)
    assert (none.value, none.low) == (0.0, 0.0)
    # About 3.7 in a hundred, a little above the rule of three.
    assert none.high == pytest.approx(0.0370, abs=1e-4)


def test_windows_that_repeat_each_other_count_for_fewer() -> None:
    alternating = [0.0, 1.0] * 20
    halves = [0.0] * 20 + [1.0] * 20
    assert effective_samples(alternating, [1.0] * 40) == pytest.approx(40.0)
    # 38 pairs alike and one that differs, of 40: r is 9.25 / 10.
    assert effective_samples(halves, [1.0] * 40) == pytest.approx(40 * 0.075 / 1.925)


def test_windows_of_unequal_weight_count_for_fewer() -> None:
    # Kish: 1 + 1 + 4 squared over 1 + 1 + 16.
    assert windows_worth([1.0, 1.0, 4.0]) == pytest.approx(36 / 18)
    assert (windows_worth([]), effective_samples([], [])) == (1.0, 1.0)


def test_half_the_windows_make_the_interval_wider() -> None:
    values = [2.0, 5.0, 1.0, 4.0, 3.0, 3.0] * 10
    whole, half = mean_of(values, [300.0] * 60, 6, 1.0), mean_of(values[:30], [300.0] * 30, 6, 0.5)
    assert whole is not None
    assert half is not None
    assert (whole.value, half.value) == (3.0, 3.0)
    assert (half.high - half.low) > 1.3 * (whole.high - whole.low)


def test_what_was_not_seen_has_no_mean() -> None:
    assert mean_of([], [], 0, 0.0) is None
    assert mean_of([3.0], [0.0], 3, 0.0) is None


def test_a_time_that_was_seen_whole_is_surer_than_one_foretold_from_a_part_of_it() -> None:
    morning_busy = [8.0] * 30 + [2.0] * 30
    seen = mean_of(morning_busy, [300.0] * 60, 10, 1.0)
    foretold = mean_of(morning_busy, [300.0] * 60, 10, 0.4)
    assert seen is not None
    assert foretold is not None
    assert (seen.value, foretold.value) == (5.0, 5.0)
    # As 60 windows of 5 in 10 say by Wilson's interval.
    assert (round(seen.low, 2), round(seen.high, 2)) == (3.77, 6.23)
    assert foretold.low < 2.5
    assert foretold.high > 7.5


def test_an_interval_that_does_not_hold_its_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="does not lie"):
        Estimate(2.0, 0.0, 1.0)


@given(
    st.lists(st.tuples(st.floats(0, 40), st.floats(0.001, 300)), min_size=1, max_size=60),
    st.floats(0, 60),
    st.floats(0, 1),
)
def test_the_interval_holds_the_mean_and_keeps_between_nobody_and_the_most(
    seen: list[tuple[float, float]], most: float, share_seen: float
) -> None:
    values, weights = [value for value, _ in seen], [weight for _, weight in seen]
    found = mean_of(values, weights, most, share_seen)
    assert found is not None
    assert 0 <= found.low <= found.value <= found.high <= max(1.0, most, *values) + 1e-9
    assert math.isfinite(effective_samples(values, weights))
    assert 1 <= effective_samples(values, weights) <= len(values) + 1e-6
