"""site.json: what a loader needs to enter the site, its camera, zones, elements and plan."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sample_footage.render.site_plan import TIME_ZONE, SitePlan
from sample_footage.render.stage import HEIGHT_PX, WIDTH_PX, Stage
from sample_footage.render.truth import TrueClip, TrueDay, last_on

_GATE_HEIGHT_M = 2.6

Polygon = list[list[float]]


def write_site_card(path: Path, site: SitePlan, stage: Stage, first_day: TrueDay, clips: Sequence[TrueClip]) -> None:
    """Write the card; polygons are fractions of the picture's width and height, clockwise from any corner."""
    gate_ground = stage.ground(np.array(site.ground.gate))
    gate = np.concatenate([gate_ground, gate_ground + np.array([0, 0, _GATE_HEIGHT_M])])
    document = {
        "schema_version": 1,
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
        "last_footage_on": last_on(site).isoformat(),
        "camera": {
            "key": "mast-1",
            "width_px": WIDTH_PX,
            "height_px": HEIGHT_PX,
            "clips": [{"file": clip.file, "kind": clip.kind, "starts_at": clip.frames[0].at} for clip in clips],
            "reference_at": f"{first_day.on}T{site.looks_at[1].isoformat('minutes')}:00+05:00",
            "zones": [
                {
                    "key": "work-area",
                    "purpose": "work_area",
                    "polygon": _outline(stage, stage.ground(np.array(site.ground.work_area))),
                },
                {"key": "gate", "purpose": "gate", "polygon": _outline(stage, gate)},
            ],
            "elements": [
                {
                    "key": element.structure.element,
                    "task": element.task,
                    "title": asdict(element.title),
                    "weight": 1.0,
                    "grows": element.grows,
                    "reference_share": first_day.elements[element.structure.element],
                    "polygon": _outline(stage, element.structure.corners()),
                }
                for element in site.elements
            ],
        },
        "plan": {
            "days_count_from": "last_footage_on",
            "tasks": [
                {
                    "key": task.key,
                    "title": asdict(task.title),
                    "start_day": task.start_day,
                    "finish_day": task.finish_day,
                    "weight": task.weight,
                }
                for task in site.tasks
            ],
        },
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _outline(stage: Stage, points: NDArray[np.float64]) -> Polygon:
    """Return the convex hull of the points' pixels, cut off at the picture's edge, as fractions."""
    spots = stage.camera.project(points) / np.array([WIDTH_PX, HEIGHT_PX])
    return [[round(x, 4), round(y, 4)] for x, y in _cut(_hull(spots))]


def _hull(spots: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Andrew's monotone chain."""
    ordered = sorted({(float(x), float(y)) for x, y in spots})

    def half(run: list[tuple[float, float]]) -> list[tuple[float, float]]:
        kept: list[tuple[float, float]] = []
        for point in run:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return half(ordered) + half(ordered[::-1])


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _cut(polygon: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Sutherland and Hodgman's clipping to the unit square."""
    for axis, limit, sign in ((0, 0.0, 1), (0, 1.0, -1), (1, 0.0, 1), (1, 1.0, -1)):
        kept: list[tuple[float, float]] = []
        for before, point in zip(polygon[-1:] + polygon[:-1], polygon, strict=True):
            inside, was_inside = (sign * (p[axis] - limit) >= 0 for p in (point, before))
            if inside != was_inside:
                share = (limit - before[axis]) / (point[axis] - before[axis])
                kept.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
            if inside:
                kept.append(point)
        polygon = kept
    return polygon
