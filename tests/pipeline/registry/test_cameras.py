"""Cameras: sampling policies that hold together, and how each camera fares."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from models.camera_grade import HourCounts
from models.database import Database
from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from models.principal import Role
from models.repositories.health import HealthRepository
from models.repositories.paging import PageRequest
from models.repositories.sites import SiteRepository
from models.secrets import Seal, load_seal
from models.words import CameraState, Grade, RtspTransport, Sampling
from pipeline.registry.cameras import CameraDraft, CameraPatch, CameraService, CameraView, KeyedCamera
from pipeline.registry.push_key import push_key_digest
from pipeline.watch.health import HealthKeeper
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from tests.support.builders import ADMIN, principal
from tests.support.clocks import StandingClock

RTSP, HTTP = "rtsp://operator:a-long-secret@192.0.2.10/live", "http://192.0.2.10/picture.jpg"


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    return load_seal(tmp_path / "seal.key")


@pytest.fixture
def service(database: Database, clock: StandingClock, seal: Seal) -> CameraService:
    return CameraService(database, clock.now, seal, NetworkPolicy.of(StreamSettings()))


def draft(**values: Any) -> CameraDraft:
    return CameraDraft.model_validate({"name": "mast", "address": RTSP, **values})


def patch(**values: Any) -> CameraPatch:
    return CameraPatch.model_validate(values)


def stored_address(database: Database, camera_id: UUID) -> str:
    with database.reading() as session:
        camera = SiteRepository(session).camera(camera_id)
    assert camera is not None
    return camera.sealed_address


def stored_key(database: Database, camera_id: UUID) -> str | None:
    with database.reading() as session:
        camera = SiteRepository(session).camera(camera_id)
    assert camera is not None
    return camera.push_key_sha256


def refused(error: pytest.ExceptionInfo[InvalidError]) -> list[str]:
    return [problem.field for problem in error.value.problems]


def policy(view: CameraView) -> tuple[Sampling, float, float, float | None, RtspTransport]:
    return view.sampling, view.look_every_s, view.burst_s, view.off_hours_every_s, view.rtsp_transport


def test_a_camera_without_a_word_about_it_is_watched_continuously(service: CameraService) -> None:
    added = service.register(ADMIN, draft())
    assert policy(added) == (Sampling.CONTINUOUS, 10.0, 6.0, None, RtspTransport.AUTO)
    assert service.get(ADMIN, added.id) == added


def test_a_sampling_policy_is_stored_and_changed(service: CameraService) -> None:
    added = service.register(
        ADMIN, draft(sampling="burst", look_every_s=300, burst_s=8, off_hours_every_s=3600, rtsp_transport="tcp")
    )
    assert policy(added) == (Sampling.BURST, 300.0, 8.0, 3600.0, RtspTransport.TCP)
    changed = service.change(ADMIN, added.id, patch(burst_s=12, rtsp_transport="udp"), None)
    assert policy(changed) == (Sampling.BURST, 300.0, 12.0, 3600.0, RtspTransport.UDP)
    assert policy(service.get(ADMIN, added.id)) == policy(changed)


def test_only_a_null_takes_the_off_hours_away(service: CameraService) -> None:
    added = service.register(ADMIN, draft(off_hours_every_s=600))
    assert service.change(ADMIN, added.id, patch(burst_s=2), None).off_hours_every_s == 600.0
    assert service.change(ADMIN, added.id, patch(off_hours_every_s=None, burst_s=None), None).burst_s == 2.0
    assert service.get(ADMIN, added.id).off_hours_every_s is None


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"sampling": "burst", "look_every_s": 6}, ["burst_s"]),
        ({"sampling": "burst", "look_every_s": 30, "burst_s": 31}, ["burst_s"]),
        ({"look_every_s": 60, "off_hours_every_s": 59}, ["off_hours_every_s"]),
        ({"sampling": "snapshot"}, ["sampling"]),
        ({"sampling": "push"}, ["address"]),
        ({"address": None}, ["address"]),
        ({"address": None, "sampling": "push", "username": "operator"}, ["address"]),
        (
            {"sampling": "burst", "look_every_s": 5, "address": None, "off_hours_every_s": 1},
            ["address", "burst_s", "off_hours_every_s"],
        ),
    ],
)
def test_a_policy_whose_parts_do_not_go_together_is_refused(
    service: CameraService, values: dict[str, Any], fields: list[str]
) -> None:
    with pytest.raises(InvalidError) as error:
        service.register(ADMIN, draft(**values))
    assert refused(error) == fields
    assert "a-long-secret" not in str(error.value)
    assert service.list(ADMIN, PageRequest()).rows == []


@pytest.mark.parametrize(
    "values",
    [
        {"look_every_s": 1},
        {"sampling": "snapshot", "address": HTTP},
        {"sampling": "burst", "look_every_s": 7},
        {"off_hours_every_s": 10},
    ],
)
def test_what_goes_together_is_taken(service: CameraService, values: dict[str, Any]) -> None:
    assert service.register(ADMIN, draft(**values)).version == 1


@pytest.mark.parametrize("values", [{"sampling": "archive"}, {"rtsp_transport": "sctp"}, {"burst_s": 0}])
def test_a_policy_nobody_knows_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        draft(**values)


def test_a_change_is_judged_together_with_what_stays(service: CameraService) -> None:
    added = service.register(ADMIN, draft(sampling="burst", look_every_s=60, off_hours_every_s=600))
    for values, field in (
        ({"look_every_s": 6}, "burst_s"),
        ({"look_every_s": 900}, "off_hours_every_s"),
        ({"sampling": "snapshot"}, "sampling"),
    ):
        with pytest.raises(InvalidError) as error:
            service.change(ADMIN, added.id, patch(**values), None)
        assert refused(error) == [field]
    assert service.get(ADMIN, added.id) == added
    changed = service.change(ADMIN, added.id, patch(sampling="snapshot", address=HTTP), None)
    assert (changed.sampling, changed.address) == (Sampling.SNAPSHOT, "http://192.0.2.10/picture.jpg")


def test_a_pushing_camera_has_no_address_and_gets_one_when_it_stops_pushing(
    service: CameraService, database: Database, seal: Seal
) -> None:
    added = service.register(ADMIN, draft(address=None, sampling="push"))
    assert isinstance(added, KeyedCamera)
    assert (added.sampling, added.address, stored_address(database, added.id)) == (Sampling.PUSH, "", "")
    with pytest.raises(InvalidError) as error:
        service.change(ADMIN, added.id, patch(sampling="continuous"), None)
    assert refused(error) == ["address"]
    changed = service.change(ADMIN, added.id, patch(sampling="continuous", address=RTSP), None)
    assert changed.sampling is Sampling.CONTINUOUS
    assert not isinstance(changed, KeyedCamera)
    assert stored_key(database, added.id) is None
    assert seal.open(stored_address(database, added.id)) == RTSP
    pushing = service.change(ADMIN, added.id, patch(sampling="push"), None)
    assert (pushing.address, stored_address(database, added.id)) == ("", "")
    assert isinstance(pushing, KeyedCamera)
    assert pushing.push_key != added.push_key
    assert stored_key(database, added.id) == push_key_digest(pushing.push_key)


def test_a_push_key_is_shown_once_and_only_its_digest_is_kept(service: CameraService, database: Database) -> None:
    added = service.register(ADMIN, draft(address=None, sampling="push"))
    assert isinstance(added, KeyedCamera)
    assert len(added.push_key) > 40
    assert added.push_key not in f"{added!r} {added}"
    assert stored_key(database, added.id) == push_key_digest(added.push_key)
    assert not hasattr(service.get(ADMIN, added.id), "push_key")
    still = service.change(ADMIN, added.id, patch(look_every_s=30, sampling="push"), None)
    assert not isinstance(still, KeyedCamera)
    assert stored_key(database, added.id) == push_key_digest(added.push_key)


def test_a_new_push_key_takes_the_place_of_the_old_one(service: CameraService, database: Database) -> None:
    added = service.register(ADMIN, draft(address=None, sampling="push"))
    renewed = service.renew_push_key(principal(Role.OPERATOR), added.id, added.version)
    assert stored_key(database, added.id) == push_key_digest(renewed.push_key)
    assert (renewed.id, renewed.version) == (added.id, added.version + 1)
    with pytest.raises(ConflictError):
        service.renew_push_key(ADMIN, added.id, added.version)
    with pytest.raises(ForbiddenError):
        service.renew_push_key(principal(Role.OFFICE), added.id, None)
    with pytest.raises(ConflictError, match="push"):
        service.renew_push_key(ADMIN, service.register(ADMIN, draft(name="called")).id, None)
    service.retire(ADMIN, added.id)
    with pytest.raises(NotFoundError):
        service.renew_push_key(ADMIN, added.id, None)


def test_how_a_camera_fares_is_its_state_its_last_hour_and_its_history(
    service: CameraService, database: Database, clock: StandingClock
) -> None:
    camera_id = service.register(ADMIN, draft()).id
    keeper = HealthKeeper(database, clock, camera_id)
    keeper.count(HourCounts(looks_due=90, looks_taken=80, reconnects=1, stalls=2, drops=3))
    keeper.change(CameraState.CONNECTING, "")
    clock.advance(5)
    keeper.note_frame(clock.now())
    clock.advance(60)
    keeper.change(CameraState.DOWN, "nobody answers")
    report = service.health(ADMIN, camera_id, PageRequest(limit=2))
    assert report.health is not None
    assert (report.health.state, report.health.reason) == (CameraState.DOWN, "nobody answers")
    hour = report.last_hour
    assert hour.coverage == pytest.approx(80 / 90)
    assert (hour.grade, hour.seconds_live) == (Grade.FAIR, 60.0)
    assert (hour.reconnects, hour.stalls, hour.drops) == (1, 2, 3)
    down, live = report.history.rows
    assert (down.state, down.ended_at) == (CameraState.DOWN, None)
    assert (live.state, live.ended_at) == (CameraState.LIVE, clock.now())
    older = service.health(ADMIN, camera_id, PageRequest(limit=2, after=report.history.next_after)).history
    assert [event.state for event in older.rows] == [CameraState.CONNECTING]
    assert older.next_after is None
    clock.advance(7200)
    assert service.health(ADMIN, camera_id, PageRequest()).last_hour.grade is Grade.NONE


def test_a_camera_that_was_never_watched_has_neither_state_nor_grade(service: CameraService) -> None:
    report = service.health(ADMIN, service.register(ADMIN, draft()).id, PageRequest())
    assert (report.health, report.last_hour.grade, report.history.rows) == (None, Grade.NONE, [])


def test_only_those_who_mind_cameras_learn_how_they_fare(service: CameraService, database: Database) -> None:
    camera_id = service.register(ADMIN, draft()).id
    for role in (Role.OWNER, Role.VIEWER):
        with pytest.raises(ForbiddenError):
            service.health(principal(role), camera_id, PageRequest())
    for role in (Role.OPERATOR, Role.OFFICE):
        assert service.health(principal(role), camera_id, PageRequest()).health is None
    with pytest.raises(NotFoundError):
        service.health(ADMIN, uuid4(), PageRequest())
    service.retire(ADMIN, camera_id)
    with pytest.raises(NotFoundError):
        service.health(ADMIN, camera_id, PageRequest())
    with database.reading() as session:
        assert HealthRepository(session).history(camera_id, PageRequest()).rows == []
