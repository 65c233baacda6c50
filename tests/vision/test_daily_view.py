"""A day's photographs become one clean picture, and those that show nothing are left out with why."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tests.support.scenes import HEIGHT_PX, WIDTH_PX, view
from vision.daily_view import DailyViewMaker, LeftOut, hidden
from vision.detections import Detections, Group, Label, no_detections
from vision.detector import Image

DAY = date(2026, 9, 14)
LABELS = (Label("person", Group.PERSON), Label("crane", Group.MACHINE), Label("helmet", Group.PPE))


class RedFinder:
    """A detector that calls what is pure red a person: the declared seam, with boxes that a test knows."""

    name, weights_sha256, labels, threshold = "red", "0" * 64, LABELS, 0.5

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        return [self._found(image) for image in images]

    def _found(self, image: Image) -> Detections:
        rows, columns = np.nonzero((image[..., 2] > 240) & (image[..., 0] < 15))
        if not len(rows):
            return no_detections(LABELS)
        return boxes([(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)], 0)


def boxes(xyxy: Sequence[tuple[float, float, float, float]], class_id: int) -> Detections:
    count = len(xyxy)
    return Detections(np.array(xyxy, np.float32), np.ones(count, np.float32), np.full(count, class_id), LABELS)


def with_somebody(image: Image, left: int) -> Image:
    walked = image.copy()
    walked[300:400, left : left + 60] = (0, 0, 255)
    return walked


def levels_off(image: Image, truth: Image, where: NDArray[np.bool_]) -> float:
    return float(np.abs(image.astype(int) - truth.astype(int))[where].mean())


def test_who_walks_by_is_not_in_the_days_view() -> None:
    maker = DailyViewMaker(view(), RedFinder())
    day = maker.view(DAY, [with_somebody(view(noise=number), left) for number, left in ((1, 300), (2, 420), (3, 700))])
    assert day.pictures == 3
    assert day.left_out == ()
    inside = np.zeros(day.seen.shape, np.bool_)
    inside[60:480, 60:900] = True
    assert day.seen[inside].all()
    assert levels_off(day.image, view(), inside) < 3


def test_what_one_photograph_hides_was_not_seen() -> None:
    day = DailyViewMaker(view(), RedFinder()).view(DAY, [with_somebody(view(noise=1), 300)])
    assert day.pictures == 1
    assert not day.seen[300:400, 300:360].any()
    assert day.seen[200:280, 200:800].all()


def test_photographs_that_show_nothing_are_left_out_with_why() -> None:
    dark, fog = view(light=0.15), np.full((HEIGHT_PX, WIDTH_PX, 3), 180, np.uint8)
    day = DailyViewMaker(view(), RedFinder()).view(DAY, [dark, fog, view(scene=2)])
    assert day.left_out == (LeftOut.DARK, LeftOut.HAZY, LeftOut.NOT_REGISTERED)
    assert day.pictures == 0
    assert not day.seen.any()


def test_a_pushed_camera_is_laid_back_and_says_by_how_much() -> None:
    day = DailyViewMaker(view(), RedFinder()).view(DAY, [view(96, 0, 0)])
    assert abs(day.shift_px_share - 0.1) < 0.005
    # What it no longer sees was not seen.
    assert not day.seen[:, :80].any()
    inside = np.zeros(day.seen.shape, np.bool_)
    inside[60:480, 150:850] = True
    assert levels_off(day.image, view(), inside) < 6


def test_a_crane_hides_where_it_stands_and_not_the_air_under_its_jib() -> None:
    mask = hidden(boxes([(200, 20, 700, 420)], 1), (540, 960))
    assert not mask[100, 450]
    assert mask[400, 450]


def test_a_helmet_hides_nothing() -> None:
    assert not hidden(boxes([(200, 20, 700, 420)], 2), (540, 960)).any()


def test_over_a_reference_in_fog_the_first_clear_picture_is_laid_as_it_is() -> None:
    fog = np.full_like(view(), 170)
    maker = DailyViewMaker(fog, RedFinder())
    in_fog, clear, later = (maker.view(DAY, [picture]) for picture in (fog, view(noise=1), view(noise=2)))
    assert (in_fog.pictures, in_fog.left_out) == (0, (LeftOut.HAZY,))
    assert (clear.pictures, later.pictures) == (1, 1)
    assert clear.shift_px_share < 0.001
    assert levels_off(later.image, view(), later.seen) < 3
