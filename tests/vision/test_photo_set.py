from pathlib import Path

import pytest

from vision.errors import DatasetError
from vision.photo_set import ClassMap, class_map_of, load_class_maps, read_boxes, read_photos
from vision.taxonomy import MACHINERY, NETWORK_LABELS, PERSON, VEHICLE

MAP = ClassMap("corner-site", "taken by us", "ours", {0: None, 1: PERSON, 2: MACHINERY})


def labels(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "one.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_boxes_of_our_classes_are_read_and_others_left_out(tmp_path: Path) -> None:
    boxes = read_boxes(labels(tmp_path, "1 0.5 0.5 0.2 0.4\n0 0.1 0.1 0.1 0.1\n\n2 0.9 0.9 0.1 0.1\n"), MAP)
    assert [(box.label, box.cxcywh) for box in boxes] == [
        (PERSON, (0.5, 0.5, 0.2, 0.4)),
        (MACHINERY, (0.9, 0.9, 0.1, 0.1)),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("3 0.5 0.5 0.2 0.4", "class 3 is not in the class map of corner-site"),
        ("1 0.5 0.5 0.2", "expected a class and four shares"),
        ("1 0.5 0.5 0.2 1.4", "expected a class and four shares"),
        ("1 0.1 0.1 0.2 0.1 0.2 0.2", "expected a class and four shares"),
        ("1 nan 0.5 0.2 0.4", "expected a class and four shares"),
        ("person 0.5 0.5 0.2 0.4", "not five numbers"),
    ],
)
def test_a_line_that_is_not_understood_is_refused_by_place(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(DatasetError, match=rf"one\.txt:2: {reason}"):
        read_boxes(labels(tmp_path, f"1 0.5 0.5 0.2 0.4\n{line}\n"), MAP)


def test_a_photograph_without_a_label_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "images" / "val").mkdir(parents=True)
    (tmp_path / "images" / "val" / "one.jpg").touch()
    with pytest.raises(DatasetError, match=r"one\.txt cannot be read"):
        read_photos(tmp_path, "val", MAP)


def test_a_folder_without_photographs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="No photographs"):
        read_photos(tmp_path, "val", MAP)


def test_boxes_in_pixels_are_clipped_to_the_picture(tmp_path: Path) -> None:
    for kind in ("images", "labels"):
        (tmp_path / kind / "val").mkdir(parents=True)
    (tmp_path / "images" / "val" / "one.jpg").touch()
    (tmp_path / "labels" / "val" / "one.txt").write_text("1 0.05 0.5 0.2 0.4\n", encoding="utf-8")
    (photo,) = read_photos(tmp_path, "val", MAP)
    assert photo.xyxy(200, 100).tolist() == [pytest.approx([0, 30, 30, 70])]


def test_every_known_set_maps_to_labels_of_ours() -> None:
    for class_map in load_class_maps().values():
        assert class_map.licence
        assert set(class_map.labels.values()) <= {None, *NETWORK_LABELS}
        assert not class_map.not_labelled & set(class_map.labels.values())


def test_a_set_says_which_of_our_labels_it_leaves_unlabelled() -> None:
    maps = load_class_maps()
    assert maps["site-photos"].not_labelled == frozenset()
    assert {PERSON, VEHICLE, MACHINERY} <= maps["excavators"].not_labelled
    assert {label.name for label in maps["excavators"].labels.values() if label} == {
        "excavator",
        "bulldozer",
        "dump_truck",
    }
    assert PERSON not in maps["ppe"].not_labelled


def test_a_map_to_a_label_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "maps.yaml"
    path.write_text("somewhere: {origin: x, licence: y, classes: {0: dog}}", encoding="utf-8")
    with pytest.raises(DatasetError, match="dog"):
        load_class_maps(path)


def test_an_unlabelled_class_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "maps.yaml"
    path.write_text("somewhere: {origin: x, licence: y, classes: {0: person}, not_labelled: [cat]}", encoding="utf-8")
    with pytest.raises(DatasetError, match="cat"):
        load_class_maps(path)


def test_a_folder_of_an_unknown_name_has_no_map(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="site-photos"):
        class_map_of(tmp_path)
