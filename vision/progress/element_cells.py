"""The cells of one work element over time: what it is compared with, and what is believed of each cell.

An element may be drawn over another that carries it: a facade over its frame, insulation over its pipe. What changes
there first is the carrier; only what changes once the carrier's works have moved on is the element itself.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from vision.progress.built_share import Change, share_of
from vision.progress.cell_states import CellStates
from vision.progress.cell_view import CellView
from vision.progress.growth_front import FrontReading, front_along, front_outward, front_upward
from vision.progress.scene_change import LEAST_SEEN, both_seen, change_evidence
from vision.progress.work_element import Growth, WorkElement
from vision.progress.work_kind import WorkKind

# An element that is drawn by this share of itself over an earlier one is carried by it.
CARRIED_SHARE = 0.5
# Where it is known what both are, also by less: only the cells that both have wait for the carrier.
CARRIED_SHARE_OF_KINDS = 0.1
# Props, formwork and the newest pieces' fresh colour are gone by then; what changes later is built on it.
SETTLED_AFTER_DAYS = 8
BUILT_FROM_LOG_ODDS = 0.5
# A carrier that has grown by less than this in so many days, and mostly stands, is done as far as it shows.
RESTS_AFTER_DAYS, RESTS_WITHIN, RESTS_FROM_SHARE = 10, 0.02, 0.5
# One whose kind is known is done from this share on.
DONE_FROM_SHARE, DONE_AFTER_DAYS = 0.95, 1
# What is built in a pit differs from it at once, and where an embankment ends is seen too late.
NEVER_CARRY = (WorkKind.EXCAVATION, WorkKind.EMBANKMENT, WorkKind.SUPPORTS, WorkKind.PIERS)
# Works surely began in the half of which once so much more had changed, among the cells that were just seen.
LEAD_TELLS, HALF_SEEN = 0.2, 0.2
# What a machine hid in the reference picture is taken from the next views; later ones may show works already.
COMPLETED_WITHIN_DAYS = 7


class ElementCells:
    """One element's cells; fed day by day in the order of time, after the elements that carry it."""

    def __init__(
        self,
        element: WorkElement,
        shares: NDArray[np.float32],
        still: NDArray[np.bool_],
        carriers: Sequence["ElementCells"] = (),
    ) -> None:
        """`shares`, (rows, columns), are the cells' shares in the element; `still` the cells outside all elements."""
        self.element = element
        self.shares = shares
        self._still = still
        self._carriers = tuple(carriers)
        self._halves = _near_and_far(shares)
        self._states = CellStates((int(shares.shape[0]), int(shares.shape[1])))
        self._baseline: CellView | None = None
        self._since: date | None = None
        self._last: date | None = None
        # Ordinals of the day from which on a cell was believed built; 0 where it is not.
        self._built_since = np.zeros(shares.shape, np.int64)
        self._settled = np.zeros(shares.shape, np.bool_)
        # Ordinals of the day on which each cell was last seen.
        self._seen_on = np.zeros(shares.shape, np.int64)
        # Ordinals of seen days, and the share of the area behind the front on them.
        self._grown: list[tuple[int, float]] = []
        self._done_on: int | None = None
        # By how much more of the near half had changed than of the far one, when that was most unlike.
        self._near_lead = 0.0
        self._stood = np.zeros(shares.shape, np.bool_)
        self.visible_share = 0.0

    def carries(self, other: WorkElement, shares: NDArray[np.float32]) -> bool:
        """Whether a later element of these cells is built on this one, the end of which will be seen."""
        under = float((shares * (self.shares > 0)).sum())
        if self.element.kind is not None and other.kind is not None:
            if self.element.kind in NEVER_CARRY:
                return False
            return under >= CARRIED_SHARE_OF_KINDS * float(shares.sum())
        is_told = self.element.reference_share == 0.0 or self.element.growth is Growth.ALONG
        return is_told and under >= CARRIED_SHARE * float(shares.sum())

    def rests(self, on: date) -> bool:
        """Whether most of the element stands and it has long not grown: what changes now is something else."""
        if self._done_on is not None and on.toordinal() - self._done_on >= DONE_AFTER_DAYS:
            return True
        if not self._grown:
            return False
        before = [area for day, area in self._grown if day <= on.toordinal() - RESTS_AFTER_DAYS]
        return bool(before) and before[-1] >= RESTS_FROM_SHARE and self._grown[-1][1] - before[-1] <= RESTS_WITHIN

    @property
    def stood(self) -> NDArray[np.bool_]:
        """The cells that are taken to have stood on the reference date."""
        return self._stood

    @property
    def built_since(self) -> NDArray[np.int64]:
        """Ordinal of the day from which on each cell was believed built, 0 where it is not."""
        return self._built_since

    @property
    def change(self) -> Change:
        """How much of the element's area is believed to have changed since the reference date, and at which end."""
        built = self.shares / (1.0 + np.exp(-self._states.log_odds))
        return Change(float(built.sum() / self.shares.sum()), float(np.clip(self._near_lead / LEAD_TELLS, -1.0, 1.0)))

    def begin(self, on: date, reference: CellView) -> None:
        """Take the reference's cells to compare with."""
        self._baseline, self._since, self._last = reference, on, on
        self._seen_on = np.full(self.shares.shape, on.toordinal(), np.int64)

    def add(self, on: date, view: CellView | None) -> None:
        """Take in a day's view, or that there was none."""
        if self._baseline is None or self._since is None or self._last is None:
            raise ValueError("An element's cells begin with the reference.")
        self._states.pass_days(max(0, (on - self._last).days))
        self._last = on
        self.visible_share = 0.0
        if view is None:
            return
        self._baseline = self._completed(self._baseline, view, (on - self._since).days)
        self._settle(on, view)
        seen = both_seen(self._baseline, view)
        waits = self._carried() & ~self._settled
        evidence = change_evidence(self._baseline, view, self._still)
        days_apart = on.toordinal() - self._seen_on
        self._states.observe(np.where(waits, -1.0, evidence).astype(np.float32), seen, days_apart)
        self._seen_on = np.where(seen, on.toordinal(), self._seen_on)
        is_built = self._states.log_odds >= BUILT_FROM_LOG_ODDS
        self._built_since = np.where(is_built, np.where(self._built_since > 0, self._built_since, on.toordinal()), 0)
        self.visible_share = float((seen * self.shares).sum() / self.shares.sum())
        self._lead(seen)
        reading = self.read()
        self._grown.append((on.toordinal(), reading.area_share))
        self._stood = reading.stood
        if self.element.kind is not None and self._done_on is None:
            is_done = share_of(reading, self.change, self.element) >= DONE_FROM_SHARE
            self._done_on = on.toordinal() if is_done else None

    def read(self) -> FrontReading:
        """How far it has grown, by what is believed now."""
        log_odds, share = self._states.log_odds, self.element.reference_share
        if self.element.growth is Growth.UP:
            return front_upward(log_odds, self.shares, share)
        if self.element.growth is Growth.DOWN:
            upside_down = front_upward(log_odds[::-1], self.shares[::-1], share)
            return replace(upside_down, stood=upside_down.stood[::-1])
        if self.element.growth is Growth.ALONG:
            return front_along(log_odds, self.shares, share)
        return front_outward(log_odds, self.shares, share)

    def _lead(self, seen: NDArray[np.bool_]) -> None:
        near, far = (self.shares[:, half] * seen[:, half] for half in self._halves)
        if min(near.sum(), far.sum()) < HALF_SEEN * self.shares.sum():
            return
        built = 1.0 / (1.0 + np.exp(-self._states.log_odds))
        one, other = (built[:, half] for half in self._halves)
        lead = float((one * near).sum() / near.sum() - (other * far).sum() / far.sum())
        if abs(lead) > abs(self._near_lead):
            self._near_lead = lead

    def _completed(self, baseline: CellView, view: CellView, days: int) -> CellView:
        missing = (baseline.seen < LEAST_SEEN) & (view.seen >= LEAST_SEEN) & (self.shares > 0)
        return baseline.with_cells_of(view, missing) if days <= COMPLETED_WITHIN_DAYS and missing.any() else baseline

    def _carried(self) -> NDArray[np.bool_]:
        carried = np.zeros(self.shares.shape, np.bool_)
        for carrier in self._carriers:
            # What stood of the carrier on the reference date is in the reference: a change there is none of it.
            carried |= (carrier.shares > 0) & ~carrier.stood
        return carried & (self.shares > 0)

    def _settle(self, on: date, view: CellView) -> None:
        """From when the carrier has stood for some days, the cell is compared with that."""
        if self._baseline is None:
            return
        until = on.toordinal() - SETTLED_AFTER_DAYS
        stands = np.ones(self.shares.shape, np.bool_)
        for carrier in self._carriers:
            since = carrier.built_since
            stands &= (carrier.shares == 0) | ((since > 0) & (since <= until)) | carrier.rests(on)
        fresh = self._carried() & stands & ~self._settled & (view.seen >= LEAST_SEEN)
        if fresh.any():
            self._baseline = self._baseline.with_cells_of(view, fresh)
            self._settled |= fresh


def _near_and_far(shares: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The columns of the element's left and right half, that first which lies lower in the picture, so nearer."""
    columns = np.flatnonzero(shares.any(axis=0))
    if len(columns) < 2:
        return columns, columns
    left, right = np.array_split(columns, 2)
    rows = np.arange(shares.shape[0])[:, np.newaxis]
    low, other = (float((rows * shares[:, half]).sum() / shares[:, half].sum()) for half in (left, right))
    return (left, right) if low >= other else (right, left)
