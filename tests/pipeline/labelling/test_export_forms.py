import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from pycocotools.coco import COCO

from pipeline.errors import ExportError
from pipeline.labelling.export_forms import SET_NAME, ExportedFrame, ExportForm, label_files
from pipeline.labelling.export_target import ExportFolder, ExportZip, open_zip
from vision.image import encode_jpeg
from vision.photo_set import load_class_maps, read_photos

AT = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)


def box(label: str, confidence: float, *xyxy: float) -> dict[str, Any]:
    return {"label": label, "group": "-", "confidence": confidence, "xyxy": list(xyxy)}


FRAMES = (
    ExportedFrame("a", 200, 100, AT, [box("person", 0.4, 20, 20, 40, 80), box("machinery", 0.9, 100, 10, 180, 90)]),
    ExportedFrame("b", 200, 100, AT, [box("vehicle", 0.3, 150, 30, 200.4, 70), box("bus", 0.8, 0, 0, 50, 50)]),
    ExportedFrame("c", 200, 100, AT, []),
)


def written(folder: Path, form: ExportForm) -> Path:
    target = ExportFolder(folder)
    for path, data in label_files(FRAMES, form, is_redacted=False).items():
        target.add(path, data)
    for frame in FRAMES:
        target.add(frame.picture_path, encode_jpeg(np.zeros((100, 200, 3), np.uint8)))
    return folder


def test_a_yolo_export_is_read_back_by_our_own_reader_with_its_map(tmp_path: Path) -> None:
    folder = written(tmp_path / "out", ExportForm.YOLO)
    class_map = load_class_maps(folder / "map.yaml")[SET_NAME]
    first, second, third = read_photos(folder, "train", class_map)
    assert [one.label.name for one in first.boxes] == ["person", "machinery"]
    assert np.allclose(first.xyxy(200, 100), [[20, 20, 40, 80], [100, 10, 180, 90]], atol=0.01)
    # A label of other weights is in the files and nothing of ours; a box ends where its picture does.
    assert [one.label.name for one in second.boxes] == ["vehicle"]
    assert np.allclose(second.xyxy(200, 100), [[150, 30, 200, 70]], atol=0.01)
    assert third.boxes == ()


def test_redacted_people_and_vehicles_are_not_to_be_trained_on(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_bytes(label_files(FRAMES, ExportForm.YOLO, is_redacted=True)["map.yaml"])
    class_map = load_class_maps(path)[SET_NAME]
    assert {label.name for label in class_map.not_labelled} == {"person", "vehicle"}
    assert [label.name for label in class_map.labels.values() if label is not None][:2] == ["machinery", "excavator"]


def test_a_yolo_export_names_its_classes_and_pictures_as_cvat_reads_them(tmp_path: Path) -> None:
    folder = written(tmp_path / "out", ExportForm.YOLO)
    described = yaml.safe_load((folder / "data.yaml").read_text(encoding="utf-8"))
    assert described["names"][0] == "person"
    assert list(described["names"].values()) == (folder / "classes.txt").read_text(encoding="utf-8").split()
    listed = (folder / described["train"]).read_text(encoding="utf-8").split()
    assert listed == ["images/train/a.jpg", "images/train/b.jpg", "images/train/c.jpg"]
    assert all((folder / path).is_file() for path in listed)


def test_a_coco_export_is_read_by_pycocotools(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path / "out", ExportForm.COCO)
    table = COCO(str(folder / "annotations/instances_train.json"))
    assert sorted(image["file_name"] for image in table.imgs.values()) == ["a.jpg", "b.jpg", "c.jpg"]
    assert all((folder / "images/train" / image["file_name"]).is_file() for image in table.imgs.values())
    names = {number: category["name"] for number, category in table.cats.items()}
    proposed = [(names[one["category_id"]], one["bbox"], one["score"]) for one in table.anns.values()]
    assert proposed == [
        ("person", [20, 20, 20, 60], 0.4),
        ("machinery", [100, 10, 80, 80], 0.9),
        ("vehicle", [150, 30, 50, 40], 0.3),
        ("bus", [0, 0, 50, 50], 0.8),
    ]


@pytest.mark.parametrize("form", list(ExportForm))
def test_a_zip_holds_the_same_files_and_is_the_same_again(tmp_path: Path, form: ExportForm) -> None:
    archives = []
    for _ in range(2):
        file = io.BytesIO()
        with open_zip(file) as archive:
            for path, data in label_files(FRAMES, form, is_redacted=False).items():
                ExportZip(archive).add(path, data)
        archives.append(file.getvalue())
    assert archives[0] == archives[1]
    with zipfile.ZipFile(io.BytesIO(archives[0])) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == label_files(FRAMES, form, is_redacted=False)


def test_an_empty_queue_makes_an_empty_set() -> None:
    document = json.loads(label_files((), ExportForm.COCO, is_redacted=True)["annotations/instances_train.json"])
    assert (document["images"], document["annotations"]) == ([], [])
    assert document["categories"][0]["name"] == "person"


def test_an_export_is_not_written_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("old", encoding="utf-8")
    with pytest.raises(ExportError, match="not empty"):
        ExportFolder(tmp_path)
    with pytest.raises(ExportError, match="can't be made"):
        open_zip(tmp_path / "old.txt")
