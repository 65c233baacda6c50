"""`nazar activity` on clips as people really have them: odd ones are looked at or refused in words."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.cli.main import main
from sample_footage.footage import SITES
from tests.support.cut_clips import BUSY_CLIP, cut_with_truth, moments, pictures_of, write_clip

FRAMES = 25
WORKS = {"name": "works", "purpose": "work_area", "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]]}


def activity(capsys: pytest.CaptureFixture[str], *arguments: Path | str) -> dict[str, Any]:
    """What the command prints as JSON."""
    with pytest.raises(SystemExit) as left:
        main(["activity", "--json", *map(str, arguments)])
    said = capsys.readouterr()
    assert left.value.code == 0, said.err
    told = json.loads(said.out)
    assert isinstance(told, dict)
    return told


def refused(capsys: pytest.CaptureFixture[str], *arguments: Path | str) -> str:
    """What the command says when it refuses."""
    with pytest.raises(SystemExit) as left:
        main(["activity", "--json", *map(str, arguments)])
    said = capsys.readouterr()
    assert (left.value.code, said.out) == (2, "")
    return said.err


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds of machines and people, with times."""
    return cut_with_truth(tmp_path_factory.mktemp("busy"), FRAMES)


def test_a_clip_tells_who_is_there_and_what_machines_do(busy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = activity(capsys, busy)
    assert (told["looks"], told["seconds"], told["looks_usable"], told["not_usable"]) == (FRAMES, 4.8, FRAMES, {})
    assert told["people"]["looks_with"] == FRAMES
    assert told["people"]["share_with"]["value"] == 1.0
    assert told["people"]["share_with"]["low"] < 0.9
    assert sum(one["working_s"] for one in told["machines"].values()) > 1
    assert {one["state"] for one in told["segments"] if one["group"] == "person"} == {None}
    assert all(0 <= one["from_s"] <= one["to_s"] <= 4.8 for one in told["segments"])
    assert len(told["weights_sha256"]) == 64
    assert told["rule_version"].startswith("clip-1+window-")
    assert told["times_are_known"]
    assert datetime.fromisoformat(told["last_at"]) - datetime.fromisoformat(told["first_at"]) == timedelta(seconds=4.8)


def test_it_reads_well_without_json(busy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["activity", str(busy), "--zones", str(BUSY_CLIP.parents[1] / "site.json")])
    said = capsys.readouterr().out
    assert left.value.code == 0
    assert f"{FRAMES} looks over 4.8 s at 960 x 540 px, from 2026-" in said
    assert "not usable: none" in said
    assert "work-area" in said


def test_footage_without_times_counts_from_its_first_picture_and_says_so(
    busy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = tmp_path / "alone.mp4"
    alone.write_bytes(busy.read_bytes())
    told, dated = activity(capsys, alone), activity(capsys, busy)
    assert (told["times_are_known"], told["first_at"], told["seconds"]) == (False, None, 4.8)
    assert "Nothing says when it was taken" in told["notes"][0]
    assert told["machines"] == dated["machines"]
    assert "from_at" not in told["segments"][0]


def test_one_picture_tells_of_presence_and_nothing_of_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = activity(capsys, write_clip(tmp_path / "one.mp4", pictures_of(BUSY_CLIP, 1), moments(1)))
    assert (told["looks"], told["seconds"], told["segments"]) == (1, 0.0, [])
    assert told["people"]["most"] >= 3
    assert told["machines"]
    for one in told["machines"].values():
        assert (one["most"] >= 1, one["working_s"], one["idle_s"], one["share_working"]) == (True, 0.0, 0.0, None)
    assert told["notes"] == ["One picture tells who is there, and nothing of what machines do."]


def test_pictures_far_apart_tell_of_presence_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = write_clip(tmp_path / "slow.mp4", pictures_of(BUSY_CLIP, 6), moments(6, every_s=60))
    told = activity(capsys, clip)
    assert (told["looks"], told["seconds"]) == (6, 300.0)
    assert {(one["working_s"], one["idle_s"]) for one in told["machines"].values()} == {(0.0, 0.0)}


def test_a_picture_that_shows_nothing_is_not_counted_as_idle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grey = [np.full((540, 960, 3), 128, np.uint8)] * 10
    told = activity(capsys, write_clip(tmp_path / "grey.mp4", grey, moments(10)))
    assert told["looks_usable"] == 0
    assert sum(told["not_usable"].values()) == 10
    assert (told["people"]["mean"], told["people"]["share_with"], told["machines"]) == (None, None, {})


def test_seconds_stay_right_over_a_clock_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # At 03:00 summer time it is 02:00 winter time: the clock on the wall goes back, time does not.
    told_times = [f"2026-10-25T02:59:{59 + number / 10:04.1f}+02:00" for number in range(0, 10, 2)]
    told_times += [f"2026-10-25T02:00:{number / 10:04.1f}+01:00" for number in range(0, 10, 2)]
    clip = write_clip(
        tmp_path / "autumn.mp4", pictures_of(BUSY_CLIP, 10), [datetime.fromisoformat(t) for t in told_times]
    )
    told = activity(capsys, clip)
    assert (told["looks"], told["seconds"]) == (10, 1.8)
    assert told["first_at"] == "2026-10-25T00:59:59.000+00:00"


def test_times_in_another_file_are_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = write_clip(tmp_path / "clip.mp4", pictures_of(BUSY_CLIP, 5))
    (tmp_path / "when.json").write_text('{"start": "2026-09-14T10:00:00+05:00", "fps": 5}', encoding="utf-8")
    told = activity(capsys, clip, "--times", tmp_path / "when.json")
    assert (told["first_at"], told["seconds"]) == ("2026-09-14T05:00:00.000+00:00", 0.8)


def test_times_in_another_zone_than_the_sites_are_taken_as_they_stand_and_pointed_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = BUSY_CLIP.parents[1] / "site.json"
    folder = tmp_path / "mast-1"
    folder.mkdir()
    utc = datetime.fromisoformat("2026-09-14T10:00:00+00:00")
    clip = write_clip(folder / "clip-1.mp4", pictures_of(BUSY_CLIP, 2), moments(2, utc))
    (note,) = activity(capsys, clip, "--zones", card)["notes"]
    assert "The times say +00:00, and the site is at +05:00 then." in note
    right = write_clip(folder / "clip-2.mp4", pictures_of(BUSY_CLIP, 2), moments(2))
    assert activity(capsys, right, "--zones", card)["notes"] == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "clip.mp4 is empty."),
        (b"no video at all" * 100, "clip.mp4 can't be read as a video"),
    ],
)
def test_what_is_no_clip_is_refused(
    content: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "clip.mp4").write_bytes(content)
    assert said in refused(capsys, tmp_path / "clip.mp4")


