from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.vision.training.scripted_teacher import ScriptedTeacher
from vision.detector import Image
from vision.errors import DatasetError
from vision.image import encode_jpeg
from vision.taxonomy import MACHINERY_ID, PERSON_ID, TYPE_IDS, VEHICLE_ID
from vision.training.dataset import TrainingSet, build_training_set, development_names
from vision.training.sample import DEVELOPMENT, TRAIN
from vision.training.settings import TrainingSettings


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


def built(data: Path, out: Path, *footage: Path, **settings: object) -> TrainingSet:
    return build_training_set(
        data,
        out,
        replace(TrainingSettings(), **settings),  # type: ignore[arg-type]  # fields of TrainingSettings
        ScriptedTeacher(),
        footage,
    )


def names_in(training_set: TrainingSet, part: str) -> set[str]:
    listed = {Path(sample.path).stem for sample in training_set.of_part(part)}
    assert listed == {path.stem for path in (training_set.folder / "images" / part).iterdir()}
    return listed


def test_a_source_is_either_trained_on_or_chosen_by(data: Path, tmp_path: Path) -> None:
    made = built(data, tmp_path / "out")
    sources = {
        part: {int(name.rsplit("-p")[-1][:2]) // 2 for name in names_in(made, part)} for part in (TRAIN, DEVELOPMENT)
    }
    assert len(names_in(made, DEVELOPMENT)) == 4
    assert len(names_in(made, TRAIN)) == 36
    assert not sources[TRAIN] & sources[DEVELOPMENT]


def test_labels_become_ours_in_pixels(data: Path, tmp_path: Path) -> None:
    (first, *_) = built(data, tmp_path / "out").of_part(TRAIN)
    assert [box.class_id for box in first.boxes] == [PERSON_ID, MACHINERY_ID]
    assert first.boxes[0].xyxy == pytest.approx((128, 72, 192, 168))
    assert (first.width_px, first.height_px, first.not_labelled, first.is_stretched) == (320, 240, (), True)


def test_what_a_set_does_not_label_goes_with_its_pictures(data: Path, tmp_path: Path) -> None:
    (data / "site-photos").rename(data / "ppe")
    for path in (data / "ppe" / "labels" / "train").iterdir():
        path.write_text("6 0.5 0.5 0.2 0.4\n", encoding="utf-8")
    (first, *_) = built(data, tmp_path / "out").of_part(TRAIN)
    assert first.not_labelled == (MACHINERY_ID, VEHICLE_ID, *TYPE_IDS)


def test_of_a_mosaic_the_named_source_alone_is_chosen_by(data: Path, tmp_path: Path) -> None:
    quarters = np.zeros((240, 320, 3), np.uint8)
    quarters[:100, :150], quarters[100:, 150:] = 250, 128
    for path in (data / "site-photos" / "images" / "train").iterdir():
        path.write_bytes(encode_jpeg(quarters))
    made = built(data, tmp_path / "out")
    assert len(made.of_part(DEVELOPMENT)) == 4
    assert len(made.of_part(TRAIN)) == 4 * 36
    assert {(one.width_px, one.height_px) for one in made.of_part(DEVELOPMENT)} == {(150, 100)}
    assert len(built(data, tmp_path / "whole", split_mosaics=False).of_part(TRAIN)) == 36


def test_the_same_seed_makes_the_same_split(data: Path, tmp_path: Path) -> None:
    splits = [
        names_in(built(data, tmp_path / name, seed=seed), DEVELOPMENT)
        for name, seed in (("one", 7), ("two", 7), ("three", 8))
    ]
    assert splits[0] == splits[1] != splits[2]


def test_a_second_call_with_another_seed_leaves_nothing_of_the_first(data: Path, tmp_path: Path) -> None:
    built(data, tmp_path / "out", seed=7)
    made = built(data, tmp_path / "out", seed=8)
    assert (len(names_in(made, TRAIN)), len(names_in(made, DEVELOPMENT))) == (36, 4)
    assert not names_in(made, TRAIN) & names_in(made, DEVELOPMENT)


def test_what_was_made_of_the_same_is_taken_as_it_is(data: Path, tmp_path: Path) -> None:
    first = built(data, tmp_path / "out")
    path = first.folder / first.samples[0].path
    path.write_bytes(b"marked")
    assert built(data, tmp_path / "out", learning_rate=0.5) == first
    assert path.read_bytes() == b"marked"
    built(data, tmp_path / "out", drop_cut_boxes=False)
    assert path.read_bytes() != b"marked"


def test_rendered_footage_is_trained_on_and_never_chosen_by(data: Path, tmp_path: Path, site: Path) -> None:
    made = built(data, tmp_path / "out", site, footage_every=3)
    rendered = [one for one in made.samples if one.set_name == "rendered-footage"]
    assert {one.part for one in rendered} == {TRAIN}
    assert [(one.name, one.pictures) for one in made.origins] == [("site-photos", 36), ("rendered-footage", 4)]


def test_a_set_with_a_map_of_its_own_is_read(data: Path, tmp_path: Path) -> None:
    (data / "site-photos").rename(data / "our-site")
    (data / "class_maps.yaml").write_text(
        "our-site: {origin: us, licence: ours, classes: {0: null, 5: person, 8: crane}}", encoding="utf-8"
    )
    made = built(data, tmp_path / "out")
    assert [(one.name, one.licence) for one in made.origins] == [("our-site", "ours")]
    assert {box.class_id for one in made.samples for box in one.boxes} == {PERSON_ID, TYPE_IDS[5]}


def test_a_source_of_many_pictures_is_trained_on() -> None:
    names = [f"p{number}" for number in range(100)]
    source_of = dict.fromkeys(names[:60], "film")
    assert not development_names(names, source_of, seed=1) & set(names[:60])


def test_a_single_source_cannot_be_split() -> None:
    names = ["a", "b", "c"]
    with pytest.raises(DatasetError, match="3 photographs of 1 sources"):
        development_names(names, dict.fromkeys(names, "film"), seed=1)


def test_origins_and_licences_are_told(data: Path, tmp_path: Path) -> None:
    (origin,) = built(data, tmp_path / "out").origins
    assert (origin.name, origin.pictures, origin.licence) == ("site-photos", 36, "CC BY 4.0")


def test_a_folder_without_a_known_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="site-photos"):
        built(tmp_path, tmp_path / "out")
