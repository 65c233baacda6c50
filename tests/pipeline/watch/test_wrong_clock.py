"""A camera whose clock is wrong, from its answers over HTTP to the state that is remembered of it."""

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network

import cv2
import numpy as np
import pytest

from models.database import Database
from models.repositories.observations import ObservationRepository
from models.repositories.sites import SiteRepository
from pipeline.clock import SystemClock
from pipeline.watch.worker import CameraWorker, Pauses, WatchOrder
from streams.address import StreamAddress
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from streams.snapshot_source import SnapshotSource
from tests.pipeline.conftest import MakeRecording
from tests.streams.scripted_server import ScriptedServer, http_answer
from tests.support.builders import plant
from tests.support.decoding import DECODER
from tests.support.fakes import ToldDetector
from tests.support.instance import eventually
from tests.support.photos import bus_photo

_POLICY = NetworkPolicy((ip_network("127.0.0.1/32"),))


class _ClockedCamera:
    """Gives a street scene with the noise of a sensor, and the Date that its clock shows."""

    def __init__(self) -> None:
        self.off = timedelta(hours=-5)
        self._photo = cv2.resize(bus_photo(), (405, 540)).astype(np.int16)
        self._noise = np.random.default_rng(0)

    def __call__(self, _request: str) -> bytes:
        noisy = np.clip(self._photo + self._noise.integers(-4, 5, self._photo.shape), 0, 255).astype(np.uint8)
        date = format_datetime(datetime.now(UTC) + self.off, usegmt=True)
        return http_answer(cv2.imencode(".jpg", noisy)[1].tobytes(), "image/jpeg", headers=(f"Date: {date}",))


@pytest.mark.bar("5: a wrong clock is told, and its pictures count")
def test_a_wrong_clock_is_told_until_it_is_set_and_its_pictures_count_all_the_while(
    database: Database, make_recording: MakeRecording
) -> None:
    planted, camera, stop = plant(database), _ClockedCamera(), threading.Event()

    def standing() -> tuple[str, str]:
        with database.reading() as session:
            row = SiteRepository(session).health_of([planted.camera_id]).get(planted.camera_id)
            return ("", "") if row is None else (row.state, row.reason)

    with ScriptedServer(camera) as server:
        address = StreamAddress.parse(f"http://127.0.0.1:{server.port}/snap.jpg")
        source = SnapshotSource(address, _POLICY, StreamSettings(), SystemClock(), 2.0, decoder=DECODER)
        order = WatchOrder(
            planted.camera_id, 1, planted.placement_id, 1, planted.project_id, address, look_every_s=2.0, masks=()
        )
        recording = make_recording(ToldDetector(lambda _image: 2))
        pauses = Pauses(first_s=0.1, most_s=1.0, healthy_after_s=60.0)
        worker = CameraWorker(order, recording, lambda _order: source, pauses, stop)
        thread = threading.Thread(target=worker.run, name="camera")
        thread.start()
        try:
            _, reason = eventually(standing, lambda found: found[0] == "wrong_clock", limit_s=120)
            camera.off = timedelta()
            eventually(standing, lambda found: found == ("live", ""), limit_s=120)
        finally:
            stop.set()
            thread.join(60)
    assert not thread.is_alive()
    assert reason.startswith("The camera's clock is 5 hours behind, as a wrong time zone makes it. Set it, or have")
    with database.reading() as session:
        now = datetime.now(UTC)
        rows = ObservationRepository(session).of_placements(
            [planted.placement_id], now - timedelta(hours=1), now + timedelta(hours=1)
        )
    # Dated by our clock, none of them five hours ago: two looks at least with the wrong clock, and one with the right.
    assert sum(row.looks_seen for row in rows) >= 3
    assert sum(row.looks_usable for row in rows) == sum(row.looks_seen for row in rows)
