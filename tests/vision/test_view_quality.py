import cv2
import numpy as np
import pytest

from vision.detector import Image
from vision.view_quality import ViewQuality, judge


def with_noise(image: Image, deviation: float, seed: int = 1) -> Image:
    shift = np.random.default_rng(seed).normal(0, deviation, image.shape)
    return np.clip(image + shift, 0, 255).astype(np.uint8)


def test_a_photograph_is_usable(bus: Image) -> None:
    assert judge(bus) is ViewQuality.USABLE


def test_a_dim_photograph_is_still_usable(bus: Image) -> None:
    assert judge(with_noise((bus * 0.25).astype(np.uint8), 2)) is ViewQuality.USABLE


@pytest.mark.parametrize("deviation", [0.0, 6.0])
def test_a_dark_sensor_is_black_with_and_without_its_noise(deviation: float) -> None:
    assert judge(with_noise(np.full((720, 1280, 3), 4, np.uint8), deviation)) is ViewQuality.BLACK


@pytest.mark.parametrize("level", [60, 127, 255])
def test_one_colour_is_flat_with_and_without_noise(level: int) -> None:
    plain = np.full((720, 1280, 3), level, np.uint8)
    assert judge(plain) is ViewQuality.FLAT
    assert judge(with_noise(plain, 4)) is ViewQuality.FLAT


def test_thick_fog_is_flat(bus: Image) -> None:
    blurred = cv2.GaussianBlur(bus, (0, 0), 25)
    fog = (blurred * 0.3 + 150).astype(np.uint8)
    assert judge(with_noise(fog, 2)) is ViewQuality.FLAT


def test_the_same_pixels_again_are_frozen(bus: Image) -> None:
    assert judge(bus, bus.copy()) is ViewQuality.FROZEN


def test_a_still_scene_with_camera_noise_is_not_frozen(bus: Image) -> None:
    assert judge(with_noise(bus, 1.5, seed=1), with_noise(bus, 1.5, seed=2)) is ViewQuality.USABLE


def test_a_picture_of_another_size_is_not_frozen(bus: Image) -> None:
    assert judge(bus, bus[:-1]) is ViewQuality.USABLE


def test_a_black_picture_that_stays_black_is_called_black() -> None:
    black = np.zeros((90, 160, 3), np.uint8)
    assert judge(black, black) is ViewQuality.BLACK


def test_one_pixel_is_judged() -> None:
    assert judge(np.full((1, 1, 3), 200, np.uint8)) is ViewQuality.FLAT
