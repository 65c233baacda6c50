"""A set of two small photographs whose boxes a fake detector can be right or wrong about."""

from pathlib import Path

import numpy as np
import pytest

from vision.image import encode_jpeg
from vision.photo_set import ClassMap
from vision.taxonomy import MACHINERY, PERSON, VEHICLE

MAP = ClassMap("corner-site", "made by the tests", "ours", {0: PERSON, 1: MACHINERY, 2: VEHICLE, 3: None})

# 200 x 100 pixels; person (20, 20, 40, 80) and machine (100, 10, 180, 90), then a vehicle (50, 30, 150, 70).
LABELS = {
    "a": "0 0.15 0.5 0.1 0.6\n1 0.7 0.5 0.4 0.8\n3 0.5 0.5 0.1 0.1\n",
    "b": "2 0.5 0.5 0.5 0.4\n0 0.9 0.9 0.05 0.1\n",
}


@pytest.fixture
def photo_set(tmp_path: Path) -> Path:
    for kind in ("images", "labels"):
        (tmp_path / kind / "val").mkdir(parents=True)
    for brightness, (name, text) in enumerate(LABELS.items()):
        picture = np.full((100, 200, 3), 60 + 100 * brightness, np.uint8)
        (tmp_path / "images" / "val" / f"{name}.jpg").write_bytes(encode_jpeg(picture))
        (tmp_path / "labels" / "val" / f"{name}.txt").write_text(text, encoding="utf-8")
    return tmp_path
