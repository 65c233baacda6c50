"""The committed footage: clips that decode, sidecars that date them, truth that fits both."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from sample_footage.footage import HELD_BACK, SITES, clip_of, clip_truths, decode, read_json, site_folders, true_boxes

SCHEMAS = SITES.parent
MAX_TOTAL_BYTES = 150_000_000
ROOTS = [root for root in (SITES, HELD_BACK) if root.is_dir()]
FOLDERS = [folder for root in ROOTS for folder in site_folders(root)]
TRUTHS = [truth for folder in FOLDERS for truth in clip_truths(folder)]
CLIPS = [truth for truth in TRUTHS if truth.name.startswith("clip")]
LAPSES = [truth for truth in TRUTHS if truth.name.startswith("time_lapse")]


def _name(path: Path) -> str:
    return str(path.relative_to(SCHEMAS)).removesuffix(".truth.json")


@pytest.fixture(params=FOLDERS, ids=_name)
def folder(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


def _errors(schema: str, document: Any) -> list[str]:
    rules = read_json(SCHEMAS / schema)
    Draft202012Validator.check_schema(rules)
    return [
        error.message for error in Draft202012Validator(rules, format_checker=FormatChecker()).iter_errors(document)
    ]


def test_four_kinds_of_site_are_there() -> None:
    folders = site_folders(SITES)
    assert {folder.name for folder in folders} == {"hospital", "pipeline", "road-bridge", "school"}
    assert len(read_json(SITES / "road-bridge" / "truth.json")["cameras"]) == 2


def test_first_seeds_have_sixty_days_and_three_clips_and_second_ones_forty_and_one(folder: Path) -> None:
    truth = read_json(folder / "truth.json")
    seed, days, clips = (1, 60, 3) if folder.parent == SITES else (2, 40, 1)
    assert (truth["seed"], len(truth["days"])) == (seed, days)
    assert sum(len(camera["clips"]) - 1 for camera in truth["cameras"]) == clips


def test_truth_and_card_validate_against_their_schemas(folder: Path) -> None:
    assert _errors("truth.schema.json", read_json(folder / "truth.json")) == []
    assert _errors("card.schema.json", read_json(folder / "site.json")) == []


@pytest.mark.parametrize("truth", TRUTHS, ids=_name)
def test_a_clip_holds_as_many_pictures_as_its_sidecar_and_its_truth(truth: Path) -> None:
    document = read_json(truth)
    assert _errors("clip_truth.schema.json", document) == []
    times = read_json(clip_of(truth).with_suffix(".times.json"))["times"]
    with av.open(str(clip_of(truth))) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (document["width_px"], document["height_px"])
        packets = [(packet.pts, packet.is_keyframe) for packet in container.demux(stream) if packet.pts is not None]
        first = next(iter(av.open(str(clip_of(truth))).decode(video=0)))
    assert (first.width, first.height) == (document["width_px"], document["height_px"])
    assert len(packets) == len(times)
    assert all(before < after for (before, _), (after, _) in pairwise(packets))
    assert [frame["at"] for frame in document["frames"]] == times
    assert [frame["index"] for frame in document["frames"]] == list(range(len(times)))
    moments = [datetime.fromisoformat(text) for text in times]
    assert {at.utcoffset() for at in moments} == {timedelta(hours=5)}
    assert all(before < after for before, after in pairwise(moments))


@pytest.mark.parametrize("truth", CLIPS, ids=_name)
def test_a_clip_has_twenty_seconds_and_a_keyframe_every_two(truth: Path) -> None:
    with av.open(str(clip_of(truth))) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        keys = [float(p.pts * stream.time_base) for p in container.demux(stream) if p.pts is not None and p.is_keyframe]
    assert keys == pytest.approx(list(range(0, 20, 2)))


@pytest.mark.parametrize("truth", LAPSES, ids=_name)
def test_a_time_lapse_has_three_looks_on_every_day_without_an_outage(truth: Path) -> None:
    document, days = read_json(truth), read_json(truth.parents[1] / "truth.json")["days"]
    looks: dict[str, int] = {}
    for frame in document["frames"]:
        looks[frame["at"][:10]] = looks.get(frame["at"][:10], 0) + 1
    camera = truth.parent.name
    assert looks == {day["on"]: 3 for day in days if "outage" not in day["faults"][camera]}


@pytest.mark.parametrize("truth", TRUTHS, ids=_name)
def test_boxes_lie_inside_the_picture_and_hold_their_pixels(truth: Path) -> None:
    document = read_json(truth)
    for frame in document["frames"]:
        assert len({thing["id"] for thing in frame["objects"]}) == len(frame["objects"])
        for thing in frame["objects"]:
            left, top, right, bottom = thing["xyxy"]
            assert 0 <= left < right <= document["width_px"]
            assert 0 <= top < bottom <= document["height_px"]
            assert thing["visible_px"] <= (right - left) * (bottom - top)
            assert (thing["work"] is None) == (thing["group"] != "machine")


@pytest.mark.parametrize("truth", CLIPS, ids=_name)
def test_what_moves_in_a_clip_moves_inside_its_boxes(truth: Path) -> None:
    """Where nobody stands, a clip's pictures differ from its median by noise and sway alone."""
    document = read_json(truth)
    pictures = np.stack(list(decode(clip_of(truth)))).astype(np.int16)
    still = np.median(pictures, axis=0)
    inside, outside = [], []
    for picture, boxes in zip(pictures[::5], list(true_boxes(document))[::5], strict=True):
        change = np.abs(picture - still).max(axis=2)
        mask = np.zeros(change.shape, bool)
        for box in boxes:
            left, top, right, bottom = box.xyxy
            # Shadows fall beside what casts them; a swinging boom's falls farther still.
            mask[max(0, top - 40) : bottom + 40, max(0, left - 80) : right + 80] = True
            if box.id == "person-1":
                inside.append(float((change[top:bottom, left:right] > 40).mean()))
        outside.append(float((change[~mask] > 60).mean()) if not mask.all() else 0.0)
    assert max(outside) < 0.02
    if inside:
        assert np.median(inside) > 0.15


