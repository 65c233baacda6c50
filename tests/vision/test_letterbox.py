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
