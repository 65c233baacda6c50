"""What the tests of vision/training share: a rendered site of one short clip."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest


def thing(label: str, group: str, xyxy: list[int], visible_px: int) -> dict[str, Any]:
    return {"id": label, "label": label, "group": group, "xyxy": xyxy, "visible_px": visible_px, "work": None}


THINGS = [
    thing("tower_crane", "machine", [10, 10, 110, 110], 400),
    thing("pickup", "vehicle", [20, 60, 60, 90], 900),
    thing("person", "person", [70, 60, 90, 110], 40),
]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A camera's clip of twelve pictures, each of a grey of its own; the fourth and fifth are of no use."""
    folder = tmp_path / "bridge" / "mast"
    folder.mkdir(parents=True)
    clip = cv2.VideoWriter(str(folder / "live.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), 10, (160, 128))
    for index in range(12):
        clip.write(np.full((128, 160, 3), 20 * index, np.uint8))
    clip.release()
    frames = [
        {"index": index, "is_usable": index != 3, "faults": ["frozen"] if index == 4 else [], "objects": THINGS}
        for index in range(12)
    ]
    (folder / "live.truth.json").write_text(json.dumps({"site": "bridge", "frames": frames}), encoding="utf-8")
    return tmp_path / "bridge"
