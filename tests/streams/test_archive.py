"""Dated footage: every frame has its own time, and what is broken is told."""

import json
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from threading import Event
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from streams.archive import ArchiveClip, ArchiveFolder
from streams.errors import ArchiveError
from streams.frame import Frame
from tests.support.video import counted, counting_frames, encode_clip, trimmed

_START = datetime(2026, 9, 1, 9, tzinfo=timezone(timedelta(hours=5)))


def _read(source: ArchiveClip | ArchiveFolder) -> list[Frame]:
    with source.open(Event()) as run:
        return list(run.frames)


def _times(count: int, step_s: float = 3600) -> list[str]:
    return [(_START + timedelta(seconds=number * step_s)).isoformat() for number in range(count)]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """12 numbered frames, an hour apart by their sidecar, with the index at the front of the file."""
    path = encode_clip(counting_frames(12), tmp_path / "site.mp4", container_options={"movflags": "faststart"})
    _write(path, {"times": _times(12)})
    return path


def _write(clip: Path, sidecar: object) -> None:
    clip.with_suffix(".times.json").write_text(json.dumps(sidecar), encoding="utf-8")


def _photo(path: Path, number: int, taken: str | None = None, offset: str | None = None) -> None:
    frame = list(counting_frames(number + 1))[number]
    picture = Image.fromarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
    exif = Image.Exif()
    details = exif.get_ifd(0x8769)
    if taken is not None:
        details[0x9003] = taken
    if offset is not None:
        details[0x9011] = offset
    picture.save(path, exif=exif, quality=95)


def test_a_clips_frames_carry_their_sidecars_times(clip: Path) -> None:
    frames = _read(ArchiveClip(clip))
    assert [counted(frame.image) for frame in frames] == list(range(12))
    assert [frame.captured_at for frame in frames] == [_START + timedelta(hours=number) for number in range(12)]
    assert all(frame.captured_at.tzinfo is UTC for frame in frames)
    assert [frame.pts_s for frame in frames] == [3600.0 * number for number in range(12)]
    assert [frame.is_keyframe for frame in frames] == [number in (0, 10) for number in range(12)]
    assert [frame.index for frame in frames] == list(range(12))
    assert len({frame.run_id for frame in frames}) == 1


def test_each_opening_is_a_new_run(clip: Path) -> None:
    assert _read(ArchiveClip(clip))[0].run_id != _read(ArchiveClip(clip))[0].run_id


def test_a_look_interval_is_kept_in_the_clips_own_time(clip: Path) -> None:
    assert [counted(frame.image) for frame in _read(ArchiveClip(clip, 3 * 3600))] == [0, 3, 6, 9]


@pytest.mark.parametrize(
    ("fps", "rate"), [(5, Fraction(5)), (12.5, Fraction(25, 2)), ("30000/1001", Fraction(30000, 1001))]
)
def test_a_start_and_a_rate_date_every_frame(clip: Path, fps: object, rate: Fraction) -> None:
    _write(clip, {"start": _START.isoformat(), "fps": fps})
    frames = _read(ArchiveClip(clip))
    assert frames[-1].captured_at - _START == timedelta(seconds=float(11 / rate))


@pytest.mark.parametrize(
    ("sidecar", "complaint"),
    [
        ({"times": _times(11)}, "11 times for 12 frames"),
        ({"times": _times(13)}, "13 times for 12 frames"),
        ({"times": list(reversed(_times(12)))}, "lies before"),
        ({"times": [*_times(11), "yesterday"]}, "'yesterday' is not a time"),
        ({"times": [*_times(11), "2026-09-02T09:00:00"]}, "lacks its offset"),
        ({"start": "2026-09-01T09:00:00+05:00", "fps": 0}, "above 0"),
        ({"start": "2026-09-01T09:00:00+05:00", "fps": "1/0"}, "above 0"),
        ({"start": "2026-09-01T09:00:00+05:00"}, "neither"),
        ({"times": {}}, "neither"),
        ([], "not a JSON object"),
    ],
)
def test_a_sidecar_that_can_not_be_used_is_told(clip: Path, sidecar: Any, complaint: str) -> None:
    _write(clip, sidecar)
    with pytest.raises(ArchiveError, match=complaint):
        _read(ArchiveClip(clip))


def test_a_missing_or_garbled_sidecar_is_told(clip: Path) -> None:
    sidecar = clip.with_suffix(".times.json")
    sidecar.write_text("{", encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"site\.times\.json can't be read as JSON"):
        _read(ArchiveClip(clip))
    sidecar.unlink()
    with pytest.raises(ArchiveError, match=r"site\.times\.json is missing"):
        _read(ArchiveClip(clip))


def test_a_clip_that_was_trimmed_without_encoding_is_whole(tmp_path: Path) -> None:
    whole = encode_clip(counting_frames(40), tmp_path / "whole.mp4")
    cut = trimmed(whole, tmp_path / "cut.mp4", starts_s=2.5)
    _write(cut, {"start": _START.isoformat(), "fps": 10})
    assert [counted(frame.image) for frame in _read(ArchiveClip(cut))] == list(range(25, 40))


