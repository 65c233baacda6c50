import pytest
import torch
from pydantic import ValidationError

from vision.adapters.ultralytics_detector import UltralyticsDetector
from vision.detections import Group
from vision.detector import Image
from vision.errors import DeviceError, WeightsError
from vision.openvino_detector import OpenVinoDetector
from vision.settings import VisionSettings
from vision.sight import open_detector, open_redactor
from vision.tiling import TiledDetector
from vision.weights import load_manifest

without_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
with_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")


def test_the_default_is_the_shipped_weights_on_the_cpu() -> None:
    detector = open_detector(VisionSettings())
    manifest = load_manifest("nazar-site-n")
    assert isinstance(detector, OpenVinoDetector)
    assert detector.weights_sha256 == manifest.weights_sha256
    assert detector.threshold == manifest.thresholds.counting


def test_settings_replace_size_and_threshold() -> None:
    detector = open_detector(VisionSettings(image_size_px=320, threshold=0.7))
    assert isinstance(detector, OpenVinoDetector)
    assert (detector.image_size_px, detector.threshold) == (320, 0.7)


def test_a_wide_view_is_looked_at_in_tiles_where_the_settings_say_so() -> None:
    detector = open_detector(VisionSettings(tiles=2))
    assert isinstance(detector, TiledDetector)
    assert detector.weights_sha256 == load_manifest("nazar-site-n").weights_sha256


def test_a_precision_that_the_weights_lack_is_refused() -> None:
    with pytest.raises(WeightsError, match="no int8 files"):
        open_detector(VisionSettings(weights="coco-start-n", precision="int8"))


@without_gpu
def test_a_gpu_that_is_not_there_is_refused_in_words() -> None:
    with pytest.raises(DeviceError, match="Set device = cpu"):
        open_detector(VisionSettings(device="cuda"))


@with_gpu
def test_a_gpu_is_used_through_torch(bus: Image) -> None:
    detector = open_detector(VisionSettings(device="cuda"))
    assert isinstance(detector, UltralyticsDetector)
    assert len(detector.detect([bus])[0].of_group(Group.PERSON)) >= 3


def test_weights_that_are_not_there_are_refused() -> None:
    with pytest.raises(WeightsError, match="No weights named"):
        open_redactor(VisionSettings(redaction_weights="nobody"))


@pytest.mark.parametrize(
    "given",
    [
        {"colour": 1},
        {"threshold": 1.5},
        {"image_size_px": 650},
        {"device": "tpu"},
        {"threads": -1},
        {"tiles": 0},
        {"precision": "int4"},
    ],
)
def test_settings_that_make_no_sense_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        VisionSettings.model_validate(given)
