"""A front is read off beliefs in cells: what hangs in the air is not built, what shows through is."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vision.progress.growth_front import front_along, front_outward, front_upward

ROWS, COLUMNS = 20, 30
WHOLE = np.ones((ROWS, COLUMNS), np.float32)
SURE = 4.0


def beliefs(built: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.where(built, SURE, -SURE)


def risen(rows: int) -> NDArray[np.bool_]:
    built = np.zeros((ROWS, COLUMNS), np.bool_)
    built[ROWS - rows :] = True
    return built


@pytest.mark.parametrize("rows", [0, 5, 12, 20])
def test_a_level_front_is_read_as_high_as_it_is(rows: int) -> None:
    reading = front_upward(beliefs(risen(rows)), WHOLE, 0.0)
    assert reading.area_share == pytest.approx(rows / ROWS, abs=0.02)
    assert reading.sigma < 0.05


def test_clouds_and_cranes_above_the_front_are_not_counted() -> None:
    built = risen(8)
    built[1:4, 5:12] = True
    built[:12, 20] = True
    assert front_upward(beliefs(built), WHOLE, 0.0).area_share == pytest.approx(0.4, abs=0.04)


def test_openings_below_the_front_are_built() -> None:
    built = risen(12)
    built[ROWS - 9 : ROWS - 6, 2::4] = False
    assert front_upward(beliefs(built), WHOLE, 0.0).area_share == pytest.approx(0.6, abs=0.03)


def test_two_halves_of_different_height_are_read_each() -> None:
    built = risen(5)
    built[ROWS - 15 :, : COLUMNS // 2] = True
    assert front_upward(beliefs(built), WHOLE, 0.0).area_share == pytest.approx(0.5, abs=0.03)


def test_what_stood_on_the_reference_date_shows_no_change_and_is_found() -> None:
    # 40 % were said to stand; by the picture it was half, and six rows came on top.
    built = risen(16) & ~risen(10)
    reading = front_upward(beliefs(built), WHOLE, 0.4)
    assert reading.area_share == pytest.approx(0.8, abs=0.03)
    assert reading.reference == pytest.approx(0.5, abs=0.06)
    assert reading.stood[-1].all()
    assert not reading.stood[0].any()


def test_nothing_changed_is_the_reference_share() -> None:
    reading = front_upward(beliefs(risen(0)), WHOLE, 0.4)
    assert reading.area_share == pytest.approx(0.4, abs=0.05)
    assert reading.area_share - reading.reference < 0.04


@pytest.mark.parametrize("from_right", [False, True])
def test_a_front_along_is_found_from_either_end(*, from_right: bool) -> None:
    built = np.zeros((6, COLUMNS), np.bool_)
    built[:, :12] = True
    turned = built[:, ::-1] if from_right else built
    reading = front_along(beliefs(turned), np.ones((6, COLUMNS), np.float32), 0.0)
    assert reading.area_share == pytest.approx(0.4, abs=0.02)
    assert reading.fill == pytest.approx(1.0, abs=0.05)


def test_girders_that_fill_half_of_the_band_are_a_front_with_half_the_fill() -> None:
    built = np.zeros((6, COLUMNS), np.bool_)
    built[2:5, :15] = True
    reading = front_along(beliefs(built), np.ones((6, COLUMNS), np.float32), 0.0)
    assert reading.area_share == pytest.approx(0.5, abs=0.02)
    assert reading.fill == pytest.approx(0.5, abs=0.05)


def test_an_upright_element_runs_along_its_height() -> None:
    built = np.zeros((ROWS, 4), np.bool_)
    built[:5] = True
    assert front_along(beliefs(built), np.ones((ROWS, 4), np.float32), 0.0).area_share == pytest.approx(0.25, abs=0.02)


def test_an_area_that_fills_up_is_counted_beside_what_stood() -> None:
    built = np.zeros((ROWS, COLUMNS), np.bool_)
    built[:, 10:16] = True
    assert front_outward(beliefs(built), WHOLE, 0.0).area_share == pytest.approx(0.2, abs=0.03)
    assert front_outward(beliefs(built), WHOLE, 0.5).area_share == pytest.approx(0.7, abs=0.03)


def piers(*built_from: int) -> NDArray[np.bool_]:
    """Piers of two columns each that were built since the reference."""
    built = np.zeros((ROWS, COLUMNS), np.bool_)
    for column in built_from:
        built[:, column : column + 2] = True
    return built


@pytest.mark.parametrize("from_right", [False, True])
def test_piers_that_rise_one_after_another_are_read_along(*, from_right: bool) -> None:
    # Some 40 % stood at one end; the gaps between piers stay empty for good.
    turn = -1 if from_right else 1
    reading = front_upward(beliefs(piers(14, 21))[:, ::turn], WHOLE, 0.4)
    assert reading.area_share == pytest.approx(23 / COLUMNS, abs=0.04)
    assert reading.stood[:, ::turn][:, 5].all()
    assert front_upward(beliefs(piers(14, 21, 28))[:, ::turn], WHOLE, 0.4).area_share > 0.95


def test_a_new_facade_on_what_stood_is_no_growth() -> None:
    # The left half of the lower 60 % is clad; nothing rises.
    clad = np.zeros((ROWS, COLUMNS), np.bool_)
    clad[ROWS - 12 :, : COLUMNS // 2] = True
    assert front_upward(beliefs(clad), WHOLE, 0.6).area_share == pytest.approx(0.6, abs=0.06)
