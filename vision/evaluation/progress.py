"""How right built shares are: their error, whether their intervals hold the truth, and how often there is an answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

# An answer is asked for only where at least half of the element could be seen that day.
ASKED_FROM_VISIBLE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class TrueElementDay:
    """What stood of one element on one day, and how much of it nothing hid from the camera."""

    site: str
    element: str
    on: date
    share: float
    visible_share: float


@dataclass(frozen=True, slots=True)
class EstimatedElementDay:
    """What was said of one element on one day; `is_seen` where that day's own pictures showed it, not a memory."""

    site: str
    element: str
    on: date
    share: float
    low: float
    high: float
    is_seen: bool


@dataclass(frozen=True, slots=True)
class ProgressFigures:
    """Figures over some element days, in shares of 1; None where nothing was answered, or asked.

    `answers` are all days with an estimate, from memory too; `coverage` is the share of them whose interval holds the
    truth; `answered_share` that of the days on which at least half of the element could be seen whose estimate rests
    on their own pictures: one from memory is no answer of that day.
    """

    answers: int
    mean_error: float | None
    largest_error: float | None
    bias: float | None
    coverage: float | None
    median_half_width: float | None
    answered_share: float | None


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """All element days together, and by site and by element (`site/element`)."""

    pooled: ProgressFigures
    sites: dict[str, ProgressFigures]
    elements: dict[str, ProgressFigures]


def progress_report(truth: Sequence[TrueElementDay], estimates: Iterable[EstimatedElementDay]) -> ProgressReport:
    """The figures of estimates against the truth; estimates of days without truth are left out.

    Raises:
        ValueError: two estimates, or two truths, of one element's day.
    """
    said = _by_key(estimates)
    if len({(one.site, one.element, one.on) for one in truth}) < len(truth):
        raise ValueError("There are two truths of one element's day.")
    sites = sorted({one.site for one in truth})
    elements = sorted({(one.site, one.element) for one in truth})
    return ProgressReport(
        _figures(truth, said),
        {site: _figures([one for one in truth if one.site == site], said) for site in sites},
        {
            f"{site}/{element}": _figures([one for one in truth if (one.site, one.element) == (site, element)], said)
            for site, element in elements
        },
    )


_Key = tuple[str, str, date]


def _by_key(estimates: Iterable[EstimatedElementDay]) -> dict[_Key, EstimatedElementDay]:
    said: dict[_Key, EstimatedElementDay] = {}
    for one in estimates:
        key = (one.site, one.element, one.on)
        if key in said:
            raise ValueError(f"There are two estimates of {one.site}/{one.element} on {one.on}.")
        said[key] = one
    return said


def _figures(truth: Sequence[TrueElementDay], said: dict[_Key, EstimatedElementDay]) -> ProgressFigures:
    pairs = [(one, said.get((one.site, one.element, one.on))) for one in truth]
    answered = [(true, found) for true, found in pairs if found is not None]
    asked = [
        found is not None and found.is_seen for true, found in pairs if true.visible_share >= ASKED_FROM_VISIBLE_SHARE
    ]
    answered_share = float(np.mean(asked)) if asked else None
    if not answered:
        return ProgressFigures(0, None, None, None, None, None, answered_share)
    errors = np.array([found.share - true.share for true, found in answered])
    return ProgressFigures(
        len(answered),
        float(np.abs(errors).mean()),
        float(np.abs(errors).max()),
        float(errors.mean()),
        float(np.mean([found.low <= true.share <= found.high for true, found in answered])),
        float(np.median([(found.high - found.low) / 2 for _, found in answered])),
        answered_share,
    )
