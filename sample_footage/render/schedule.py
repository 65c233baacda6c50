"""The course of events day by day: who works, under what sky, and how much stands."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sample_footage.render.draws import draw_for
from sample_footage.render.site_plan import SitePlan

CREW = 8
_SHIFT_H = 9.0


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One site day as it really goes."""

    on: date
    is_working_day: bool
    is_active: bool
    shares: dict[str, float]
    crew: int
    cloud_share: float
    machine_duty: float
    station: int

    @property
    def person_hours(self) -> float:
        """Hours worked by all people together."""
        return self.crew * _SHIFT_H

    @property
    def machine_working_hours(self) -> float:
        """Hours in which the excavator really works."""
        return _SHIFT_H * self.machine_duty


def plan_days(site: SitePlan, seed: int) -> tuple[DayPlan, ...]:
    """Draw every day of the footage."""
    rng = draw_for(seed, site.key, "days")
    days = [site.first_on + timedelta(days=index) for index in range(site.days)]
    active = [site.is_active_day(on) for on in days]
    gains = np.where(active, rng.uniform(0.6, 1.4, site.days), 0.0)
    # What a day brings stands at its end; the first picture of the first day shows the start.
    before = np.concatenate([[0.0], np.cumsum(gains)])[:-1] / max(1e-9, gains[:-1].sum())
    return tuple(
        DayPlan(
            on=on,
            is_working_day=site.is_working_day(on),
            is_active=is_active,
            shares={
                element.structure.element: float(
                    element.share_from + (element.share_to - element.share_from) * min(1.0, grown)
                )
                for element in site.elements
            },
            crew=int(rng.integers(5, CREW + 1)) if is_active else 0,
            cloud_share=float(rng.uniform(0.1, 0.85)),
            machine_duty=float(rng.uniform(0.6, 0.9)) if is_active else 0.0,
            station=int(rng.integers(0, 2)),
        )
        for on, is_active, grown in zip(days, active, before, strict=True)
    )
