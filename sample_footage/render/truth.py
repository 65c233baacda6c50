"""What is true in the footage, and the JSON it is written as (../truth.schema.json, ../clip_truth.schema.json)."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sample_footage.render.cast import BLOCKER_NUMBER, name_of, role_named
from sample_footage.render.site_plan import Element, SitePlan
from sample_footage.render.sky import SunPosition
from sample_footage.render.story import SHIFT_H, DayPlan, Story
from sample_footage.render.take import FaultKind, MachineAct, Take

SCHEMA_VERSION = 2
TIME_LAPSE = "time_lapse"
_SEEN_FROM_PX = 30
# Site days are judged as the product's design has it: the least share of due looks, and of usable ones.
_LEAST_COVERED, _LEAST_USABLE = 0.3, 0.3
_HIDES = frozenset({FaultKind.BLOCKED, FaultKind.MOVED, FaultKind.FROZEN, FaultKind.OUTAGE})


@dataclass(frozen=True, slots=True)
class TrueObject:
    """One thing in one picture; `xyxy` bounds its visible pixels, right and bottom just outside."""

    id: str
    label: str
    group: str
    xyxy: tuple[int, int, int, int]
    visible_px: int
    work: str | None


@dataclass(frozen=True, slots=True)
class TrueFrame:
    """One picture of a clip; `visible_shares` says how much of each work element's outline nothing hides."""

    index: int
    at: str
    sun_elevation_deg: float
    weather: str
    cloud_share: float
    snow_cover: float
    faults: tuple[str, ...]
    is_usable: bool
    visible_shares: dict[str, float]
    objects: tuple[TrueObject, ...]


@dataclass(frozen=True, slots=True)
class TrueDay:
    """What one site day was."""

    on: str
    site_day: str
    is_active: bool
    elements: dict[str, float]
    visible_shares: dict[str, float]
    project_share: float
    plan_visible_share: float
    working_on: tuple[str, ...]
    people: int
    machines: tuple[str, ...]
    person_hours: float
    machine_working_hours: dict[str, float]
    weather: str
    snow_cover: float
    faults: dict[str, tuple[str, ...]]


def true_frame(
    index: int,
    take: Take,
    ids: NDArray[np.int32] | None,
    fills: dict[str, NDArray[np.bool_]],
    sun: SunPosition,
    before: TrueFrame | None,
) -> TrueFrame:
    """Read the boxes off the id mask (height, width); a thing seen by a few pixels only is left out.

    Without a mask the picture is frozen: it shows what the one `before` it shows.
    """
    is_usable = not take.weather.is_blinding and not any(take.has(kind) for kind in _HIDES)
    shown_before = before.objects if before is not None else ()
    objects = shown_before if ids is None else tuple(_objects(take, ids))
    hides = np.zeros((1, 1), bool) if ids is None else (ids > 0) & (ids <= BLOCKER_NUMBER)
    return TrueFrame(
        index=index,
        at=take.at.isoformat(),
        sun_elevation_deg=round(sun.elevation_deg, 2),
        weather=take.weather.kind,
        cloud_share=round(take.weather.cloud_share, 3),
        snow_cover=round(take.weather.snow_cover, 3),
        faults=tuple(sorted(fault.kind.value for fault in take.faults)),
        is_usable=is_usable,
        visible_shares={
            key: round(1.0 - float((hides & area).sum()) / max(1, int(area.sum())), 3) if is_usable else 0.0
            for key, area in fills.items()
        },
        objects=objects,
    )


def true_days(site: SitePlan, story: Story, looks: dict[str, Sequence[dict[str, Any]]]) -> list[TrueDay]:
    """Sum every day up; `looks` holds each view's time-lapse frames as they were written."""
    by_day: dict[str, list[dict[str, Any]]] = {}
    for view, frames in looks.items():
        for frame in frames:
            by_day.setdefault(frame["at"][:10], []).append({**frame, "view": view})
    days = []
    before: dict[str, float] | None = None
    for day in story.days:
        shares = {element.key: _standing_share(element, day.progress) for element in site.elements}
        days.append(_true_day(site, story, day, shares, before, by_day.get(day.on.isoformat(), [])))
        before = shares
    return days


