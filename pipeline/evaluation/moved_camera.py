"""Whether a camera that was pushed aside is named in time, and none that was not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from pipeline.stills.followed_view import FollowedDay
from vision.daily_view import LeftOut

WITHIN_DAYS: Final = 1
_MOVED, _BLOCKED = "moved", "blocked"


@dataclass(frozen=True, slots=True)
class MovedSpell:
    """Days on which a camera truly looked elsewhere, and when its view said so first.

    `seen_on` is the first of them with a picture that is neither dark nor in fog: before, nothing could tell.
    """

    site: str
    camera: str
    starts_on: date
    ends_on: date
    seen_on: date | None
    named_on: date | None

    @property
    def is_named_in_time(self) -> bool:
        """Within a day of its beginning."""
        return self.named_on is not None and self.named_on <= self.starts_on + timedelta(days=WITHIN_DAYS)


@dataclass(frozen=True, slots=True)
class MovedFigures:
    """All spells, and the other days (`site/camera date`) on which a camera was said to look elsewhere.

    `blocked_named` are those on which something stood before its lens, `wrongly_named` those on which it showed its
    site.
    """

    spells: tuple[MovedSpell, ...]
    blocked_named: tuple[str, ...]
    wrongly_named: tuple[str, ...]


def moved_figures(site: str, camera: str, truth: Mapping[str, Any], days: Iterable[FollowedDay]) -> MovedFigures:
    """What was said of one camera's days against its faults in a site's truth."""
    followed = list(days)
    named = [day.on for day in followed if day.is_elsewhere]
    shown = [day.on for day in followed if day.pictures or LeftOut.NOT_REGISTERED in day.left_out]
    faults = {date.fromisoformat(day["on"]): day["faults"].get(camera, ()) for day in truth["days"]}
    spells = []
    for spell in _spells([on for on, found in faults.items() if _MOVED in found]):
        seen_on, named_on = (
            next((on for on in of_kind if spell[0] <= on <= spell[-1]), None) for of_kind in (shown, named)
        )
        spells.append(MovedSpell(site, camera, spell[0], spell[-1], seen_on, named_on))
    others = [on for on in named if _MOVED not in faults.get(on, ())]
    return MovedFigures(
        tuple(spells),
        tuple(f"{site}/{camera} {on}" for on in others if _BLOCKED in faults.get(on, ())),
        tuple(f"{site}/{camera} {on}" for on in others if _BLOCKED not in faults.get(on, ())),
    )


def together(figures: Sequence[MovedFigures]) -> MovedFigures:
    """Several cameras' figures as one."""
    return MovedFigures(
        tuple(spell for one in figures for spell in one.spells),
        tuple(day for one in figures for day in one.blocked_named),
        tuple(day for one in figures for day in one.wrongly_named),
    )


def _spells(days: Sequence[date]) -> list[list[date]]:
    """Days in a row, each row by itself."""
    rows: list[list[date]] = []
    for on in sorted(days):
        if rows and on - rows[-1][-1] == timedelta(days=1):
            rows[-1].append(on)
        else:
            rows.append([on])
    return rows
