import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import FootageError
from pipeline.evaluation.footage_set import CARD_SCHEMA, SCHEMAS, SITE_SCHEMA, checked, footage_set
from pipeline.evaluation.site_card import site_card
from sample_footage.footage import SITES, read_json
from vision.progress.work_kind import WorkKind


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


def test_days_that_no_calendar_has_are_refused(tmp_path: Path) -> None:
    card = read_json(SITES / "school" / "site.json") | {"last_footage_on": "2025-13-01"}
    (tmp_path / "site.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(FootageError, match=r"site\.json at last_footage_on: '2025-13-01' is not a 'date'"):
        checked(tmp_path / "site.json", CARD_SCHEMA)
    truth = read_json(SITES / "school" / "truth.json")
    truth["days"][1]["on"] = "2025-02-29"
    (tmp_path / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    with pytest.raises(FootageError, match=r"truth\.json at days\[1\]\.on: '2025-02-29' is not a 'date'"):
        checked(tmp_path / "truth.json", SITE_SCHEMA)


def test_a_card_with_a_reference_at_no_time_is_refused() -> None:
    card = read_json(SITES / "school" / "site.json")
    card["cameras"][0]["reference_at"] = "2026-13-07T12:30:00+05:00"
    with pytest.raises(FootageError, match=r"school/site\.json: month must be in 1\.\.12\. Correct .* reference_at"):
        site_card(SITES / "school", card)


def test_a_cards_element_may_say_any_kind_of_work_and_nothing_else(tmp_path: Path) -> None:
    element = read_json(SCHEMAS / CARD_SCHEMA)["$defs"]["camera"]["properties"]["elements"]["items"]["properties"]
    assert element["kind"]["enum"] == list(WorkKind)
    card = read_json(SITES / "school" / "site.json")
    card["cameras"][0]["elements"][0]["kind"] = "masonry"
    (tmp_path / "site.json").write_text(json.dumps(card), encoding="utf-8")
    assert checked(tmp_path / "site.json", CARD_SCHEMA) == card
    card["cameras"][0]["elements"][0]["kind"] = "magic"
    (tmp_path / "site.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(FootageError, match=r"elements\[0\]\.kind: 'magic' is not one of"):
        checked(tmp_path / "site.json", CARD_SCHEMA)