def test_a_truncated_clip_gives_what_can_be_read_and_then_an_error(clip: Path) -> None:
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size * 3 // 4])
    frames: list[Frame] = []
    with (
        ArchiveClip(clip).open(Event()) as run,
        pytest.raises(ArchiveError, match=r"breaks off after \d+ of 12 frames"),
    ):
        frames += run.frames
    assert 1 <= len(frames) < 12
    assert [counted(frame.image) for frame in frames] == list(range(len(frames)))


@pytest.mark.parametrize("size", [0, 10, 400])
@pytest.mark.parametrize("sidecar", [{"times": _times(12)}, {"start": _START.isoformat(), "fps": 5}])
def test_a_clip_that_is_cut_off_before_its_first_frame_is_told(clip: Path, sidecar: object, size: int) -> None:
    _write(clip, sidecar)
    clip.write_bytes(clip.read_bytes()[:size])
    with pytest.raises(ArchiveError, match=r"can't be read as a video|breaks off after 0"):
        _read(ArchiveClip(clip))


def test_a_clip_that_is_missing_or_no_clip_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="is not a file"), ArchiveClip(tmp_path / "none.mp4").open(Event()):
        pass
    playlist = tmp_path / "list.mp4"
    playlist.write_text("ffconcat version 1.0\nfile /etc/passwd\n", encoding="utf-8")
    with pytest.raises(ArchiveError, match="can't be read as a video"), ArchiveClip(playlist).open(Event()):
        pass


def test_a_stop_ends_an_archive_quietly(clip: Path) -> None:
    stop = Event()
    with ArchiveClip(clip).open(stop) as run:
        assert counted(next(run.frames).image) == 0
        stop.set()
        assert list(run.frames) == []


def test_photographs_are_dated_by_their_exif_and_sorted_by_time(tmp_path: Path) -> None:
    _photo(tmp_path / "a.jpg", 3, "2026:09:03 12:00:00", "+05:00")
    _photo(tmp_path / "b.JPG", 1, "2026:09:01 12:00:00", "+05:00")
    _photo(tmp_path / "c.jpeg", 2, "2026:09:02 12:00:00")
    (tmp_path / "notes.txt").write_text("not a photograph", encoding="utf-8")
    frames = _read(ArchiveFolder(tmp_path, time_zone=timezone(timedelta(hours=5))))
    assert [counted(frame.image) for frame in frames] == [1, 2, 3]
    assert [frame.captured_at.isoformat() for frame in frames] == [
        f"2026-09-0{day}T07:00:00+00:00" for day in (1, 2, 3)
    ]
    assert all(frame.is_keyframe for frame in frames)


def test_a_list_of_times_wins_over_exif(tmp_path: Path) -> None:
    _photo(tmp_path / "a.jpg", 1, "2020:01:01 00:00:00", "+05:00")
    _photo(tmp_path / "b.jpg", 2)
    listing = {"a.jpg": "2026-09-02T12:00:00+05:00", "b.jpg": "2026-09-01T12:00:00+05:00"}
    (tmp_path / "times.json").write_text(json.dumps(listing), encoding="utf-8")
    assert [counted(frame.image) for frame in _read(ArchiveFolder(tmp_path))] == [2, 1]


def test_a_folder_that_can_not_be_dated_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no folder with"):
        _read(ArchiveFolder(tmp_path / "none"))
    _photo(tmp_path / "a.jpg", 1)
    with pytest.raises(ArchiveError, match=r"a\.jpg has no EXIF DateTimeOriginal"):
        _read(ArchiveFolder(tmp_path))
    _photo(tmp_path / "a.jpg", 1, "2026:09:01 12:00:00")
    with pytest.raises(ArchiveError, match="name the site's time zone"):
        _read(ArchiveFolder(tmp_path))
    (tmp_path / "times.json").write_text('{"b.jpg": "2026-09-01T12:00:00+05:00"}', encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"names b\.jpg, which is not in the folder"):
        _read(ArchiveFolder(tmp_path))


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_photograph_that_is_cut_short_is_told_after_the_good_ones(tmp_path: Path, share: float) -> None:
    _photo(tmp_path / "a.jpg", 1)
    _photo(tmp_path / "b.jpg", 2)
    data = (tmp_path / "b.jpg").read_bytes()
    (tmp_path / "b.jpg").write_bytes(data[: int(len(data) * share)])
    listing = {"a.jpg": "2026-09-01T12:00:00+05:00", "b.jpg": "2026-09-02T12:00:00+05:00"}
    (tmp_path / "times.json").write_text(json.dumps(listing), encoding="utf-8")
    with ArchiveFolder(tmp_path).open(Event()) as run:
        assert counted(next(run.frames).image) == 1
        with pytest.raises(ArchiveError, match=r"b\.jpg is empty, cut short or no JPEG"):
            next(run.frames)


def test_a_photograph_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    picture = Image.fromarray(np.zeros((60, 100, 3), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "a.jpg", exif=exif)
    (tmp_path / "times.json").write_text('{"a.jpg": "2026-09-01T12:00:00+05:00"}', encoding="utf-8")
    frame = _read(ArchiveFolder(tmp_path))[0]
    assert (frame.width_px, frame.height_px) == (60, 100)
