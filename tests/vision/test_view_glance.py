"""A glance takes the same view for the same, and nothing else."""

from itertools import islice

import cv2
import numpy as np
import pytest

from sample_footage.footage import SITES, decode
from tests.support.spoilt_views import covered, defocused, dimmed, fogged, lorry, text_card, with_noise
from vision.detector import Image
from vision.view_glance import GlanceCells, glance

SIZE = (640, 360)


@pytest.fixture(scope="module")
def views() -> list[Image]:
    """Looks 5 s apart: people and machines move, the mast sways."""
    clip = SITES / "school" / "mast-1" / "clip-1.mp4"
    return [_small(picture) for picture in islice(decode(clip), 0, 76, 25)]


def cells(image: Image, seed: int = 1) -> GlanceCells:
    return glance(with_noise(image, seed)).cells


def test_the_same_view_is_told_again_though_people_and_machines_move(views: list[Image]) -> None:
    first = cells(views[0])
    assert all(cells(view, seed).shows(first) for seed, view in enumerate(views[1:], 2))
    assert cells(fogged(views[1], 0.05)).shows(first)


def test_a_nudge_or_a_turn_is_another_view(views: list[Image]) -> None:
    first = cells(views[0])
    for right_share, turn_deg in ((0.012, 0.0), (-0.02, 0.0), (0.0, 1.0), (0.0, -2.0)):
        turn = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), turn_deg, 1.0)
        turn[0, 2] += right_share * SIZE[0]
        nudged = cv2.warpAffine(views[1], turn, SIZE, borderMode=cv2.BORDER_REFLECT)
        assert not cells(np.asarray(nudged, np.uint8), 2).shows(first)


def test_every_fault_is_another_view(views: list[Image]) -> None:
    first = cells(views[0])
    faults = [
        np.full_like(views[0], 3),
        defocused(views[0], 2),
        covered(views[0], (40, 62, 88)),
        lorry(views[0], (60, 140, 40)),
        text_card(SIZE, "NO SIGNAL", (160, 40, 20)),
        dimmed(views[0], 0.4),
    ]
    assert not any(cells(fault).shows(first) for fault in faults)


def test_pictures_that_show_nothing_are_alike_and_unlike_a_view(views: list[Image]) -> None:
    dark = np.full_like(views[0], 3)
    assert cells(dark, 2).shows(cells(dark, 1))
    assert cells(dark).textured_share == 0
    assert not cells(views[0]).shows(cells(dark))


def test_another_size_is_another_view(views: list[Image]) -> None:
    assert not cells(views[0][:-60]).shows(cells(views[0]))


def test_a_glance_tells_how_much_is_black_and_on_edges(views: list[Image]) -> None:
    seen, dark = glance(views[0]), glance(np.full_like(views[0], 3))
    assert (dark.black_share, dark.edge_share) == (1.0, 0.0)
    assert seen.black_share < 0.2
    assert seen.edge_share > 0.05
    assert seen.grey.shape == views[0].shape[:2]


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (40, 16)])
def test_a_picture_that_is_too_small_shows_nothing(size: tuple[int, int]) -> None:
    width, height = size
    assert glance(np.full((height, width, 3), 200, np.uint8)).cells.textured_share == 0


def _small(picture: Image) -> Image:
    return np.asarray(cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA), np.uint8)
