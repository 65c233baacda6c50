"""site.json: what a loader needs to enter the site, its cameras, zones, elements and plan."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sample_footage.render.looks import moment
from sample_footage.render.site_plan import TIME_ZONE, SitePlan
from sample_footage.render.stage import HEIGHT_PX, WIDTH_PX, Stage
from sample_footage.render.story import Story
from sample_footage.render.truth import TIME_LAPSE, TrueDay

CARD_VERSION = 2
_GATE_HEIGHT_M = 2.6
_REFERENCE_LOOK = 1


def camera_card(site: SitePlan, story: Story, stage: Stage, days: list[TrueDay]) -> dict[str, Any]:
    """Return one camera's part of the card; polygons are fractions of the picture's width and height."""
    view = stage.view
    ground = view.ground
    gate_ground = stage.ground(np.array(ground.gate))
    gate = np.concatenate([gate_ground, gate_ground + np.array([0, 0, _GATE_HEIGHT_M])])
    clips = [
        {"file": f"{view.key}/{TIME_LAPSE}.mp4", "kind": TIME_LAPSE, "starts_at": _first_look(site, story, view.key)}
    ]
    clips += [
        {
            "file": f"{view.key}/{clip.key}.mp4",
            "kind": "live",
            "starts_at": moment(story.clip_day(clip).on, clip.at).isoformat(),
        }
        for clip in site.clips
        if clip.view == view.key
    ]
    return {
        "key": view.key,
        "width_px": WIDTH_PX,
        "height_px": HEIGHT_PX,
        "clips": clips,
        "reference_at": moment(site.first_on, site.looks_at[_REFERENCE_LOOK]).isoformat(),
        "zones": [
            {
                "key": "work-area",
                "purpose": "work_area",
                "polygon": _polygon(stage, stage.ground(np.array([(ground.x(x), y) for x, y in ground.work_area]))),
            },
            {"key": "gate", "purpose": "gate", "polygon": _polygon(stage, gate)},
        ],
        "elements": [
            {
                "key": element.key,
                "task": element.task,
                "title": asdict(element.title),
                "weight": 1.0,
                "grows": element.grows,
                "reference_share": days[0].elements[element.key],
                "polygon": _polygon(stage, element.structure.corners()),
            }
            for element in view.elements
        ],
    }


def write_site_card(path: Path, site: SitePlan, story: Story, cameras: list[dict[str, Any]]) -> None:
    """Write the card."""
    shown_until = site.day(site.day_index(site.demo.shown_until_share))
    document = {
        "schema_version": CARD_VERSION,
        "key": site.key,
        "title": asdict(site.title),
        "latitude_deg": site.latitude_deg,
        "longitude_deg": site.longitude_deg,
        "time_zone": str(TIME_ZONE),
        "calendar": {
            "working_weekdays": list(site.working_weekdays),
            "works_from": site.works_from.isoformat("minutes"),
            "works_until": site.works_until.isoformat("minutes"),
            "holidays": [],
        },
        "last_footage_on": site.last_on.isoformat(),
        "demo": {
            "shown_until": shown_until.isoformat(),
            "offline_cameras": list(site.demo.offline_cameras),
            "live_clip": _newest_clips(site, story, shown_until),
        },
        "cameras": cameras,
        "plan": {
            "days_count_from": "last_footage_on",
            "tasks": [
                {
                    "key": task.key,
                    "title": asdict(task.title),
                    "stage": task.stage,
                    "start_day": task.start_day,
                    "finish_day": task.finish_day,
                    "weight": task.weight,
                }
                for task in site.tasks
            ],
        },
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _newest_clips(site: SitePlan, story: Story, until: date) -> dict[str, str]:
    """Return for each view the last clip that was filmed up to a day."""
    shown = sorted((story.clip_day(clip).on, clip.view, clip.key) for clip in site.clips)
    return {view: f"{view}/{key}.mp4" for on, view, key in shown if on <= until}


def _first_look(site: SitePlan, story: Story, view: str) -> str:
    seen = next(day for day in story.days if not any(fault.kind == "outage" for fault in story.faults(view, day.index)))
    return moment(seen.on, site.looks_at[0]).isoformat()


def _polygon(stage: Stage, points: NDArray[np.float64]) -> list[list[float]]:
    return [[round(x / WIDTH_PX, 4), round(y / HEIGHT_PX, 4)] for x, y in stage.outline(points)]
