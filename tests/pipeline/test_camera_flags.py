"""A flag of a camera that is down stands until every camera is known to send."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from models.database import Database
from models.repositories.flags import FlagRepository
from models.repositories.sites import SiteRepository
from models.tables.sites import Camera, CameraHealth, Placement
from models.words import CameraState
from pipeline.derivation import ProgressDeriver
from tests.support.builders import BEFORE, Planted, plant

EIGHT = datetime(2026, 9, 16, 3, tzinfo=UTC)


@pytest.fixture
def planted(database: Database) -> Planted:
    """Its camera has been down for an hour, which is flagged."""
    placed = plant(database)
    camera_is(database, placed.camera_id, CameraState.DOWN, EIGHT)
    assert flagged(database, placed, EIGHT + timedelta(hours=1)) == ["camera_down"]
    return placed


def camera_is(database: Database, camera_id: UUID, state: CameraState, since: datetime) -> None:
    with database.transaction() as session:
        session.merge(CameraHealth(camera_id=camera_id, state=state, reason="", since=since, last_frame_at=None))


def flagged(database: Database, planted: Planted, when: datetime) -> list[str]:
    """The kinds that are open once the project is derived."""
    ProgressDeriver(database, lambda _session, _project: None).derive(planted.project_id, when)
    with database.reading() as session:
        return [flag.kind for flag in FlagRepository(session).open_flags([planted.project_id])]


@pytest.mark.parametrize(
    "state", [CameraState.CONNECTING, CameraState.DEGRADED, CameraState.PLACEHOLDER, CameraState.DOWN]
)
def test_a_state_in_which_a_camera_is_not_known_to_send_clears_no_flag(
    database: Database, planted: Planted, state: CameraState
) -> None:
    later = EIGHT + timedelta(hours=2)
    camera_is(database, planted.camera_id, state, later)
    assert flagged(database, planted, later + timedelta(minutes=1)) == ["camera_down"]


@pytest.mark.parametrize("state", [CameraState.LIVE, CameraState.BLACK, CameraState.WRONG_CLOCK])
def test_a_camera_that_sends_again_clears_its_flag(database: Database, planted: Planted, state: CameraState) -> None:
    later = EIGHT + timedelta(hours=2)
    camera_is(database, planted.camera_id, state, later)
    assert flagged(database, planted, later + timedelta(minutes=1)) == []


def test_a_restarted_watch_clears_no_flag(database: Database, planted: Planted) -> None:
    later = EIGHT + timedelta(hours=2)
    with database.transaction() as session:
        SiteRepository(session).forget_live(CameraState.CONNECTING.value, later)
    assert flagged(database, planted, later + timedelta(minutes=1)) == ["camera_down"]


def test_a_camera_of_which_nothing_is_known_clears_no_flag(database: Database, planted: Planted) -> None:
    second = uuid4()
    with database.transaction() as session:
        sites = SiteRepository(session)
        sites.add(
            Camera(
                id=second,
                name="second mast",
                address_display="rtsp://192.0.2.2/live",
                sealed_address="",
                look_every_s=10.0,
                is_replay=False,
                created_at=BEFORE,
            )
        )
        sites.flush()
        sites.add(
            Placement(
                id=uuid4(),
                camera_id=second,
                site_id=planted.site_id,
                starts_at=BEFORE,
                zones=[],
                created_at=BEFORE,
            )
        )
    later = EIGHT + timedelta(hours=2)
    camera_is(database, planted.camera_id, CameraState.LIVE, later)
    assert flagged(database, planted, later + timedelta(minutes=1)) == ["camera_down"]
    camera_is(database, second, CameraState.LIVE, later)
    assert flagged(database, planted, later + timedelta(minutes=2)) == []
