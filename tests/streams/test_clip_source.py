import json
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from threading import Event

import pytest

from streams.clip_source import UNDATED, ClipSource
from streams.errors import ArchiveError
from tests.support.video import counted, counting_frames, encode_clip, trimmed


def clip(path: Path, count: int = 20, rate: int = 10) -> Path:
    return encode_clip(counting_frames(count), path, frame_rate=Fraction(rate), gop=rate)


def test_without_times_media_time_is_the_clips_own_and_so_said(tmp_path: Path) -> None:
    with ClipSource(clip(tmp_path / "a.mp4"), None, 0.2).open(Event()) as run:
        frames = list(run.frames)
    assert not run.is_dated
    assert [counted(frame.image) for frame in frames] == list(range(0, 20, 2))
    assert [round(frame.pts_s, 3) for frame in frames] == [round(0.2 * number, 3) for number in range(10)]
    assert frames[0].captured_at == UNDATED
    assert [frame.index for frame in frames] == list(range(10))


def test_with_times_media_time_follows_them(tmp_path: Path) -> None:
    times = tmp_path / "when.json"
    times.write_text('{"start": "2026-09-14T10:00:00+05:00", "fps": 2}', encoding="utf-8")
    with ClipSource(clip(tmp_path / "a.mp4", 4), times, 0.2).open(Event()) as run:
        frames = list(run.frames)
    assert run.is_dated
    assert [frame.pts_s for frame in frames] == [0.0, 0.5, 1.0, 1.5]
    assert frames[0].captured_at == datetime.fromisoformat("2026-09-14T10:00:00+05:00")
    assert frames[0].captured_at.utcoffset() == timedelta(0)


def test_pictures_of_the_same_moment_are_looked_at_once(tmp_path: Path) -> None:
    times = tmp_path / "when.json"
    moment = '"2026-09-14T10:00:00+05:00"'
    times.write_text(f'{{"times": [{moment}, {moment}, "2026-09-14T10:00:01+05:00"]}}', encoding="utf-8")
    with ClipSource(clip(tmp_path / "a.mp4", 3), times, 0.2).open(Event()) as run:
        assert [counted(frame.image) for frame in run.frames] == [0, 2]


def test_a_clip_that_is_cut_short_says_after_how_many_pictures(tmp_path: Path) -> None:
    whole = clip(tmp_path / "a.ts", 40)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    times = tmp_path / "when.json"
    listed = ", ".join(f'"2026-09-14T10:00:{number:02d}+05:00"' for number in range(40))
    times.write_text(f'{{"times": [{listed}]}}', encoding="utf-8")
    with ClipSource(whole, times, 0.2).open(Event()) as run, pytest.raises(ArchiveError, match="of 40 pictures"):
        list(run.frames)


@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_clip_that_was_trimmed_without_encoding_is_whole(tmp_path: Path, b_frames: int) -> None:
    options = {"bf": str(b_frames), "tune": "film", "preset": "medium"}
    whole = encode_clip(counting_frames(80), tmp_path / "a.mp4", gop=20, options=options)
    # Ten pictures from the keyframe before the cut on are in the file, and nobody is to see them.
    with ClipSource(trimmed(whole, tmp_path / "b.mp4", starts_s=3.0), None, 0.1).open(Event()) as run:
        assert [counted(frame.image) for frame in run.frames] == list(range(30, 80))


def test_a_trimmed_clip_has_a_time_for_each_picture_that_it_shows(tmp_path: Path) -> None:
    cut = trimmed(clip(tmp_path / "a.mp4", 40, 10), tmp_path / "b.mp4", starts_s=2.5)
    start, times = datetime.fromisoformat("2026-09-14T10:00:00+05:00"), tmp_path / "when.json"

    def _say(count: int) -> None:
        said = [(start + timedelta(seconds=number)).isoformat() for number in range(count)]
        times.write_text(json.dumps({"times": said}), encoding="utf-8")

    _say(15)
    with ClipSource(cut, times, 0.1).open(Event()) as run:
        frames = list(run.frames)
    assert [counted(frame.image) for frame in frames] == list(range(25, 40))
    assert frames[-1].captured_at - frames[0].captured_at == timedelta(seconds=14)
    _say(20)
    with pytest.raises(ArchiveError, match="20 times for 15 frames"), ClipSource(cut, times, 0.1).open(Event()):
        pass


def test_once_told_to_stop_no_more_comes(tmp_path: Path) -> None:
    stop = Event()
    with ClipSource(clip(tmp_path / "a.mp4"), None, 0.1).open(stop) as run:
        next(run.frames)
        stop.set()
        assert list(run.frames) == []


def test_zeros_are_no_clip(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"\0" * 64)
    with (
        pytest.raises(ArchiveError, match="can't be read as a video"),
        ClipSource(tmp_path / "a.mp4", None, 1).open(Event()),
    ):
        pass
