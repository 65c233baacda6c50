"""A look that stands for a whole window or longer is stored with it, not with the next one hours later."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from models.database import Database
from models.repositories.observations import ObservationRepository
from models.tables.observations import Observation
from models.words import Sampling
from pipeline.signals.calendar import WorkCalendar
from pipeline.watch.pace import Pace
from pipeline.watch.worker import CameraWorker, Pauses, WatchOrder
from streams.address import StreamAddress
from streams.frame import Frame
from streams.source import Run
from tests.pipeline.conftest import MakeRecording
from tests.support.builders import Planted, plant
from tests.support.fakes import ToldDetector, frames
from tests.support.true_clip import TrueDetector, clip_frames, later

# A Wednesday, 09:00 in Almaty.
NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)
PAUSES = Pauses(first_s=0.01, most_s=0.02, healthy_after_s=60.0)


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


class AskedSource:
    """Plays one run, and notes before each next frame how many looks are stored."""

    def __init__(self, run: Sequence[Frame], database: Database, planted: Planted) -> None:
        self._run = run
        self._database = database
        self._planted = planted
        self.stored: list[int] = []

    def rows(self) -> list[Observation]:
        with self._database.reading() as session:
            known = ObservationRepository(session).of_placements(
                [self._planted.placement_id], NINE - timedelta(days=9), NINE + timedelta(days=9)
            )
        return list(known)

    @contextmanager
    def open(self, stop: threading.Event) -> Iterator[Run]:
        yield Run(self._run[0].run_id, self._play(stop))

    def _play(self, stop: threading.Event) -> Iterator[Frame]:
        for frame in self._run:
            yield frame
            # What is stored now is all that is left of a process that is killed here.
            self.stored.append(sum(row.looks_seen for row in self.rows()))
        stop.set()


def watch(
    database: Database, planted: Planted, recording: Any, run: Sequence[Frame], look_every_s: float, **values: Any
) -> AskedSource:
    order = WatchOrder(
        camera_id=planted.camera_id,
        camera_version=1,
        placement_id=planted.placement_id,
        placement_version=1,
        project_id=planted.project_id,
        address=StreamAddress.parse("rtsp://192.0.2.1/live"),
        look_every_s=look_every_s,
        masks=(),
    )
    source = AskedSource(run, database, planted)
    CameraWorker(replace(order, **values), recording, lambda _order: source, PAUSES, threading.Event()).run()
    return source


@pytest.mark.parametrize("look_every_s", [300.0, 4 * 3600.0, 86400.0])
@pytest.mark.parametrize("sampling", [Sampling.CONTINUOUS, Sampling.PUSH])
def test_each_look_of_a_camera_with_a_long_period_is_stored_before_the_next_is_waited_for(
    database: Database, make_recording: MakeRecording, planted: Planted, look_every_s: float, sampling: Sampling
) -> None:
    detector = ToldDetector(lambda _image: 1)
    values = {"sampling": sampling, "address": None} if sampling is Sampling.PUSH else {"sampling": sampling}
    run = list(frames(NINE, 4, look_every_s))
    source = watch(database, planted, make_recording(detector), run, look_every_s, **values)
    assert source.stored == [1, 2, 3, 4]
    assert [(row.looks_seen, row.seen_s) for row in source.rows()] == [(1, 300.0)] * 4
    # Each is detected in once and redacted once: the window's picture is the latest view as well.
    assert len(detector.seen) == 8
    assert all(row.evidence_id is not None for row in source.rows())


def test_a_camera_that_looks_often_is_stored_by_the_window_as_before(
    database: Database, make_recording: MakeRecording, planted: Planted
) -> None:
    run = list(frames(NINE, 12, 50.0))
    assert watch(database, planted, make_recording(ToldDetector()), run, 50.0).stored == [0] * 6 + [6] * 6


def test_a_second_look_within_the_window_is_added_to_the_first(
    database: Database, make_recording: MakeRecording, planted: Planted
) -> None:
    run = list(frames(NINE, 2, 290.0))
    source = watch(database, planted, make_recording(ToldDetector(lambda _image: 1)), run, 300.0)
    (row,) = source.rows()
    assert (source.stored, row.looks_seen, row.tallies["person"]["total"]) == ([1, 2], 2, 2)


def test_off_hours_with_a_long_period_are_stored_at_once_and_working_hours_by_the_window(
    database: Database, make_recording: MakeRecording, planted: Planted
) -> None:
    calendar = WorkCalendar(ZoneInfo("Asia/Almaty"), frozenset(range(1, 6)), time(9), time(18), frozenset())
    pace = Pace(100.0, 1800.0, calendar)
    run_id = uuid4()
    night = frames(NINE - timedelta(hours=1), 2, 1800.0, run_id)
    run = [*night, *frames(NINE, 3, 100.0, run_id, first_seed=9)]
    source = watch(database, planted, make_recording(ToldDetector()), run, 100.0, pace=pace)
    assert source.stored == [1, 2, 2, 2, 2]


def test_a_burst_with_a_long_period_is_stored_with_its_last_picture(
    database: Database, make_recording: MakeRecording, planted: Planted
) -> None:
    burst = clip_frames(NINE, seconds=6.2)
    run = [frame for number in range(3) for frame in later(burst, 3600.0 * number, burst=number)]
    source = watch(database, planted, make_recording(TrueDetector()), run, 3600.0, sampling=Sampling.BURST, burst_s=6.0)
    assert len(burst) == 16
    assert source.stored == [16 * (number // 16) + (16 if number % 16 == 15 else 0) for number in range(48)]
    for row in source.rows():
        assert (row.turns_seen, row.looks_seen, row.seen_s) == (1, 16, 300.0)
        # What machines did is stored with it, up to its last picture.
        assert sum(row.machine_seconds["excavator"].values()) == pytest.approx(6.0, abs=0.01)


def test_bursts_of_one_picture_are_stored_with_it(
    database: Database, make_recording: MakeRecording, planted: Planted
) -> None:
    run = [replace(frame, burst=number) for number, frame in enumerate(frames(NINE, 3, 600.0))]
    source = watch(database, planted, make_recording(ToldDetector()), run, 600.0, sampling=Sampling.BURST, burst_s=0.5)
    assert source.stored == [1, 2, 3]
