"""What is true in the footage, and the JSON it is written as (../truth.schema.json)."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sample_footage.render.schedule import DayPlan
from sample_footage.render.site_plan import SitePlan
from sample_footage.render.sky import SunPosition
from sample_footage.render.take import CarAct, ExcavatorAct, Take, TruckAct

SCHEMA_VERSION = 1
_SEEN_FROM_PX = 30
_GROUPS = {"person": "person", "excavator": "machine", "dump_truck": "machine", "car": "vehicle"}


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
    """One picture of a clip."""

    index: int
    at: str
    sun_elevation_deg: float
    cloud_share: float
    weather: str
    faults: tuple[str, ...]
    objects: tuple[TrueObject, ...]


@dataclass(frozen=True, slots=True)
class TrueClip:
    """All pictures of one file."""

    file: str
    kind: str
    rate: int
    frames: tuple[TrueFrame, ...]


@dataclass(frozen=True, slots=True)
class TrueDay:
    """What one site day was."""

    on: str
    site_day: str
    elements: dict[str, float]
    project_share: float
    plan_visible_share: float
    people: int
    machines: int
    person_hours: float
    machine_working_hours: float


def true_frame(index: int, take: Take, ids: NDArray[np.int32], numbers: dict[int, str], sun: SunPosition) -> TrueFrame:
    """Read the boxes off the id mask (height, width); a thing seen by a few pixels only is left out."""
    acts = {act.name: act for act in take.acts}
    objects = []
    for number in np.unique(ids[ids > 0]):
        name = numbers[int(number)]
        rows, columns = np.nonzero(ids == number)
        if len(rows) < _SEEN_FROM_PX:
            continue
        act = acts[name]
        label = {ExcavatorAct: "excavator", TruckAct: "dump_truck", CarAct: "car"}.get(type(act), "person")
        box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
        work = act.work.value if isinstance(act, ExcavatorAct | TruckAct) else None
        objects.append(TrueObject(name, label, _GROUPS[label], box, len(rows), work))
    return TrueFrame(
        index=index,
        at=take.at.isoformat(),
        sun_elevation_deg=round(sun.elevation_deg, 2),
        cloud_share=round(take.cloud_share, 3),
        weather="overcast" if take.cloud_share > 0.7 else "clear" if take.cloud_share < 0.3 else "cloudy",
        faults=(),
        objects=tuple(objects),
    )


def true_day(site: SitePlan, day: DayPlan, shares: dict[str, float]) -> TrueDay:
    """Sum a day up; `shares` are those of the pieces that stand in the scene."""
    weights = {task.key: task.weight for task in site.tasks}
    total = sum(weights.values())
    by_task = {element.task: shares[element.structure.element] for element in site.elements}
    # A task without an element has no footage of its own: done when its days are over, else not begun.
    left = (day.on - last_on(site)).days
    done = {
        task.key: by_task.get(task.key, 1.0 if task.finish_day < left else 0.0) * task.weight for task in site.tasks
    }
    return TrueDay(
        on=day.on.isoformat(),
        site_day="ACTIVE" if day.is_active else "STANDSTILL" if day.is_working_day else "NON_WORKING",
        elements={key: round(share, 4) for key, share in shares.items()},
        project_share=round(sum(done.values()) / total, 4),
        plan_visible_share=round(sum(weights[key] for key in by_task) / total, 4),
        people=day.crew,
        machines=2 if day.is_active else 0,
        person_hours=round(day.person_hours, 1),
        machine_working_hours=round(day.machine_working_hours, 1),
    )


def last_on(site: SitePlan) -> date:
    """Return the last footage day, from which the plan's days count."""
    return date.fromordinal(site.first_on.toordinal() + site.days - 1)


def write_truth(
    path: Path, site: SitePlan, seed: int, size: tuple[int, int], days: list[TrueDay], clips: list[TrueClip]
) -> None:
    """Write the site's truth file."""
    camera = {key: round(value, 3) for key, value in asdict(site.ground.camera).items()}
    document = {
        "schema_version": SCHEMA_VERSION,
        "site": site.key,
        "seed": seed,
        "width_px": size[0],
        "height_px": size[1],
        "camera": {**camera, "view_azimuth_deg": round(site.view_azimuth_deg, 2)},
        "days": [asdict(day) for day in days],
        "clips": [asdict(clip) for clip in clips],
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
