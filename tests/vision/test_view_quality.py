"""What a look is good for: only a clear picture, with something to see in it, from a camera that is well."""

from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from tests.support.spoilt_views import with_noise
from vision.detector import Image
from vision.view_glance import glance
from vision.view_health import ViewHealth, ViewReading, ViewSign, ViewState
from vision.view_quality import ViewQuality, view_quality

AT = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)


def judged(image: Image, sign: ViewSign = ViewSign.CLEAR, state: ViewState = ViewState.CLEAR) -> ViewQuality:
    """What a look is good for whose picture was said to give that sign, under that state."""
    return view_quality(ViewReading(sign, state, AT), glance(image))


def looked_at(image: Image) -> ViewQuality:
    """What a camera's first look is good for."""
    return view_quality(ViewHealth().look(image, AT), glance(image))


def test_a_photograph_is_usable(bus: Image) -> None:
    assert looked_at(bus) is ViewQuality.USABLE


def test_a_dim_photograph_is_still_usable(bus: Image) -> None:
    assert looked_at(with_noise((bus * 0.25).astype(np.uint8), 1, 2)) is ViewQuality.USABLE


@pytest.mark.parametrize("deviation", [0.0, 6.0])
def test_a_dark_sensor_is_black_with_and_without_its_noise(deviation: float) -> None:
    assert looked_at(with_noise(np.full((720, 1280, 3), 4, np.uint8), 1, deviation)) is ViewQuality.BLACK


@pytest.mark.parametrize("level", [60, 127, 255])
def test_one_colour_under_noise_is_flat(level: int) -> None:
    assert looked_at(with_noise(np.full((720, 1280, 3), level, np.uint8), 1, 4)) is ViewQuality.FLAT


def test_thick_fog_is_flat_though_it_is_no_fault(bus: Image) -> None:
    fog = (cv2.GaussianBlur(bus, (0, 0), 25) * 0.3 + 150).astype(np.uint8)
    assert judged(with_noise(fog, 1, 2)) is ViewQuality.FLAT


@pytest.mark.parametrize(
    ("sign", "quality"),
    [
        (ViewSign.BLACK, ViewQuality.BLACK),
        (ViewSign.DARK, ViewQuality.BLACK),
        (ViewSign.HAZE, ViewQuality.FLAT),
        (ViewSign.BLURRED, ViewQuality.BLURRED),
        (ViewSign.BLOCKED, ViewQuality.BLOCKED),
        (ViewSign.PLACEHOLDER, ViewQuality.PLACEHOLDER),
        (ViewSign.FROZEN, ViewQuality.FROZEN),
    ],
)
def test_a_look_says_by_itself_why_it_is_not_usable(bus: Image, sign: ViewSign, quality: ViewQuality) -> None:
    assert judged(bus, sign) is quality
    assert judged(bus, sign, ViewState.PLACEHOLDER) is quality


@pytest.mark.parametrize("state", sorted(set(ViewState) - {ViewState.CLEAR}))
def test_a_clear_look_is_not_usable_while_a_fault_is_the_state(bus: Image, state: ViewState) -> None:
    assert judged(bus, ViewSign.CLEAR, state).value == state.value
