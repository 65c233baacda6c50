from collections import Counter
from pathlib import Path

import pytest
import yaml

from vision.detector import Image
from vision.errors import DatasetError
from vision.image import encode_jpeg
from vision.training.dataset import DEVELOPMENT, build_training_set, development_names


@pytest.fixture
def data(tmp_path: Path, noise: Image) -> Path:
    """Forty pictures of twenty sources, two of each, in the layout of site-photos."""
    root = tmp_path / "data"
    for kind in ("images", "labels"):
        (root / "site-photos" / kind / "train").mkdir(parents=True)
    rows = ["set,split,name,original_file,source"]
    for number in range(40):
        name = f"p{number:02}"
        (root / "site-photos" / "images" / "train" / f"{name}.jpg").write_bytes(encode_jpeg(noise))
        (root / "site-photos" / "labels" / "train" / f"{name}.txt").write_text(
            "0 0.1 0.1 0.1 0.1\n5 0.5 0.5 0.2 0.4\n8 0.7 0.7 0.2 0.2\n", encoding="utf-8"
        )
        rows.append(f"site-photos,train,{name},file{number // 2},source{number // 2}")
    (root / "sources.csv").write_text("\n".join(rows), encoding="utf-8")
    return root


def names_in(out: Path, part: str) -> set[str]:
    return {path.stem for path in (out / "images" / part).iterdir()}


def test_a_source_is_either_trained_on_or_chosen_by(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build_training_set(data, out, seed=7)
    sources = {part: {int(name[-2:]) // 2 for name in names_in(out, part)} for part in ("train", DEVELOPMENT)}
    assert len(names_in(out, DEVELOPMENT)) == 4
    assert len(names_in(out, "train")) == 36
    assert not sources["train"] & sources[DEVELOPMENT]


def test_labels_become_ours(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    document = yaml.safe_load(build_training_set(data, out, seed=7).data_file.read_text(encoding="utf-8"))
    assert document["names"] == {0: "person", 1: "machinery", 2: "vehicle"}
    (some, *_) = (out / "labels" / "train").iterdir()
    assert [line.split()[0] for line in some.read_text(encoding="utf-8").splitlines()] == ["0", "1"]


def test_the_same_seed_makes_the_same_split(data: Path, tmp_path: Path) -> None:
    splits = []
    for out, seed in ((tmp_path / "one", 7), (tmp_path / "two", 7), (tmp_path / "three", 8)):
        build_training_set(data, out, seed=seed)
        splits.append(names_in(out, DEVELOPMENT))
    assert splits[0] == splits[1] != splits[2]


def test_a_second_call_with_another_seed_leaves_nothing_of_the_first(data: Path, tmp_path: Path) -> None:
    for seed in (7, 8):
        build_training_set(data, tmp_path / "out", seed=seed)
    counts = Counter(len(names_in(tmp_path / "out", part)) for part in ("train", DEVELOPMENT))
    assert counts == {36: 1, 4: 1}
    assert not names_in(tmp_path / "out", "train") & names_in(tmp_path / "out", DEVELOPMENT)


def test_a_source_of_many_pictures_is_trained_on() -> None:
    names = [f"p{number}" for number in range(100)]
    source_of = dict.fromkeys(names[:60], "film")
    assert not development_names(names, source_of, seed=1) & set(names[:60])


def test_a_single_source_cannot_be_split() -> None:
    names = ["a", "b", "c"]
    with pytest.raises(DatasetError, match="3 photographs of 1 sources"):
        development_names(names, dict.fromkeys(names, "film"), seed=1)


def test_origins_and_licences_are_told(data: Path, tmp_path: Path) -> None:
    (origin,) = build_training_set(data, tmp_path / "out", seed=7).origins
    assert (origin.name, origin.pictures, origin.licence) == ("site-photos", 36, "CC BY 4.0")


def test_a_folder_without_a_known_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="site-photos"):
        build_training_set(tmp_path, tmp_path / "out", seed=7)
