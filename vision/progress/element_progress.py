"""The built shares of one placement's work elements, day by day, from its daily views.

The figure of a day uses that day's view and earlier ones only. It never falls for a worse look: a share that was
reached stands until several seen days in a row deny it, which is demolition, or a mistake that is taken back.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

import numpy as np

from vision.daily_view import DailyView
from vision.progress.built_share import BuiltShare, ElementState, built_share, share_of
from vision.progress.cell_view import CellView
from vision.progress.element_cells import ElementCells
from vision.progress.work_element import WorkElement, cell_shares

RULE_VERSION = "built-share-2"
# So many seen days in a row that say less take a share back, to the most that they say; where looks are rare, so many
# are enough: what stood wrong through five weekly photographs would stand for a month.
DENIED_BY_DAYS, DENIED_BY_RARE_DAYS = 5, 2
# A reference gives way to a view of its next days whose outlines are so much stronger; one in fog, whose own are weaker
# than this in levels a pixel, to one that comes later still, for against fog everything has changed.
CLEARER, CLEARER_WITHIN_DAYS = 1.15, 3
FOG_UNDER_LEVELS, OUT_OF_FOG_WITHIN_DAYS = 5.0, 10
# A jump by more than this waits for the next seen day, if that is not long after: a crane that turns is no storey.
JUMP, CONFIRMED_WITHIN_DAYS = 0.05, 4
# A day on which less of the element was seen is no seen day.
SEEN_FROM_SHARE = 0.3
PARTLY_UNDER_SHARE = 0.6
# After so many days without being seen a figure says that it rests on memory.
OLD_AFTER_DAYS = 14


class ProgressReason(StrEnum):
    """What a day's figure rests on."""

    SEEN = "seen"
    PARTLY_SEEN = "partly_seen"
    NOT_SEEN = "not_seen"
    NOT_SEEN_FOR_LONG = "not_seen_for_long"


@dataclass(frozen=True, slots=True)
class ElementDay:
    """One element on one day; `share` lies between `low` and `high` with 90 %.

    `visible_share` is how much of it could be compared that day, `unseen_days` for how long it has not been seen.
    """

    on: date
    element_id: str
    share: float
    low: float
    high: float
    visible_share: float
    state: ElementState
    reason: ProgressReason
    unseen_days: int


class Looker(Protocol):
    """Reads daily views by cells; `vision.progress.cell_view.CellLooker`, or a test's."""

    def look(self, view: DailyView) -> CellView:
        """The view by cells."""
        ...


class ElementProgress:
    """Follows the elements of one view from its reference on; owned by one thread, fed in the order of time.

    Elements are given in the order in which they are built, as a plan has them: what lies on an earlier one is
    carried by it.
    """

    def __init__(
        self, reference: DailyView, elements: Sequence[WorkElement], looker: Looker, *, scale: float = 1.0
    ) -> None:
        """Begin with the reference view; `scale` takes the polygons' pixels to the daily view's.

        Raises:
            ValueError: two elements have one id, or one lies outside the picture.
        """
        if len({element.id for element in elements}) < len(elements):
            raise ValueError("Two work elements have the same id.")
        self._looker = looker
        self._reference_on = reference.on
        self._reference_levels = reference.outline_levels
        view = looker.look(reference)
        rows = view.shape[0]
        shares = [cell_shares(element, scale, rows) for element in elements]
        still = np.all([one == 0 for one in shares], axis=0) if shares else np.ones(view.shape, np.bool_)
        self._followed: list[_Followed] = []
        for element, own in zip(elements, shares, strict=True):
            carriers = [one.cells for one in self._followed if one.cells.carries(element, own)]
            cells = ElementCells(element, own, still, carriers)
            cells.begin(reference.on, view)
            self._followed.append(_Followed(cells, reference.on))

    def add_day(self, view: DailyView) -> list[ElementDay]:
        """Take in a day's view, also one that shows nothing; the elements' figures of that day.

        Raises:
            ValueError: the day is earlier than one before it.
        """
        cells = self._looker.look(view) if view.pictures else None
        within_days = OUT_OF_FOG_WITHIN_DAYS if self._reference_levels < FOG_UNDER_LEVELS else CLEARER_WITHIN_DAYS
        is_early = (view.on - self._reference_on).days <= within_days
        if cells is not None and is_early and view.outline_levels >= CLEARER * self._reference_levels:
            self._reference_levels = view.outline_levels
            for one in self._followed:
                one.cells.begin(view.on, cells)
        return [one.add(view.on, cells) for one in self._followed]


class _Followed:
    """One element with what was said of it so far."""

    def __init__(self, cells: ElementCells, since: date) -> None:
        self.cells = cells
        self._share = cells.element.reference_share
        # Of the last seen days: when, and what they said.
        self._said: deque[tuple[date, float]] = deque(maxlen=DENIED_BY_DAYS)
        self._since = self._seen_on = self._last = since

    def add(self, on: date, view: CellView | None) -> ElementDay:
        if on < self._last:
            raise ValueError(f"Days come in the order of time: {on} came after {self._last}.")
        self._last = on
        self.cells.add(on, view)
        reading = self.cells.read()
        visible = self.cells.visible_share
        if visible >= SEEN_FROM_SHARE:
            is_soon = (on - self._seen_on).days <= CONFIRMED_WITHIN_DAYS
            self._seen_on = on
            self._said.append((on, share_of(reading, self.cells.change, self.cells.element)))
            denied_to = self._denied_to()
            self._share = max(self._share, self._believed(is_soon=is_soon)) if denied_to is None else denied_to
        unseen_days = (on - self._seen_on).days
        figure: BuiltShare = built_share(
            self._share, reading.sigma, (on - self._since).days, unseen_days, self.cells.element
        )
        return ElementDay(
            on,
            self.cells.element.id,
            figure.share,
            figure.low,
            figure.high,
            visible,
            figure.state,
            _reason(visible, unseen_days),
            unseen_days,
        )

    def _denied_to(self) -> float | None:
        """What is left of the share where the last seen days in a row deny it; None where they don't."""
        rare = list(self._said)[-DENIED_BY_RARE_DAYS:]
        are_rare = len(rare) == DENIED_BY_RARE_DAYS and (rare[-1][0] - rare[0][0]).days > CONFIRMED_WITHIN_DAYS
        for days in (rare if are_rare else [], list(self._said) if len(self._said) == DENIED_BY_DAYS else []):
            most = max((said for _, said in days), default=1.0)
            if most < self._share:
                return most
        return None

    def _believed(self, *, is_soon: bool) -> float:
        """What the last seen day says, as far as it is no jump that the one before it denies."""
        said = self._said[-1][1]
        if is_soon and said > self._share + JUMP:
            before = self._said[-2][1] if len(self._said) > 1 else self._share
            return min(said, max(before, self._share + JUMP))
        return said


def _reason(visible_share: float, unseen_days: int) -> ProgressReason:
    if unseen_days > OLD_AFTER_DAYS:
        return ProgressReason.NOT_SEEN_FOR_LONG
    # On the reference's own day nothing is unseen yet, and its looks may all have been left out.
    if unseen_days > 0 or visible_share < SEEN_FROM_SHARE:
        return ProgressReason.NOT_SEEN
    return ProgressReason.PARTLY_SEEN if visible_share < PARTLY_UNDER_SHARE else ProgressReason.SEEN
