"""Footage whose times can't be right: said with the picture, and what came before it is kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from models.database import Database
from models.repositories.observations import ObservationRepository
from pipeline.backfill import Backfill
from pipeline.derivation import ProgressDeriver
from streams.frame import Frame
from tests.pipeline.conftest import MakeRecording
from tests.support.builders import Planted, plant
from tests.support.clocks import StandingClock
from tests.support.fakes import ToldDetector, frames, picture

# A Wednesday, 09:00 in Almaty.
NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


@pytest.fixture
def backfill(database: Database, make_recording: MakeRecording, clock: StandingClock) -> Backfill:
    clock.move_to(NINE + timedelta(hours=8))
    return Backfill(
        make_recording(ToldDetector(lambda _image: 1)), ProgressDeriver(database, lambda _session, _project: None)
    )


def dated(*minutes: float) -> list[Frame]:
    run_id = uuid4()
    return [
        Frame(picture(number), NINE + timedelta(minutes=minute), run_id, number, 60 * abs(minute), True)
        for number, minute in enumerate(minutes)
    ]


def looks_kept(database: Database, planted: Planted) -> int:
    with database.reading() as session:
        rows = ObservationRepository(session).of_placements(
            [planted.placement_id], NINE - timedelta(days=9), NINE + timedelta(days=9)
        )
    return sum(row.looks_seen for row in rows)


def test_a_picture_that_goes_back_in_time_ends_it_with_its_number_and_date(
    database: Database, planted: Planted, backfill: Backfill
) -> None:
    report = backfill.run(planted.camera_id, dated(0, 5, 10, 4, 15), 60.0)
    assert (report.looks, looks_kept(database, planted)) == (3, 3)
    assert report.problem is not None
    assert report.problem.startswith(
        "Picture 4 is dated 2026-09-16T04:04:00+00:00, before the one it follows (2026-09-16T04:10:00+00:00). Mend"
    )


def test_a_picture_that_is_passed_over_is_asked_for_its_time_all_the_same(planted: Planted, backfill: Backfill) -> None:
    report = backfill.run(planted.camera_id, dated(0, 0.5, 0.2, 5), 60.0)
    assert report.looks == 1
    assert report.problem is not None
    assert report.problem.startswith("Picture 3 ")


def test_pictures_of_one_moment_are_no_step_back(planted: Planted, backfill: Backfill) -> None:
    assert backfill.run(planted.camera_id, dated(0, 5, 5, 10), 60.0).problem is None


def test_footage_from_the_future_is_refused_and_what_is_past_is_kept(
    database: Database, planted: Planted, backfill: Backfill
) -> None:
    # A clock five hours ahead, as one that was set to local time and read as UTC.
    report = backfill.run(planted.camera_id, dated(0, 479, 481, 482), 60.0)
    assert (report.looks, looks_kept(database, planted)) == (3, 3)
    assert report.problem is not None
    assert report.problem.startswith(
        "Picture 4 is dated 2026-09-16T12:02:00+00:00, and it is only 2026-09-16T12:00:00+00:00."
    )
    wholly = backfill.run(planted.camera_id, frames(NINE + timedelta(days=3), 3, 60.0), 60.0)
    assert (wholly.looks, wholly.days, wholly.first_at) == (0, (), None)
    assert looks_kept(database, planted) == 3


def test_the_report_says_by_the_sites_clock_when_the_footage_was_taken(planted: Planted, backfill: Backfill) -> None:
    # 23:30 in Almaty, and over midnight there.
    night = [
        replace(frame, captured_at=frame.captured_at - timedelta(hours=9, minutes=30)) for frame in dated(0, 20, 60)
    ]
    report = backfill.run(planted.camera_id, night, 60.0)
    assert report.days == (date(2026, 9, 15), date(2026, 9, 16))
    assert [at.isoformat() for at in (report.first_at, report.last_at) if at is not None] == [
        "2026-09-15T23:30:00+05:00",
        "2026-09-16T00:30:00+05:00",
    ]


def test_the_hour_that_a_clock_goes_through_twice_is_no_step_back_where_times_carry_offsets(
    planted: Planted, backfill: Backfill
) -> None:
    # 02:30 summer time, then 02:10 winter time, 40 minutes later.
    twice = [datetime.fromisoformat(text) for text in ("2026-09-16T02:30:00+02:00", "2026-09-16T02:10:00+01:00")]
    footage = [replace(frame, captured_at=at.astimezone(UTC)) for frame, at in zip(dated(0, 40), twice, strict=True)]
    report = backfill.run(planted.camera_id, footage, 60.0)
    assert (report.looks, report.problem) == (2, None)


def test_a_clip_of_one_picture_is_one_look(database: Database, planted: Planted, backfill: Backfill) -> None:
    report = backfill.run(planted.camera_id, dated(0), 0.4, burst_s=6.0)
    assert (report.looks, report.problem, looks_kept(database, planted)) == (1, None, 1)
