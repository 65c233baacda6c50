"""The cells of one work element over time: what it is compared with, and what is believed of each cell.

An element may be drawn over another that carries it: a facade over its frame, insulation over its pipe. What changes
there first is the carrier; only what changes once the carrier's works have moved on is the element itself.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from vision.progress.cell_states import CellStates
from vision.progress.cell_view import CellView
from vision.progress.growth_front import FrontReading, front_along, front_outward, front_upward
from vision.progress.scene_change import LEAST_SEEN, both_seen, change_evidence
from vision.progress.work_element import Growth, WorkElement

# An element that is drawn by this share of itself over an earlier one is carried by it.
CARRIED_SHARE = 0.5
# Props, formwork and the newest pieces' fresh colour are gone by then; what changes later is built on it.
SETTLED_AFTER_DAYS = 8
BUILT_FROM_LOG_ODDS = 0.5
# A carrier that has grown by less than this in so many days, and mostly stands, is done as far as it shows.
RESTS_AFTER_DAYS, RESTS_WITHIN, RESTS_FROM_SHARE = 10, 0.02, 0.5
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
        self._states = CellStates((int(shares.shape[0]), int(shares.shape[1])))
        self._baseline: CellView | None = None
        self._since: date | None = None
        self._last: date | None = None
        # Ordinals of the day from which on a cell was believed built; 0 where it is not.
        self._built_since = np.zeros(shares.shape, np.int64)
        self._settled = np.zeros(shares.shape, np.bool_)
        # Ordinals of seen days, and the share of the area behind the front on them.
        self._grown: list[tuple[int, float]] = []
        self._stood = np.zeros(shares.shape, np.bool_)
        self.visible_share = 0.0

    def carries(self, shares: NDArray[np.float32]) -> bool:
        """Whether a later element of these cells is built on this one, all of which is yet to come."""
        under = float((shares * (self.shares > 0)).sum())
        is_told = self.element.reference_share == 0.0 or self.element.growth is Growth.ALONG
        return is_told and under >= CARRIED_SHARE * float(shares.sum())

    def rests(self, on: date) -> bool:
        """Whether most of the element stands and it has long not grown: what changes now is something else."""
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

    def begin(self, on: date, reference: CellView) -> None:
        """Take the reference's cells to compare with."""
        self._baseline, self._since, self._last = reference, on, on

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
        days_apart = on.toordinal() - self._grown[-1][0] if self._grown else (on - self._since).days
        self._states.observe(np.where(waits, -1.0, evidence).astype(np.float32), seen, days_apart)
        is_built = self._states.log_odds >= BUILT_FROM_LOG_ODDS
        self._built_since = np.where(is_built, np.where(self._built_since > 0, self._built_since, on.toordinal()), 0)
        self.visible_share = float((seen * self.shares).sum() / self.shares.sum())
        reading = self.read()
        self._grown.append((on.toordinal(), reading.area_share))
        self._stood = reading.stood

    def read(self) -> FrontReading:
        """How far it has grown, by what is believed now."""
        log_odds, share = self._states.log_odds, self.element.reference_share
        if self.element.growth is Growth.UP:
            return front_upward(log_odds, self.shares, share)
        if self.element.growth is Growth.DOWN:
            return front_upward(log_odds[::-1], self.shares[::-1], share)
        if self.element.growth is Growth.ALONG:
            return front_along(log_odds, self.shares, share)
        return front_outward(log_odds, self.shares, share)

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
