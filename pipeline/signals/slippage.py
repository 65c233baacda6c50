"""How far a project is behind its plan, since when, and from how many points on that means something.

Slippage is planned minus observed percent over the same tasks, in points; positive is behind. Its interval is that of
what was observed. Both are of the last day that was seen: not seen is not late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from pipeline.signals.progress_pace import SharePoint

LATE_FROM_PERCENT = 70.0
# Who is behind by a hair is the same as who is not.
_HAIR = 1e-6


class Preset(StrEnum):
    """Ready-made thresholds. Steps: at risk, behind and escalated by points. Phase: behind the sooner the later."""

    STEPS = "steps"
    PHASE = "phase"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many points of slippage a project is at risk, behind, and escalated; None is never.

    `behind_late_points` holds in the place of `behind_points` once 70 % are planned.
    """

    at_risk_points: float | None
    behind_points: float
    behind_late_points: float
    escalate_points: float | None

    def __post_init__(self) -> None:
        least = min(self.behind_points, self.behind_late_points)
        if not 0 < (least if self.at_risk_points is None else self.at_risk_points) <= least:
            raise ValueError("A project is at risk from more than 0 points on, and no later than it is behind.")
        if self.escalate_points is not None and self.escalate_points < max(self.behind_points, self.behind_late_points):
            raise ValueError("A flag is escalated no earlier than the project is behind.")
        if max(self.behind_points, self.behind_late_points, self.escalate_points or 0) > 100:
            raise ValueError("Nothing is behind by more than 100 points.")

    @classmethod
    def of(
        cls,
        preset: Preset = Preset.STEPS,
        at_risk_points: float | None = None,
        behind_points: float | None = None,
        escalate_points: float | None = None,
    ) -> Self:
        """A preset with some of its points given otherwise; those of being behind then hold from beginning to end.

        Raises:
            ValueError: they don't follow each other.
        """
        of_preset = (5.0, 10.0, 10.0, 15.0) if preset is Preset.STEPS else (None, 10.0, 5.0, None)
        at_risk, behind, behind_late, escalate = of_preset
        return cls(
            at_risk if at_risk_points is None else at_risk_points,
            behind if behind_points is None else behind_points,
            behind_late if behind_points is None else behind_points,
            escalate if escalate_points is None else escalate_points,
        )

    def behind_at(self, planned_percent: float) -> float:
        """From how many points on a project is behind, of which so much is planned."""
        return self.behind_points if planned_percent < LATE_FROM_PERCENT else self.behind_late_points


@dataclass(frozen=True, slots=True)
class Slippage:
    """Points behind the plan with the interval, and whether that is at risk, behind or to be escalated.

    `seen` is the day it is of: the last on which elements were seen, or the last of all where none was. `since` is the
    first of the days, one after another, that were seen to be behind by as much as is at risk (or behind, where nothing
    is at risk); `is_since_or_earlier` where that is as far back as was looked.
    """

    points: float
    low: float
    high: float
    seen: SharePoint
    is_at_risk: bool
    is_behind: bool
    is_escalated: bool
    since: date | None
    is_since_or_earlier: bool

    @property
    def is_sure(self) -> bool:
        """Whether the interval of what was observed ends below the plan."""
        return self.low > _HAIR


def slippage_of(points: Sequence[SharePoint], thresholds: Thresholds) -> Slippage:
    """The slippage of the last of some days, oldest first, that was seen."""
    place_of_last = max((place for place, point in enumerate(points) if point.is_seen), default=len(points) - 1)
    last = points[place_of_last]
    behind = thresholds.behind_at(last.planned)
    at_risk = behind if thresholds.at_risk_points is None else thresholds.at_risk_points
    slipped = last.planned - last.percent
    since, is_first = None, False
    if _reaches(slipped, at_risk):
        since = last.on
        for place in range(place_of_last, -1, -1):
            point = points[place]
            if not point.is_seen and place < place_of_last:
                continue
            if not _reaches(point.planned - point.percent, at_risk):
                break
            since, is_first = point.on, not any(earlier.is_seen for earlier in points[:place])
    return Slippage(
        points=slipped,
        low=last.planned - last.high,
        high=last.planned - last.low,
        seen=last,
        is_at_risk=_reaches(slipped, at_risk),
        is_behind=_reaches(slipped, behind),
        is_escalated=thresholds.escalate_points is not None and _reaches(slipped, thresholds.escalate_points),
        since=since,
        is_since_or_earlier=is_first,
    )


def _reaches(slipped: float, points: float) -> bool:
    return slipped >= points - _HAIR
