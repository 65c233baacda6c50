from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from vision.taxonomy import MACHINERY_ID, NETWORK_LABELS, PERSON_ID, TYPE_IDS, VEHICLE_ID
from vision.training.camera_look import as_cameras_see
from vision.training.canvas import Cell, collage, composed, mosaic, shelf
from vision.training.sample import TRAIN, BoxUse, Sample, SampleBox, Truth
from vision.training.settings import TrainingSettings

PLAIN = replace(TrainingSettings(), widen_stretched=False)
Lay = Callable[..., tuple[np.ndarray, Truth]]
INNER = (20.0, 30.0, 60.0, 90.0)


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Lay a 100 x 100 white picture with one red box into cells of a 200 x 200 canvas."""
    image = np.full((100, 100, 3), 255, np.uint8)
    image[30:90, 20:60] = (0, 0, 255)
    cv2.imwrite(str(tmp_path / "one.png"), image)

    def laid(
        cell: Cell, *, seed: int = 1, settings: TrainingSettings = PLAIN, box: SampleBox | None = None, **more: object
    ) -> tuple[np.ndarray, Truth]:
        sample = Sample("one.png", TRAIN, "some", 100, 100, (box or SampleBox(PERSON_ID, INNER),))
        rng = np.random.default_rng(seed)
        canvas = composed(tmp_path, [replace(sample, **more)], [cell], (200, 200), rng, settings)  # type: ignore[arg-type]  # fields of Sample
        return canvas.image, canvas.truth

    return laid


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("settings", [PLAIN, TrainingSettings()])
def test_a_box_stays_on_what_it_names(lay: Lay, seed: int, settings: object) -> None:
    image, truth = lay(Cell(0, 0, 200, 200, 0.6, 1.0), seed=seed, settings=settings, is_stretched=True)
    rows, columns = np.nonzero((image[:, :, 2].astype(int) - image[:, :, 1]) > 128)
    painted = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    assert truth.xyxy[0].tolist() == pytest.approx(painted, abs=1.5)
    assert truth.uses.tolist() == [BoxUse.WHOLE]


def test_pictures_brought_to_a_square_are_widened(lay: Lay) -> None:
    ratios = []
    for seed in range(20):
        _, truth = lay(Cell(0, 0, 200, 200, 0.9, 0.9), seed=seed, settings=TrainingSettings(), is_stretched=True)
        left, top, right, bottom = truth.xyxy[0].tolist()
        ratios.append((right - left) / (bottom - top) / (40 / 60))
    assert min(ratios) == pytest.approx(1, abs=0.05)
    assert 1.5 < max(ratios) < 1.9


def test_a_person_cut_by_the_edge_teaches_no_edges(lay: Lay) -> None:
    uses = set()
    for seed in range(30):
        _, truth = lay(Cell(0, 0, 200, 200, 1.5, 1.5), seed=seed)
        for xyxy, use in zip(truth.xyxy, truth.uses, strict=True):
            share = (xyxy[2:] - xyxy[:2]).prod() / (40 * 60 * 3**2)
            assert (use == BoxUse.WHOLE) == (share >= 0.95)
            assert share >= 0.35
            uses.add(int(use))
    assert uses == {BoxUse.WHOLE, BoxUse.CLASS_ONLY}


def test_what_is_too_small_becomes_a_blank_area_of_its_class(lay: Lay) -> None:
    _, truth = lay(Cell(0, 0, 16, 16, 0.4, 0.4), box=SampleBox(TYPE_IDS[0], INNER))
    assert len(truth.class_ids) == 0
    (blank,) = truth.blank_classes
    assert np.flatnonzero(blank).tolist() == [MACHINERY_ID, *TYPE_IDS]


def test_absence_proves_nothing_where_the_set_does_not_label(lay: Lay) -> None:
    _, truth = lay(Cell(100, 0, 200, 100, 1.0, 1.0), not_labelled=(VEHICLE_ID,))
    assert truth.blank_xyxy.tolist() == [[100, 0, 200, 100]]
    assert [NETWORK_LABELS[index].name for index in np.flatnonzero(truth.blank_classes[0])] == ["vehicle"]


@pytest.mark.parametrize(
    ("size", "is_piece", "on_a_square", "on_a_wide_one"),
    [((320, 300), True, 4, 2), ((1280, 720), False, 2, 1), ((640, 640), False, 1, 1), ((480, 960), False, 1, 1)],
)
def test_a_shelf_holds_pictures_as_large_as_detectors_see_them(
    size: tuple[int, int], is_piece: bool, on_a_square: int, on_a_wide_one: int
) -> None:
    first = Sample("a.jpg", TRAIN, "one", *size, (), is_piece=is_piece)
    assert len(shelf(640, 640, first)) == on_a_square
    assert len(shelf(352, 640, first)) == on_a_wide_one
    assert {cell.right - cell.left for cell in shelf(640, 640, first)} == {320 if is_piece else 640}


def test_cells_cover_the_canvas_without_overlap() -> None:
    piece = Sample("a.jpg", TRAIN, "one", 320, 320, (), is_piece=True)
    for cells in (mosaic(352, 640, np.random.default_rng(2)), collage(352, 640), shelf(352, 640, piece)):
        covered = np.zeros((352, 640), np.int64)
        for cell in cells:
            covered[cell.top : cell.bottom, cell.left : cell.right] += 1
        assert np.all(covered == 1)


def test_a_camera_at_night_is_dark_and_noisy_and_by_day_is_not(bus: np.ndarray) -> None:
    by_day = replace(PLAIN, night_share=0.0, poor_camera_share=0.0)
    at_night = replace(by_day, night_share=1.0)
    day, night = (as_cameras_see(bus, np.random.default_rng(5), one) for one in (by_day, at_night))
    assert night.mean() < 0.6 * day.mean()
    assert day.shape == night.shape == bus.shape
    poor = as_cameras_see(bus, np.random.default_rng(5), replace(by_day, poor_camera_share=1.0))
    assert cv2.Laplacian(poor, cv2.CV_64F).var() != pytest.approx(cv2.Laplacian(day, cv2.CV_64F).var(), rel=0.1)
