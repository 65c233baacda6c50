"""A week of a site with its truth, made from looks of the sample footage, so that days are judged in seconds."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from sample_footage.footage import SITES
from tests.support.cut_clips import pictures_of
from tests.support.sample_cards import FIRST_ON, BuiltCamera, BuiltSite, build_site
from tests.support.video import Image

# What truly is so from Monday on; the second Monday has no footage.
DAYS = (
    "ACTIVE", "OBSTRUCTED", "STANDSTILL", "OBSTRUCTED", "ACTIVE", "NON_WORKING", "NON_WORKING", "OUTAGE",
)  # fmt: skip
BLACK_DAY, IDLE_DAY, FROZEN_DAY = 1, 2, 3


def write_true_site(folder: Path, states: tuple[str, ...] = DAYS) -> Path:
    """Write the site's folder with card, truth and time-lapse; give back the folder."""
    looks = pictures_of(SITES / "hospital" / "mast-1" / "time_lapse.mp4", 3)
    idle = pictures_of(SITES / "school" / "mast-1" / "time_lapse.mp4", 79)[-1]

    def seen_on(image: Image, day: int) -> Image:
        if day == BLACK_DAY:
            return np.full_like(image, 3)
        if day == FROZEN_DAY:
            return idle
        if day == IDLE_DAY:
            noise = np.random.default_rng(int(image[0, 0, 0]) + int(image.sum())).normal(0, 3, image.shape)
            return np.clip(idle + noise, 0, 255).astype(np.uint8)
        return image

    card = build_site(folder, BuiltSite("trial", (BuiltCamera("mast-1", seen_on, has_live_clip=False),), days=7), looks)
    truth = {
        "schema_version": 2,
        "site": "trial",
        "seed": 1,
        "width_px": 960,
        "height_px": 540,
        "view_azimuth_deg": 0.0,
        "cameras": [{"key": "mast-1", "poses": [_pose()], "clips": ["mast-1/time_lapse.mp4"]}],
        "days": [_day(number, state) for number, state in enumerate(states)],
    }
    (card.parent / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    return card.parent


def _pose() -> dict[str, Any]:
    place = dict.fromkeys(("x", "y", "z", "pan_deg", "tilt_deg", "hfov_deg"), 0.0)
    return {"from": FIRST_ON.isoformat(), **place}


def _day(number: int, state: str) -> dict[str, Any]:
    on: date = FIRST_ON + timedelta(days=number)
    share = {"frame": 0.2}
    return {
        "on": on.isoformat(),
        "site_day": state,
        "is_active": state == "ACTIVE",
        "elements": share,
        "visible_shares": share,
        "project_share": 0.2,
        "plan_visible_share": 1.0,
        "working_on": [],
        "people": 4 if state == "ACTIVE" else 0,
        "machines": [],
        "person_hours": 0.0,
        "machine_working_hours": {},
        "weather": "clear",
        "snow_cover": 0.0,
        "faults": {"mast-1": ["frozen"] if number == FROZEN_DAY else ["outage"] if state == "OUTAGE" else []},
    }
