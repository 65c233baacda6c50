import hashlib
import json
import shutil
from pathlib import Path

import pytest

from vision.errors import WeightsError
from vision.openvino_detector import OpenVinoDetector
from vision.weights import SHIPPED, load_manifest, load_weights, verified_bytes

NAME = "nazar-site-n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped weights that a test may damage."""
    for path in SHIPPED.glob(f"{NAME}.*"):
        shutil.copyfile(path, tmp_path / path.name)
    return tmp_path


def test_every_shipped_file_is_what_its_manifest_says() -> None:
    for path in SHIPPED.glob("*.json"):
        manifest = load_manifest(path.stem)
        named = [manifest.openvino.structure, manifest.openvino.numbers]
        for file in named if manifest.state is None else [*named, manifest.state]:
            assert verified_bytes(SHIPPED / file.name, file.sha256)


def test_a_shipped_manifest_says_where_its_weights_come_from() -> None:
    manifest = load_manifest(NAME)
    assert manifest.licence
    assert "sha256" in manifest.start
    assert [(origin.name, origin.licence) for origin in manifest.data] == [("site-photos", "CC BY 4.0")]


def test_results_name_the_weights_by_the_digest_of_their_numbers() -> None:
    weights = load_weights(NAME)
    assert weights.manifest.weights_sha256 == hashlib.sha256(weights.numbers).hexdigest()


@pytest.mark.parametrize("suffix", ["bin", "xml"])
def test_an_altered_file_is_refused_before_it_loads(folder: Path, suffix: str) -> None:
    path = folder / f"{NAME}.{suffix}"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(WeightsError, match=r"sha256 is .* Nothing of it was loaded"):
        load_weights(NAME, folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / f"{NAME}.bin").unlink()
    with pytest.raises(WeightsError, match=rf"{NAME}\.bin cannot be read"):
        load_weights(NAME, folder)


def test_unknown_weights_are_refused_with_the_known_ones() -> None:
    with pytest.raises(WeightsError, match=rf"No weights named yolo99.*{NAME}"):
        load_manifest("yolo99")


@pytest.mark.parametrize("text", ["", "[]", '{"name": "x"}'])
def test_what_is_no_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / f"{NAME}.json").write_text(text, encoding="utf-8")
    with pytest.raises(WeightsError, match="not a manifest"):
        load_manifest(NAME, folder)


def test_a_manifest_with_an_unknown_key_is_refused(folder: Path) -> None:
    path = folder / f"{NAME}.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "colour": 1}), encoding="utf-8")
    with pytest.raises(WeightsError, match="colour"):
        load_manifest(NAME, folder)


def test_files_that_hold_no_network_are_refused(folder: Path) -> None:
    manifest = json.loads((folder / f"{NAME}.json").read_text(encoding="utf-8"))
    (folder / f"{NAME}.xml").write_bytes(b"<net/>")
    manifest["openvino"]["structure"]["sha256"] = hashlib.sha256(b"<net/>").hexdigest()
    (folder / f"{NAME}.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(WeightsError, match="OpenVINO cannot read"):
        OpenVinoDetector(load_weights(NAME, folder))


def test_labels_that_do_not_fit_the_network_are_refused(folder: Path) -> None:
    path = folder / f"{NAME}.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["labels"].append({"name": "crane", "group": "machine"})
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(WeightsError, match="7 channels; 4 labels need 8"):
        OpenVinoDetector(load_weights(NAME, folder))
