"""Needs the extra `quantise`; skipped in words where NNCF is not installed."""

import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from vision.detections import Group
from vision.detector import Image
from vision.errors import DatasetError
from vision.openvino_detector import OpenVinoDetector
from vision.weights import SHIPPED, load_manifest, load_weights

pytest.importorskip("nncf", reason="needs the extra quantise: pip install 'nazar[quantise]'")

NAME = "nazar-site-n"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory, bus: Image) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    for number in range(6):
        cv2.imwrite(str(folder / f"{number}.jpg"), bus[number * 40 :, number * 30 :])
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> Path:
    """A copy of the shipped weights, quantised with a handful of pictures by the command, in its own process."""
    folder = tmp_path_factory.mktemp("weights")
    for path in SHIPPED.glob(f"{NAME}.*"):
        shutil.copyfile(path, folder / path.name)
    program = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        print("network:", event, arguments)
sys.addaudithook(refuse)
from api.cli.main import main
main(sys.argv[1:])
"""
    arguments = ["quantise", "make", NAME, "--weights-folder", str(folder), "--data", str(pictures), "--pictures", "4"]
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "network:" not in done.stdout
    return folder


def test_int8_weights_see_the_same_people(folder: Path, bus: Image) -> None:
    floating, quantised = (OpenVinoDetector(load_weights(NAME, folder, one)) for one in ("fp32", "int8"))
    assert quantised.weights_sha256 != floating.weights_sha256
    ours, theirs = (one.detect([bus])[0].of_group(Group.PERSON) for one in (floating, quantised))
    assert len(theirs) >= 3
    for box in ours.above(0.6).xyxy:
        assert np.abs(theirs.xyxy - box).max(axis=1).min() < 40


def test_the_numbers_are_smaller_and_the_manifest_says_how_they_were_made(folder: Path) -> None:
    manifest = load_manifest(NAME, folder)
    assert (folder / f"{NAME}-int8.bin").stat().st_size < 0.6 * (folder / f"{NAME}.bin").stat().st_size
    assert manifest.precision == "fp32"
    assert manifest.int8 is not None
    assert "4 pictures" in manifest.int8.calibration
    assert manifest.int8.figures is None


def test_pictures_are_chosen_evenly_and_the_same_each_time(pictures: Path, tmp_path: Path) -> None:
    from vision.training.quantise import calibration_pictures  # noqa: PLC0415 - after the extra was found

    (tmp_path / "other").mkdir()
    for number in range(2):
        shutil.copyfile(pictures / "0.jpg", tmp_path / "other" / f"x{number}.jpg")
    chosen = calibration_pictures([tmp_path, pictures], 6)
    assert len(chosen) == len(set(chosen)) == 6
    assert sum(path.parent == pictures for path in chosen) == 4
    assert chosen == calibration_pictures([tmp_path, pictures], 6)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="holds no pictures"):
        calibration_pictures([tmp_path / "empty"], 3)
