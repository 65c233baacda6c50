"""What vision/view_health.py makes of the rendered sites: `python -m sample_footage.view_health_report [FOLDER...]`.

Each camera's time-lapse goes through a state machine of its own, look by look, and each live clip, a look a second,
through another.
A look's true kind is its fault, or else its weather, or "low sun". A look every few hours is the hardest case there
is: two in a row are days apart. Faults that no site has (out of focus, a covered lens) are made from the last
look that shows its view.
"""

import argparse
import copy
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from sample_footage.footage import clip_of, clip_truths, decode, read_json, site_folders
from vision.detector import Image
from vision.view_health import ViewHealth, ViewReading

LOW_SUN_DEG = 2.0
DEFOCUSED_PX = (1.0, 2.0, 3.0, 4.0, 6.0, 10.0)
MADE_APART = timedelta(seconds=10)
MADE_LOOKS = 4
WEATHER_SHOWN = frozenset({"fog", "rain", "snow"})

Counts = dict[str, Counter[str]]


def report(folders: list[Path]) -> tuple[Counts, Counts]:
    """Return, by true kind, how many looks gave each sign and how many were left in each state."""
    signs: Counts = {}
    states: Counts = {}
    for folder in folders:
        for path in clip_truths(folder):
            for kind, reading in _readings(path):
                signs.setdefault(kind, Counter())[reading.sign.value] += 1
                states.setdefault(kind, Counter())[reading.state.value] += 1
    return signs, states


def true_kind(frame: dict[str, Any]) -> str:
    """Name what is true of a look: its fault, else its weather, else its light."""
    faults = [fault for fault in frame["faults"] if fault != "dirt"]
    if faults:
        return str(faults[0])
    if frame["weather"] in WEATHER_SHOWN:
        hidden = " that hides all" if not frame["is_usable"] else ""
        return f"{frame['weather']}{hidden}"
    if frame["faults"]:
        return "dirt"
    return "low sun" if frame["sun_elevation_deg"] < LOW_SUN_DEG else "plain"


def _readings(path: Path) -> Iterator[tuple[str, ViewReading]]:
    truth = read_json(path)
    health = ViewHealth()
    is_live = truth["kind"] == "live"
    plain: tuple[Image, datetime] | None = None
    for frame, picture in zip(truth["frames"], decode(clip_of(path)), strict=True):
        if is_live and frame["index"] % truth["rate"]:
            continue
        at = datetime.fromisoformat(frame["at"])
        kind = true_kind(frame)
        yield f"live, {kind}" if is_live else kind, health.look(picture, at)
        if frame["is_usable"]:
            plain = picture, at
    if is_live or plain is None:
        return
    for name, spoil in _made_faults():
        # Each comes after the time-lapse's own looks, and none after another.
        for reading in _made(copy.deepcopy(health), spoil(plain[0]), at):
            yield f"made: {name}", reading


def _made(health: ViewHealth, spoilt: Image, at: datetime) -> Iterator[ViewReading]:
    """Looks at one spoilt picture under a sensor's noise, 10 s apart."""
    chance = np.random.default_rng(7)
    for count in range(1, MADE_LOOKS + 1):
        noisy = spoilt + chance.normal(0, 1.5, spoilt.shape)
        yield health.look(np.clip(noisy, 0, 255).astype(np.uint8), at + count * MADE_APART)


def _made_faults() -> Iterator[tuple[str, Callable[[Image], Image]]]:
    for sigma_px in DEFOCUSED_PX:
        yield f"out of focus by {sigma_px:g} px", partial(_defocused, sigma_px=sigma_px)
    yield "covered by cloth", lambda image: _covered(image, (40, 62, 88))
    yield "covered by a white bag", lambda image: _covered(image, (205, 208, 210))
    yield "black", lambda image: np.full_like(image, 3)


def _defocused(image: Image, sigma_px: float) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), np.uint8)


def _covered(image: Image, bgr: tuple[int, int, int]) -> Image:
    """Cloth so near that it is out of focus, darker to one side."""
    shade = np.linspace(0.8, 1.1, image.shape[1])[np.newaxis, :, np.newaxis]
    return np.clip(np.full(image.shape, bgr) * shade, 0, 255).astype(np.uint8)


def _print(title: str, counts: Counts) -> None:
    columns = sorted({name for row in counts.values() for name in row})
    print(f"{title:<26} {'looks':>6} " + " ".join(f"{name:>11}" for name in columns))
    for kind, row in sorted(counts.items()):
        print(f"{kind:<26} {row.total():>6} " + " ".join(f"{row[name] or '.':>11}" for name in columns))
    print()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sample_footage.view_health_report", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="site folders (default: the first seeds)")
    options = parser.parse_args()
    by_sign, by_state = report(options.folders or site_folders())
    _print("what a look said", by_sign)
    _print("the state after it", by_state)
    sys.exit(0)