def write_clip_truth(path: Path, head: dict[str, Any], frames: Sequence[TrueFrame]) -> None:
    """Write one clip's truth, a line a frame."""
    lines = [json.dumps(asdict(frame), ensure_ascii=False) for frame in frames]
    top = json.dumps(head, ensure_ascii=False)[:-1]
    path.write_text(top + ', "frames": [\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def write_truth(
    path: Path, site: SitePlan, story: Story, seed: int, size: tuple[int, int], days: list[TrueDay]
) -> None:
    """Write the site's truth: its days, and how its cameras hung."""
    cameras = []
    for view in site.views:
        pose = {key: round(value, 3) for key, value in asdict(view.ground.camera).items()}
        nudge = story.nudges[view.key]
        poses = [{"from": site.first_on.isoformat(), **pose}]
        if nudge is not None:
            pushed = view.ground.camera.nudged(nudge.pan_deg, nudge.tilt_deg)
            pushed_pose = {key: round(value, 3) for key, value in asdict(pushed).items()}
            poses.append({"from": site.day(nudge.first_day).isoformat(), **pushed_pose})
            if nudge.end_day < site.days:
                poses.append({"from": site.day(nudge.end_day).isoformat(), **pose})
        clips = [f"{view.key}/{TIME_LAPSE}.mp4", *(f"{c.view}/{c.key}.mp4" for c in site.clips if c.view == view.key)]
        cameras.append({"key": view.key, "poses": poses, "clips": clips})
    document = {
        "schema_version": SCHEMA_VERSION,
        "site": site.key,
        "seed": seed,
        "width_px": size[0],
        "height_px": size[1],
        "view_azimuth_deg": round(site.view_azimuth_deg, 2),
        "cameras": cameras,
    }
    lines = ",\n".join(json.dumps(asdict(day), ensure_ascii=False) for day in days)
    top = json.dumps(document, ensure_ascii=False)[:-1]
    path.write_text(top + ', "days": [\n' + lines + "\n]}\n", encoding="utf-8")


def _objects(take: Take, ids: NDArray[np.int32]) -> list[TrueObject]:
    acts = {act.name: act for act in take.acts}
    found = []
    for number in np.unique(ids[ids > 0]):
        name = name_of(int(number))
        if name is None:
            continue
        rows, columns = np.nonzero(ids == number)
        if len(rows) < _SEEN_FROM_PX:
            continue
        act, role = acts[name], role_named(name)
        box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
        work = act.work.value if isinstance(act, MachineAct) and act.work is not None else None
        found.append(TrueObject(name, role.label, role.group, box, len(rows), work))
    return found


def _standing_share(element: Element, progress: float) -> float:
    """The share of the pieces that really stand: whole pieces only."""
    structure = element.structure
    return structure.share_of(structure.count_at(element.share_at(progress)))


def _true_day(
    site: SitePlan,
    story: Story,
    day: DayPlan,
    shares: dict[str, float],
    before: dict[str, float] | None,
    looks: list[dict[str, Any]],
) -> TrueDay:
    weights = {task.key: task.weight for task in site.tasks}
    total = sum(weights.values())
    by_task: dict[str, list[float]] = {}
    for element in site.elements:
        by_task.setdefault(element.task, []).append(shares[element.key])
    # A task without an element has no footage of its own: done when its days are over, else not begun.
    left = (day.on - site.last_on).days
    done = {
        task.key: (
            sum(by_task[task.key]) / len(by_task[task.key]) if task.key in by_task else float(task.finish_day < left)
        )
        for task in site.tasks
    }
    machines: dict[str, list[str]] = {}
    for frame in looks:
        for thing in frame["objects"]:
            if thing["group"] == "machine" and "frozen" not in frame["faults"]:
                machines.setdefault(thing["id"], []).append(thing["work"])
    working = {name: round(SHIFT_H * day.duty, 1) for name, works in machines.items() if "working" in works}
    return TrueDay(
        on=day.on.isoformat(),
        site_day=_site_day(site, day, looks),
        is_active=day.is_active,
        elements={key: round(share, 4) for key, share in shares.items()},
        visible_shares={
            element.key: max(
                (f["visible_shares"][element.key] for f in looks if element.key in f["visible_shares"]), default=0.0
            )
            for element in site.elements
        },
        project_share=round(sum(done[key] * weight for key, weight in weights.items()) / total, 4),
        plan_visible_share=round(sum(weights[key] for key in by_task) / total, 4),
        working_on=tuple(
            sorted({e.task for e in site.elements if before is not None and shares[e.key] > before[e.key]})
        ),
        people=day.crew,
        machines=tuple(sorted(machines)),
        person_hours=round(day.crew * SHIFT_H, 1),
        machine_working_hours=working,
        weather=day.weather[len(day.weather) // 2].kind,
        snow_cover=round(day.weather[0].snow_cover, 3),
        faults={
            view.key: tuple(sorted(fault.kind.value for fault in story.faults(view.key, day.index)))
            for view in site.views
        },
    )


def _site_day(site: SitePlan, day: DayPlan, looks: list[dict[str, Any]]) -> str:
    """Judge the day by the view that tells the most, from what its camera could show."""
    if not day.is_working_day:
        return "NON_WORKING"
    states = set()
    for view in site.views:
        seen = [frame for frame in looks if frame["view"] == view.key]
        usable = [frame for frame in seen if frame["is_usable"]]
        if len(seen) < _LEAST_COVERED * len(site.looks_at):
            states.add("OUTAGE")
        elif len(usable) < _LEAST_USABLE * len(seen):
            states.add("OBSTRUCTED")
        elif day.is_active:
            states.add("ACTIVE")
        else:
            states.add("STANDSTILL")
    return next(state for state in ("ACTIVE", "STANDSTILL", "OBSTRUCTED", "OUTAGE") if state in states)
