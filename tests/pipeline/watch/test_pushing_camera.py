"""The supervisor has a camera that pushes watched like every other, without an address."""

import threading
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from models.database import Database
from models.repositories.sites import SiteRepository
from models.secrets import Seal, load_seal
from models.words import CameraState, Sampling
from pipeline.watch.pace import Pace
from pipeline.watch.supervisor import Supervisor
from pipeline.watch.worker import CameraWorker, Pauses, WatchOrder
from streams.errors import StalledError
from tests.pipeline.conftest import MakeRecording
from tests.support.builders import Planted, plant
from tests.support.clocks import StandingClock
from tests.support.fakes import ToldDetector, ToldSource, frames

PAUSES = Pauses(first_s=0.01, most_s=0.02, healthy_after_s=60.0)


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    return load_seal(tmp_path / "seal.key")


@pytest.fixture
def pushing(database: Database) -> Planted:
    planted = plant(database)
    with database.transaction() as session:
        camera = SiteRepository(session).camera(planted.camera_id)
        assert camera is not None
        camera.sampling, camera.sealed_address = Sampling.PUSH.value, ""
    return planted


def test_a_camera_that_pushes_is_watched_beside_those_that_are_called(
    database: Database, make_recording: MakeRecording, seal: Seal, pushing: Planted
) -> None:
    called = plant(database, number=18, sealed_address=seal.close_over("rtsp://192.0.2.1/live"))
    addresses: dict[UUID, str | None] = {}
    stop, has_both = threading.Event(), threading.Event()

    def _source(order: WatchOrder) -> ToldSource:
        addresses[order.camera_id] = None if order.address is None else order.address.reveal()
        if len(addresses) == 2:
            has_both.set()
        return ToldSource([[StalledError("nothing came")]])

    def _tick() -> None:
        has_both.wait(30)
        stop.set()

    with capture_logs() as lines:
        Supervisor(make_recording(ToldDetector()), seal, _source, PAUSES, 0.01, _tick).run(stop)
    assert addresses == {pushing.camera_id: None, called.camera_id: "rtsp://192.0.2.1/live"}
    assert [line for line in lines if line["log_level"] == "error"] == []


def test_a_silent_camera_is_down_and_no_connection_of_it_is_said_to_be_lost(
    database: Database, make_recording: MakeRecording, clock: StandingClock, pushing: Planted
) -> None:
    order = WatchOrder(
        camera_id=pushing.camera_id,
        camera_version=1,
        placement_id=pushing.placement_id,
        placement_version=1,
        project_id=pushing.project_id,
        address=None,
        look_every_s=10.0,
        masks=(),
        sampling=Sampling.PUSH,
    )
    stop = threading.Event()
    source = ToldSource([[*frames(clock.now(), 3, 10.0), StalledError("no picture for 60 s")], [StalledError("x")], []])
    states: list[tuple[str, str]] = []

    def _source(_order: WatchOrder) -> ToldSource:
        with database.reading() as session:
            health = SiteRepository(session).health_of([pushing.camera_id])[pushing.camera_id]
        states.append((health.state, health.reason))
        return source

    CameraWorker(order, make_recording(ToldDetector()), _source, PAUSES, stop).run()
    assert states[:2] == [(CameraState.CONNECTING.value, ""), (CameraState.DOWN.value, "no picture for 60 s")]


def test_a_changed_calendar_is_a_new_worker_where_the_pace_follows_it(
    database: Database, make_recording: MakeRecording, seal: Seal, pushing: Planted
) -> None:
    paces: list[Pace] = []
    stop = threading.Event()

    def _source(order: WatchOrder) -> ToldSource:
        paces.append(order.pace_kept)
        return ToldSource([[StalledError("nothing came")]])

    def _tick() -> None:
        with database.transaction() as session:
            sites = SiteRepository(session)
            camera, site = sites.camera(pushing.camera_id), sites.site(pushing.site_id)
            assert camera is not None
            assert site is not None
            if camera.off_hours_every_s is None:
                camera.off_hours_every_s = 600.0
            elif not site.holidays:
                site.holidays = ["2026-09-16"]
            elif any(pace.calendar is not None and pace.calendar.holidays for pace in paces):
                stop.set()

    Supervisor(make_recording(ToldDetector()), seal, _source, PAUSES, 0.01, _tick).run(stop)
    ordered = list(dict.fromkeys(paces))
    assert [pace.off_hours_every_s for pace in ordered] == [None, 600.0, 600.0]
    assert [pace.calendar is not None and len(pace.calendar.holidays) for pace in ordered] == [False, 0, 1]


def test_a_site_that_was_moved_is_a_new_worker_that_knows_its_nights(
    database: Database, make_recording: MakeRecording, seal: Seal, pushing: Planted
) -> None:
    longitudes: list[float] = []
    stop = threading.Event()

    def _source(order: WatchOrder) -> ToldSource:
        assert order.position is not None
        longitudes.append(order.position.longitude_deg)
        return ToldSource([[StalledError("nothing came")]])

    def _tick() -> None:
        with database.transaction() as session:
            site = SiteRepository(session).site(pushing.site_id)
            assert site is not None
            site.longitude = 51.9
        if 51.9 in longitudes:
            stop.set()

    Supervisor(make_recording(ToldDetector()), seal, _source, PAUSES, 0.01, _tick).run(stop)
    assert longitudes[-1] == 51.9
