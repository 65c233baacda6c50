"""An extent becomes a share with an interval that says what the picture cannot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.progress.built_share import BuiltShare, Change, ElementState, built_share, share_of
from vision.progress.growth_front import FrontReading
from vision.progress.work_element import Growth, WorkElement
from vision.progress.work_kind import WorkKind

NOTHING = Change(0.0)
SQUARE = ((0, 0), (100, 0), (100, 100), (0, 100))


def element(growth: Growth = Growth.UP, reference_share: float = 0.0, kind: WorkKind | None = None) -> WorkElement:
    return WorkElement("wing", SQUARE, growth, reference_share, kind)


def reading(extent: float, reference: float = 0.0, fill: float = 1.0) -> FrontReading:
    return FrontReading(extent, 0.01, reference, fill, np.zeros((1, 1), np.bool_))


def test_from_the_reference_to_the_finished_extent_the_share_runs_in_proportion() -> None:
    half_seen = element(reference_share=0.3)
    assert share_of(reading(0.5, 0.5), NOTHING, half_seen) == pytest.approx(0.3)
    assert share_of(reading(0.75, 0.5), NOTHING, half_seen) == pytest.approx(0.65)
    assert share_of(reading(1.0, 0.5), NOTHING, half_seen) == pytest.approx(1.0)


def test_what_fills_its_outline_by_half_counts_less() -> None:
    along = element(Growth.ALONG)
    assert share_of(reading(0.6), NOTHING, along) == pytest.approx(0.6)
    assert share_of(reading(0.6, fill=0.5), NOTHING, along) == pytest.approx(0.45)


def test_an_element_that_stood_and_is_not_seen_to_grow_may_hide_growth() -> None:
    stood = element(reference_share=0.4)
    first, later = (built_share(0.4, 0.0, days, 0, stood) for days in (1, 30))
    assert first.high < 0.56
    assert later.high > 0.95
    assert built_share(0.8, 0.0, 30, 0, stood).high < 0.97


def test_the_kind_says_what_a_change_is_worth() -> None:
    piers = element(reference_share=0.4, kind=WorkKind.PIERS)
    assert share_of(reading(0.5), Change(0.0), piers) == pytest.approx(0.4)
    assert share_of(reading(0.5), Change(0.21), piers) == pytest.approx(0.4 + 0.6 * 0.75, abs=0.01)
    assert share_of(reading(0.5), Change(0.3), piers) == pytest.approx(1.0)


def test_a_layer_laid_from_one_end_is_told_by_its_front() -> None:
    pavement = element(Growth.ALONG, kind=WorkKind.PAVEMENT)
    assert share_of(reading(0.6), Change(0.1), pavement) == pytest.approx(0.4, abs=0.01)


def test_of_a_known_kind_nothing_hides_for_long() -> None:
    days = [built_share(0.4, 0.0, 30, 0, element(reference_share=0.4, kind=kind)) for kind in (None, WorkKind.MASONRY)]
    assert days[0].high > 0.9
    assert days[1].high < 0.6


def test_days_without_a_look_widen_the_interval_upward() -> None:
    seen, unseen = (built_share(0.5, 0.0, 20, days, element()) for days in (0, 15))
    assert unseen.high == pytest.approx(seen.high + 0.15)
    assert unseen.low == seen.low


@given(
    st.floats(0, 1),
    st.floats(0, 0.3),
    st.integers(0, 400),
    st.integers(0, 400),
    st.sampled_from(Growth),
    st.floats(0, 1),
    st.sampled_from([None, *WorkKind]),
)
def test_a_share_always_lies_in_its_interval(
    share: float,
    sigma: float,
    days: int,
    unseen_days: int,
    growth: Growth,
    reference_share: float,
    kind: WorkKind | None,
) -> None:
    figure = built_share(share, sigma, days, unseen_days, element(growth, reference_share, kind))
    assert 0.0 <= figure.low <= figure.share <= figure.high <= 1.0


@pytest.mark.parametrize(
    ("share", "state"),
    [(0.01, ElementState.NOT_STARTED), (0.4, ElementState.IN_PROGRESS), (0.98, ElementState.COMPLETE)],
)
def test_states_follow_the_share(share: float, state: ElementState) -> None:
    assert BuiltShare(share, 0.0, 1.0).state is state


def test_an_interval_without_its_share_is_refused() -> None:
    with pytest.raises(ValueError, match="lies in its interval"):
        BuiltShare(0.5, 0.6, 0.7)


def test_reference_shares_beyond_the_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        element(reference_share=1.2)
