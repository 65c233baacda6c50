import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import FootageError
from pipeline.evaluation.footage_set import CARD_SCHEMA, checked, footage_set
from pipeline.evaluation.site_card import site_card
from sample_footage.footage import SITES, read_json


def test_a_sites_folder_and_a_folder_of_them_are_both_read() -> None:
    one = footage_set(SITES / "school")
    assert [site.card["key"] for site in one.sites] == ["school"]
    assert [clip.name for clip in one.clips] == ["mast-1/clip-1.mp4", "mast-1/clip-2.mp4", "mast-1/clip-3.mp4"]
    assert all(clip.card == SITES / "school" / "site.json" and clip.times is not None for clip in one.clips)
    assert one.without_truth == ()


def test_a_site_without_its_card_is_refused(tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FootageError, match=r"has no site\.json beside it"):
        footage_set(tmp_path)


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site.json").write_text("{", encoding="utf-8")
    with pytest.raises(FootageError, match="can't be read as JSON"):
        checked(tmp_path / "site.json", CARD_SCHEMA)


def changed_clip(tmp_path: Path, **frame: Any) -> Path:
    """A folder with a clip whose truth's second picture is another."""
    truth = read_json(SITES / "school" / "mast-1" / "clip-2.truth.json")
    truth["frames"] = truth["frames"][:2]
    truth["frames"][1] |= frame
    (tmp_path / "clip.mp4").write_bytes(b"")
    (tmp_path / "clip.truth.json").write_text(json.dumps(truth), encoding="utf-8")
    return tmp_path


def test_truth_whose_times_go_back_or_lack_their_offset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FootageError, match=r"frames\[1\]\.at: it lies before the picture that it follows"):
        footage_set(changed_clip(tmp_path, at="2020-01-01T00:00:00+05:00"))
    with pytest.raises(FootageError, match=r"frames\[1\]\.at: '2026-09-01T00:00:00' lacks its offset"):
        footage_set(changed_clip(tmp_path, at="2026-09-01T00:00:00"))
    with pytest.raises(FootageError, match=r"frames\[1\]\.at: 'noon' is no time"):
        footage_set(changed_clip(tmp_path, at="noon"))


def test_a_card_with_a_time_zone_that_is_none_is_refused() -> None:
    card = read_json(SITES / "school" / "site.json") | {"time_zone": "Asia/Atlantis"}
    with pytest.raises(FootageError, match=r"school/site\.json: .*Atlantis"):
        site_card(SITES / "school", card)
