"""`nazar eval detection` as people call it, on the packaged street scene with its people labelled."""

import json
from pathlib import Path

import pytest

from tests.api.test_cli import nazar, refused
from tests.support.photos import bus_path
from vision.settings import VisionSettings

# The three people of the street scene that are whole, in its 810 x 1080 pixels.
PEOPLE = ((50, 400, 245, 905), (223, 405, 345, 860), (670, 390, 810, 880))
MAP = """street:
  origin: ultralytics' packaged photograph
  licence: AGPL-3.0
  not_labelled: [vehicle, machinery]
  ignored: [1]
  classes: {0: person, 1: null}
"""


@pytest.fixture
def street(tmp_path: Path) -> Path:
    folder = tmp_path / "street"
    for kind in ("images", "labels"):
        (folder / kind / "val").mkdir(parents=True)
    (folder / "images/val/bus.jpg").write_bytes(bus_path().read_bytes())
    lines = [
        f"0 {(left + right) / 2 / 810} {(top + bottom) / 2 / 1080} {(right - left) / 810} {(bottom - top) / 1080}"
        for left, top, right, bottom in PEOPLE
    ]
    # The fourth person is cut off by the picture's edge.
    lines.append("1 0.04 0.65 0.08 0.35")
    (folder / "labels/val/bus.txt").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return folder


def test_two_weights_are_measured_side_by_side(street: Path) -> None:
    arguments = ("eval", "detection", "--data", str(street), "--map", str(street.parent / "map.yaml"), "--json")
    done = nazar(*arguments, "--size", "640", "--against", "coco-start-n")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["measured"]["detector"], said["against"]["detector"]) == (VisionSettings().weights, "coco-start-n")
    for report in said.values():
        assert (report["photos"], report["image_size_px"], list(report["groups"])) == (1, 640, ["person"])
        person = report["groups"]["person"]
        assert (person["boxes"], person["recall"], person["sizes"]["from_96"]["boxes"]) == (3, 1.0, 3)
        assert person["intervals"]["recall"] == {"low": 1.0, "high": 1.0}
        assert report["unseen_sources"] is None
    assert said["measured"]["weights_sha256"] != said["against"]["weights_sha256"]


def test_a_table_is_printed_for_people(street: Path) -> None:
    done = nazar("eval", "detection", "--data", str(street), "--map", str(street.parent / "map.yaml"))
    assert done.returncode == 0, done.stderr
    head, columns, person, *_ = done.stdout.splitlines()
    assert "street/val: 1 pictures" in head
    assert "recall_at_precision_95" in columns
    assert person.split()[:2] == ["person", "3"]


def test_what_cannot_be_measured_is_refused_in_words(street: Path) -> None:
    with_map = ("eval", "detection", "--data", str(street), "--map", str(street.parent / "map.yaml"))
    assert "multiple of 32" in refused(nazar(*with_map, "--size", "300"))
    assert "No weights named none" in refused(nazar(*with_map, "--weights", "none"))
    assert "No photographs" in refused(nazar(*with_map, "--split", "test"))
    assert "No class map" in refused(nazar("eval", "detection", "--data", str(street)))
