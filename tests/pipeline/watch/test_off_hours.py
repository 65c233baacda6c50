"""Fewer looks outside the site's hours, and figures that are no worse for it."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from models.camera_grade import CameraGrade
from models.database import Database
from models.repositories.health import HealthRepository
from models.repositories.observations import ObservationRepository
from models.repositories.signals import SignalRepository
from models.tables.observations import Observation
from models.words import Grade, SiteDayState
from pipeline.derivation import ProgressDeriver
from pipeline.signals.calendar import WorkCalendar
from pipeline.watch.pace import Pace
from pipeline.watch.worker import CameraWorker, Pauses, WatchOrder
from streams.address import StreamAddress
from streams.frame import Frame
from streams.source import Run
from tests.pipeline.conftest import MakeRecording
from tests.support.builders import Planted, plant
from tests.support.clocks import StandingClock
from tests.support.fakes import ToldDetector, picture

# A Wednesday, 09:00 in Almaty, where the site's hours begin; they end at 18:00.
NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)
PAUSES = Pauses(first_s=0.01, most_s=0.02, healthy_after_s=60.0)


def calendar(opens_at: time = time(9)) -> WorkCalendar:
    return WorkCalendar(ZoneInfo("Asia/Almaty"), frozenset(range(1, 7)), opens_at, time(18), frozenset())


class PacedCamera:
    """Sends a picture whenever one is due by a pace, until a moment; its time is that of the test's clock."""

    def __init__(self, pace: Pace, clock: StandingClock, until: datetime, stop: threading.Event) -> None:
        self._pace = pace
        self._clock = clock
        self._until = until
        self._stop = stop

    @contextmanager
    def open(self, stop: threading.Event) -> Iterator[Run]:
        run_id = uuid4()
        yield Run(run_id, self._frames(run_id))

    def _frames(self, run_id: UUID) -> Iterator[Frame]:
        began_at, seed = self._clock.now(), 0
        while self._clock.now() < self._until:
            at = self._clock.now()
            yield Frame(picture(seed), at, run_id, seed, (at - began_at).total_seconds(), True)
            seed += 1
            self._clock.advance(self._pace.at(at))
        self._stop.set()


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


def watch(
    recording_of: MakeRecording, planted: Planted, clock: StandingClock, pace: Pace, starts_at: datetime, hours: float
) -> None:
    clock.move_to(starts_at)
    order = WatchOrder(
        camera_id=planted.camera_id,
        camera_version=1,
        placement_id=planted.placement_id,
        placement_version=1,
        project_id=planted.project_id,
        address=StreamAddress.parse("rtsp://192.0.2.1/live"),
        look_every_s=pace.look_every_s,
        masks=(),
        pace=pace,
    )
    stop = threading.Event()
    camera = PacedCamera(pace, clock, starts_at + timedelta(hours=hours), stop)
    CameraWorker(order, recording_of(ToldDetector()), lambda _order: camera, PAUSES, stop).run()


def windows(database: Database, planted: Planted) -> Sequence[Observation]:
    with database.reading() as session:
        rows = ObservationRepository(session).of_placements(
            [planted.placement_id], NINE - timedelta(days=2), NINE + timedelta(days=2)
        )
    return sorted(rows, key=lambda row: row.window_starts_at)


def grade(database: Database, planted: Planted, clock: StandingClock) -> CameraGrade:
    with database.reading() as session:
        return HealthRepository(session).grade(planted.camera_id, clock.now())


def test_a_look_stands_for_the_pace_at_which_it_was_taken(
    database: Database, make_recording: MakeRecording, clock: StandingClock, planted: Planted
) -> None:
    pace = Pace(60.0, 600.0, calendar())
    watch(make_recording, planted, clock, pace, NINE - timedelta(minutes=20), 0.5)
    rows = windows(database, planted)
    assert [((row.window_starts_at - NINE) / timedelta(minutes=1), row.looks_seen) for row in rows] == [
        (-20, 1),
        (-10, 1),
        (0, 5),
        (5, 5),
    ]
    assert [(row.look_every_s, row.seen_s, row.due_s) for row in rows] == [
        (600.0, 300.0, 300.0),
        (600.0, 300.0, 300.0),
        (60.0, 300.0, 300.0),
        (60.0, 300.0, 300.0),
    ]
    assert {(row.machine_working_s, row.machine_idle_s) for row in rows} == {(None, None)}


def test_a_window_in_which_the_pace_changes_claims_no_more_than_was_seen(
    database: Database, make_recording: MakeRecording, clock: StandingClock, planted: Planted
) -> None:
    # Looked at at nine for the last time at the night's pace, and from two past on every 30 s.
    pace = Pace(30.0, 120.0, calendar(time(9, 2)))
    watch(make_recording, planted, clock, pace, NINE, 5 / 60)
    (row,) = windows(database, planted)
    assert (row.looks_seen, row.look_every_s, row.seen_s) == (7, 30.0, 210.0)


def test_a_camera_that_keeps_the_slower_pace_is_graded_by_it(
    database: Database, make_recording: MakeRecording, clock: StandingClock, planted: Planted
) -> None:
    night = NINE + timedelta(hours=14)
    watch(make_recording, planted, clock, Pace(10.0, 600.0, calendar()), night, 1)
    kept = grade(database, planted, clock)
    assert kept.coverage == pytest.approx(1.0, abs=0.01)
    assert kept.grade is Grade.GOOD


def test_a_site_day_is_judged_over_its_hours_whatever_the_night_was(
    database: Database, make_recording: MakeRecording, clock: StandingClock, planted: Planted
) -> None:
    pace = Pace(1800.0, 3600.0, calendar())
    watch(make_recording, planted, clock, pace, NINE - timedelta(hours=3), 14)
    deriver = ProgressDeriver(database, lambda _session, _project: None)
    deriver.derive(planted.project_id, NINE + timedelta(hours=13))
    with database.reading() as session:
        signal = SignalRepository(session).latest_signals([planted.project_id])[planted.project_id]
    (day,) = [found for found in signal.site_days if found["day"] == "2026-09-16"]
    assert (day["state"], day["coverage"], day["usable_share"]) == (SiteDayState.STANDSTILL.value, 1.0, 1.0)
