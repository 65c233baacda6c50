"""What was drawn on a stored picture is taken out of it, so that it is as clear or as hazy as the view was."""

import numpy as np
import pytest

from tests.support.sample_cards import shipped_looks
from vision.covered import without_covered
from vision.view_traits import view_traits

BOXES = np.array([[100, 60, 400, 290], [560, 330, 850, 520], [600, 40, 700, 200]], np.float32)


def lines_of(boxes: np.ndarray) -> np.ndarray:
    """The four lines of each box, as boxes."""
    sides = []
    for left, top, right, bottom in boxes:
        sides += [
            [left - 2, top - 2, right + 2, top + 2],
            [left - 2, bottom - 2, right + 2, bottom + 2],
            [left - 2, top - 2, left + 2, bottom + 2],
            [right - 2, top - 2, right + 2, bottom + 2],
        ]
    return np.array(sides, np.float32)


def test_lines_drawn_in_haze_are_no_outlines_of_the_view() -> None:
    haze = (shipped_looks("hospital", 1)[0] * 0.12 + 140).astype(np.uint8)
    drawn = haze.copy()
    for left, top, right, bottom in lines_of(BOXES).astype(int):
        drawn[top:bottom, left:right] = (66, 228, 240)
    cleaned = without_covered(drawn, lines_of(BOXES))
    before, with_lines, after = (view_traits(image).outline_levels for image in (haze, drawn, cleaned))
    assert with_lines > 2 * before
    assert after == pytest.approx(before, rel=0.1)
    far = np.ones(haze.shape[:2], np.bool_)
    for left, top, right, bottom in lines_of(BOXES).astype(int):
        far[top - 2 : bottom + 2, left - 2 : right + 2] = False
    assert np.array_equal(cleaned[far], haze[far])


def test_a_large_area_is_filled_from_what_surrounds_it() -> None:
    grey = np.full((540, 960, 3), 90, np.uint8)
    blurred = grey.copy()
    blurred[100:400, 200:700] = np.random.default_rng(1).integers(0, 255, (300, 500, 3), np.uint8)
    cleaned = without_covered(blurred, np.array([[200, 100, 700, 400]], np.float32))
    assert int(np.abs(cleaned.astype(int) - 90).max()) <= 1


def test_a_picture_that_nothing_covers_is_given_back_as_it_is() -> None:
    picture = shipped_looks("hospital", 1)[0]
    assert np.array_equal(without_covered(picture, np.zeros((0, 4), np.float32)), picture)
