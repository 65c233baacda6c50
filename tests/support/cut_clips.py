"""Clips of the sample footage cut short, with their times and truth, so that a test runs in seconds."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

from sample_footage.footage import SITES, decode, read_json
from tests.support.video import Image, encode_clip

RATE = 5
STARTS_AT = datetime.fromisoformat("2026-09-14T10:00:00+05:00")
# Two excavators and a crane, of which two work, and people.
BUSY_CLIP = SITES / "hospital" / "mast-1" / "clip-1.mp4"


def pictures_of(clip: Path, count: int) -> list[Image]:
    """The first pictures of a clip."""
    return list(islice(decode(clip), count))


def write_clip(path: Path, pictures: Sequence[Image], times: Sequence[datetime] | None = None) -> Path:
    """A clip at 5 pictures a second, with its times beside it where they are given."""
    encode_clip(pictures, path, frame_rate=Fraction(RATE), gop=RATE)
    if times is not None:
        said = {"times": [moment.isoformat() for moment in times]}
        path.with_suffix(".times.json").write_text(json.dumps(said), encoding="utf-8")
    return path


def moments(count: int, starts_at: datetime = STARTS_AT, every_s: float = 1 / RATE) -> list[datetime]:
    """Times at an even distance."""
    return [starts_at + timedelta(seconds=number * every_s) for number in range(count)]


def cut_with_truth(folder: Path, count: int, clip: Path = BUSY_CLIP) -> Path:
    """A site's clip cut to its first pictures, with times and truth, at its place below `folder`."""
    truth: dict[str, Any] = read_json(clip.with_suffix(".truth.json"))
    truth["frames"] = truth["frames"][:count]
    path = folder / clip.parent.name / clip.name
    path.parent.mkdir(parents=True, exist_ok=True)
    times = [datetime.fromisoformat(frame["at"]) for frame in truth["frames"]]
    write_clip(path, pictures_of(clip, count), times)
    path.with_suffix(".truth.json").write_text(json.dumps(truth), encoding="utf-8")
    return path
