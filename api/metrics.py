"""What Prometheus is told, counted from the database at each scrape."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from models.database import Database
from models.repositories.sites import SiteRepository
from models.words import CameraState


class _CameraCollector(Collector):
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def collect(self) -> Iterable[Metric]:
        with self._database.reading() as session:
            repository = SiteRepository(session)
            cameras = [place.camera.id for place in repository.watched(self._now())]
            health = repository.health_of(cameras)
        states = Counter(
            health[camera].state if camera in health else CameraState.CONNECTING.value for camera in cameras
        )
        family = GaugeMetricFamily("nazar_cameras", "Cameras to be watched, by state", labels=["state"])
        for state in CameraState:
            family.add_metric([state.value], states[state.value])
        yield family


def registry_of(database: Database, now: Callable[[], datetime]) -> CollectorRegistry:
    """A registry of this instance's counts."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_CameraCollector(database, now))
    return registry
