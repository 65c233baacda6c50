"""Sample sites built for a test: a card of the present layout beside clips made from the shipped footage."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import cv2
import numpy as np

from api.sample_sites import SampleSite, sample_sites
from streams.archive import ArchiveClip
from tests.support.video import encode_clip
from vision.detector import Image

ZONE = ZoneInfo("Asia/Almaty")
LOOKS_AT = (time(9, 30), time(12, 30), time(15, 30))
# A Monday.
FIRST_ON = date(2026, 9, 14)


@dataclass(frozen=True, slots=True)
class BuiltCamera:
    """A camera to be built: how a picture looks on a day, counted from 0, and whether it has a live clip."""

    key: str
    seen_on: Callable[[Image, int], Image] = lambda image, _day: image
    has_live_clip: bool = True


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """A site to be built: `days` calendar days of three looks, a plan of one task, and the demo's wishes."""

    key: str
    cameras: Sequence[BuiltCamera]
    days: int = 14
    finish_day: int = 200
    demo: Mapping[str, Any] = field(default_factory=dict)


def shipped(key: str) -> SampleSite:
    """A site that is shipped."""
    return next(site for site in sample_sites() if site.key == key)


def shipped_looks(key: str, count: int) -> list[Image]:
    """The first pictures of a shipped site's time-lapse."""
    with ArchiveClip(shipped(key).cameras[0].time_lapse).open(Event()) as run:
        return [frame.image for _, frame in zip(range(count), run.frames, strict=False)]


def nudged(image: Image) -> Image:
    """What the camera sees after somebody pushed it: 70 px to the side, a little down."""
    shift = np.array([[1.0, 0.0, -70.0], [0.0, 1.0, -12.0]])
    height, width = image.shape[:2]
    return np.asarray(cv2.warpAffine(image, shift, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8)


def build_site(folder: Path, site: BuiltSite, looks: Sequence[Image]) -> Path:
    """Write a site's folder with its clips; `looks` are played over and over. Gives back its card."""
    moments = [
        datetime.combine(FIRST_ON + timedelta(days=day), at, tzinfo=ZONE) for day in range(site.days) for at in LOOKS_AT
    ]
    home = folder / site.key
    title = {"kk": "Сынақ", "ru": "Проба", "en": "Trial"}
    square = [[0.1, 0.4], [0.9, 0.4], [0.9, 0.95], [0.1, 0.95]]
    cameras = []
    for camera in site.cameras:
        (home / camera.key).mkdir(parents=True)
        pictures = [
            np.ascontiguousarray(camera.seen_on(_noisy(looks[index % len(looks)], index), index // len(LOOKS_AT)))
            for index in range(len(moments))
        ]
        _clip(home / camera.key / "time_lapse.mp4", pictures, moments)
        clips = [{"file": f"{camera.key}/time_lapse.mp4", "kind": "time_lapse", "starts_at": moments[0].isoformat()}]
        if camera.has_live_clip:
            _clip(home / camera.key / "clip-1.mp4", pictures[-3:], moments[-3:])
            starts_at = moments[-3].isoformat()
            clips.append({"file": f"{camera.key}/clip-1.mp4", "kind": "live", "starts_at": starts_at})
        element = {"key": "frame", "task": "frame", "title": title, "weight": 1.0, "grows": "up"}
        cameras.append(
            {
                "key": camera.key,
                "width_px": looks[0].shape[1],
                "height_px": looks[0].shape[0],
                "clips": clips,
                "reference_at": moments[1].isoformat(),
                "zones": [{"key": "work-area", "purpose": "work_area", "polygon": square}],
                "elements": [{**element, "reference_share": 0.2, "polygon": square}],
            }
        )
    card = {
        "schema_version": 2,
        "key": site.key,
        "title": title,
        "latitude_deg": 51.1,
        "longitude_deg": 71.4,
        "time_zone": "Asia/Almaty",
        "calendar": {
            "working_weekdays": [1, 2, 3, 4, 5],
            "works_from": "09:00",
            "works_until": "18:00",
            "holidays": [],
        },
        "last_footage_on": moments[-1].date().isoformat(),
        "cameras": cameras,
        "plan": {
            "days_count_from": "last_footage_on",
            "tasks": [{"key": "frame", "title": title, "start_day": -100, "finish_day": site.finish_day, "weight": 10}],
        },
        **({"demo": dict(site.demo)} if site.demo else {}),
    }
    path = home / "site.json"
    path.write_text(json.dumps(card), encoding="utf-8")
    return path


def _noisy(image: Image, seed: int) -> Image:
    noise = np.random.default_rng(seed).normal(0, 2, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def _clip(path: Path, pictures: Sequence[Image], moments: Sequence[datetime]) -> None:
    encode_clip(pictures, path, frame_rate=Fraction(1), gop=1)
    times = {"times": [moment.isoformat() for moment in moments]}
    path.with_suffix(".times.json").write_text(json.dumps(times), encoding="utf-8")
