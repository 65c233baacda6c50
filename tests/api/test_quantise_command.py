"""`nazar quantise choose`: the figures decide which precision ships, and stand in the manifest."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from api.cli.main import main
from vision.weights import SHIPPED, load_weights, write_manifest

NAME = "coco-start-n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of shipped weights; their int8 files are the float ones under another name."""
    for path in SHIPPED.glob(f"{NAME}.*"):
        shutil.copyfile(path, tmp_path / path.name)
    numbers = (tmp_path / f"{NAME}.bin").read_bytes()
    (tmp_path / f"{NAME}-int8.bin").write_bytes(numbers)
    manifest = load_weights(NAME, tmp_path).manifest
    file = {"name": f"{NAME}-int8.bin", "sha256": hashlib.sha256(numbers).hexdigest()}
    files = {"structure": manifest.openvino.structure.model_dump(), "numbers": file, "calibration": "none"}
    given = manifest.model_dump(mode="json") | {"int8": files}
    write_manifest(type(manifest).model_validate(given), tmp_path)
    return tmp_path


def choose(folder: Path, fp32: float, int8: float) -> object:
    figures = ["--fp32", str(fp32), "--int8", str(int8), "--on", "site-photos, val"]
    with pytest.raises(SystemExit) as left:
        main(["quantise", "choose", NAME, "--weights-folder", str(folder), *figures])
    return left.value.code


def test_int8_ships_where_it_costs_next_to_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert load_weights(NAME, folder).precision == "fp32"
    assert choose(folder, 0.804, 0.8) == 0
    assert capsys.readouterr().out == "int8 ships: int8 costs 0.40 points of mAP50.\n"
    assert load_weights(NAME, folder).precision == "int8"
    figures = json.loads((folder / f"{NAME}.json").read_text(encoding="utf-8"))["int8"]["figures"]
    assert figures == {"measured_on": "site-photos, val", "fp32_map50": 0.804, "int8_map50": 0.8}


def test_float_ships_again_where_int8_costs_a_point(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert choose(folder, 0.80, 0.80) == 0
    assert choose(folder, 0.80, 0.79) == 0
    assert capsys.readouterr().out.endswith("fp32 ships: int8 costs 1.00 points of mAP50.\n")
    assert load_weights(NAME, folder).precision == "fp32"


def test_a_share_that_is_no_share_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert choose(folder, 80.4, 0.8) == 2
    assert "80.4" in capsys.readouterr().err