def test_clips_show_machines_at_work_and_machines_that_stand() -> None:
    works: dict[str | None, int] = {}
    for truth in CLIPS:
        for boxes in true_boxes(read_json(truth)):
            for box in boxes:
                works[box.work] = works.get(box.work, 0) + 1
    machines = works["working"] + works["idle"]
    assert min(works["working"], works["idle"]) > machines / 4


def test_shares_never_fall_and_stand_still_when_nobody_works(folder: Path) -> None:
    days = read_json(folder / "truth.json")["days"]
    for before, day in pairwise(days):
        for element, share in day["elements"].items():
            assert share >= before["elements"][element]
            if not before["is_active"]:
                assert share == before["elements"][element]
    assert days[-1]["project_share"] > days[0]["project_share"] + 0.15


def test_days_that_cameras_could_not_show_are_called_so(folder: Path) -> None:
    truth = read_json(folder / "truth.json")
    for day in truth["days"]:
        looks = list(day["faults"].values())
        if day["site_day"] == "NON_WORKING":
            assert not day["is_active"]
        elif all("outage" in faults for faults in looks):
            assert day["site_day"] == "OUTAGE"
        elif all({"blocked", "moved", "frozen"} & set(faults) for faults in looks):
            assert day["site_day"] == "OBSTRUCTED"
        if day["site_day"] in ("ACTIVE", "STANDSTILL"):
            assert (day["site_day"] == "ACTIVE") == day["is_active"] == (day["people"] > 0)
        else:
            assert max(day["visible_shares"].values()) == 0 or day["site_day"] == "NON_WORKING"
    states = {day["site_day"] for day in truth["days"]}
    assert {"NON_WORKING", "OBSTRUCTED", "ACTIVE"} <= states


