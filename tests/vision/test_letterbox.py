import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.letterbox import PADDING_GREY, STRIDE_PX, Letterbox

sides = st.integers(1, 4000)
sizes = st.sampled_from([320, 640, 960, 1280])


@given(sides, sides, sizes)
def test_the_input_is_whole_strides_and_no_larger_than_asked(width: int, height: int, size: int) -> None:
    letterbox = Letterbox.fit(width, height, size)
    for side in (letterbox.input_width_px, letterbox.input_height_px):
        assert side % STRIDE_PX == 0
        assert STRIDE_PX <= side <= size
    assert max(letterbox.scaled_width_px, letterbox.scaled_height_px) == size


@given(sides, sides, sizes, st.tuples(*[st.floats(0, 1)] * 4))
def test_a_box_there_and_back_is_the_same_box(
    width: int, height: int, size: int, shares: tuple[float, float, float, float]
) -> None:
    letterbox = Letterbox.fit(width, height, size)
    corners = np.array([shares], np.float32) * np.array([width, height, width, height], np.float32)
    back = letterbox.to_picture(letterbox.to_input(corners))
    assert np.allclose(back, corners, atol=1e-3 * max(width, height))


def test_a_wide_picture_is_padded_above_and_below_only() -> None:
    letterbox = Letterbox.fit(1920, 1080, 640)
    assert (letterbox.input_width_px, letterbox.input_height_px) == (640, 384)
    laid = letterbox.apply(np.zeros((1080, 1920, 3), np.uint8))
    assert laid.shape == (384, 640, 3)
    assert (laid[:12] == PADDING_GREY).all()
    assert (laid[12:372] == 0).all()
    assert (laid[372:] == PADDING_GREY).all()


def test_boxes_that_reach_into_the_padding_are_clipped_to_the_picture() -> None:
    letterbox = Letterbox.fit(1920, 1080, 640)
    clipped = letterbox.to_picture(np.array([[-50, 0, 700, 384]], np.float32))
    assert clipped.tolist() == [[0, 0, 1920, 1080]]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (4000, 1), (1, 4000)])
def test_extreme_pictures_fit(width: int, height: int) -> None:
    letterbox = Letterbox.fit(width, height, 640)
    laid = letterbox.apply(np.zeros((height, width, 3), np.uint8))
    assert laid.shape == (letterbox.input_height_px, letterbox.input_width_px, 3)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (2560, 1440), (3840, 2160), (1283, 725), (4001, 2251)])
def test_fine_patterns_are_averaged_when_a_picture_is_made_small(width: int, height: int) -> None:
    # Taking single pixels of a checkerboard would show stripes that are not there.
    board = (np.indices((height, width)).sum(axis=0) % 2 * 255).astype(np.uint8)
    letterbox = Letterbox.fit(width, height, 640)
    laid = letterbox.apply(np.repeat(board[:, :, np.newaxis], 3, axis=2))
    seen = laid[letterbox.top_px : letterbox.top_px + letterbox.scaled_height_px]
    assert abs(float(seen.mean()) - 127.5) < 2
    assert seen.std() < 16


def test_a_picture_is_made_small_without_moving() -> None:
    image = np.zeros((1080, 1920, 3), np.uint8)
    image[300:600, 900:1200] = 255
    laid = Letterbox.fit(1920, 1080, 640).apply(image)
    rows, columns = np.nonzero(laid[12:372, :, 0] > 127)
    assert (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1) == (100, 200, 300, 400)
