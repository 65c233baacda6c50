"""What a camera does, as its health row, its events, its log lines and its hours tell it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs
from structlog.typing import EventDict

from models.camera_grade import HourCounts
from models.database import Database
from models.repositories.health import HealthRepository
from models.repositories.paging import PageRequest
from models.repositories.sites import SiteRepository
from models.tables.health import CameraHour
from models.tables.sites import CameraHealth
from models.words import CameraState
from pipeline.watch.health import HealthKeeper
from tests.support.builders import Planted, plant
from tests.support.clocks import StandingClock

SIX = datetime(2026, 9, 16, 6, 0, tzinfo=UTC)
LIVE, DOWN = CameraState.LIVE, CameraState.DOWN


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


@pytest.fixture
def keeper(database: Database, clock: StandingClock, planted: Planted) -> HealthKeeper:
    return HealthKeeper(database, clock, planted.camera_id)


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    with capture_logs() as lines:
        yield lines


def row(database: Database, planted: Planted) -> CameraHealth:
    with database.reading() as session:
        return SiteRepository(session).health_of([planted.camera_id])[planted.camera_id]


def events(database: Database, planted: Planted) -> list[tuple[str, str]]:
    """The camera's events, oldest first."""
    with database.reading() as session:
        rows = HealthRepository(session).history(planted.camera_id, PageRequest(limit=500)).rows
    return [(event.state, event.reason) for event in reversed(rows)]


def flap(keeper: HealthKeeper, clock: StandingClock, changes: int, every_s: float) -> None:
    """So many changes, to live and down by turns; the first follows at once."""
    for number in range(changes):
        keeper.change(*((LIVE, "") if number % 2 == 0 else (DOWN, "nobody answers")))
        clock.advance(every_s)


def test_a_change_of_state_is_one_row_one_event_and_one_line(
    database: Database, planted: Planted, keeper: HealthKeeper, clock: StandingClock, log: list[EventDict]
) -> None:
    keeper.change(CameraState.CONNECTING, "")
    clock.advance(2)
    keeper.note_frame(clock.now())
    for _ in range(30):
        clock.advance(10)
        keeper.note_frame(clock.now())
    keeper.change(DOWN, "nobody answers")
    clock.advance(60)
    keeper.change(DOWN, "the password is wrong")
    assert events(database, planted) == [("connecting", ""), ("live", ""), ("down", "nobody answers")]
    assert [(line["state"], line["reason"]) for line in log] == events(database, planted)
    health = row(database, planted)
    assert (health.state, health.reason) == ("down", "the password is wrong")
    assert health.since == SIX + timedelta(seconds=302)
    assert health.last_frame_at == SIX + timedelta(seconds=302)
    assert keeper.is_down
    assert keeper.reason == "the password is wrong"


def test_a_worker_that_takes_over_adds_no_event_where_nothing_changed(
    database: Database, planted: Planted, keeper: HealthKeeper, clock: StandingClock, log: list[EventDict]
) -> None:
    keeper.note_frame(clock.now())
    HealthKeeper(database, clock, planted.camera_id).note_frame(clock.now())
    assert events(database, planted) == [("live", "")]
    assert len(log) == 1


def test_a_picture_shows_what_is_wrong_with_the_camera(
    database: Database, planted: Planted, keeper: HealthKeeper, clock: StandingClock
) -> None:
    keeper.note_frame(clock.now())
    keeper.note_frame(clock.now(), fault=CameraState.FROZEN, fault_reason="The picture repeats.")
    keeper.note_frame(clock.now(), SIX - timedelta(minutes=30))
    keeper.note_frame(clock.now(), SIX - timedelta(minutes=30), fault=CameraState.BLACK, fault_reason="It is black.")
    assert events(database, planted) == [
        ("live", ""),
        ("frozen", "The picture repeats."),
        ("moved", "The view has been another one since 2026-09-16 05:30 UTC."),
        ("black", "It is black."),
    ]
    assert row(database, planted).last_frame_at == SIX


def test_an_event_that_cannot_be_written_leaves_no_row_and_is_made_up_for(
    database: Database, planted: Planted, keeper: HealthKeeper, clock: StandingClock
) -> None:
    keeper.note_frame(clock.now())
    _execute(database, "ALTER TABLE camera_health_event RENAME TO out_of_reach")
    with pytest.raises(DBAPIError):
        keeper.change(DOWN, "nobody answers")
    assert row(database, planted).state == "live"
    assert not keeper.is_down
    _execute(database, "ALTER TABLE out_of_reach RENAME TO camera_health_event")
    keeper.change(DOWN, "nobody answers")
    assert row(database, planted).state == "down"
    assert events(database, planted) == [("live", ""), ("down", "nobody answers")]


