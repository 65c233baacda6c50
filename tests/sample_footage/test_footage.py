"""The committed footage: clips that decode, sidecars that date them, truth that fits both."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from sample_footage.footage import SITES, decode, read_json, site_folders, true_boxes

SCHEMA = SITES.parent / "truth.schema.json"
MAX_TOTAL_BYTES = 25_000_000


@pytest.fixture(scope="module", params=site_folders(), ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


def test_there_is_a_site_on_plan_and_one_that_stalls() -> None:
    assert {folder.name for folder in site_folders()} == {"hospital", "school"}


def test_truth_validates_against_its_schema(folder: Path) -> None:
    schema = read_json(SCHEMA)
    Draft202012Validator.check_schema(schema)
    errors = list(
        Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(read_json(folder / "truth.json"))
    )
    assert errors == []


def test_a_clip_holds_as_many_pictures_as_its_sidecar_and_its_truth(folder: Path) -> None:
    truth = read_json(folder / "truth.json")
    for clip in truth["clips"]:
        path = folder / clip["file"]
        times = read_json(path.with_suffix(".times.json"))["times"]
        shapes = [picture.shape for picture in decode(path)]
        assert shapes == [(truth["height_px"], truth["width_px"], 3)] * len(times)
        assert [frame["at"] for frame in clip["frames"]] == times
        assert [frame["index"] for frame in clip["frames"]] == list(range(len(times)))


def test_sidecar_times_rise_and_carry_the_sites_offset(folder: Path) -> None:
    for sidecar in folder.glob("*.times.json"):
        times = [datetime.fromisoformat(text) for text in read_json(sidecar)["times"]]
        assert {at.utcoffset() for at in times} == {timedelta(hours=5)}
        assert all(before < after for before, after in pairwise(times))


def test_boxes_lie_inside_the_picture_and_hold_their_pixels(folder: Path) -> None:
    truth = read_json(folder / "truth.json")
    for clip in truth["clips"]:
        for frame in clip["frames"]:
            for thing in frame["objects"]:
                left, top, right, bottom = thing["xyxy"]
                assert 0 <= left < right <= truth["width_px"]
                assert 0 <= top < bottom <= truth["height_px"]
                assert thing["visible_px"] <= (right - left) * (bottom - top)


def test_people_are_brighter_or_darker_than_the_same_place_without_them(folder: Path) -> None:
    """Boxes are where something is: their pixels differ from the clip's median far more than the rest do."""
    truth = read_json(folder / "truth.json")
    clip = next(clip for clip in truth["clips"] if clip["kind"] == "live")
    pictures = np.stack(list(decode(folder / clip["file"]))).astype(np.int16)
    still = np.median(pictures, axis=0)
    inside, outside = [], []
    for picture, boxes in zip(pictures, true_boxes(clip), strict=True):
        change = np.abs(picture - still).max(axis=2)
        mask = np.zeros(change.shape, bool)
        for box in boxes:
            left, top, right, bottom = box.xyxy
            mask[max(0, top - 30) : bottom + 30, max(0, left - 60) : right + 60] = True
            if box.id == "person-1":
                inside.append(float((change[top:bottom, left:right] > 40).mean()))
        outside.append(float((change[~mask] > 40).mean()))
    # A swinging boom's shadow falls outside its machine's box.
    assert max(outside) < 0.005
    if inside:
        assert np.median(inside) > 0.25


def test_the_live_clip_has_a_keyframe_every_two_seconds_and_no_reordering(folder: Path) -> None:
    with av.open(str(folder / "live.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.pix_fmt == "yuv420p"
        packets = [(packet.pts, packet.is_keyframe) for packet in container.demux(stream) if packet.pts is not None]
        assert stream.time_base is not None
        keys = [float(pts * stream.time_base) for pts, is_keyframe in packets if is_keyframe]
    assert keys == pytest.approx([0, 2, 4, 6, 8, 10])
    assert all(before < after for (before, _), (after, _) in pairwise(packets))


def test_shares_never_fall_and_stand_still_when_nobody_works(folder: Path) -> None:
    days = read_json(folder / "truth.json")["days"]
    for before, day in pairwise(days):
        for element, share in day["elements"].items():
            assert share >= before["elements"][element]
            if before["site_day"] != "ACTIVE":
                assert share == before["elements"][element]


def test_the_card_names_the_tasks_elements_and_clips_that_exist(folder: Path) -> None:
    card, truth = read_json(folder / "site.json"), read_json(folder / "truth.json")
    tasks = {task["key"] for task in card["plan"]["tasks"]}
    assert {element["task"] for element in card["camera"]["elements"]} <= tasks
    assert {element["key"] for element in card["camera"]["elements"]} == set(truth["days"][0]["elements"])
    assert all(task["start_day"] < task["finish_day"] for task in card["plan"]["tasks"])
    assert sum(task["weight"] for task in card["plan"]["tasks"]) == pytest.approx(100)
    assert card["last_footage_on"] == truth["days"][-1]["on"]
    assert [clip["file"] for clip in card["camera"]["clips"]] == [clip["file"] for clip in truth["clips"]]
    reference = datetime.fromisoformat(card["camera"]["reference_at"])
    assert reference in [datetime.fromisoformat(frame["at"]) for frame in truth["clips"][0]["frames"]]


def test_polygons_are_fractions_of_the_picture_with_an_area(folder: Path) -> None:
    camera = read_json(folder / "site.json")["camera"]
    for part in camera["zones"] + camera["elements"]:
        corners = np.array(part["polygon"])
        assert corners.min() >= 0
        assert corners.max() <= 1
        x, y = corners.T
        assert abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1))) / 2 > 0.001


def test_the_school_is_empty_for_its_last_two_weeks_and_the_hospital_is_not() -> None:
    school, hospital = (read_json(SITES / name / "truth.json") for name in ("school", "hospital"))
    last_days = {day["on"] for day in school["days"][-14:]}
    assert {day["site_day"] for day in school["days"][-14:]} == {"STANDSTILL", "NON_WORKING"}
    for clip in school["clips"]:
        assert all(frame["objects"] == [] for frame in clip["frames"] if frame["at"][:10] in last_days)
    working = [day for day in hospital["days"] if day["site_day"] == "ACTIVE"]
    assert len(working) == 10
    assert len(hospital["days"]) == 12


def test_the_hospitals_live_clip_shows_a_working_machine_and_walking_people() -> None:
    clip = read_json(SITES / "hospital" / "truth.json")["clips"][1]
    works = {thing["work"] for frame in clip["frames"] for thing in frame["objects"] if thing["id"] == "excavator-1"}
    assert works == {"working"}
    lefts = [thing["xyxy"][0] for frame in clip["frames"] for thing in frame["objects"] if thing["id"] == "person-1"]
    assert max(lefts) - min(lefts) > 300


def test_committed_footage_is_small() -> None:
    assert sum(path.stat().st_size for path in SITES.rglob("*") if path.is_file()) < MAX_TOTAL_BYTES
