"""One timed thing, held against its limit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """One timed thing: its figure, and the most or least that it may be."""

    name: str
    figure: float
    unit: str
    limit: float
    is_most: bool = True

    @property
    def is_met(self) -> bool:
        """Whether the figure keeps its limit."""
        return self.figure <= self.limit if self.is_most else self.figure >= self.limit
