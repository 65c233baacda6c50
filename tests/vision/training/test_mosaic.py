import numpy as np
import pytest

from vision.detector import Image
from vision.taxonomy import MACHINERY_ID, PERSON_ID
from vision.training.mosaic import Piece, pieces_of
from vision.training.pieces import boxes_in
from vision.training.sample import BoxUse, SampleBox

PIECE = Piece(100, 50, 400, 450)


def test_a_mosaic_is_taken_apart_at_its_seams(bus: Image) -> None:
    whole = np.ascontiguousarray(bus[:640, :640])
    mosaic = np.full((640, 640, 3), 0, np.uint8)
    mosaic[:250, :300] = whole[:250, :300]
    mosaic[:250, 300:] = whole[300:550, 100:440]
    mosaic[250:, :300] = whole[::-1][:390, 200:500]
    mosaic[250:, 300:] = 255 - whole[100:490, :340]
    assert pieces_of(mosaic) == [
        Piece(0, 0, 300, 250),
        Piece(300, 0, 640, 250),
        Piece(0, 250, 300, 640),
        Piece(300, 250, 640, 640),
    ]


def test_a_picture_without_seams_stays_whole(bus: Image, noise: Image) -> None:
    for image in (bus, noise, np.zeros((40, 40, 3), np.uint8)):
        height, width = image.shape[:2]
        assert pieces_of(image) == [Piece(0, 0, width, height)]


def one_box(class_id: int, xyxy: tuple[float, float, float, float], *, drop_cut: bool = True) -> list[SampleBox]:
    return list(boxes_in(PIECE, [SampleBox(class_id, xyxy)], are_cut=True, drop_cut=drop_cut))


def test_a_box_is_told_in_the_pieces_pixels() -> None:
    assert one_box(PERSON_ID, (150, 100, 200, 250)) == [SampleBox(PERSON_ID, (50, 50, 100, 200))]


def test_a_box_of_a_neighbour_is_left_out() -> None:
    assert one_box(PERSON_ID, (40, 100, 140, 250)) == []


@pytest.mark.parametrize(
    ("class_id", "xyxy", "use"),
    [
        (PERSON_ID, (100, 100, 200, 250), BoxUse.CLASS_ONLY),
        (MACHINERY_ID, (100, 100, 200, 250), BoxUse.WHOLE),
        (MACHINERY_ID, (100, 50, 400, 250), BoxUse.CLASS_ONLY),
        (PERSON_ID, (100, 100, 110, 140), BoxUse.IGNORED),
        (MACHINERY_ID, (100, 100, 120, 300), BoxUse.IGNORED),
    ],
)
def test_what_a_cut_has_left_is_trusted_less(
    class_id: int, xyxy: tuple[float, float, float, float], use: BoxUse
) -> None:
    (box,) = one_box(class_id, xyxy)
    assert box.use is use


def test_cut_boxes_may_be_kept() -> None:
    (box,) = one_box(PERSON_ID, (100, 100, 200, 250), drop_cut=False)
    assert box.use is BoxUse.WHOLE
