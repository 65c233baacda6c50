from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import IntegrityError

import models.migrations
from models.camera_grade import CameraGrade, HourCounts
from models.database import Database
from models.errors import InvalidError
from models.repositories.health import HealthRepository
from models.repositories.paging import PageRequest
from models.repositories.sites import SiteRepository
from models.tables.health import CameraHealthEvent
from models.tables.sites import CameraHealth
from models.words import Grade
from tests.support.builders import plant

NOON = datetime(2026, 9, 16, 7, 0, tzinfo=UTC)


def migrate(database: Database, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(models.migrations.__path__[0])))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        (command.upgrade if to == "head" else command.downgrade)(config, to)
        connection.commit()


def history(database: Database, camera_id: UUID) -> list[CameraHealthEvent]:
    with database.reading() as session:
        return list(HealthRepository(session).history(camera_id, PageRequest()).rows)


def append(database: Database, camera_id: UUID, *states: str, at: datetime = NOON) -> None:
    for number, state in enumerate(states):
        with database.transaction() as session:
            HealthRepository(session).append(camera_id, state, f"reason {number}", at + timedelta(minutes=number))


def count(database: Database, camera_id: UUID, at: datetime, counts: HourCounts) -> None:
    with database.transaction() as session:
        HealthRepository(session).count(camera_id, at, counts)


def grade(database: Database, camera_id: UUID, at: datetime) -> CameraGrade:
    with database.reading() as session:
        return HealthRepository(session).grade(camera_id, at)


def test_a_database_with_cameras_is_upgraded_and_their_history_begins_with_what_they_do(database: Database) -> None:
    planted, never_watched = plant(database), plant(database, number=18)
    with database.transaction() as session:
        SiteRepository(session).add(
            CameraHealth(
                camera_id=planted.camera_id, state="down", reason="nobody answers", since=NOON, last_frame_at=None
            )
        )
    migrate(database, "0003")
    columns = {column["name"] for column in sa.inspect(database.engine).get_columns("camera")}
    assert columns & {"sampling", "burst_s", "off_hours_every_s", "rtsp_transport", "push_key_sha256"} == set()
    assert not sa.inspect(database.engine).has_table("camera_health_event")
    migrate(database, "head")
    assert database.is_current()
    with database.reading() as session:
        camera = SiteRepository(session).camera(planted.camera_id)
        assert SiteRepository(session).placement(planted.placement_id) is not None
    assert camera is not None
    assert (camera.name, camera.look_every_s, camera.version) == ("camera-17", 10.0, 1)
    assert (camera.sampling, camera.burst_s, camera.off_hours_every_s) == ("continuous", 6.0, None)
    assert (camera.rtsp_transport, camera.push_key_sha256) == ("auto", None)
    (event,) = history(database, planted.camera_id)
    assert (event.state, event.reason, event.at, event.ended_at) == ("down", "nobody answers", NOON, None)
    assert history(database, never_watched.camera_id) == []
    append(database, planted.camera_id, "live", at=NOON + timedelta(hours=1))
    assert [event.state for event in history(database, planted.camera_id)] == ["live", "down"]


@pytest.mark.parametrize("column", ["burst_s", "off_hours_every_s"])
def test_a_time_between_looks_is_positive_in_the_database_too(database: Database, column: str) -> None:
    planted = plant(database)
    migrate(database, "0003")
    migrate(database, "head")

    def _write() -> None:
        with database.transaction() as session:
            camera = SiteRepository(session).camera(planted.camera_id)
            setattr(camera, column, 0.0)

    with pytest.raises(IntegrityError):
        _write()


def test_a_change_of_state_ends_the_one_before_and_changes_nothing_else(database: Database) -> None:
    planted, other = plant(database), plant(database, number=18)
    append(database, other.camera_id, "live")
    append(database, planted.camera_id, "connecting", "live", "down")
    events = history(database, planted.camera_id)
    assert [(event.state, event.reason) for event in events] == [
        ("down", "reason 2"),
        ("live", "reason 1"),
        ("connecting", "reason 0"),
    ]
    assert [event.ended_at for event in events] == [None, NOON + timedelta(minutes=2), NOON + timedelta(minutes=1)]
    assert [event.ended_at for event in history(database, other.camera_id)] == [None]


def test_a_state_does_not_end_before_it_began(database: Database) -> None:
    planted = plant(database)
    append(database, planted.camera_id, "live")
    append(database, planted.camera_id, "down", at=NOON - timedelta(hours=1))
    assert [event.ended_at for event in history(database, planted.camera_id)] == [None, NOON]


