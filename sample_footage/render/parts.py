"""The parts played in a clip: each a function of the seconds since its start."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np

from sample_footage.render.cast import person
from sample_footage.render.draws import draw_for
from sample_footage.render.ground_plan import GroundPlan
from sample_footage.render.looks import left_standing, moment
from sample_footage.render.machine_acts import (
    car_act,
    excavator_act,
    loader_act,
    mixer_act,
    mobile_crane_act,
    parked_excavator_act,
    pickup_act,
    roller_act,
    tower_crane_act,
    truck_act,
)
from sample_footage.render.site_plan import ClipPlan, Phase, SitePlan
from sample_footage.render.story import Story
from sample_footage.render.take import Act, MachineAct, Take, WorkerAct
from sample_footage.render.worker import CARRYING, POINTING, TALKING, Stance, digging_by_hand, hammering, walking

Part = Callable[[float], Act]

_DIG_S, _SCOOP_S, _DRUM_S, _LIFT_S, _TOWER_S, _ROLL_S, _TIP_S = 12.0, 16.0, 7.0, 40.0, 46.0, 14.0, 14.0
_SHOVEL_S, _HAMMER_S, _STRIDE_M = 1.8, 1.1, 1.42
_MOST_SWAY_PX = 1.2


def clip_takes(site: SitePlan, clip: ClipPlan, story: Story, seed: int, seconds: float, rate: float) -> Iterator[Take]:
    """Yield the pictures of a clip at `rate` a second."""
    day = story.clip_day(clip)
    view = site.view(clip.view)
    rng = draw_for(seed, site.key, "clip", clip.key)
    start = moment(day.on, clip.at)
    look = min(range(len(site.looks_at)), key=lambda index: abs(site.looks_at[index].hour - clip.at.hour))
    if day.is_active:
        parts = [*_machines(view.ground, view.phase_at(day.progress), rng), *_people(view.ground, rng)]
    else:
        parts = [_still(act) for act in left_standing(view, story, day)]
    sways = rng.uniform(0, _MOST_SWAY_PX), rng.uniform(2.0, 3.4), rng.uniform(0, 6.28)
    for index in range(round(seconds * rate)):
        t = index / rate
        yield Take(
            at=start + timedelta(seconds=t),
            progress=day.progress,
            weather=day.weather[look],
            drift=50.0,
            acts=tuple(play(t) for play in parts),
            faults=story.faults(view.key, day.index),
            sway_px=_sway(t, *sways),
        )


def _machines(ground: GroundPlan, phase: Phase, rng: np.random.Generator) -> Iterator[Part]:
    """One machine works, one stands, and others do as the draw says."""
    begin = float(rng.random())
    second = _other_works(rng)
    if phase is Phase.EARTHWORKS:
        yield lambda t: excavator_act(ground, "left", begin + t / _DIG_S, True)
        yield _still(truck_act(ground, "wait-free", 0.0, False))
        yield _stopping(second, lambda t, on: loader_act(ground, "scoop", begin + t / _SCOOP_S, on))
    elif phase is Phase.CONCRETE:
        yield lambda t: mixer_act(ground, begin + t / _DRUM_S, True)
        if ground.has_tower_crane:
            yield _stopping(second, lambda t, on: tower_crane_act(ground, begin + t / _TOWER_S, on))
        yield _still(excavator_act(ground, "right", 0.0, False))
    elif phase is Phase.LIFTING:
        yield lambda t: mobile_crane_act(ground, begin + t / _LIFT_S, True)
        yield _stopping(second, lambda t, on: mixer_act(ground, begin + t / _DRUM_S, on))
        yield _still(parked_excavator_act(ground))
    elif phase is Phase.ENVELOPE:
        yield lambda t: mobile_crane_act(ground, begin + t / _LIFT_S, True)
        yield _stopping(second, lambda t, on: loader_act(ground, "scoop-left", begin + t / _SCOOP_S, on))
        yield _still(tower_crane_act(ground, 0.0, False) if ground.has_tower_crane else parked_excavator_act(ground))
    else:
        yield lambda t: roller_act(ground, 0.5 - 0.5 * math.cos(2 * math.pi * (begin + t / _ROLL_S)), True)
        yield _stopping(second, lambda t, on: truck_act(ground, "tip", 0.5 - 0.5 * math.cos(math.pi * t / _TIP_S), on))
        yield _still(loader_act(ground, "scoop", 0.0, False))
    if rng.random() < 0.6:
        yield _still(pickup_act(ground))
    if rng.random() < 0.4:
        yield _still(car_act(ground))


def _other_works(rng: np.random.Generator) -> float:
    """Return for how many seconds a second machine works: not at all, all along, or until it stops."""
    return float(rng.choice([0.0, 1e9, rng.uniform(9.0, 13.0)]))


def _stopping(works_s: float, play: Callable[[float, bool], MachineAct]) -> Part:
    """A machine that works for `works_s` and then stands as it stopped."""
    stands = play(works_s, True) if 0 < works_s < 1e6 else play(0.0, False)

    def part(t: float) -> Act:
        if t < works_s:
            return play(t, True)
        return replace(stands, work=play(0.0, False).work)

    return part


def _people(ground: GroundPlan, rng: np.random.Generator) -> Iterator[Part]:
    pace, walks_at = rng.uniform(1.0, 1.3), rng.uniform(18.9, 19.6)

    def walker(t: float) -> Act:
        # Across the front and back again.
        way = pace * t
        x = -6.5 + (way if way < 13.0 else 26.0 - way)
        heading = 0.0 if way < 13.0 else 180.0
        return _worker(ground, 0, x, walks_at, heading, walking(way / _STRIDE_M))

    def returner(t: float) -> Act:
        # Down towards the camera, then back up the way it came.
        way = 1.1 * t
        down = way if way < 4.0 else 8.0 - way
        heading = -106.0 if way < 4.0 else 74.0
        return _worker(ground, 1, 5.4 - 0.25 * down, 22.0 - 0.75 * down, heading, walking(way / _STRIDE_M))

    def far(t: float) -> Act:
        return _worker(ground, 5, -9.0 + 0.7 * t, 32.2, 0.0, walking(0.7 * t / _STRIDE_M))

    yield walker
    if rng.random() < 0.7:
        yield returner
    yield lambda t: _worker(ground, 2, 2.4, 20.6, 200.0, digging_by_hand(t / _SHOVEL_S))
    if rng.random() < 0.8:
        yield _still(_worker(ground, 3, -2.4, 21.2, 170.0, POINTING))
        yield _still(_worker(ground, 4, -1.3, 20.8, 120.0, TALKING))
    if rng.random() < 0.7:
        yield far
    if rng.random() < 0.5:
        yield lambda t: _worker(ground, 6, 7.6, 32.0, 250.0, hammering(t / _HAMMER_S))
    if rng.random() < 0.4:
        yield _still(_worker(ground, 7, -5.2, 20.4, 20.0, CARRYING))


def _worker(ground: GroundPlan, number: int, x: float, y: float, heading_deg: float, stance: Stance) -> WorkerAct:
    return WorkerAct(person(number).name, ground.x(x), y, ground.heading(heading_deg), stance)


def _still(act: Act) -> Part:
    return lambda _: act


def _sway(t: float, most_px: float, period_s: float, phase: float) -> tuple[float, float]:
    """How far wind pushes the picture: mostly sideways, in two swings that don't repeat soon."""
    across = math.sin(2 * math.pi * t / period_s + phase) + 0.4 * math.sin(2 * math.pi * t / (period_s * 0.37))
    down = 0.4 * math.sin(2 * math.pi * t / (period_s * 0.61) + phase)
    return most_px * across / 1.4, most_px * down