def test_a_camera_that_keeps_changing_is_degraded(
    database: Database, planted: Planted, keeper: HealthKeeper, clock: StandingClock, log: list[EventDict]
) -> None:
    # The first says what the camera does and changes nothing; six more changes are news each.
    flap(keeper, clock, 7, 10.0)
    assert [state for state, _ in events(database, planted)] == ["live", "down"] * 3 + ["live"]
    assert row(database, planted).state == "live"
    keeper.change(DOWN, "nobody answers")
    reason = "7 changes of state within 10 minutes, the last to down: nobody answers"
    assert events(database, planted)[7:] == [("degraded", reason)]
    assert (row(database, planted).state, row(database, planted).reason) == ("degraded", reason)
    assert log[-1]["reason"] == reason
    # Its thread goes by what the stream does.
    assert keeper.is_down
    assert keeper.reason == "nobody answers"


def test_further_changes_of_a_degraded_camera_are_one_line_a_minute_that_counts_them(
    database: Database, planted: Planted, keeper: HealthKeeper, clock: StandingClock, log: list[EventDict]
) -> None:
    # 1 + 7 told one by one in the first 70 s, then one every 10 s for 10 minutes.
    flap(keeper, clock, 8 + 60, 10.0)
    told = [(line["state"], line["reason"]) for line in log]
    assert told == events(database, planted)
    summed_up = told[8:]
    assert len(summed_up) == 10
    assert {state for state, _ in summed_up} == {"degraded"}
    assert summed_up[0][1] == "6 changes of state more within 60 s, the last to down: nobody answers"
    since = row(database, planted).since
    assert since == SIX + timedelta(seconds=70)


def test_no_change_is_lost_from_the_events(
    database: Database, planted: Planted, keeper: HealthKeeper, clock: StandingClock, log: list[EventDict]
) -> None:
    flap(keeper, clock, 1 + 7 + 10, 7.0)
    clock.advance(113)
    keeper.change(DOWN, "nobody answers")
    clock.advance(300)
    keeper.change(DOWN, "nobody answers")
    assert events(database, planted)[8:] == [
        ("degraded", "9 changes of state more within 63 s, the last to live"),
        ("down", "Steady again after 1 change more. nobody answers"),
    ]
    assert (row(database, planted).state, row(database, planted).reason) == ("down", "nobody answers")
    assert len(log) == 10


def test_a_degraded_camera_that_stays_live_is_live_after_two_minutes(
    database: Database, planted: Planted, keeper: HealthKeeper, clock: StandingClock
) -> None:
    flap(keeper, clock, 1 + 7, 10.0)
    states = []
    for _ in range(15):
        keeper.note_frame(clock.now())
        states.append(row(database, planted).state)
        clock.advance(10)
    assert states == ["degraded"] * 12 + ["live"] * 3
    assert events(database, planted)[-2:] == [
        ("degraded", "1 change of state more within 60 s, the last to live"),
        ("live", ""),
    ]
    assert row(database, planted).reason == ""


def test_hours_are_written_with_the_row(
    database: Database, planted: Planted, keeper: HealthKeeper, clock: StandingClock
) -> None:
    clock.move_to(SIX + timedelta(minutes=59))
    keeper.count(HourCounts(reconnects=1))
    keeper.note_frame(clock.now())
    for _ in range(9):
        clock.advance(10)
        keeper.count(HourCounts(looks_due=1, looks_taken=1))
        keeper.note_frame(clock.now())
    keeper.change(DOWN, "nobody answers")
    clock.advance(600)
    keeper.change(DOWN, "nobody answers")
    keeper.count(HourCounts(looks_due=60))
    clock.advance(15)
    keeper.count(HourCounts(looks_due=1))
    with database.reading() as session:
        hours = session.scalars(sa.select(CameraHour).order_by(CameraHour.starts_at)).all()
    assert [(hour.starts_at, hour.looks_due, hour.looks_taken, hour.reconnects) for hour in hours] == [
        (SIX, 5, 5, 1),
        (SIX + timedelta(hours=1), 65, 4, 0),
    ]
    assert [hour.seconds_live for hour in hours] == [60.0, 30.0]


def _execute(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text(statement))
