"""When a camera's clock becomes known to be wrong, and right again, over its looks."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from models.database import Database
from models.repositories.health import HealthRepository
from models.repositories.paging import PageRequest
from pipeline.camera_clock import clock_reason
from pipeline.watch.clock_watch import ClockWatch
from pipeline.watch.health import HealthKeeper
from pipeline.watch.worker import CameraWorker, Pauses, WatchOrder
from streams.address import StreamAddress
from streams.errors import StalledError
from streams.frame import Frame
from tests.pipeline.conftest import MakeRecording
from tests.support.builders import Planted, plant
from tests.support.clocks import StandingClock
from tests.support.fakes import ToldDetector, ToldSource, frames

NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)
HOUR = clock_reason(3600.0)


def _followed(watch: ClockWatch, *readings: tuple[float, float | None]) -> list[str]:
    return [watch.note(skew_s, NINE + timedelta(seconds=at_s)) for at_s, skew_s in readings]


def test_two_readings_tell_a_wrong_clock_and_one_a_right_one() -> None:
    watch = ClockWatch()
    assert _followed(watch, (0, 3600.0), (10, 3600.0), (20, 3600.2)) == ["", HOUR, HOUR]
    # Less wrong than before, but not right yet; then right.
    assert _followed(watch, (30, 45.0), (40, -29.0), (50, 3600.0)) == [HOUR, "", ""]


def test_looks_close_together_may_show_one_reading_only() -> None:
    assert _followed(ClockWatch(), (0, 3600.0), (1, 3600.0), (9, 3600.0), (11, 3600.0)) == ["", "", "", HOUR]


def test_a_single_wrong_reading_is_none() -> None:
    for other_s in (0.0, 45.0):
        told = _followed(ClockWatch(), (0, 0.0), (10, 3600.0), (20, other_s), (30, 3600.0), (40, other_s))
        assert told == [""] * 5


def test_a_camera_that_tells_nothing_changes_nothing() -> None:
    watch = ClockWatch()
    assert _followed(watch, (0, None), (10, -90.0), (20, None), (30, -90.0)) == ["", "", "", clock_reason(-90.0)]
    assert _followed(watch, (40, None), (9000, None)) == [clock_reason(-90.0)] * 2


def test_the_reason_stays_while_the_clock_drifts_a_little_and_follows_a_jump() -> None:
    watch = ClockWatch()
    assert set(_followed(watch, (0, 90.0), (10, 90.0), (20, 119.0), (30, 61.0))) == {"", clock_reason(90.0)}
    assert _followed(watch, (40, -7000.0), (50, -7600.0), (60, -7800.0)) == [
        clock_reason(-7000.0),
        clock_reason(-7000.0),
        clock_reason(-7800.0),
    ]


def _off(run: list[Frame], skew_s: float | None) -> list[Frame]:
    return [replace(frame, clock_skew_s=skew_s) for frame in run]


def _states(database: Database, planted: Planted) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = HealthRepository(session).history(planted.camera_id, PageRequest(limit=100)).rows
    return [(row.state, row.reason) for row in reversed(rows)]


def _watched(recording_of: MakeRecording, planted: Planted, scripts: list[list[Frame | StalledError]]) -> None:
    order = WatchOrder(
        camera_id=planted.camera_id,
        camera_version=1,
        placement_id=planted.placement_id,
        placement_version=1,
        project_id=planted.project_id,
        address=StreamAddress.parse("rtsp://192.0.2.1/live"),
        look_every_s=10.0,
        masks=(),
    )
    source = ToldSource(scripts)
    pauses = Pauses(first_s=0.01, most_s=0.02, healthy_after_s=60.0)
    CameraWorker(order, recording_of(ToldDetector()), lambda _order: source, pauses, threading.Event()).run()


def test_a_camera_whose_clock_is_wrong_says_so_over_reconnects_until_it_is_set(
    database: Database, make_recording: MakeRecording
) -> None:
    planted = plant(database)
    off = _off(list(frames(NINE, 3, 10.0)), 3600.0)
    again = _off(list(frames(NINE + timedelta(seconds=60), 2, 10.0, first_seed=10)), None)
    right = _off(list(frames(NINE + timedelta(seconds=80), 2, 10.0, first_seed=20)), 0.2)
    _watched(make_recording, planted, [[*off, StalledError("nothing came for 10 s")], [*again, *right]])
    assert _states(database, planted) == [
        ("connecting", ""),
        ("live", ""),
        ("wrong_clock", HOUR),
        ("down", "nothing came for 10 s"),
        ("wrong_clock", HOUR),
        ("live", ""),
    ]


def test_what_is_wrong_with_the_picture_is_said_before_the_clock(
    database: Database, make_recording: MakeRecording
) -> None:
    planted = plant(database)
    run = _off(list(frames(NINE, 12, 15.0)), 3600.0)
    black = [replace(frame, image=frame.image * 0) for frame in run[3:8]]
    _watched(make_recording, planted, [[*run[:3], *black, *run[8:]]])
    states = [state for state, _ in _states(database, planted)]
    assert states[:4] == ["connecting", "live", "wrong_clock", "black"]


def test_a_camera_with_a_wrong_clock_counts_as_live(database: Database, clock: StandingClock) -> None:
    planted = plant(database)
    keeper = HealthKeeper(database, clock, planted.camera_id)
    keeper.note_frame(clock.now(), wrong_clock=HOUR)
    clock.advance(20)
    keeper.note_frame(clock.now(), NINE, wrong_clock=HOUR)
    clock.advance(30)
    keeper.note_frame(clock.now())
    keeper.close()
    with database.reading() as session:
        grade = HealthRepository(session).grade(planted.camera_id, clock.now())
    # The 20 s with a wrong clock, and not the 30 s in which the camera was moved, wrong clock or not.
    assert grade.seconds_live == 20
    assert [state for state, _ in _states(database, planted)] == ["wrong_clock", "moved", "live"]
