"""A real photograph that every installation has: ultralytics' packaged street scene."""

from importlib.util import find_spec
from pathlib import Path

from vision.detector import Image
from vision.image import read_image


def bus_path() -> Path:
    """The file: four people and a bus, 810 x 1080 px. Found without importing torch."""
    spec = find_spec("ultralytics")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "assets" / "bus.jpg"


def bus_photo() -> Image:
    """The picture, (1080, 810, 3) uint8 BGR."""
    return read_image(bus_path())
