"""What watching a camera was like, counted until it is written down."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from models.camera_grade import HOUR, HourCounts, hour_of


class HourTally:
    """Counts of one camera by whole hours in UTC; owned by the camera's thread."""

    def __init__(self) -> None:
        self._hours: dict[datetime, HourCounts] = {}

    @property
    def hours(self) -> Mapping[datetime, HourCounts]:
        """What has been counted since it was last cleared, by the hour's start."""
        return MappingProxyType(self._hours)

    def add(self, at: datetime, counts: HourCounts) -> None:
        """Count what happened at a moment."""
        hour = hour_of(at)
        self._hours[hour] = self._hours.get(hour, HourCounts()) + counts

    def add_live(self, until: datetime, seconds: float) -> None:
        """Count a live stretch that ends at a moment, each part to its hour."""
        starts_at = until - timedelta(seconds=seconds)
        while starts_at < until:
            ends_at = min(until, hour_of(starts_at) + HOUR)
            self.add(starts_at, HourCounts(seconds_live=(ends_at - starts_at).total_seconds()))
            starts_at = ends_at

    def clear(self) -> None:
        """Forget what was counted: it has been written."""
        self._hours.clear()
