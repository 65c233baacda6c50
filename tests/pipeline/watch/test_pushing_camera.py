"""The supervisor leaves alone what calls by itself."""

import threading
from collections.abc import Sequence
from pathlib import Path

from structlog.testing import capture_logs

from models.database import Database
from models.repositories.sites import SiteRepository
from models.secrets import load_seal
from models.words import Sampling
from pipeline.watch.supervisor import Supervisor
from pipeline.watch.worker import Pauses, WatchOrder
from streams.errors import StreamError, UnreachableError
from streams.frame import Frame
from tests.pipeline.conftest import MakeRecording
from tests.support.builders import plant
from tests.support.fakes import ToldDetector, ToldSource


def test_a_camera_that_pushes_is_not_called_and_nothing_is_said_of_its_address(
    database: Database, make_recording: MakeRecording, tmp_path: Path
) -> None:
    seal = load_seal(tmp_path / "seal.key")
    called = plant(database, number=18, sealed_address=seal.close_over("rtsp://192.0.2.1/live"))
    pushing = plant(database)
    with database.transaction() as session:
        camera = SiteRepository(session).camera(pushing.camera_id)
        assert camera is not None
        camera.sampling, camera.sealed_address = Sampling.PUSH.value, ""
    addresses: list[str] = []
    stop, has_called = threading.Event(), threading.Event()

    def _source(order: WatchOrder) -> ToldSource:
        addresses.append(order.address.reveal())
        has_called.set()
        nobody: Sequence[Sequence[Frame | StreamError]] = [[UnreachableError("nobody answers")]] * 1000
        return ToldSource(nobody)

    def _tick() -> None:
        has_called.wait(30)
        stop.set()

    pauses = Pauses(first_s=0.01, most_s=0.02, healthy_after_s=60.0)
    with capture_logs() as lines:
        Supervisor(make_recording(ToldDetector()), seal, _source, pauses, 0.01, _tick).run(stop)
    assert set(addresses) == {"rtsp://192.0.2.1/live"}
    assert [line for line in lines if line["log_level"] == "error"] == []
    with database.reading() as session:
        assert set(SiteRepository(session).health_of([called.camera_id, pushing.camera_id])) <= {called.camera_id}
