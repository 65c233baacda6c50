"""The command as people call it: one line and exit code 2 for what goes wrong foreseeably."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import pytest

from tests.support.photos import bus_path, bus_photo
from tests.support.rtsp_server import Login, RtspServer
from tests.support.video import counting_frames, encode_clip


def nazar(*arguments: str, data_dir: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NAZAR_")}
    if data_dir is not None:
        environment["NAZAR_MODELS__DATA_DIR"] = str(data_dir)
    environment |= variables
    command = [sys.executable, "-m", "api.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=180)


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a refusal says."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.bar("2: nazar detect prints boxes in pixels of the original")
def test_detect_prints_boxes_in_pixels_of_the_original() -> None:
    done = nazar("detect", str(bus_path()), "--json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert [entry["file"] for entry in found] == [str(bus_path())]
    detections = found[0]["detections"]
    people = [item for item in detections if item["group"] == "person"]
    assert len(people) >= 3
    height, width = bus_photo().shape[:2]
    for item in detections:
        left, top, right, bottom = item["xyxy"]
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert 0 < item["confidence"] <= 1
        assert set(item) == {"label", "group", "confidence", "xyxy"}
    # The man in the middle stands here; boxes of another scale would not cover him.
    assert any(item["xyxy"][0] < 140 < item["xyxy"][2] and item["xyxy"][1] < 650 < item["xyxy"][3] for item in people)


def test_detect_gives_the_same_boxes_again_and_takes_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(bus_path().read_bytes())
    cv2.imwrite(str(tmp_path / "b.png"), bus_photo()[:, ::-1])
    first, second = (nazar("detect", str(tmp_path), "--json").stdout for _ in range(2))
    assert len(json.loads(first)) == 2
    assert first == second


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\xff\xd8\xff\xe0" + b"\x00" * 40])
def test_detect_refuses_what_is_no_picture(tmp_path: Path, content: bytes) -> None:
    photo = tmp_path / "broken.jpg"
    photo.write_bytes(content)
    assert "broken.jpg" in refused(nazar("detect", str(photo), "--json"))


def test_detect_refuses_a_missing_file_and_an_empty_folder(tmp_path: Path) -> None:
    assert "none.jpg" in refused(nazar("detect", str(tmp_path / "none.jpg")))
    assert "no photographs" in refused(nazar("detect", str(tmp_path)))


def test_detect_refuses_altered_weights(tmp_path: Path) -> None:
    shipped = Path("vision/weights")
    for file in shipped.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    numbers = next(tmp_path.glob("*.bin"))
    numbers.write_bytes(numbers.read_bytes()[:-1] + b"\x00")
    said = refused(nazar("detect", str(bus_path()), NAZAR_VISION__WEIGHTS_FOLDER=str(tmp_path)))
    assert "sha256" in said


@pytest.mark.bar("2: nazar probe prints codec, size, frame rate, keyframe interval")
def test_probe_prints_what_a_camera_sends(tmp_path: Path) -> None:
    clip = encode_clip(counting_frames(60, 640, 360), tmp_path / "c.mp4", gop=20)
    with RtspServer({"/cam": clip}) as server:
        done = nazar("probe", server.url(), "--json")
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert (said["codec"], said["width_px"], said["height_px"]) == ("h264", 640, 360)
        assert said["frame_rate"] == pytest.approx(10, abs=0.5)
        assert said["keyframe_interval_s"] == pytest.approx(2.0, abs=0.2)
        assert "keyframe interval  2" in nazar("probe", server.url()).stdout


def test_probe_refuses_in_one_line_without_the_password(tmp_path: Path) -> None:
    clip = encode_clip(counting_frames(30), tmp_path / "c.mp4")
    with RtspServer({"/cam": clip}, Login("viewer", "right-one", "digest")) as server:
        wrong = server.url().replace("right-one", "wrong-one")
        said = refused(nazar("probe", wrong))
    assert "wrong-one" not in said
    assert "127.0.0.1" in refused(nazar("probe", "rtsp://127.0.0.1:9/none"))
    assert "rtsp://" in refused(nazar("probe", "file:///etc/passwd"))


def test_an_unknown_role_command_or_setting_ends_with_two(tmp_path: Path) -> None:
    done = nazar("user", "add", "bolat", "--name", "B", "--role", "minister", data_dir=tmp_path)
    assert done.returncode == 2
    assert "minister" in done.stderr
    assert nazar("nothing").returncode == 2
    assert "NAZAR_TYPO" in refused(nazar("db", "upgrade", data_dir=tmp_path, NAZAR_TYPO="1"))


def test_a_database_that_does_not_answer_is_one_line_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://nazar:secret-word@127.0.0.1:9/nazar"
    said = refused(nazar("db", "upgrade", data_dir=tmp_path, NAZAR_MODELS__DATABASE_URL=url))
    assert "secret-word" not in said


def test_accounts_and_tokens_are_made_on_the_command_line(tmp_path: Path) -> None:
    made = nazar(
        "user", "add", "aigul", "--name", "Aigul", "--role", "office", "--password", "long enough", data_dir=tmp_path
    )
    assert made.returncode == 0, made.stderr
    again = nazar(
        "user", "add", "aigul", "--name", "A", "--role", "office", "--password", "long enough", data_dir=tmp_path
    )
    assert "taken" in refused(again)
    token = nazar("token", "add", "roadmap system", data_dir=tmp_path)
    assert token.stdout.startswith("nzr_")


def test_backfill_names_a_camera_that_does_not_exist(tmp_path: Path) -> None:
    clip = encode_clip(counting_frames(4), tmp_path / "c.mp4")
    assert "no camera" in refused(nazar("backfill", "nobody", str(clip), data_dir=tmp_path / "data"))
    of_nowhere = nazar("backfill", "nobody", str(clip), "--time-zone", "Asia/Nowhere", data_dir=tmp_path / "data")
    assert "There is no time zone 'Asia/Nowhere'" in refused(of_nowhere)


def test_the_doctor_says_what_is_well(tmp_path: Path) -> None:
    assert nazar("db", "upgrade", data_dir=tmp_path).returncode == 0
    done = nazar("doctor", "--json", data_dir=tmp_path)
    assert {finding["what"]: finding["is_well"] for finding in json.loads(done.stdout)} == {
        "processor": True,
        "cameras": True,
        "weights": True,
        "database": True,
        "seal": True,
        "disk": True,
        "evidence": True,
    }
