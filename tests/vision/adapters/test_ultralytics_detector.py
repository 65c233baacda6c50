import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch

from vision.adapters.ultralytics_detector import UltralyticsDetector, load_pt, load_state
from vision.adapters.ultralytics_gate import DetectionModel
from vision.detections import Group
from vision.detector import Image
from vision.errors import WeightsError
from vision.openvino_detector import OpenVinoDetector
from vision.weights import SHIPPED, VerifiedWeights, load_weights

GROUPS = {"person": Group.PERSON, "machinery": Group.MACHINE}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A .pt file as ultralytics writes them, of a network that has learnt nothing."""
    torch.manual_seed(3)
    network = DetectionModel("yolo11n.yaml", nc=3, verbose=False)
    network.names = {0: "person", 1: "dog", 2: "machinery"}
    path = tmp_path_factory.mktemp("pt") / "fresh.pt"
    torch.save({"model": network.half()}, path)
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_torch_sees_what_openvino_sees(shipped_weights: VerifiedWeights, bus: Image) -> None:
    detector = OpenVinoDetector(load_weights(shipped_weights.manifest.name, precision="fp32"))
    torch_detector = load_state(shipped_weights.manifest, SHIPPED)
    ours, theirs = (one.detect([bus], 0.1)[0] for one in (detector, torch_detector))
    assert len(theirs) == len(ours)
    assert np.abs(theirs.confidence - ours.confidence).max() < 0.02
    assert np.abs(theirs.xyxy - ours.xyxy).max() < 3
    assert torch_detector.labels == detector.labels
    assert torch_detector.threshold == detector.threshold


def test_a_trusted_checkpoint_reports_the_classes_that_were_named(checkpoint: Path, bus: Image) -> None:
    detector = load_pt(checkpoint, digest(checkpoint), GROUPS, device="cpu")
    assert isinstance(detector, UltralyticsDetector)
    assert [(label.name, label.group) for label in detector.labels] == [*GROUPS.items()]
    assert detector.weights_sha256 == digest(checkpoint)
    found = detector.detect([bus], 1e-6)[0]
    assert set(found.class_id.tolist()) <= {0, 1}


def test_a_checkpoint_that_is_not_the_trusted_one_is_not_unpickled(tmp_path: Path) -> None:
    trap = tmp_path / "trap.pt"
    torch.save({"model": _Trap(tmp_path / "sprung")}, trap)
    with pytest.raises(WeightsError, match="Nothing of it was loaded"):
        load_pt(trap, "0" * 64, GROUPS)
    assert not (tmp_path / "sprung").exists()


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "numbers.pt"
    torch.save({"epoch": 3}, path)
    with pytest.raises(WeightsError, match="not a checkpoint"):
        load_pt(path, digest(path), GROUPS)


def test_a_checkpoint_without_the_named_classes_is_refused(checkpoint: Path) -> None:
    with pytest.raises(WeightsError, match="none of the classes crane"):
        load_pt(checkpoint, digest(checkpoint), {"crane": Group.MACHINE})


def test_weights_without_a_state_for_torch_are_refused(shipped_weights: VerifiedWeights) -> None:
    manifest = shipped_weights.manifest.model_copy(update={"state": None})
    with pytest.raises(WeightsError, match="device = cpu"):
        load_state(manifest, SHIPPED)


class _Trap:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self._path,)
