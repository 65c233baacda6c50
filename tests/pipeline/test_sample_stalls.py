"""The rule over built shares on the sample sites' own truth: which days it calls stalled."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from models.plan_curve import PlannedTask, planned_percent
from models.words import SiteDayState, Status
from pipeline.signals.activity_rule import DAYS_BACK, DayFinding
from pipeline.signals.progress_pace import NoForecast, SharePoint
from pipeline.signals.progress_rule import ObservedProgress, propose_from_progress
from pipeline.signals.progress_share import ElementFigure, ProjectShare, project_share
from pipeline.signals.slippage import Thresholds
from sample_footage.footage import SITES

# Figures follow what is built by so many days, as those of a filter over daily views do.
LAG_DAYS = 3
HALF_WIDTH = 0.05
SEEN_FROM_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class TrueSite:
    """A sample site's plan and what was true of each of its days."""

    tasks: list[PlannedTask]
    elements: list[dict[str, Any]]
    days: dict[date, dict[str, Any]]

    def figures(self, on: date, creep: float) -> list[ElementFigure]:
        """What a camera might say of each element on a day: late, seen where it was, creeping by so much a day."""
        told = []
        first = min(self.days)
        for place, element in enumerate(self.elements):
            seen = [day for day in self.days if day <= on and self._visible(day, element["key"]) >= SEEN_FROM_SHARE]
            last = seen[-1] if seen else first
            of = [self.days[max(first, last - timedelta(days=back))] for back in range(LAG_DAYS)]
            share = sum(day["elements"][element["key"]] for day in of) / LAG_DAYS
            share = min(1.0, share + creep * (last - first).days) if 0 < share < 1 else share
            told.append(
                ElementFigure(
                    element_id=UUID(int=place),
                    placement_id=UUID(int=0),
                    key=element["key"],
                    task_key=element["task"],
                    weight=element["weight"],
                    on=on,
                    share=share,
                    low=max(0.0, share - HALF_WIDTH),
                    high=min(1.0, share + HALF_WIDTH),
                    visible_share=self._visible(on, element["key"]),
                    unseen_days=(on - last).days,
                )
            )
        return told

    def _visible(self, day: date, key: str) -> float:
        return float(self.days[day]["visible_shares"][key])


def read(folder: Path) -> TrueSite:
    card = json.loads((folder / "site.json").read_text(encoding="utf-8"))
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    ends_on = date.fromisoformat(card["last_footage_on"])
    tasks = [
        PlannedTask(
            ends_on + timedelta(days=task["start_day"]),
            ends_on + timedelta(days=task["finish_day"]),
            task["weight"],
            task["key"],
        )
        for task in card["plan"]["tasks"]
    ]
    elements = [element for camera in card["cameras"] for element in camera["elements"]]
    return TrueSite(tasks, elements, {date.fromisoformat(day["on"]): day for day in truth["days"]})


def statuses(site: TrueSite, creep: float) -> Iterator[tuple[date, Status]]:
    """What would be proposed at the end of each day."""
    points: list[SharePoint] = []
    for on in site.days:
        share = project_share(site.tasks, site.figures(on, creep))
        assert share is not None
        points.append(_point(site, share, on))
        working = [day for day in site.days if day <= on and site.days[day]["site_day"] != "NON_WORKING"]
        findings = [
            DayFinding(day, SiteDayState(site.days[day]["site_day"]), is_over=True) for day in working[-DAYS_BACK:]
        ]
        observed = ObservedProgress(share, points, NoForecast.TOO_FEW_DAYS, NoForecast.TOO_FEW_DAYS)
        yield on, propose_from_progress(site.tasks, findings, on, observed, Thresholds.of()).status


def _point(site: TrueSite, share: ProjectShare, on: date) -> SharePoint:
    planned = planned_percent([task for task in site.tasks if task.key in share.task_keys], on)
    assert planned is not None
    return SharePoint(on, share.percent, share.low, share.high, planned, share.seen_share >= 0.5)


@pytest.mark.parametrize("creep", [0.0, 0.002])
@pytest.mark.parametrize("name", ["hospital", "pipeline", "road-bridge", "school"])
@pytest.mark.bar("stalled weeks are told within 3 working days, and no others, from true days of the first seeds")
def test_stalled_weeks_are_told_by_their_third_working_day_and_no_others(name: str, creep: float) -> None:
    site = read(SITES / name)
    proposed = dict(statuses(site, creep))
    still = [day for day, true in site.days.items() if true["site_day"] == "STANDSTILL"]
    stalled = [day for day, status in proposed.items() if status is Status.STALLED]
    if not still:
        assert stalled == []
        return
    assert len(still) >= 5
    assert stalled[0] <= still[2]
    # From then on every day until somebody is seen at work again.
    resumed = min(day for day, true in site.days.items() if day > still[-1] and true["site_day"] == "ACTIVE")
    assert stalled == [day for day in site.days if stalled[0] <= day < resumed]