def test_a_clip_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "does not exist" in refused(capsys, tmp_path / "gone.mp4")


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (["2026-09-14T10:00:01+05:00", "2026-09-14T10:00:00+05:00"], "lies before that of frame 0"),
        (["2026-09-14T10:00:00", "2026-09-14T10:00:01"], "lacks its offset, such as +05:00"),
        (["2026-09-14T10:00:00+05:00"], "has 1 times for 2 frames"),
    ],
)
def test_times_that_cannot_be_right_are_refused(
    times: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", pictures_of(BUSY_CLIP, 2))
    clip.with_suffix(".times.json").write_text(json.dumps({"times": times}), encoding="utf-8")
    assert said in refused(capsys, clip)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ({"polygon": [[0, 0], [1.2, 0], [1, 1]]}, "zone 2, 'yard', corner 2: lies outside the picture"),
        ({"polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}, "zone 2, 'yard', crosses itself at (0.5, 0.5)"),
        ({"polygon": [[0, 0], [1, 1]]}, "zone 2, 'yard', polygon: "),
        ({"purpose": "garden"}, "zone 2, 'yard', purpose: "),
        ({"name": "works"}, "give each a name of its own"),
    ],
)
def test_a_zone_that_cannot_be_used_is_named_with_what_to_do(
    zone: dict[str, Any], said: str, busy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = [WORKS, {**WORKS, "name": "yard", **zone}]
    (tmp_path / "zones.json").write_text(json.dumps(drawn), encoding="utf-8")
    assert said in refused(capsys, busy, "--zones", tmp_path / "zones.json")


def test_a_card_that_does_not_name_the_clip_is_refused(
    tmp_path: Path, busy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stray = tmp_path / "stray.mp4"
    stray.write_bytes(busy.read_bytes())
    assert "has no camera with the clip" in refused(capsys, stray, "--zones", SITES / "school" / "site.json")


def test_people_and_machines_are_counted_by_zone_and_ignored_ones_nowhere(
    busy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "zones.json").write_text(json.dumps([WORKS]), encoding="utf-8")
    told = activity(capsys, busy, "--zones", tmp_path / "zones.json")
    assert told["zones"]["works"] == told["seen"]
    ignored = {**WORKS, "name": "road", "purpose": "ignore"}
    (tmp_path / "zones.json").write_text(json.dumps([ignored]), encoding="utf-8")
    told = activity(capsys, busy, "--zones", tmp_path / "zones.json")
    assert (told["seen"], told["segments"], told["people"]["mean"]) == ({}, [], 0.0)
