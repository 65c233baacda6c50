"""Pictures are laid over the reference to a pixel, and what can't be laid says so."""

import cv2
import numpy as np
import pytest

from tests.support.scenes import HEIGHT_PX, WIDTH_PX, view
from vision.registration import Registrar


def off_px(registrar: Registrar, right_px: float, down_px: float, turn_deg: float) -> float:
    """How far from its true place a registered picture lies, at most, over its middle."""
    found = registrar.register(view(right_px, down_px, turn_deg, noise=2))
    assert found.is_known
    assert found.is_refined
    centre = (WIDTH_PX / 2, HEIGHT_PX / 2)
    true = np.vstack([cv2.getRotationMatrix2D(centre, turn_deg, 1.0), [0.0, 0.0, 1.0]])
    # The picture was turned about its own middle, which lay so far right and down of the reference's.
    moved = np.linalg.inv(true)
    moved[:2, 2] += [right_px, down_px]
    places = np.array([[[200, 150], [760, 150], [200, 390], [760, 390]]], np.float64)
    apart = cv2.perspectiveTransform(places, found.to_reference) - cv2.perspectiveTransform(places, moved)
    return float(np.linalg.norm(apart, axis=2).max())


@pytest.mark.parametrize(("right_px", "down_px", "turn_deg"), [(0, 0, 0), (2.4, -1.3, 0), (40, 12, 1), (-90, 20, -2)])
def test_a_picture_is_laid_over_its_reference_to_a_pixel(right_px: float, down_px: float, turn_deg: float) -> None:
    assert off_px(Registrar(view()), right_px, down_px, turn_deg) < 1.0


def test_a_size_of_its_own_is_no_hindrance() -> None:
    small = cv2.resize(view(noise=3), (640, 360), interpolation=cv2.INTER_AREA)
    found = Registrar(view()).register(np.asarray(small, np.uint8))
    assert found.is_known
    assert found.to_reference[0, 0] == pytest.approx(1.5, abs=0.01)


def test_another_place_another_shape_and_nothing_are_not_known() -> None:
    registrar = Registrar(view())
    assert not registrar.register(view(scene=2)).is_known
    assert not registrar.register(view()[:, : WIDTH_PX // 2]).is_known
    assert not registrar.register(np.full((HEIGHT_PX, WIDTH_PX, 3), 170, np.uint8)).is_known


def test_the_laid_picture_lies_over_the_reference() -> None:
    registrar = Registrar(view())
    pushed = view(60, 0, 0)
    laid = registrar.laid(pushed, registrar.register(pushed).to_reference)
    inside = (slice(100, 440), slice(150, 800))
    assert np.abs(laid[inside].astype(int) - view()[inside].astype(int)).mean() < 6
