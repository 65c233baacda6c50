from pathlib import Path

import numpy as np
import pytest

from vision.detector import Image
from vision.errors import WeightsError
from vision.image import encode_jpeg
from vision.openvino_detector import OpenVinoDetector
from vision.training.run import reproduce
from vision.training.trainer import load_start
from vision.weights import load_weights


@pytest.fixture
def data(tmp_path: Path, bus: Image) -> Path:
    """Twelve copies of one photograph, each its own source, enough for a step of training."""
    root = tmp_path / "data" / "site-photos"
    for kind in ("images", "labels"):
        (root / kind / "train").mkdir(parents=True)
    for number in range(12):
        (root / "images" / "train" / f"p{number:02}.jpg").write_bytes(encode_jpeg(np.roll(bus, number, axis=1)))
        (root / "labels" / "train" / f"p{number:02}.txt").write_text(
            "5 0.18 0.6 0.24 0.47\n5 0.35 0.59 0.15 0.42\n8 0.5 0.45 0.95 0.46\n", encoding="utf-8"
        )
    return tmp_path / "data"


# ultralytics and torch warn of their own inner workings.
@pytest.mark.filterwarnings("default")
def test_one_call_goes_from_photographs_to_weights_that_load(data: Path, tmp_path: Path, bus: Image) -> None:
    told: list[int] = []
    manifest = reproduce(
        data,
        None,
        tmp_path / "out",
        epochs=1,
        image_size_px=64,
        name="tiny",
        on_epoch=lambda epoch, figures: told.append(epoch),
    )
    assert told
    assert manifest.start == "none: trained from scratch"
    assert [origin.pictures for origin in manifest.data] == [11]
    weights = load_weights("tiny", tmp_path / "out" / "weights")
    assert weights.manifest == manifest
    detector = OpenVinoDetector(weights)
    assert detector.image_size_px == 64
    assert len(detector.detect([bus])) == 1


def test_a_start_of_another_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    path.write_bytes(b"not tensors")
    with pytest.raises(WeightsError, match=r"other\.safetensors does not hold"):
        load_start(path)
