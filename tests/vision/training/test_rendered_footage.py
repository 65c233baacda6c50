from pathlib import Path

import pytest

from vision.errors import DatasetError
from vision.taxonomy import NETWORK_LABELS, VEHICLE_ID
from vision.training.rendered_footage import rendered_frames
from vision.training.sample import BoxUse, SampleBox


def test_every_nth_usable_picture_is_taken(site: Path) -> None:
    frames = list(rendered_frames(site, 3))
    assert [frame.name for frame in frames] == [f"bridge-mast-live-{index:05}" for index in (0, 5, 8, 11)]
    assert [round(frame.image.mean() / 20) for frame in frames] == [0, 5, 8, 11]


def test_labels_become_ours_and_what_is_hidden_is_ignored(site: Path) -> None:
    names = {label.name: index for index, label in enumerate(NETWORK_LABELS)}
    assert next(rendered_frames(site, 3)).boxes == (
        SampleBox(names["crane"], (10, 10, 110, 110)),
        SampleBox(VEHICLE_ID, (20, 60, 60, 90)),
        SampleBox(names["person"], (70, 60, 90, 110), BoxUse.IGNORED),
    )


def test_a_label_without_a_name_of_ours_is_refused(site: Path) -> None:
    path = site / "mast" / "live.truth.json"
    path.write_text(path.read_text(encoding="utf-8").replace("tower_crane", "airship"), encoding="utf-8")
    with pytest.raises(DatasetError, match="airship"):
        list(rendered_frames(site, 3))


def test_a_clip_shorter_than_its_truth_is_refused(site: Path) -> None:
    path = site / "mast" / "live.truth.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"index": 11', '"index": 15'), encoding="utf-8")
    with pytest.raises(DatasetError, match="ends before picture 12"):
        list(rendered_frames(site, 1))


def test_a_folder_without_clips_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="No clips"):
        list(rendered_frames(tmp_path, 1))
