"""A file of elements is read as it is meant, or refused with where the problem stands and what to do."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import FootageError
from pipeline.stills.elements_file import ElementsFile, read_elements
from vision.progress.work_element import Growth
from vision.progress.work_kind import WorkKind

SQUARE = [[10, 10], [60, 10], [60, 60], [10, 60]]
TOWER = {"id": "T1", "polygon": SQUARE, "reference_share": 0.6, "growth": "up"}


def read(folder: Path, content: Any) -> ElementsFile:
    path = folder / "elements.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_elements(path)


def file(**element: Any) -> dict[str, Any]:
    return {"reference": "first.jpg", "elements": [{**TOWER, **element}]}


def without(field: str) -> dict[str, Any]:
    return {"reference": "first.jpg", "elements": [{key: value for key, value in TOWER.items() if key != field}]}


def test_the_form_of_the_issue_is_read_as_it_stands(tmp_path: Path) -> None:
    content = {**file(), "times": {"first.jpg": "2025-07-24T09:00:00+05:00"}}
    read_file = read(tmp_path, content)
    assert read_file.reference == "first.jpg"
    assert read_file.times == {"first.jpg": datetime.fromisoformat("2025-07-24T09:00:00+05:00")}
    (element,) = read_file.elements
    assert (element.id, element.reference_share, element.growth) == ("T1", 0.6, Growth.UP)
    assert list(element.polygon) == [(10, 10), (60, 10), (60, 60), (10, 60)]
    assert (element.kind, element.order) == (None, None)


def test_a_byte_order_mark_and_cyrillic_ids_are_read(tmp_path: Path) -> None:
    path = tmp_path / "элементы.json"
    path.write_text(json.dumps(file(id="Башня й", kind="frame", order=2), ensure_ascii=False), encoding="utf-8-sig")
    (element,) = read_elements(path).elements
    assert (element.id, element.kind, element.order) == ("Башня й", WorkKind.FRAME, 2)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "elements.json is no JSON: Expecting property name"),
        ("[]", "is not a JSON object"),
        ({"elements": [TOWER]}, "reference is missing; say on which picture"),
        ({"reference": "a.jpg"}, "elements is missing; draw at least one"),
        ({"reference": "a.jpg", "elements": []}, "there are no elements"),
        ({**file(), "camera": 1}, "'camera' is not known; known are reference, times, elements"),
        (file(colour="red"), "element 1 ('T1'): 'colour' is not known; known are id, polygon, reference_share, growth"),
        (file(id=7), "element 1 (7): id 7 is no text; put it in quotes"),
        (file(id=" "), "element 1 (' '): id is empty; give the element a name"),
        (without("id"), "element 1: id is missing"),
        (without("polygon"), "element 1 ('T1'): polygon is missing; give its corners"),
        (without("reference_share"), "element 1 ('T1'): reference_share is missing; say how much of it stood"),
        (file(reference_share=60), "reference_share is 60; it is a share from 0 to 1, such as 0.6 where 60 % stood"),
        (file(reference_share=-0.1), "reference_share is -0.1; it is a share from 0 to 1"),
        (file(growth="sideways"), "growth 'sideways' is none of up, down, along, outward"),
        (file(kind="castle"), "kind 'castle' is none of excavation, embankment"),
        (file(polygon=SQUARE[:2]), "its polygon has 2 corners; it takes at least 3"),
        (file(polygon=[*SQUARE, [1]]), "corner 5 of its polygon is not two numbers [x, y]"),
        (file(polygon=[*SQUARE, [1, "left"]]), "corner 5 of its polygon is not two numbers [x, y]"),
        (json.dumps(file()).replace("[10, 10]", "[NaN, 10]"), "corner 1 of its polygon is not two numbers [x, y]"),
        ({**file(), "times": {"a.jpg": "noon"}}, "times, a.jpg: 'noon' is no time such as 2025-07-24T09:00:00+05:00"),
        ({**file(), "elements": [TOWER, TOWER]}, "elements 1 and 2 are both called 'T1'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, content: Any, said: str) -> None:
    with pytest.raises(FootageError) as refused:
        read(tmp_path, content)
    assert said in str(refused.value)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "elements.json"
    path.write_bytes('{"reference": "Башня.jpg"}'.encode("cp1251"))
    with pytest.raises(FootageError, match=r"elements\.json is not in UTF-8"):
        read_elements(path)
