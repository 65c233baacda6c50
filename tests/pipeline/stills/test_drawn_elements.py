"""What is drawn is held against the picture: refused where it can't be meant, noted where it may not be."""

import re
from typing import Any

import pytest

from pipeline.errors import FootageError
from pipeline.stills.drawn_elements import drawing
from pipeline.stills.elements_file import DrawnElement

WIDTH_PX, HEIGHT_PX = 1920, 1080


def rectangle(left: float, top: float, right: float, bottom: float) -> tuple[tuple[float, float], ...]:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def element(name: str, polygon: Any, **more: Any) -> DrawnElement:
    return DrawnElement(id=name, polygon=polygon, reference_share=0.0, **more)


def refusal(polygon: Any) -> str:
    with pytest.raises(FootageError) as refused:
        drawing([element("T1", polygon)], WIDTH_PX, HEIGHT_PX)
    return str(refused.value)


def test_elements_apart_from_each_other_need_no_note() -> None:
    drawn = drawing(
        [element("T1", rectangle(100, 100, 400, 900)), element("T2", rectangle(500, 100, 800, 900))],
        WIDTH_PX,
        HEIGHT_PX,
    )
    assert [one.id for one in drawn.elements] == ["T1", "T2"]
    assert drawn.notes == ()


@pytest.mark.parametrize(
    ("polygon", "said"),
    [
        (((100, 100), (400, 400), (400, 100), (100, 400)), r"'T1' crosses itself at \(250, 250\)"),
        (((100, 100), (200, 200), (300, 300)), "'T1' encloses nothing"),
        (((100, 100), (100, 100), (300, 300), (100, 100)), "has 2 different corners"),
        (rectangle(2000, 100, 2400, 400), "'T1' lies outside the reference picture, which is 1920 x 1080"),
        (rectangle(-300, -300, -10, -10), "lies outside the reference picture"),
        (rectangle(100, 100, 103, 103), "'T1' is too small to be told: draw it at least 48 pixels high and wide"),
        (rectangle(0.1, 0.1, 0.6, 0.9), "look like shares of the picture. Give them in pixels; .* has 1920 x 1080"),
    ],
)
def test_a_polygon_that_can_not_be_meant_is_refused(polygon: Any, said: str) -> None:
    assert re.search(said, refusal(polygon))


def test_what_reaches_out_of_the_picture_is_clipped_and_said() -> None:
    drawn = drawing([element("T1", rectangle(1820, 100, 2020, 400))], WIDTH_PX, HEIGHT_PX)
    (note,) = drawn.notes
    assert "'T1' reaches out of the reference picture: it is clipped to the 50% of it that lie inside" in note
    assert drawing([element("T1", rectangle(0, 0, WIDTH_PX + 2, HEIGHT_PX))], WIDTH_PX, HEIGHT_PX).notes == ()


def test_a_polygon_closed_by_its_first_corner_is_the_same() -> None:
    corners = rectangle(100, 100, 400, 900)
    (closed,) = drawing([element("T1", (*corners, corners[0]))], WIDTH_PX, HEIGHT_PX).elements
    assert closed.polygon == corners


def test_an_element_drawn_over_an_earlier_one_is_said_to_be_built_on_it() -> None:
    frame, facade = rectangle(100, 100, 400, 900), rectangle(110, 100, 390, 880)
    (note,) = drawing([element("frame", frame), element("facade", facade)], WIDTH_PX, HEIGHT_PX).notes
    assert "Taken to be built one on the other, as they are drawn over each other: 'facade' on 'frame'." in note


def test_elements_that_overlap_in_part_are_noted() -> None:
    one, two = rectangle(100, 100, 400, 900), rectangle(310, 100, 610, 900)
    (note,) = drawing([element("T1", one), element("T2", two)], WIDTH_PX, HEIGHT_PX).notes
    assert "Elements overlap: 'T1' and 'T2' by 30% of the smaller." in note


def test_order_sorts_what_the_file_does_not() -> None:
    apart = [rectangle(left, 100, left + 100, 300) for left in (100, 300, 500)]
    drawn = drawing(
        [
            element("facade", apart[0], order=3),
            element("pit", apart[1], order=1),
            element("foundation", apart[2]),
        ],
        WIDTH_PX,
        HEIGHT_PX,
    )
    assert [one.id for one in drawn.elements] == ["pit", "foundation", "facade"]
