import hashlib
import json
import shutil
from pathlib import Path

import pytest

from vision.errors import WeightsError
from vision.openvino_detector import OpenVinoDetector
from vision.weights import SHIPPED, Manifest, load_manifest, load_weights, verified_bytes, write_manifest

# What ships as the default; and weights in one precision, without types, whose manifests are easily spoilt.
DEFAULT, NAME = "nazar-site-n", "coco-start-n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of shipped weights that a test may damage."""
    for path in SHIPPED.glob(f"{NAME}.*"):
        shutil.copyfile(path, tmp_path / path.name)
    return tmp_path


def test_every_shipped_file_is_what_its_manifest_says() -> None:
    for path in SHIPPED.glob("*.json"):
        manifest = load_manifest(path.stem)
        pairs = [manifest.openvino] if manifest.int8 is None else [manifest.openvino, manifest.int8]
        named = [file for pair in pairs for file in (pair.structure, pair.numbers)]
        for file in named if manifest.state is None else [*named, manifest.state]:
            assert verified_bytes(SHIPPED / file.name, file.sha256)


def test_a_shipped_manifest_says_where_its_weights_come_from() -> None:
    manifest = load_manifest(DEFAULT)
    assert manifest.licence
    assert "sha256" in manifest.start
    assert {origin.name for origin in manifest.data} == {"site-photos", "excavators", "ppe", "rendered-footage"}
    assert all(origin.licence and origin.origin for origin in manifest.data)


def test_eight_bits_ship_only_where_they_cost_less_than_a_point() -> None:
    manifest = load_manifest(DEFAULT)
    assert manifest.precision == "int8"
    assert manifest.int8 is not None
    figures = manifest.int8.figures
    assert figures is not None
    assert figures.fp32_map50 - figures.int8_map50 < 0.01


def test_results_name_the_weights_by_the_digest_of_their_numbers() -> None:
    weights = load_weights(DEFAULT)
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
    with pytest.raises(WeightsError, match="9 channels; 6 labels need 10"):
        OpenVinoDetector(load_weights(NAME, folder))


TYPE = {"name": "lorry", "group": "vehicle", "refines": "truck"}


def test_a_manifest_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    manifest = load_manifest(DEFAULT)
    write_manifest(manifest, tmp_path)
    assert load_manifest(DEFAULT, tmp_path) == manifest


def test_types_are_labels_with_a_threshold(folder: Path) -> None:
    given = json.loads((folder / f"{NAME}.json").read_text(encoding="utf-8"))
    manifest = Manifest.model_validate(given | {"labels": [*given["labels"], TYPE], "type_threshold": 0.4})
    assert [label.name for label in manifest.detection_labels][-2:] == ["truck", "lorry"]


@pytest.mark.parametrize(
    ("labels", "type_threshold", "said"),
    [
        ([TYPE], None, "type_threshold is given if and only if"),
        ([], 0.4, "type_threshold is given if and only if"),
        ([TYPE | {"refines": "crane"}], 0.4, "refines none of its group"),
        ([TYPE | {"refines": "person"}], 0.4, "refines none of its group"),
        ([TYPE, {"name": "van", "group": "vehicle"}], 0.4, "after all that don't"),
    ],
)
def test_types_that_make_no_sense_are_refused(
    folder: Path, labels: list[dict[str, str]], type_threshold: float | None, said: str
) -> None:
    path = folder / f"{NAME}.json"
    given = json.loads(path.read_text(encoding="utf-8"))
    given |= {"labels": given["labels"] + labels, "type_threshold": type_threshold}
    path.write_text(json.dumps(given), encoding="utf-8")
    with pytest.raises(WeightsError, match=said):
        load_manifest(NAME, folder)


def test_a_precision_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(WeightsError, match="no int8 files"):
        load_weights(NAME, folder, "int8")
    path = folder / f"{NAME}.json"
    given = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(given | {"precision": "int8"}), encoding="utf-8")
    with pytest.raises(WeightsError, match="there are no int8 files"):
        load_manifest(NAME, folder)


def test_the_shipped_precision_is_loaded_and_names_the_results(folder: Path) -> None:
    path = folder / f"{NAME}.json"
    given = json.loads(path.read_text(encoding="utf-8"))
    numbers = (folder / f"{NAME}.bin").read_bytes() + b"\0"
    (folder / f"{NAME}-int8.bin").write_bytes(numbers)
    sha256 = hashlib.sha256(numbers).hexdigest()
    int8 = given["openvino"] | {"numbers": {"name": f"{NAME}-int8.bin", "sha256": sha256}, "calibration": "none"}
    path.write_text(json.dumps(given | {"int8": int8, "precision": "int8"}), encoding="utf-8")
    shipped, floating = load_weights(NAME, folder), load_weights(NAME, folder, "fp32")
    assert (shipped.precision, shipped.sha256, shipped.manifest.weights_sha256) == ("int8", sha256, sha256)
    assert shipped.numbers == numbers
    assert (floating.precision, floating.sha256) == ("fp32", given["openvino"]["numbers"]["sha256"])
