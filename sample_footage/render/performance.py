"""Who does what where: the looks of a working day, and the parts played in a live clip."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import numpy as np

from sample_footage.render.draws import draw_for
from sample_footage.render.excavator import PARKED, digging
from sample_footage.render.ground_plan import DIG_AT
from sample_footage.render.schedule import DayPlan
from sample_footage.render.site_plan import TIME_ZONE, SitePlan
from sample_footage.render.take import Act, CarAct, ExcavatorAct, Take, TruckAct, Work, WorkerAct
from sample_footage.render.worker import (
    CARRYING,
    CROUCHING,
    POINTING,
    STANDING,
    TALKING,
    Stance,
    digging_by_hand,
    walking,
)

_STATION_M = 7.0
_LORRY_M = 7.9
_LORRY_TURN_DEG = 42.0
_APART_M = 1.3
_STRIDE_M = 1.42
_DIG_S, _SHOVEL_S = 12.0, 1.8


def time_lapse_takes(site: SitePlan, day: DayPlan, seed: int) -> Iterator[Take]:
    """Yield the looks of one day."""
    rng = draw_for(seed, site.key, "looks", day.on.toordinal())
    for index, hour in enumerate(site.looks_at):
        acts = tuple(_acts(site, day, rng)) if day.is_active else ()
        yield Take(_moment(day.on, hour), day.shares, day.cloud_share, day.on.toordinal() % 97 + index * 0.3, acts)


def live_takes(site: SitePlan, day: DayPlan, seed: int, seconds: float, rate: float) -> Iterator[Take]:
    """Yield the pictures of a clip at `rate` a second on `day`."""
    start = _moment(day.on, site.live_at)
    rng = draw_for(seed, site.key, "live")
    cast = _live_cast(site, rng) if day.is_active else []
    for index in range(round(seconds * rate)):
        t = index / rate
        yield Take(start + timedelta(seconds=t), day.shares, day.cloud_share, 50.0, tuple(play(t) for play in cast))


def _moment(on: date, hour: time) -> datetime:
    return datetime.combine(on, hour, TIME_ZONE)


def _acts(site: SitePlan, day: DayPlan, rng: np.random.Generator) -> Iterator[Act]:
    works = bool(rng.random() < day.machine_duty)
    excavator = _excavator(site, day.station, float(rng.uniform(0, 1)), works)
    excavator = replace(
        excavator,
        x=excavator.x + rng.uniform(-0.6, 0.6),
        y=excavator.y + rng.uniform(-0.5, 0.5),
        heading_deg=excavator.heading_deg + rng.uniform(-9, 9),
    )
    yield excavator
    taken = [(excavator.x, excavator.y, 3.6), (site.ground.x(DIG_AT[0]), DIG_AT[1], 2.6)]
    if rng.random() < 0.8:
        truck = _loading(site, day.station) if rng.random() < 0.3 else _waiting(site, day.station)
        yield replace(truck, x=truck.x + rng.uniform(-0.8, 0.8), heading_deg=truck.heading_deg + rng.uniform(-7, 7))
    if rng.random() < 0.5:
        car = CarAct("car-1", site.ground.x(7.9), 16.2, site.ground.heading(float(rng.choice([78.0, -102.0]))))
        taken.append((car.x, car.y, 3.0))
        yield car
    for number in range(day.crew):
        y = rng.uniform(13.4, 19.5)
        spot = (rng.uniform(-0.48, 0.48) * y, y)
        if any(np.hypot(spot[0] - x, spot[1] - y) < apart for x, y, apart in taken):
            continue
        taken.append((*spot, _APART_M))
        stances = (
            walking(rng.random()),
            walking(rng.random()),
            digging_by_hand(rng.random()),
            STANDING,
            TALKING,
            CARRYING,
            CROUCHING,
            POINTING,
        )
        yield WorkerAct(f"person-{number + 1}", *spot, rng.uniform(0, 360), stances[int(rng.integers(0, len(stances)))])


def _excavator(site: SitePlan, station: int, phase: float, works: bool) -> ExcavatorAct:
    """Station 0 digs from the left of the heap and 1 from its right (before mirroring)."""
    side = -1 if station == 0 else 1
    turn = _LORRY_TURN_DEG if station == 0 else -_LORRY_TURN_DEG
    pose = digging(phase, site.ground.swing(turn)) if works else PARKED
    return ExcavatorAct(
        "excavator-1",
        site.ground.x(DIG_AT[0] + side * _STATION_M),
        DIG_AT[1],
        site.ground.heading(0.0 if station == 0 else 180.0),
        pose,
        Work.WORKING if works else Work.IDLE,
    )


def _loading(site: SitePlan, station: int) -> TruckAct:
    """Backed up to the excavator, the lorry waits for its load: idle, as it stands still."""
    side = -1 if station == 0 else 1
    away = np.radians(_LORRY_TURN_DEG if station == 0 else 180 - _LORRY_TURN_DEG)
    x = DIG_AT[0] + side * _STATION_M + _LORRY_M * np.cos(away)
    heading = 24.0 if station == 0 else 156.0
    return TruckAct(
        "truck-1",
        site.ground.x(float(x)),
        float(DIG_AT[1] + _LORRY_M * np.sin(away)),
        site.ground.heading(heading),
        0.0,
        Work.IDLE,
    )


def _waiting(site: SitePlan, station: int) -> TruckAct:
    """Beyond the heap, clear of the excavator, the lorry waits its turn."""
    x, heading = (9.6, 158.0) if station == 0 else (-6.4, 18.0)
    return TruckAct("truck-1", site.ground.x(x), 25.0, site.ground.heading(heading), 0.0, Work.IDLE)


def _live_cast(site: SitePlan, rng: np.random.Generator) -> list[Callable[[float], Act]]:
    """The parts played in a clip, each a function of the seconds since its start."""
    pace, walks_at = rng.uniform(1.15, 1.35), rng.uniform(13.7, 14.3)

    def walker(t: float) -> Act:
        way = pace * t
        return WorkerAct(
            "person-1", site.ground.x(-6.6 + way), walks_at, site.ground.heading(0.0), walking(way / _STRIDE_M)
        )

    def returner(t: float) -> Act:
        # Down towards the camera, then back up the way it came.
        way = 1.1 * t
        down = way if way < 5.0 else 10.0 - way
        return WorkerAct(
            "person-2",
            site.ground.x(6.2 - 0.25 * down),
            20.0 - down * 0.9,
            site.ground.heading(-106.0 if way < 5.0 else 74.0),
            walking(way / _STRIDE_M),
        )

    def still(act: Act) -> Callable[[float], Act]:
        return lambda _: act

    def standing(name: str, x: float, y: float, heading: float, stance: Stance) -> Callable[[float], Act]:
        return still(WorkerAct(name, site.ground.x(x), y, site.ground.heading(heading), stance))

    return [
        lambda t: _excavator(site, 0, t / _DIG_S + 0.02, True),
        still(_waiting(site, 0)),
        still(CarAct("car-1", site.ground.x(5.0), 30.0, site.ground.heading(8.0))),
        walker,
        returner,
        lambda t: WorkerAct(
            "person-3", site.ground.x(1.8), 16.6, site.ground.heading(200.0), digging_by_hand(t / _SHOVEL_S)
        ),
        standing("person-4", -1.9, 15.8, 170.0, POINTING),
        standing("person-5", -0.8, 15.3, 120.0, TALKING),
    ]
