from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import save_file

from vision.adapters.ultralytics_gate import DetectionModel
from vision.detector import Image
from vision.errors import WeightsError
from vision.image import encode_jpeg
from vision.openvino_detector import OpenVinoDetector
from vision.taxonomy import NETWORK_LABELS, SITE_LABELS
from vision.training import blend
from vision.training.run import Outcome, train_on
from vision.training.settings import TrainingSettings
from vision.training.start import load_start
from vision.training.trainer import Progress
from vision.weights import load_weights

SMALL = replace(
    TrainingSettings(),
    epochs=3,
    image_size_px=64,
    pictures_per_epoch=8,
    batch=4,
    loader_workers=0,
    dev_every=1,
    multi_scale=False,
    wide_share=0.0,
)
# ultralytics and torch warn of their own inner workings.
pytestmark = pytest.mark.filterwarnings("default")


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


def run(
    data: Path,
    out: Path,
    *,
    start: Path | None = None,
    settings: TrainingSettings = SMALL,
    resume: bool = False,
    limit_s: float | None = None,
) -> Outcome:
    """Train by a clock that goes on a second each time it is read."""
    ticks = count()
    to = Progress(monotonic_s=lambda: float(next(ticks)), began_s=0.0, limit_s=limit_s)
    return train_on(data, start, out, settings=settings, name="tiny", resume=resume, progress=to)


def test_a_stopped_training_goes_on_elsewhere_and_ends_in_weights_that_load(
    data: Path, tmp_path: Path, bus: Image
) -> None:
    stopped = run(data, tmp_path / "here", limit_s=2.0)
    assert (stopped.state.epochs_done, stopped.manifest) == (1, None)
    there = tmp_path / "there"
    there.mkdir()
    for name in ("state.safetensors", "state.json"):
        (there / name).write_bytes((tmp_path / "here" / name).read_bytes())
    ended = run(data, there, resume=True)
    assert [row["epoch"] for row in ended.state.log] == [1, 2, 3]
    assert ended.state.log[0] == stopped.state.log[0]
    # The schedule goes on where it was: by the last batch the cosine is at its end.
    assert ended.state.log[-1]["learning_rate"] == pytest.approx(SMALL.learning_rate * SMALL.final_rate_share)
    assert (there / "results.csv").read_text(encoding="utf-8").count("\n") == 4
    assert ended.manifest is not None
    weights = load_weights("tiny", there / "weights")
    assert weights.manifest == ended.manifest
    assert [label.name for label in ended.manifest.labels] == [label.name for label in NETWORK_LABELS]
    assert {label.refines for label in ended.manifest.labels[len(SITE_LABELS) :]} == {"machinery"}
    assert ended.manifest.start == "none: trained from scratch"
    assert [origin.pictures for origin in ended.manifest.data] == [11]
    detector = OpenVinoDetector(weights)
    assert detector.image_size_px == 64
    assert len(detector.detect([bus])) == 1


def test_what_was_trained_on_a_start_is_drawn_back_toward_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = tmp_path / "start.safetensors"
    save_file(DetectionModel("yolo11n.yaml", nc=80, verbose=False).state_dict(), start)
    # Alike at any share, so that which is taken hangs on the rule alone.
    monkeypatch.setattr(blend, "ALIKE", 1.0)
    manifest = run(data, tmp_path / "out", start=start, settings=replace(SMALL, epochs=1)).manifest
    assert manifest is not None
    assert manifest.start.startswith("start.safetensors, sha256 ")
    assert manifest.start.endswith("; 50% of it is kept")


def test_a_training_is_not_overwritten_or_gone_on_with_by_chance(data: Path, tmp_path: Path) -> None:
    run(data, tmp_path / "out", limit_s=2.0)
    with pytest.raises(WeightsError, match="Go on with it by --resume"):
        run(data, tmp_path / "out")
    with pytest.raises(WeightsError, match="begun with other settings"):
        run(data, tmp_path / "out", settings=replace(SMALL, learning_rate=0.1), resume=True)


def test_a_training_may_be_cut_short_on_the_way(data: Path, tmp_path: Path) -> None:
    begun = run(data, tmp_path / "out", limit_s=2.0)
    assert begun.state.epochs_done < SMALL.epochs - 1
    shorter = replace(SMALL, epochs=SMALL.epochs - 1)
    ended = run(data, tmp_path / "out", settings=shorter, resume=True)
    assert (ended.state.epochs_done, ended.state.settings) == (shorter.epochs, shorter)
    assert ended.state.log[: len(begun.state.log)] == begun.state.log
    assert ended.manifest is not None


def test_a_start_of_another_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    path.write_bytes(b"not tensors")
    with pytest.raises(WeightsError, match=r"other\.safetensors does not hold"):
        load_start(path)
