"""The looks of a time-lapse: who and what is there at each hour of each day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

import numpy as np

from sample_footage.render.cast import CREW, TOWER_CRANE, person
from sample_footage.render.draws import draw_for
from sample_footage.render.machine_acts import (
    car_act,
    excavator_act,
    loader_act,
    mixer_act,
    mobile_crane_act,
    pickup_act,
    roller_act,
    tower_crane_act,
    truck_act,
)
from sample_footage.render.site_plan import TIME_ZONE, Phase, SitePlan, View
from sample_footage.render.story import DayPlan, Story
from sample_footage.render.take import Act, MachineAct, Take, WorkerAct
from sample_footage.render.worker import (
    CARRYING,
    CROUCHING,
    POINTING,
    STANDING,
    TALKING,
    WELDING,
    Stance,
    carrying_on_shoulder,
    digging_by_hand,
    hammering,
    tying_bars,
    walking,
    waving_in,
)

# How much room things keep, in metres from their middles.
_MACHINE_ROOM_M, _CAR_ROOM_M, _PERSON_ROOM_M = 3.7, 2.6, 1.3
_FRONT_SHARE = 0.7


def time_lapse_takes(site: SitePlan, view: View, story: Story, day: DayPlan, seed: int) -> Iterator[Take]:
    """Yield the looks of one day; none on a day of outage, which no camera recorded."""
    rng = draw_for(seed, site.key, "looks", view.key, day.on.toordinal())
    for index, hour in enumerate(site.looks_at):
        acts = tuple(_working(view, day, rng)) if day.is_active else tuple(left_standing(view, story, day))
        yield Take(
            at=moment(day.on, hour),
            progress=day.progress,
            weather=day.weather[index],
            drift=day.on.toordinal() % 97 + index * 0.3,
            acts=acts,
            faults=story.faults(view.key, day.index),
        )


def moment(on: date, hour: time) -> datetime:
    """Return an hour of a day in the sites' time."""
    return datetime.combine(on, hour, TIME_ZONE)


def always_there(view: View, progress: float) -> list[MachineAct]:
    """Return what stands on site day and night: the tower crane while concrete and walls go up."""
    is_up = view.ground.has_tower_crane and view.phase_at(progress) in (Phase.CONCRETE, Phase.ENVELOPE)
    return [tower_crane_act(view.ground, 0.0, False)] if is_up else []


def left_standing(view: View, story: Story, day: DayPlan) -> Iterator[Act]:
    """What the crew left where it was: nothing once a site has stood still for days."""
    yield from always_there(view, day.progress)
    since = next((back for back in range(1, day.index + 1) if story.days[day.index - back].is_active), None)
    if since is None or since > 3:
        return
    phase = view.phase_at(day.progress)
    if phase is Phase.EARTHWORKS:
        yield excavator_act(view.ground, "left", 0.0, False)
    elif phase is Phase.PAVING:
        yield roller_act(view.ground, 0.2, False)
    elif phase is Phase.LIFTING:
        yield mobile_crane_act(view.ground, 0.0, False)


def _working(view: View, day: DayPlan, rng: np.random.Generator) -> Iterator[Act]:
    taken = []
    for planned in _machines(view, day, rng):
        moved = replace(
            planned,
            x=planned.x + rng.uniform(-0.4, 0.4),
            y=planned.y + rng.uniform(-0.3, 0.3),
            heading_deg=planned.heading_deg + rng.uniform(-6, 6),
        )
        act = planned if planned.name == TOWER_CRANE.name else moved
        taken.append((act.x, act.y, _CAR_ROOM_M if act.work is None else _MACHINE_ROOM_M))
        yield act
    yield from _people(min(CREW, day.crew), taken, rng)


def _machines(view: View, day: DayPlan, rng: np.random.Generator) -> Iterator[MachineAct]:
    ground, duty = view.ground, day.duty

    def works() -> bool:
        return bool(rng.random() < duty)

    def comes(share: float) -> bool:
        return bool(rng.random() < share)

    phase = view.phase_at(day.progress)
    cycle = float(rng.random())
    side = "left" if rng.random() < 0.5 else "right"
    if phase is Phase.EARTHWORKS:
        yield excavator_act(ground, side, cycle, works())
        if comes(0.75):
            yield truck_act(ground, f"load-{side}" if comes(0.4) else f"wait-{side}", 0.0, False)
        # On the other side it would stand in the excavator's way.
        if side == "left" and comes(0.8):
            yield loader_act(ground, "scoop", float(rng.random()), works())
    elif phase is Phase.CONCRETE:
        if ground.has_tower_crane:
            yield tower_crane_act(ground, cycle, works())
        if comes(0.7):
            yield mixer_act(ground, cycle, works())
        if comes(0.4):
            yield excavator_act(ground, "right", cycle, comes(0.4))
    elif phase is Phase.LIFTING:
        yield mobile_crane_act(ground, cycle, works())
        if comes(0.5):
            yield mixer_act(ground, cycle, works())
        elif comes(0.5):
            yield truck_act(ground, "tip", 0.0, False)
    elif phase is Phase.ENVELOPE:
        if ground.has_tower_crane:
            yield tower_crane_act(ground, cycle, comes(0.3))
        yield mobile_crane_act(ground, cycle, works())
        if comes(0.5):
            yield loader_act(ground, "scoop-left", float(rng.random()), works())
    else:
        yield roller_act(ground, cycle, works())
        if comes(0.7):
            tips = comes(0.5)
            yield truck_act(ground, "tip", float(rng.uniform(0.3, 1.0)) if tips else 0.0, tips)
        if comes(0.4):
            yield loader_act(ground, "scoop", float(rng.random()), works())
    if comes(0.45):
        yield pickup_act(ground)
    if comes(0.3):
        yield car_act(ground)


def _people(crew: int, taken: list[tuple[float, float, float]], rng: np.random.Generator) -> Iterator[WorkerAct]:
    for number in range(crew):
        for _ in range(12):
            front = rng.random() < _FRONT_SHARE
            y = rng.uniform(18.5, 22.6) if front else rng.uniform(31.2, 33.4)
            x = rng.uniform(-0.40, 0.40) * y
            if all(np.hypot(x - other_x, y - other_y) > room for other_x, other_y, room in taken):
                taken.append((x, y, _PERSON_ROOM_M))
                yield WorkerAct(person(number).name, x, y, rng.uniform(0, 360), _stance(rng))
                break


def _stance(rng: np.random.Generator) -> Stance:
    phase = float(rng.random())
    stances = (
        walking(phase),
        walking(phase),
        walking(phase),
        digging_by_hand(phase),
        hammering(phase),
        STANDING,
        STANDING,
        TALKING,
        CARRYING,
        POINTING,
        carrying_on_shoulder(phase),
        waving_in(phase),
        tying_bars(phase),
        WELDING,
        CROUCHING,
    )
    return stances[int(rng.integers(0, len(stances)))]
