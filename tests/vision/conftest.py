"""What the tests of vision/ share: a real photograph, and the shipped weights loaded once."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from vision.detector import Image
from vision.image import read_image
from vision.openvino_detector import OpenVinoDetector
from vision.redaction import Redactor
from vision.settings import VisionSettings
from vision.sight import open_redactor
from vision.weights import VerifiedWeights, load_weights


@pytest.fixture(scope="session")
def bus_path() -> Path:
    """ultralytics' packaged photograph: a bus and four people, 810 x 1080. torch is not imported for it."""
    spec = importlib.util.find_spec("ultralytics")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "assets" / "bus.jpg"


@pytest.fixture(scope="session")
def bus(bus_path: Path) -> Image:
    return read_image(bus_path)


@pytest.fixture(scope="session")
def shipped_weights() -> VerifiedWeights:
    return load_weights("nazar-site-n")


@pytest.fixture(scope="session")
def detector(shipped_weights: VerifiedWeights) -> OpenVinoDetector:
    return OpenVinoDetector(shipped_weights)


@pytest.fixture(scope="session")
def redactor() -> Redactor:
    return open_redactor(VisionSettings())


@pytest.fixture
def noise() -> Image:
    return np.random.default_rng(4).integers(0, 256, (240, 320, 3), dtype=np.uint8)
