"""Whether something new stands in each cell, day by day: a filter that believes what persists.

Each cell is either as it was or built; a cell that is built stays so, but for a small chance of demolition. The
filter runs forward only: the figure of a day uses no later one. Cells that were not seen keep what is known of them,
and grow less sure by the chance that something was built meanwhile.
"""

import numpy as np
from numpy.typing import NDArray

# The chance per day that a cell of an element is built, and that one is taken away again.
BUILT_A_DAY = 0.02
REMOVED_A_DAY = 0.001
# What a look says of a cell on the day after another is worth less than it says (looks of a week share their snow and
# their crane); the longer the cell was not seen, the more it is worth. No single look says more than this.
EVIDENCE_WEIGHT, MORE_A_DAY, MOST_WEIGHT = 0.65, 0.15, 1.4
MOST_EVIDENCE = 2.2
# Nor does a long row: what it would take days to unlearn.
MOST_LOG_ODDS = 6.0
# Where nothing stands on the reference date, as far as an element's outline is drawn well.
FIRST_LOG_ODDS = -4.5


class CellStates:
    """The belief in every cell, (rows, columns); owned by who feeds it."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._log_odds = np.full(shape, FIRST_LOG_ODDS, np.float64)

    @property
    def log_odds(self) -> NDArray[np.float64]:
        """Log-odds that the cell is built."""
        return self._log_odds.copy()

    def pass_days(self, days: float) -> None:
        """Let time go by in which works may have gone on."""
        built = 1.0 / (1.0 + np.exp(-self._log_odds))
        gained, lost = 1.0 - (1.0 - BUILT_A_DAY) ** days, 1.0 - (1.0 - REMOVED_A_DAY) ** days
        built = built * (1.0 - lost) + (1.0 - built) * gained
        self._log_odds = np.log(built) - np.log1p(-built)

    def observe(self, evidence: NDArray[np.float32], seen: NDArray[np.bool_], days_apart: NDArray[np.int64]) -> None:
        """Take in a look's log-odds for the cells that were seen, each so many days after it was seen before."""
        weight = np.minimum(MOST_WEIGHT, EVIDENCE_WEIGHT + MORE_A_DAY * np.maximum(0, days_apart - 1))
        said = weight * np.clip(evidence, -MOST_EVIDENCE, MOST_EVIDENCE)
        self._log_odds = np.clip(self._log_odds + np.where(seen, said, 0.0), -MOST_LOG_ODDS, MOST_LOG_ODDS)
