"""`nazar eval activity` on a small folder with truth, with the shipped detector."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import main
from tests.support.cut_clips import cut_with_truth, pictures_of, write_clip
from tests.support.true_site import DAYS, write_true_site

FRAMES = 10


def measured(capsys: pytest.CaptureFixture[str], folder: Path) -> dict[str, Any]:
    with pytest.raises(SystemExit) as left:
        main(["eval", "activity", "--data", str(folder), "--json"])
    said = capsys.readouterr()
    assert left.value.code == 0, said.err
    told = json.loads(said.out)
    assert isinstance(told, dict)
    return told


def refused(capsys: pytest.CaptureFixture[str], folder: Path) -> str:
    with pytest.raises(SystemExit) as left:
        main(["eval", "activity", "--data", str(folder), "--json"])
    said = capsys.readouterr()
    assert (left.value.code, said.out) == (2, "")
    return said.err


def test_a_clip_is_measured_against_its_truth_and_one_without_stands_beside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = cut_with_truth(tmp_path, FRAMES)
    write_clip(clip.with_name("plain.mp4"), pictures_of(clip, 3))
    told = measured(capsys, tmp_path)
    truth = json.loads(clip.with_suffix(".truth.json").read_text(encoding="utf-8"))
    machines = [thing for frame in truth["frames"] for thing in frame["objects"] if thing["work"] is not None]
    work = told["work"]["total"]
    assert work["seconds"] == pytest.approx(len(machines) / truth["rate"])
    assert sum(sum(row.values()) for row in work["confusion"].values()) == pytest.approx(work["seconds"])
    assert set(told["work"]["types"]) == {thing["label"] for thing in machines}
    assert list(told["work"]["clips"]) == ["mast-1/clip-1.mp4"]
    assert told["people"]["pictures"] == FRAMES
    assert 0 <= told["people"]["within_one_share"] <= 1
    assert list(told["tracker"]) == ["5", "2.5", "2"]
    assert told["tracker"]["5"]["boxes"] == sum(len(frame["objects"]) for frame in truth["frames"])
    assert 0.5 < told["tracker"]["5"]["idf1"] <= 1
    (plain,) = told["without_truth"]
    assert (plain["clip"], plain["looks"], plain["times_are_known"]) == ("plain.mp4", 3, False)
    assert told["site_days"]["days"] == 0
    assert told["bars"]["idle_days_found"] is None


def test_every_kind_of_day_is_named_as_what_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = measured(capsys, write_true_site(tmp_path))
    days = told["site_days"]
    assert (days["days"], days["right"], days["wrong"]) == (len(DAYS), len(DAYS), [])
    assert days["confusion"] == {
        "ACTIVE": {"ACTIVE": 2},
        "OBSTRUCTED": {"OBSTRUCTED": 2},
        "STANDSTILL": {"STANDSTILL": 1},
        "NON_WORKING": {"NON_WORKING": 2},
        "OUTAGE": {"OUTAGE": 1},
    }
    assert {name: claim["days"] for name, claim in days["claims"].items()} == {
        "outage_days_named": 1,
        "obstructed_days_named": 2,
        "non_working_days_named": 2,
        "frozen_days_named": 1,
        "none_of_them_counted_as_standstill": 5,
        "idle_days_found": 1,
    }
    assert all(claim["holds"] for claim in days["claims"].values())
    assert (days["frozen_reason"]["days"], days["frozen_reason"]["holds"]) == (1, True)
    assert told["work"]["total"]["balanced_accuracy"] is None


def test_a_wrong_day_is_named_with_what_was_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = write_true_site(tmp_path, ("STANDSTILL", *DAYS[1:]))
    told = measured(capsys, site)
    (wrong,) = told["site_days"]["wrong"]
    assert (wrong["site"], wrong["day"], wrong["true"], wrong["judged"]) == (
        "trial", "2026-09-14", "STANDSTILL", "ACTIVE",
    )  # fmt: skip
    assert all(look["found"]["person"] for look in wrong["looks"])
    assert told["site_days"]["claims"]["idle_days_found"] == {
        "days": 2, "held": 1, "broken_on": ["trial 2026-09-14"], "holds": False,
    }  # fmt: skip
    assert told["bars"]["idle_days_found"] is False


def test_a_truth_file_that_does_not_keep_its_schema_is_refused_with_the_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = cut_with_truth(tmp_path, 2)
    path = clip.with_suffix(".truth.json")
    truth = json.loads(path.read_text(encoding="utf-8"))
    truth["frames"][1]["objects"][0]["label"] = "dragon"
    path.write_text(json.dumps(truth), encoding="utf-8")
    said = refused(capsys, tmp_path)
    assert "clip-1.truth.json at frames[1].objects[0].label: 'dragon' is not one of" in said
    assert "sample_footage/clip_truth.schema.json" in said


def test_truth_of_other_pictures_than_the_clips_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = cut_with_truth(tmp_path, 3)
    path = clip.with_suffix(".truth.json")
    truth = json.loads(path.read_text(encoding="utf-8"))
    del truth["frames"][2]
    path.write_text(json.dumps(truth), encoding="utf-8")
    assert "its truth has none of then" in refused(capsys, tmp_path)


def test_a_folder_with_nothing_to_measure_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "neither a site (site.json and truth.json) nor a clip" in refused(capsys, tmp_path)


def test_it_reads_well_without_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut_with_truth(tmp_path, 4)
    with pytest.raises(SystemExit) as left:
        main(["eval", "activity", "--data", str(tmp_path)])
    said = capsys.readouterr().out
    assert left.value.code == 0
    assert "working against idle" in said
    assert "people: within 1 in " in said
    assert "5 pictures a second" in said
    assert "nothing to hold it against" in said
