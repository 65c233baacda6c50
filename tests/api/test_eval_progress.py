"""`nazar eval progress` on a site cut short, with the shipped detector."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.cli.main import main
from sample_footage.footage import SITES, read_json
from tests.support.cut_clips import pictures_of, write_clip
from tests.support.sample_cards import nudged

DAYS, LOOKS_A_DAY = 3, 3


def write_site(folder: Path, *, name: str = "hospital", moved_from: int | None = None, dark_from: int = DAYS) -> Path:
    """The hospital's first days, its camera pushed aside from one of them on, or its pictures too dark."""
    home = folder / name
    (home / "mast-1").mkdir(parents=True)
    card = read_json(SITES / "hospital" / "site.json")
    truth = read_json(SITES / "hospital" / "truth.json")
    truth["days"] = truth["days"][:DAYS]
    (camera,) = card["cameras"]
    camera["elements"] = [one for one in camera["elements"] if one["key"] in ("pit", "frame")]
    # The last look of each day only, and the reference's.
    clip = SITES / "hospital" / "mast-1" / "time_lapse.mp4"
    times = read_json(clip.with_suffix(".times.json"))["times"]
    chosen = [number for number in range(DAYS * LOOKS_A_DAY) if number % LOOKS_A_DAY == 1]
    looks = pictures_of(clip, DAYS * LOOKS_A_DAY)
    pictures = []
    for day, number in enumerate(chosen):
        is_moved = moved_from is not None and day >= moved_from
        shown = np.ascontiguousarray(nudged(looks[number])) if is_moved else looks[number]
        pictures.append(shown if day < dark_from else np.zeros_like(shown))
        truth["days"][day]["faults"]["mast-1"] = ["moved"] if is_moved else []
    write_clip(home / "mast-1" / "time_lapse.mp4", pictures, [datetime.fromisoformat(times[one]) for one in chosen])
    (home / "site.json").write_text(json.dumps(card), encoding="utf-8")
    (home / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    return home


def measured(capsys: pytest.CaptureFixture[str], folder: Path, *options: str) -> str:
    with pytest.raises(SystemExit) as left:
        main(["eval", "progress", "--data", str(folder), *options])
    said = capsys.readouterr()
    assert left.value.code == 0, said.err
    return said.out


def refused(capsys: pytest.CaptureFixture[str], folder: Path) -> str:
    with pytest.raises(SystemExit) as left:
        main(["eval", "progress", "--data", str(folder), "--json"])
    said = capsys.readouterr()
    assert (left.value.code, said.out) == (2, "")
    return said.err


def test_shares_are_held_against_the_truth_and_a_pushed_camera_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_site(tmp_path, moved_from=2)
    told: dict[str, Any] = json.loads(measured(capsys, tmp_path, "--json"))
    assert (told["cameras"], told["days"]) == (1, DAYS)
    pooled = told["shares"]["pooled"]
    assert pooled["answers"] == 2 * DAYS
    assert pooled["mean_error"] < 0.06
    assert pooled["coverage"] >= 0.5
    assert list(told["shares"]["sites"]) == ["hospital"]
    assert told["shares"]["sites"]["hospital"] == pooled
    assert list(told["shares"]["elements"]) == ["hospital/frame", "hospital/pit"]
    assert told["shares"]["elements"]["hospital/frame"]["largest_error"] < 0.02
    (spell,) = told["moved"]["spells"]
    assert spell == {
        "site": "hospital",
        "camera": "mast-1",
        "starts_on": "2026-09-09",
        "ends_on": "2026-09-09",
        "seen_on": "2026-09-09",
        "named_on": "2026-09-09",
        "is_named_in_time": True,
    }
    assert told["moved"]["wrongly_named"] == []
    assert told["bars"]["moved_camera_named_within_a_day"] is True
    # The machines at the pit hide it, of which half could be seen: its figure is the reference's, and no answer.
    answered = {name: one["answered_share"] for name, one in told["shares"]["elements"].items()}
    assert answered == {"hospital/frame": 1.0, "hospital/pit": 0.0}
    assert told["bars"]["answered"] is False


def test_one_sites_folder_is_measured_and_printed_as_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = measured(capsys, write_site(tmp_path))
    assert "1 sites, 1 cameras, 3 days" in out
    assert any(line.split()[:2] == ["hospital/frame", "3"] for line in out.splitlines())
    assert "moved camera named within a day              nothing to hold it against" in out


def test_a_day_told_from_memory_is_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_site(tmp_path, dark_from=2)
    told: dict[str, Any] = json.loads(measured(capsys, tmp_path, "--json"))
    frame = told["shares"]["elements"]["hospital/frame"]
    assert (frame["answers"], frame["answered_share"]) == (DAYS, pytest.approx(2 / 3))


def test_two_seeds_of_one_site_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = (write_site(tmp_path, name=f"hospital-{seed}") for seed in (1, 2))
    said = f"{one} and {two} are both the site hospital, as two seeds of one site are. Measure one at a time"
    assert said in refused(capsys, tmp_path)


@pytest.mark.parametrize("in_another_camera", [False, True])
def test_two_elements_of_one_key_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, in_another_camera: bool
) -> None:
    home = write_site(tmp_path)
    card = read_json(home / "site.json")
    (camera,) = card["cameras"]
    if in_another_camera:
        card["cameras"].append({**camera, "key": "mast-2"})
    else:
        camera["elements"].append(camera["elements"][0])
    (home / "site.json").write_text(json.dumps(card), encoding="utf-8")
    key = camera["elements"][0]["key"]
    assert f"hospital/site.json has two elements with the key {key}. Name one of them" in refused(capsys, tmp_path)


def test_a_folder_without_sites_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "There is no site (site.json and truth.json)" in refused(capsys, tmp_path)


def test_truth_that_does_not_know_an_element_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = write_site(tmp_path)
    truth = read_json(home / "truth.json")
    del truth["days"][1]["elements"]["frame"]
    (home / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    assert "hospital/truth.json says nothing of the element frame on 2026-09-08" in refused(capsys, tmp_path)


def test_a_card_that_grows_in_no_known_way_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = write_site(tmp_path)
    card = read_json(home / "site.json")
    card["cameras"][0]["elements"][0]["grows"] = "sideways"
    (home / "site.json").write_text(json.dumps(card), encoding="utf-8")
    assert "grows 'sideways' is none of up, down, along, outward" in refused(capsys, tmp_path)