def test_over_all_sites_every_kind_of_weather_and_trouble_occurs() -> None:
    for root in ROOTS:
        frames = [
            frame
            for folder in site_folders(root)
            for truth in clip_truths(folder)
            for frame in read_json(truth)["frames"]
        ]
        assert {frame["weather"] for frame in frames} == {"clear", "cloudy", "overcast", "rain", "fog", "snow"}
        assert {fault for frame in frames for fault in frame["faults"]} == {"dirt", "blocked", "moved", "frozen"}
        assert max(frame["snow_cover"] for frame in frames) > 0.5
        days = [day for folder in site_folders(root) for day in read_json(folder / "truth.json")["days"]]
        assert {day["site_day"] for day in days} == {"NON_WORKING", "OUTAGE", "OBSTRUCTED", "ACTIVE", "STANDSTILL"}
    assert min(frame["sun_elevation_deg"] for truth in LAPSES for frame in read_json(truth)["frames"]) < -3


def test_the_school_stands_still_for_three_weeks_and_goes_on() -> None:
    days = read_json(SITES / "school" / "truth.json")["days"]
    active = [index for index, day in enumerate(days) if day["is_active"]]
    longest = max(after - before for before, after in pairwise(active))
    assert longest >= 21
    assert days[-1]["elements"]["wing-east"] > days[active[len(active) // 2]]["elements"]["wing-east"]


def test_the_card_names_the_tasks_elements_and_clips_that_exist(folder: Path) -> None:
    card, truth = read_json(folder / "site.json"), read_json(folder / "truth.json")
    tasks = {task["key"] for task in card["plan"]["tasks"]}
    elements = [element for camera in card["cameras"] for element in camera["elements"]]
    assert {element["task"] for element in elements} <= tasks
    assert {element["key"] for element in elements} == set(truth["days"][0]["elements"])
    assert all(element["reference_share"] == truth["days"][0]["elements"][element["key"]] for element in elements)
    assert all(task["start_day"] < task["finish_day"] for task in card["plan"]["tasks"])
    assert sum(task["weight"] for task in card["plan"]["tasks"]) == pytest.approx(100)
    assert card["last_footage_on"] == truth["days"][-1]["on"]
    for camera, true_camera in zip(card["cameras"], truth["cameras"], strict=True):
        assert [clip["file"] for clip in camera["clips"]] == true_camera["clips"]
        assert all((folder / clip["file"]).is_file() for clip in camera["clips"])
        frames = read_json(folder / camera["key"] / "time_lapse.truth.json")["frames"]
        assert camera["reference_at"] in [frame["at"] for frame in frames]


def test_polygons_are_fractions_of_the_picture_with_an_area(folder: Path) -> None:
    for camera in read_json(folder / "site.json")["cameras"]:
        for part in camera["zones"] + camera["elements"]:
            corners = np.array(part["polygon"])
            assert corners.min() >= 0
            assert corners.max() <= 1
            x, y = corners.T
            assert abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1))) / 2 > 0.001


def test_a_frozen_day_repeats_one_picture_and_a_blocked_one_shows_little() -> None:
    truth = next(path for path in LAPSES if any("frozen" in f["faults"] for f in read_json(path)["frames"]))
    document = read_json(truth)
    pictures = list(decode(clip_of(truth)))
    frozen = [frame["index"] for frame in document["frames"] if "frozen" in frame["faults"]]
    for index in frozen:
        difference = np.abs(pictures[index].astype(int) - pictures[index - 1].astype(int)).mean()
        other = np.abs(pictures[index].astype(int) - pictures[frozen[0] - 2].astype(int)).mean()
        assert difference < other / 3


def test_committed_footage_is_small() -> None:
    files = [path for root in ROOTS for path in root.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < MAX_TOTAL_BYTES
