from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.detections import Detections, Group, Label
from vision.detector import Image
from vision.tiling import TiledDetector, merged, tiles_of

PERSON = Label("person", Group.PERSON)
MACHINERY = Label("machinery", Group.MACHINE)
EXCAVATOR = Label("excavator", Group.MACHINE)
LABELS = (PERSON, MACHINERY, EXCAVATOR)
Row = tuple[int, float, tuple[float, float, float, float]]


def detections(*rows: Row) -> Detections:
    return Detections(
        np.array([row[2] for row in rows], np.float32).reshape(-1, 4),
        np.array([row[1] for row in rows], np.float32),
        np.array([row[0] for row in rows], np.int64),
        LABELS,
    )


def rows_of(found: Detections) -> list[Row]:
    return [(LABELS.index(one.label), round(one.confidence, 4), one.xyxy) for one in found]


class BrightBlocks:
    """A detector for tests: each white rectangle is a person, as certain as it is large in the picture."""

    name, weights_sha256, labels, threshold = "blocks", "0" * 64, LABELS, 0.5

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        return [self._detect(image) for image in images]

    def _detect(self, image: Image) -> Detections:
        rows, columns = np.nonzero(image[:, :, 0])
        if not len(rows):
            return detections()
        box = (float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
        share = (box[2] - box[0]) * (box[3] - box[1]) / (image.shape[0] * image.shape[1])
        return detections((0, min(0.99, 0.5 + share), box))


@given(st.integers(1, 4000), st.integers(1, 4000), st.integers(2, 6))
def test_tiles_cover_the_picture_and_stay_in_it(width: int, height: int, count: int) -> None:
    tiles = list(tiles_of(width, height, count))
    assert len(tiles) == count * count
    columns, rows = np.zeros(width, bool), np.zeros(height, bool)
    for tile in tiles:
        assert 0 <= tile.left < tile.right <= width
        assert 0 <= tile.top < tile.bottom <= height
        columns[tile.left : tile.right] = True
        rows[tile.top : tile.bottom] = True
    assert columns.all()
    assert rows.all()


def test_neighbouring_tiles_share_a_fifth() -> None:
    left, right = list(tiles_of(1800, 900, 2))[:2]
    assert (left.left, left.right, right.left, right.right) == (0, 1000, 800, 1800)


@pytest.mark.parametrize("left", [100, 870, 1500])
def test_a_thing_keeps_its_place_in_the_picture_and_is_counted_once(left: int) -> None:
    image = np.zeros((900, 1800, 3), np.uint8)
    image[300:340, left : left + 20] = 255
    (found,) = TiledDetector(BrightBlocks(), 2).detect([image])
    assert [one.xyxy for one in found] == [(left, 300, left + 20, 340)]
    # The tile's look is the surer one, since the thing is larger in it.
    assert found.confidence[0] > 0.5 + 20 * 40 / (900 * 1800)


def test_a_box_that_a_tiles_edge_cuts_is_the_whole_pictures_matter() -> None:
    image = np.zeros((900, 1800, 3), np.uint8)
    image[100:200, 500:1300] = 255
    (found,) = TiledDetector(BrightBlocks(), 2).detect([image])
    assert [one.xyxy for one in found] == [(500, 100, 1300, 200)]


def test_a_machine_typed_in_one_look_only_is_one_machine() -> None:
    whole = detections((1, 0.6, (100, 100, 200, 200)))
    tile = detections((2, 0.8, (102, 101, 199, 203)))
    assert rows_of(merged(whole, [tile], (200, 200))) == [(2, 0.8, (102, 101, 199, 203))]


def test_a_tiles_box_in_a_large_thing_of_the_same_label_is_part_of_it() -> None:
    crane = (1, 0.6, (0.0, 0.0, 900.0, 700.0))
    cab = detections((1, 0.8, (100, 500, 200, 600)))
    assert rows_of(merged(detections(crane), [cab], (200, 200))) == [crane]
    excavator = detections((2, 0.8, (100, 500, 200, 600)))
    assert len(merged(detections(crane), [excavator], (200, 200))) == 2


def test_people_close_together_in_one_look_stay_apart() -> None:
    pair = detections((0, 0.9, (10, 10, 30, 60)), (0, 0.8, (14, 12, 34, 62)))
    assert len(merged(detections(), [pair], (50, 50))) == 2


def test_no_things_are_no_things_and_one_tile_is_refused() -> None:
    assert len(merged(detections(), [detections()], (50, 50))) == 0
    with pytest.raises(ValueError, match="2 x 2 at least"):
        TiledDetector(BrightBlocks(), 1)
