"""The course of events day by day: who works, under what weather, how much is done, and what goes wrong."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sample_footage.render.climate import draw_weather
from sample_footage.render.draws import draw_for
from sample_footage.render.site_plan import ClipPlan, SitePlan, View
from sample_footage.render.take import Fault, FaultKind
from sample_footage.render.weather import Weather

CREW_FROM, CREW_TO = 4, 9
SHIFT_H = 9.0
_DIRTY_DAYS = 5
_NUDGED_DAYS = (4, 8)
_STAYS_DAYS = 11
# Troubles last this long in footage of so many days, and are shorter in shorter footage.
_FULL_DAYS = 60
_HIDES_ALL = frozenset({FaultKind.OUTAGE, FaultKind.BLOCKED, FaultKind.FROZEN})


@dataclass(frozen=True, slots=True)
class Nudge:
    """A camera pushed out of its place from one day on, until the day it is put back."""

    first_day: int
    end_day: int
    pan_deg: float
    tilt_deg: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault of a view over days `first_day` up to, not including, `end_day`."""

    kind: FaultKind
    first_day: int
    end_day: int

    def covers(self, day: int) -> bool:
        """Whether the trouble stands on that day."""
        return self.first_day <= day < self.end_day


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One site day as it really goes. `progress` is the share of the footage's work done by its morning."""

    index: int
    on: date
    is_working_day: bool
    is_active: bool
    progress: float
    crew: int
    weather: tuple[Weather, ...]
    duty: float


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that happens on a site, decided before anything is rendered."""

    days: tuple[DayPlan, ...]
    troubles: dict[str, tuple[Trouble, ...]]
    nudges: dict[str, Nudge | None]

    def faults(self, view: str, day: int) -> tuple[Fault, ...]:
        """Return what is wrong with a view on a day."""
        return tuple(
            Fault(trouble.kind, _strength(trouble, day)) for trouble in self.troubles[view] if trouble.covers(day)
        )

    def clip_day(self, clip: ClipPlan) -> DayPlan:
        """Return the day on which a clip is filmed: one that its camera can show, the nearest to its share."""
        target = round(clip.day_share * (len(self.days) - 1))
        wanted = [day for day in self.days if day.is_working_day and day.is_active == clip.is_at_work]
        days = [day for day in wanted if self._can_be_filmed(clip.view, day)]
        return min(days or self.days, key=lambda day: (abs(day.index - target), day.index))

    def _can_be_filmed(self, view: str, day: DayPlan) -> bool:
        is_lost = any(fault.kind in _HIDES_ALL for fault in self.faults(view, day.index))
        return not is_lost and not any(weather.is_blinding for weather in day.weather)


def tell_story(site: SitePlan, seed: int) -> Story:
    """Draw every day of the footage and every trouble of its cameras."""
    rng = draw_for(seed, site.key, "days")
    active = [site.is_active_day(index) for index in range(site.days)]
    troubles, nudges = {}, {}
    for view in site.views:
        troubles[view.key], nudges[view.key] = _draw_troubles(site, view, draw_for(seed, site.key, "faults", view.key))
    clean = [
        index
        for index in range(3, site.days - 6)
        if site.is_working_day(index)
        and not any(trouble.covers(index) for found in troubles.values() for trouble in found)
        and index not in {site.day_index(clip.day_share) for clip in site.clips}
    ]
    blinding = int(rng.choice(clean)) if clean else None
    weather = draw_weather(rng, [site.day(index) for index in range(site.days)], len(site.looks_at), blinding)
    wet = np.array([looks[0].kind in ("rain", "snow") for looks in weather])
    gains = np.where(active, rng.uniform(0.6, 1.4, site.days) * np.where(wet, 0.6, 1.0), 0.0)
    # What a day brings stands at its end; the first picture of the first day shows the start.
    before = np.concatenate([[0.0], np.cumsum(gains)])[:-1] / max(1e-9, float(gains[:-1].sum()))
    days = tuple(
        DayPlan(
            index=index,
            on=site.day(index),
            is_working_day=site.is_working_day(index),
            is_active=active[index],
            progress=min(1.0, float(before[index])),
            crew=int(rng.integers(CREW_FROM, CREW_TO + 1)) if active[index] else 0,
            weather=weather[index],
            duty=float(rng.uniform(0.55, 0.85)) if active[index] else 0.0,
        )
        for index in range(site.days)
    )
    return Story(days, troubles, nudges)


def _draw_troubles(site: SitePlan, view: View, rng: np.random.Generator) -> tuple[tuple[Trouble, ...], Nudge | None]:
    """Spread a view's troubles over days of their own, away from the clips' days and the first ones.

    In footage of a few days those that find no room are left out.
    """
    plan = site.faults
    clip_days = {site.day_index(clip.day_share) for clip in site.clips if clip.view == view.key}
    taken = set(range(3)) | clip_days

    def lasting(days: int) -> int:
        return max(1, round(days * min(1.0, site.days / _FULL_DAYS)))

    def free(length: int) -> int | None:
        starts = [
            start
            for start in range(3, site.days - length + 1)
            if not any(day in taken for day in range(start - 1, start + length + 1)) and site.is_working_day(start)
        ]
        if not starts:
            return None
        start = int(rng.choice(starts))
        taken.update(range(start, start + length))
        return start

    found = []
    nudge = None
    if plan.is_nudged:
        length = lasting(_STAYS_DAYS if plan.nudge_stays else int(rng.integers(*_NUDGED_DAYS)))
        first = site.days - length if plan.nudge_stays else free(length)
        sides, pan, tilt = rng.choice([-1.0, 1.0], 2), rng.uniform(3.5, 7.5), rng.uniform(0.8, 2.2)
        if first is not None:
            taken.update(range(first, first + length))
            nudge = Nudge(first, first + length, float(sides[0] * pan), float(sides[1] * tilt))
            found.append(Trouble(FaultKind.MOVED, nudge.first_day, nudge.end_day))
    for wanted, kind, length in (
        (plan.gets_dirty, FaultKind.DIRT, _DIRTY_DAYS),
        (plan.outage_days > 0, FaultKind.OUTAGE, plan.outage_days),
        (plan.is_blocked_once, FaultKind.BLOCKED, 1),
        (plan.is_frozen_once, FaultKind.FROZEN, 1),
    ):
        first = free(lasting(length)) if wanted else None
        if first is not None:
            found.append(Trouble(kind, first, first + lasting(length)))
    return tuple(found), nudge


def _strength(trouble: Trouble, day: int) -> float:
    """Dirt gathers from day to day until the dome is wiped; all else is there or not."""
    if trouble.kind is not FaultKind.DIRT:
        return 1.0
    return 0.12 + 0.28 * (day - trouble.first_day + 1) / (trouble.end_day - trouble.first_day)
