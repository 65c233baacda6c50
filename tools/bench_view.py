"""What it costs to judge a look: whether the camera shows its view, and still the one it showed."""

import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from models.database import Database
from pipeline.clock import SystemClock
from pipeline.watch.view_watch import ViewWatch
from sample_footage.footage import SITES, decode
from tests.support.builders import plant
from tools.timing import Timing
from vision.detections import Detections, Group, Label, no_detections
from vision.detector import Image
from vision.view_glance import glance
from vision.view_health import ViewHealth
from vision.view_quality import view_quality

_CLIP = SITES / "hospital" / "mast-1" / "clip-1.mp4"
_PICTURES, _EVERY_NTH = 10, 10
_EVERY = timedelta(seconds=10)
# Of the first minutes the usual is learnt.
_SETTLING_LOOKS, _LOOKS = 12, 72
# By size: the most that a usual look may cost, and the mean over those that are measured fully once a minute.
_LIMITS_MS = {(640, 360): (2.0, 6.0), (1920, 1080): (5.0, 10.0)}


def looks() -> list[Timing]:
    """A live clip looked at every 10 s, to and fro; CPU time of both checks together, on one core."""
    pictures = list(islice(decode(_CLIP), 0, _PICTURES * _EVERY_NTH, _EVERY_NTH))
    timings = []
    for size, (usual_ms, mean_ms) in _LIMITS_MS.items():
        took_ms = _took_ms([_sized(picture, size) for picture in pictures])
        name = f"{size[0]}x{size[1]}"
        timings += [
            Timing(f"a usual look judged, {name}", float(np.median(took_ms)), "ms", usual_ms),
            Timing(f"looks every 10 s judged, {name}, mean", float(np.mean(took_ms)), "ms", mean_ms),
        ]
    return timings


def _took_ms(pictures: Sequence[Image]) -> list[float]:
    to_and_fro = [*pictures, *pictures[-2:0:-1]]
    nobody = _nobody()
    took_ms = []
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        database.upgrade()
        health, watch = ViewHealth(), ViewWatch(database, SystemClock(), plant(database).placement_id)
        at = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
        for number in range(_LOOKS):
            picture = to_and_fro[number % len(to_and_fro)]
            started = time.process_time()
            seen = glance(picture)
            view_quality(health.look(picture, at, seen=seen), seen)
            watch.shows_another_view(picture, at, seen=seen)
            took_ms.append((time.process_time() - started) * 1000)
            watch.learn(picture, nobody)
            at += _EVERY
        database.close()
    return took_ms[_SETTLING_LOOKS:]


def _nobody() -> Detections:
    return no_detections((Label("person", Group.PERSON),))


def _sized(picture: Image, size: tuple[int, int]) -> Image:
    smaller = size[0] < picture.shape[1]
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC), np.uint8)
