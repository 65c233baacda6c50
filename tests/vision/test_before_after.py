import numpy as np

from tests.support.scenes import HEIGHT_PX, WIDTH_PX, view
from vision.before_after import MarkedElement, before_after

TOWER = ((1 / 3, 0.11), (2 / 3, 0.11), (2 / 3, 0.89), (1 / 3, 0.89))
TITLES = ("2026-09-07", "2026-10-01")
STRIP_PX, GAP_PX = 32, 8


def plain() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((HEIGHT_PX, WIDTH_PX, 3), 120, np.uint8)


def test_both_days_stand_side_by_side_under_their_dates() -> None:
    before, after = view(), view(built=0.6)
    shown = before_after(before, after, [], TITLES)
    assert shown.shape == (HEIGHT_PX + STRIP_PX, 2 * WIDTH_PX + GAP_PX, 3)
    assert np.array_equal(shown[STRIP_PX:, :WIDTH_PX], before)
    assert np.array_equal(shown[STRIP_PX:, WIDTH_PX + GAP_PX :], after)
    # Something is written over each, and not the same.
    strips = shown[:STRIP_PX, :WIDTH_PX], shown[:STRIP_PX, WIDTH_PX + GAP_PX :]
    assert all((strip < 100).any() for strip in strips)
    assert not np.array_equal(*strips)


def test_an_element_is_outlined_in_both_and_nothing_else_is_touched() -> None:
    shown = before_after(plain(), plain(), [MarkedElement(TOWER, "", "")], TITLES)
    for picture in (shown[STRIP_PX:, :WIDTH_PX], shown[STRIP_PX:, WIDTH_PX + GAP_PX :]):
        rows, columns = np.nonzero((picture != 120).any(axis=2))
        assert abs(columns.min() - WIDTH_PX / 3) < 5
        assert abs(columns.max() - 2 * WIDTH_PX / 3) < 5
        assert abs(rows.min() - 0.11 * HEIGHT_PX) < 5
        assert abs(rows.max() - 0.89 * HEIGHT_PX) < 5
        inside = picture[HEIGHT_PX // 4 : HEIGHT_PX // 2, WIDTH_PX // 2]
        assert (inside == 120).all()


def test_kazakh_letters_are_drawn_as_themselves() -> None:
    written = [
        before_after(plain(), plain(), [MarkedElement(TOWER, text, text)], TITLES)[:, :WIDTH_PX]
        for text in ("Қаңқа", "Канка", "??ң??")
    ]
    assert not np.array_equal(written[0], written[1])
    # What a face doesn't have is drawn as one and the same box.
    letters = [before_after(plain(), plain(), [MarkedElement(TOWER, one, one)], TITLES) for one in "ӘҒҚҢӨҰҮҺ"]
    assert len({letter.tobytes() for letter in letters}) == len(letters)


def test_elements_have_colours_of_their_own_and_may_reach_over_the_border() -> None:
    over = ((-0.2, -0.2), (0.3, -0.2), (0.3, 0.5), (-0.2, 0.5))
    other = ((0.7, 0.5), (1.4, 0.5), (1.4, 1.4), (0.7, 1.4))
    shown = before_after(plain(), plain(), [MarkedElement(over, "a", "a"), MarkedElement(other, "b", "b")], TITLES)
    picture = shown[STRIP_PX:, :WIDTH_PX]
    colours = {tuple(int(level) for level in pixel) for pixel in picture.reshape(-1, 3)}
    assert {(0, 159, 230), (233, 180, 86)} <= colours


def test_a_picture_of_another_size_is_brought_to_the_first_ones() -> None:
    small = np.full((HEIGHT_PX // 2, WIDTH_PX // 2, 3), 90, np.uint8)
    shown = before_after(plain(), small, [], TITLES)
    assert (shown[STRIP_PX:, WIDTH_PX + GAP_PX :] == 90).all()