def test_the_history_is_read_page_by_page_newest_first(database: Database) -> None:
    planted = plant(database)
    append(database, planted.camera_id, "connecting", "live", "down", "live", "moved")
    pages, after = [], None
    for _ in range(3):
        with database.reading() as session:
            page = HealthRepository(session).history(planted.camera_id, PageRequest(2, after))
        pages.append([event.state for event in page.rows])
        after = page.next_after
    assert pages == [["moved", "live"], ["down", "live"], ["connecting"]]
    assert after is None
    with database.reading() as session, pytest.raises(InvalidError, match="cursor"):
        HealthRepository(session).history(planted.camera_id, PageRequest(2, "bm8"))


def test_cameras_whose_watcher_is_gone_are_put_back_with_an_event_each(database: Database) -> None:
    planted, other = plant(database), plant(database, number=18)
    for camera_id, state in ((planted.camera_id, "live"), (other.camera_id, "connecting")):
        append(database, camera_id, state)
        with database.transaction() as session:
            SiteRepository(session).add(
                CameraHealth(camera_id=camera_id, state=state, reason="", since=NOON, last_frame_at=NOON)
            )
    later = NOON + timedelta(hours=2)
    with database.transaction() as session:
        SiteRepository(session).forget_live("connecting", later)
    now, before = history(database, planted.camera_id)
    assert (now.state, now.reason, now.at) == ("connecting", "What watched it has ended.", later)
    assert (before.state, before.ended_at) == ("live", later)
    assert [event.state for event in history(database, other.camera_id)] == ["connecting"]
    with database.reading() as session:
        health = SiteRepository(session).health_of([planted.camera_id])[planted.camera_id]
    assert (health.state, health.reason, health.since) == ("connecting", "", later)


def test_an_hours_counts_add_up(database: Database) -> None:
    planted = plant(database)
    count(database, planted.camera_id, NOON + timedelta(minutes=1), HourCounts(100, 98, 1, 0, 2, 900.0))
    count(database, planted.camera_id, NOON + timedelta(minutes=59), HourCounts(100, 98, 0, 1, 1, 800.0))
    count(database, planted.camera_id, NOON + timedelta(minutes=60), HourCounts(looks_due=60))
    assert grade(database, planted.camera_id, NOON + timedelta(minutes=59)) == CameraGrade(
        Grade.GOOD, 0.98, 1, 1, 3, 1700.0
    )


def test_the_hour_before_counts_as_far_as_it_lies_in_the_last_sixty_minutes(database: Database) -> None:
    planted = plant(database)
    count(database, planted.camera_id, NOON, HourCounts(360, 0, 5, 0, 0, 0.0))
    count(database, planted.camera_id, NOON + timedelta(hours=1), HourCounts(120, 120, 0, 0, 0, 1200.0))
    third = grade(database, planted.camera_id, NOON + timedelta(hours=1, minutes=20))
    assert third.coverage == pytest.approx(1 / 3)
    assert (third.reconnects, third.grade) == (4, Grade.POOR)
    whole = grade(database, planted.camera_id, NOON + timedelta(hours=2))
    assert (whole.coverage, whole.reconnects, whole.seconds_live, whole.grade) == (1.0, 0, 1200.0, Grade.GOOD)
    assert grade(database, planted.camera_id, NOON + timedelta(hours=3)).grade is Grade.NONE


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (HourCounts(100, 95, 2, 2), Grade.GOOD),
        (HourCounts(100, 94), Grade.FAIR),
        (HourCounts(100, 100, 3), Grade.FAIR),
        (HourCounts(100, 100, 0, 3), Grade.FAIR),
        (HourCounts(100, 70, 10, 10), Grade.FAIR),
        (HourCounts(100, 69), Grade.POOR),
        (HourCounts(100, 100, 11), Grade.POOR),
        (HourCounts(100, 100, 0, 11), Grade.POOR),
        (HourCounts(100, 0), Grade.POOR),
        (HourCounts(0, 0, 40), Grade.NONE),
    ],
)
def test_a_grade_is_as_bad_as_the_worst_of_its_figures(database: Database, counts: HourCounts, expected: Grade) -> None:
    planted = plant(database)
    count(database, planted.camera_id, NOON, counts)
    assert grade(database, planted.camera_id, NOON + timedelta(minutes=30)).grade is expected


def test_a_camera_of_which_nothing_was_counted_has_no_grade(database: Database) -> None:
    planted = plant(database)
    assert grade(database, planted.camera_id, NOON) == CameraGrade(Grade.NONE, None, 0, 0, 0, 0.0)


def test_counts_only_go_up() -> None:
    with pytest.raises(ValueError, match="stalls"):
        HourCounts(stalls=-1)
