"""`nazar detect` on pictures as people really have them: odd ones are looked at or refused in words."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from api.cli.main import main
from tests.support.photos import bus_path, bus_photo

Boxes = list[dict[str, Any]]


def detect(capsys: pytest.CaptureFixture[str], *arguments: str, exit_code: int = 0) -> tuple[Boxes, str]:
    """What the command prints as JSON, and what it says beside."""
    with pytest.raises(SystemExit) as left:
        main(["detect", "--json", *arguments])
    said = capsys.readouterr()
    assert left.value.code == exit_code, said.err
    return json.loads(said.out or "[]"), said.err


def people(entry: dict[str, Any]) -> Boxes:
    return [one for one in entry["detections"] if one["group"] == "person"]


def test_a_single_pixel_is_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Pillow.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    found, _ = detect(capsys, str(tmp_path))
    assert found == [{"file": str(tmp_path / "dot.png"), "detections": []}]


def test_grey_sixteen_bit_and_transparent_pictures_show_the_same_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = bus_photo()
    grey = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
    cv2.imwrite(str(tmp_path / "grey.png"), grey)
    cv2.imwrite(str(tmp_path / "sixteen.png"), grey.astype(np.uint16) * 256)
    Pillow.open(bus_path()).convert("RGBA").save(tmp_path / "transparent.png")
    cv2.imwrite(str(tmp_path / "usual.png"), photo)
    found = {Path(entry["file"]).stem: entry for entry in detect(capsys, str(tmp_path))[0]}
    assert found["sixteen"]["detections"] == found["grey"]["detections"]
    assert len(people(found["grey"])) >= 2
    assert len(people(found["transparent"])) == len(people(found["usual"])) >= 3


def test_a_photo_that_its_camera_marks_as_turned_is_turned_upright(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    upright = Pillow.open(bus_path())
    turned = upright.transpose(Pillow.Transpose.ROTATE_90)
    exif = Pillow.Exif()
    exif[0x0112] = 6  # as the phone says: turn by 90 degrees clockwise to show
    turned.save(tmp_path / "turned.png", exif=exif)
    upright.save(tmp_path / "upright.png")
    marked, plain = detect(capsys, str(tmp_path))[0]
    assert len(people(plain)) >= 3
    assert marked["detections"] == plain["detections"]


def test_a_broken_picture_is_named_and_the_others_are_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jpg").write_bytes(bus_path().read_bytes()[:20_000])
    (tmp_path / "b.jpg").write_bytes(bus_path().read_bytes())
    found, said = detect(capsys, str(tmp_path), exit_code=2)
    assert [Path(entry["file"]).name for entry in found] == ["b.jpg"]
    assert people(found[0])
    assert said.count("\n") == 1
    assert "a.jpg" in said


def test_a_folder_named_like_a_picture_is_no_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "album.jpg").mkdir()
    _, said = detect(capsys, str(tmp_path), exit_code=2)
    assert "no photographs" in said


def test_many_pictures_give_the_same_boxes_in_a_second_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = bus_photo()
    for number in range(10):
        cv2.imwrite(str(tmp_path / f"{number}.png"), photo[number * 20 :, : 810 - number * 30])
    first, second = (detect(capsys, str(tmp_path))[0] for _ in range(2))
    assert len(first) == 10
    assert sum(len(entry["detections"]) for entry in first) > 10
    assert first == second


def test_tiles_find_people_that_the_whole_picture_is_too_wide_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wide = np.full((2160, 3840, 3), 114, np.uint8)
    wide[300:570, 600:803] = cv2.resize(bus_photo(), (203, 270), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(tmp_path / "wide.png"), wide)
    (whole,), (tiled,) = (detect(capsys, str(tmp_path), *more)[0] for more in ((), ("--tiles", "3")))
    assert len(people(tiled)) > len(people(whole))
    for one in people(tiled):
        left, top, right, bottom = one["xyxy"]
        assert left >= 590
        assert top >= 290
        assert right <= 813
        assert bottom <= 580
