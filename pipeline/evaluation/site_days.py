"""Site days as they were judged against the days as they were."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.words import SiteDayState
from pipeline.evaluation.replayed_site import JudgedDay, SeenLook
from pipeline.signals.work_sampling import Estimate, share_of
from vision.view_quality import ViewQuality

_FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class ComparedDay:
    """One day: what it was, what it was judged, and what it was judged by.

    `is_frozen` says that a camera truly repeated one picture all day. `reasons` are why looks were not usable.
    """

    site: str
    day: date
    true: SiteDayState
    judged: SiteDayState
    is_frozen: bool
    faults: tuple[str, ...]
    weather: str
    reasons: tuple[str, ...]
    looks: tuple[SeenLook, ...]

    @property
    def is_right(self) -> bool:
        """Whether it was judged as it was."""
        return self.true is self.judged


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that is to hold of every day of a kind: of how many it holds, and on which days it does not."""

    days: int
    held: int
    broken_on: tuple[str, ...]

    @property
    def holds(self) -> bool | None:
        """Whether it holds of all of them; None where there is none to say it of."""
        return None if not self.days else self.held == self.days


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Over all days of all sites; `confusion` maps a true state to how often each was judged.

    `right_share` has its binomial interval (Wilson, 95 %). `frozen_reason` is a figure beside the claims: a picture
    that shows nothing, such as fog, can't be told to be the same one again.
    """

    days: int
    right: int
    right_share: Estimate | None
    confusion: dict[str, dict[str, int]]
    claims: dict[str, Claim]
    frozen_reason: Claim
    wrong: tuple[ComparedDay, ...]


def compared_days(site: str, truth: Mapping[str, Any], judged: Mapping[date, JudgedDay]) -> list[ComparedDay]:
    """Put each day of a site's truth beside what was judged."""
    compared = []
    for true in truth["days"]:
        day = date.fromisoformat(true["on"])
        faults = sorted({fault for of_camera in true["faults"].values() for fault in of_camera})
        state = SiteDayState(true["site_day"])
        found = judged[day]
        compared.append(
            ComparedDay(
                site=site,
                day=day,
                true=state,
                judged=found.judged.state,
                # Where another camera saw the site, the day is what that one saw.
                is_frozen=_FROZEN in faults and state is SiteDayState.OBSTRUCTED,
                faults=tuple(faults),
                weather=true["weather"],
                reasons=found.judged.reasons,
                looks=found.looks,
            )
        )
    return compared


def day_figures(days: Sequence[ComparedDay]) -> DayFigures:
    """The figures and claims over all days."""
    right = sum(one.is_right for one in days)
    unseen = [one for one in days if one.true in _NOT_IDLE]
    frozen = [one for one in days if one.is_frozen]
    claims = {
        f"{name}_days_named": _claim(one for one in days if one.true is state)
        for name, state in (
            ("outage", SiteDayState.OUTAGE),
            ("obstructed", SiteDayState.OBSTRUCTED),
            ("non_working", SiteDayState.NON_WORKING),
        )
    }
    claims["frozen_days_named"] = _claim(frozen)
    claims["none_of_them_counted_as_standstill"] = _held(
        unseen, [one for one in unseen if one.judged is not SiteDayState.STANDSTILL]
    )
    claims["idle_days_found"] = _claim(one for one in days if one.true is SiteDayState.STANDSTILL)
    return DayFigures(
        days=len(days),
        right=right,
        right_share=share_of(right / len(days), len(days)) if days else None,
        confusion=_confusion(days),
        claims=claims,
        frozen_reason=_held(frozen, [one for one in frozen if ViewQuality.FROZEN.value in one.reasons]),
        wrong=tuple(one for one in days if not one.is_right),
    )


_NOT_IDLE = frozenset({SiteDayState.OUTAGE, SiteDayState.OBSTRUCTED, SiteDayState.NON_WORKING})


def _claim(days: Iterable[ComparedDay]) -> Claim:
    """That each of these days is judged as what it was."""
    kept = list(days)
    return _held(kept, [one for one in kept if one.is_right])


def _held(days: Sequence[ComparedDay], held: Sequence[ComparedDay]) -> Claim:
    broken = [one for one in days if one not in held]
    return Claim(len(days), len(held), tuple(f"{one.site} {one.day.isoformat()}" for one in broken))


def _confusion(days: Sequence[ComparedDay]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for one in days:
        row = table.setdefault(one.true.value, {})
        row[one.judged.value] = row.get(one.judged.value, 0) + 1
    return table
