from itertools import islice

import cv2
import numpy as np
import pytest

from sample_footage.footage import SITES, decode
from vision.detector import Image
from vision.stabiliser import REFERENCE_FOR_S, STEADY_WIDTH_PX, Stabiliser, SteadyPicture

CLIP = SITES / "pipeline" / "mast-1" / "clip-1.mp4"


@pytest.fixture(scope="module")
def view() -> Image:
    return next(decode(CLIP))


@pytest.fixture(scope="module")
def clip() -> list[Image]:
    """Twenty pictures, 1 s apart, of a mast that sways by a pixel or so: an excavator digs, people walk."""
    return list(islice(decode(CLIP), 0, None, 5))


def _swayed(image: Image, across: float, down: float = 0.0, turned_deg: float = 0.0) -> Image:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turned_deg, 1.0)
    matrix = matrix + np.array([[0, 0, across], [0, 0, down]])
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _snowed(image: Image, flakes: int, seed: int) -> Image:
    random, snowed = np.random.default_rng(seed), image.copy()
    for x, y in zip(random.integers(0, 960, flakes), random.integers(0, 540, flakes), strict=True):
        cv2.circle(snowed, (int(x), int(y)), 2, (235, 235, 235), -1)
    return snowed


def _off(one: SteadyPicture, two: SteadyPicture) -> float:
    """Their mean difference away from the border."""
    return float(np.abs(one.grey[20:-20, 20:-20].astype(int) - two.grey[20:-20, 20:-20]).mean())


@pytest.mark.parametrize(("across", "down", "turned_deg"), [(3.0, 1.0, 0.0), (-9.0, 4.0, 0.0), (2.0, 0.0, 0.4)])
def test_a_swayed_picture_lies_over_its_reference(view: Image, across: float, down: float, turned_deg: float) -> None:
    swayed = _swayed(view, across, down, turned_deg)
    stabiliser, unsteady = Stabiliser(), Stabiliser()
    first, second = stabiliser.steady(view, 0.0), stabiliser.steady(swayed, 0.2)
    assert second.reference == first.reference
    assert _off(first, second) < 1.5
    assert _off(first, unsteady.steady(swayed, 0.0)) > 4 * _off(first, second)
    if not turned_deg:
        assert second.offset_px == pytest.approx((across / 2, down / 2), abs=0.1)


def test_snow_and_what_moves_by_itself_do_not_carry_the_picture_along(view: Image) -> None:
    stabiliser = Stabiliser()
    stabiliser.steady(_snowed(view, 400, 1), 0.0)
    moved = view.copy()
    # A machine as large as a sixth of the picture has gone 40 px to the right.
    moved[200:440, 340:640] = view[200:440, 300:600]
    picture = stabiliser.steady(_snowed(_swayed(moved, 4.0), 400, 2), 0.2)
    assert picture.offset_px == pytest.approx((2.0, 0.0), abs=0.2)


def test_the_sway_of_a_real_clip_is_taken_out_of_every_picture(clip: list[Image]) -> None:
    stabiliser = Stabiliser()
    steadied = [stabiliser.steady(image, float(number)) for number, image in enumerate(clip)]
    assert {picture.reference for picture in steadied} == {1}
    offsets = np.array([picture.offset_px for picture in steadied])
    assert 0.5 < np.ptp(offsets[:, 0]) < 1.5
    # Sky, steppe and trees of the first and of every later picture lie over each other.
    still = slice(10, 90), slice(20, 460)
    off = [float(np.abs(picture.grey[still].astype(int) - steadied[0].grey[still]).mean()) for picture in steadied]
    assert max(off) < 2.5


def test_another_view_is_a_new_reference(view: Image) -> None:
    stabiliser = Stabiliser()
    first = stabiliser.steady(view, 0.0)
    other = stabiliser.steady(np.ascontiguousarray(view[:, ::-1]), 0.2)
    assert other.reference == first.reference + 1
    assert other.offset_px == (0.0, 0.0)


def test_a_picture_of_another_size_is_a_new_reference(view: Image) -> None:
    stabiliser = Stabiliser()
    first = stabiliser.steady(view, 0.0)
    assert stabiliser.steady(np.ascontiguousarray(view[:400]), 0.2).reference == first.reference + 1


def test_a_reference_is_renewed_in_time(view: Image) -> None:
    stabiliser = Stabiliser()
    seen = [stabiliser.steady(view, at_s).reference for at_s in (0.0, REFERENCE_FOR_S, REFERENCE_FOR_S + 1.0)]
    assert seen == [1, 1, 2]


def test_a_picture_without_anything_to_hold_on_to_is_taken_as_it_stands() -> None:
    grey = np.full((540, 960, 3), 128, np.uint8)
    stabiliser = Stabiliser()
    pictures = [stabiliser.steady(grey, at_s) for at_s in (0.0, 0.2, 0.4)]
    assert [picture.reference for picture in pictures] == [1, 1, 1]
    assert pictures[2].offset_px == (0.0, 0.0)


@pytest.mark.parametrize("width_px", [352, 960, 1920])
def test_every_size_is_judged_in_a_copy_of_one_width(view: Image, width_px: int) -> None:
    picture = Stabiliser().steady(np.asarray(cv2.resize(view, (width_px, width_px * 9 // 16)), np.uint8), 0.0)
    assert picture.grey.shape == (270, STEADY_WIDTH_PX)
    assert picture.scale == pytest.approx(480 / width_px)
