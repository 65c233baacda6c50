"""`nazar progress` on photographs as people have them, with the shipped detector."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from api.cli.main import main
from tests.support.cut_clips import write_clip
from tests.support.jpegs import jpeg, png, with_exif_time
from tests.support.stills import REFERENCE, drawn, noons, write_elements, write_photographs
from tests.support.video import Image

DAYS = 4
KEYS = ["date", "element", "share", "low", "high", "visible_share", "state", "reason"]


@pytest.fixture(scope="module")
def looks() -> tuple[list[Image], list[str]]:
    return noons(DAYS)


def run(capsys: pytest.CaptureFixture[str], *arguments: Path | str) -> tuple[str, str]:
    with pytest.raises(SystemExit) as left:
        main(["progress", *map(str, arguments)])
    said = capsys.readouterr()
    assert left.value.code == 0, said.err
    return said.out, said.err


def progress(capsys: pytest.CaptureFixture[str], folder: Path, file: Path) -> tuple[list[dict[str, Any]], str]:
    out, err = run(capsys, folder, "--elements", file, "--json")
    told = json.loads(out)
    assert isinstance(told, list)
    return told, err


def refused(capsys: pytest.CaptureFixture[str], folder: Path, file: Path) -> str:
    with pytest.raises(SystemExit) as left:
        main(["progress", str(folder), "--elements", str(file), "--json"])
    said = capsys.readouterr()
    assert (left.value.code, said.out) == (2, "")
    last = said.err.strip().splitlines()[-1]
    assert last.startswith("nazar: ")
    return last


def test_each_day_tells_each_element_in_the_files_order_and_again_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], looks: tuple[list[Image], list[str]]
) -> None:
    images, times = looks
    names = write_photographs(tmp_path / "photos", images)
    elements = [{**element, "id": f"{element['id']} №1"} for element in drawn("frame", "pit")]
    # The pit is dug before the frame rises, though it stands behind it in the file.
    elements = [{**elements[1], "order": 2}, {**elements[0], "order": 1}]
    file = write_elements(tmp_path / "elements.json", dict(zip(names, times, strict=True)), elements=elements)
    told, _ = progress(capsys, tmp_path / "photos", file)
    assert [list(one) for one in told] == [KEYS] * (2 * DAYS)
    first = date.fromisoformat(times[0][:10])
    expected = [(str(first + timedelta(days=day)), name) for day in range(DAYS) for name in ("frame №1", "pit №1")]
    assert [(one["date"], one["element"]) for one in told] == expected
    assert all(0 <= one["low"] <= one["share"] <= one["high"] <= 1 for one in told)
    pit, frame = ([one for one in told if one["element"].startswith(name)] for name in ("pit", "frame"))
    # 0.625 stood on the reference date, and 0.72 on the fourth day.
    assert all(abs(one["share"] - 0.67) < 0.06 and one["state"] == "in_progress" for one in pit)
    assert all(one["share"] < 0.02 and one["state"] == "not_started" for one in frame)
    # An excavator stands before the pit; the frame's place is free.
    assert all(one["visible_share"] > 0.5 and one["reason"] in ("seen", "partly_seen") for one in frame)
    again, _ = progress(capsys, tmp_path / "photos", file)
    assert again == told


def test_what_shows_nothing_is_named_and_its_day_says_that_it_was_not_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], looks: tuple[list[Image], list[str]]
) -> None:
    images, times = looks
    folder = tmp_path / "photos"
    (name,) = write_photographs(folder, images[:1])
    large = cv2.resize(images[1], None, fx=1.5, fy=1.5)
    noise = np.random.default_rng(5).integers(0, 255, (27, 48, 3), np.uint8)
    other_view = cv2.resize(noise, (960, 540), interpolation=cv2.INTER_NEAREST)
    files = {
        "large.png": png(np.asarray(large, np.uint8)),
        "broken.jpg": jpeg(images[2])[:9000],
        "night.jpg": jpeg(np.asarray(images[2] // 8, np.uint8)),
        "upright.jpg": jpeg(np.ascontiguousarray(np.rot90(images[2]))),
        "elsewhere.jpg": jpeg(np.asarray(other_view, np.uint8)),
    }
    for file_name, data in files.items():
        (folder / file_name).write_bytes(data)
    given = {name: times[0], "large.png": times[1]}
    # On the third day nothing can be used; the fourth has a good one beside another view.
    given |= {"broken.jpg": times[2], "night.jpg": times[2], "upright.jpg": times[2], "elsewhere.jpg": times[3]}
    (folder / "good.jpg").write_bytes(jpeg(images[3]))
    given["good.jpg"] = times[3]
    told, err = progress(capsys, folder, write_elements(tmp_path / "elements.json", given))
    days = {one["date"]: one["reason"] for one in told if one["element"] == "frame"}
    assert [reason == "not_seen" for reason in days.values()] == [False, False, True, False]
    third = times[2][:10]
    assert [one["visible_share"] for one in told if one["date"] == third] == [0, 0]
    assert f"{third}: broken.jpg is left out." in err
    assert "night.jpg (too dark)" in err
    assert "upright.jpg (its shape is another, 0.56 wide for 1 high against 1.78: not_registered)" in err
    assert f"{times[3][:10]}: left out: elsewhere.jpg (another view" in err
    assert "large.png" not in err
    assert "good.jpg" not in err.replace("elsewhere.jpg and good.jpg were both taken", "")


def test_photographs_before_the_reference_are_left_out_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], looks: tuple[list[Image], list[str]]
) -> None:
    images, times = looks
    folder = tmp_path / "снимки"
    folder.mkdir()
    for number, (image, at) in enumerate(zip(images, times, strict=True)):
        taken = datetime.fromisoformat(at).strftime("%Y:%m:%d %H:%M:%S")
        (folder / f"день {number}.jpg").write_bytes(with_exif_time(jpeg(image), taken, at[-6:]))
    file = write_elements(tmp_path / "elements.json", {}, reference="день 2.jpg", elements=drawn("frame"))
    told, err = progress(capsys, folder, file)
    assert [one["date"] for one in told] == [times[2][:10], times[3][:10]]
    assert f"2 days before the reference день 2.jpg are left out, from {times[0][:10]} to {times[1][:10]}" in err


def test_a_time_lapse_with_many_pictures_a_day_is_thinned_and_told_by_days(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], looks: tuple[list[Image], list[str]]
) -> None:
    images, times = looks
    starts = [datetime.fromisoformat(at) for at in times[:2]]
    moments = [starts[0] + timedelta(minutes=number) for number in range(20)] + [starts[1]]
    (tmp_path / "clips").mkdir()
    write_clip(tmp_path / "clips" / "site.mp4", [images[0]] * 20 + [images[1]], moments)
    file = write_elements(tmp_path / "elements.json", {}, reference="site.mp4", elements=drawn("frame"))
    out, err = run(capsys, tmp_path / "clips", "--elements", file)
    lines = out.splitlines()
    assert [line.split()[:2] for line in lines[:3]] == [
        ["date", "element"],
        [times[0][:10], "frame"],
        [times[1][:10], "frame"],
    ]
    assert "not started, " in lines[1]
    assert lines[-1].startswith("rule built-share-")
    assert f"Of days with more than 6 pictures, such as {times[0][:10]}, so many are looked at." in err


def test_a_reference_in_haze_is_taken_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], looks: tuple[list[Image], list[str]]
) -> None:
    images, times = looks
    hazy = np.asarray(0.15 * images[0] + 0.85 * 200, np.uint8)
    names = write_photographs(tmp_path / "photos", [hazy, images[1]])
    given = dict(zip(names, times[:2], strict=True))
    file = write_elements(tmp_path / "elements.json", given, elements=drawn("frame"))
    told, err = progress(capsys, tmp_path / "photos", file)
    assert "The reference day-0.jpg lies in haze: shares are less sure." in err
    assert [one["state"] for one in told] == ["not_started"] * 2
    assert told[0]["visible_share"] == 0
    assert (told[1]["visible_share"] > 0.5, told[1]["reason"]) == (True, "seen")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reference": "gone.jpg"}, "The reference 'gone.jpg' is not in photos, which holds day-0.jpg."),
        ({"reference": "night.jpg"}, "The reference night.jpg is too dark to compare with. Choose one in daylight."),
        ({"reference": "plain.jpg"}, "The reference plain.jpg shows too few outlines"),
        ({"reference": "broken.jpg"}, "broken.jpg: The picture is damaged or cut off"),
        (
            {"elements": [{**drawn("pit")[0], "polygon": [[5, 5], [8, 5], [8, 8]]}]},
            "Element 'pit' is too small to be told",
        ),
        ({"elements": [{**drawn("pit")[0], "growth": "sideways"}]}, "growth 'sideways' is none of up, down, along"),
        ({"elements": drawn("pit", scale=9.0)}, "Element 'pit' lies outside the reference picture"),
    ],
)
def test_what_can_not_be_followed_is_refused_in_a_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    looks: tuple[list[Image], list[str]],
    changed: dict[str, Any],
    said: str,
) -> None:
    images, times = looks
    folder = tmp_path / "photos"
    write_photographs(folder, images[:1])
    given = {REFERENCE: times[0]}
    named = changed.get("reference", REFERENCE)
    files = {
        "night.jpg": jpeg(np.asarray(images[0] // 8, np.uint8)),
        "plain.jpg": jpeg(np.full_like(images[0], 128)),
        "broken.jpg": jpeg(images[0])[:9000],
    }
    if named in files:
        (folder / named).write_bytes(files[named])
        given[named] = times[0]
    assert said in refused(capsys, folder, write_elements(tmp_path / "elements.json", given, **changed))
