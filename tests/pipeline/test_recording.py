import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import cv2
import pytest
import sqlalchemy as sa

from models.database import Database
from models.evidence import EvidenceStore, StoredFile
from models.repositories.health import HealthRepository
from models.repositories.observations import ObservationRepository
from models.repositories.signals import SignalRepository
from models.repositories.site_days import SiteDayRepository
from models.repositories.sites import SiteRepository
from models.tables.observations import Observation
from models.tables.sites import Site
from models.words import CameraState, Grade, SiteDayState
from pipeline.backfill import Backfill
from pipeline.derivation import ProgressDeriver
from pipeline.errors import FootageError
from pipeline.watch.look import Looker
from pipeline.watch.recorder import Recorded, Recording, WindowRecorder
from pipeline.watch.worker import CameraWorker, Pauses, WatchOrder
from streams.address import StreamAddress
from streams.errors import StalledError, UnreachableError
from streams.frame import Frame
from streams.source import Run
from tests.pipeline.conftest import MakeRecording
from tests.support.builders import Planted, plant
from tests.support.clocks import StandingClock
from tests.support.fakes import ToldDetector, ToldSource, frames, picture

# A Wednesday, 09:00 in Almaty.
NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)
LATER = NINE + timedelta(days=30)


def in_force(database: Database, planted: Planted) -> list[Observation]:
    with database.reading() as session:
        return list(ObservationRepository(session).of_placements([planted.placement_id], NINE - timedelta(60), LATER))


def record(recording: Recording, planted: Planted, run: list[Frame], *, resumes: bool = True) -> None:
    looker = Looker(recording.detector, [])
    recorded = Recorded(planted.project_id, planted.placement_id, 10.0)
    recorder = WindowRecorder(recording, recorded, resumes=resumes, keeps_latest=False)
    recorder.begin_run(run[0].run_id)
    for frame in run:
        recorder.add(looker.look(frame))
    recorder.end_run(run[0].run_id, "stopped")


def test_looks_become_one_observation_a_window(database: Database, make_recording: MakeRecording) -> None:
    planted = plant(database)
    record(make_recording(ToldDetector(lambda _image: 2)), planted, list(frames(NINE, 45, 10.0)))
    first, second = in_force(database, planted)
    assert (first.window_starts_at, first.looks_seen, first.seen_s) == (NINE, 30, 300.0)
    assert (second.looks_seen, second.seen_s, second.due_s) == (15, 150.0, 300.0)
    assert first.tallies == {"person": {"group": "person", "looks": 30, "total": 60, "most": 2, "sure": 30}}
    assert (first.machine_working_s, first.machine_idle_s) == (None, None)
    assert (first.detector, first.weights_sha256) == ("told", "d" * 64)


def test_unusable_looks_are_seen_but_never_counted_as_empty(database: Database, make_recording: MakeRecording) -> None:
    planted = plant(database)
    run = list(frames(NINE, 6, 10.0))
    black = [replace(frame, image=frame.image * 0) for frame in run[:2]]
    frozen = [run[2], replace(run[3], image=run[2].image), replace(run[4], image=run[2].image)]
    detector = ToldDetector()
    record(make_recording(detector), planted, [*black, *frozen, run[5]])
    (row,) = in_force(database, planted)
    # The last look is another picture, but the camera was frozen until now.
    assert (row.looks_seen, row.looks_usable) == (6, 1)
    assert row.view_quality == {"black": 2, "usable": 1, "frozen": 3}
    assert row.usable_s == pytest.approx(10.0)


def test_a_restart_in_mid_window_goes_on_counting(database: Database, make_recording: MakeRecording) -> None:
    planted = plant(database)
    recording = make_recording(ToldDetector(lambda _image: 1))
    record(recording, planted, list(frames(NINE, 5, 10.0)))
    record(recording, planted, list(frames(NINE + timedelta(seconds=100), 4, 10.0, first_seed=50)))
    (row,) = in_force(database, planted)
    assert (row.looks_seen, row.tallies["person"]["total"], len(row.run_ids)) == (9, 9, 2)


def test_the_same_footage_again_writes_nothing(database: Database, make_recording: MakeRecording) -> None:
    planted = plant(database)
    recording = make_recording(ToldDetector())
    run_id = uuid4()
    record(recording, planted, list(frames(NINE, 40, 10.0, run_id)), resumes=False)
    before = [row.id for row in in_force(database, planted)]
    recorder = WindowRecorder(
        recording, Recorded(planted.project_id, planted.placement_id, 10.0), resumes=False, keeps_latest=False
    )
    looker = Looker(recording.detector, [])
    for frame in frames(NINE, 40, 10.0, run_id):
        recorder.add(looker.look(frame))
    recorder.write()
    assert [row.id for row in in_force(database, planted)] == before


def test_evidence_is_redacted_and_stands_behind_its_observation(
    database: Database, make_recording: MakeRecording, tmp_path: Path
) -> None:
    planted = plant(database)
    record(make_recording(ToldDetector(lambda _image: 3)), planted, list(frames(NINE, 3, 10.0)))
    (row,) = in_force(database, planted)
    assert row.evidence_id is not None
    with database.reading() as session:
        evidence = ObservationRepository(session).evidence(row.evidence_id)
    assert evidence is not None
    assert EvidenceStore(tmp_path / "evidence").read(StoredFile(evidence.path, evidence.sha256))
    assert (evidence.redaction["hidden"], len(evidence.detections)) == (3, 3)
    stored = cv2.imread(str(tmp_path / "evidence" / evidence.path))
    original = picture(2)
    assert stored is not None
    # Inside a person's box nothing of the original noise is left; far from it the noise stands.
    assert stored[90:150, 26:44].std() < 0.3 * original[90:150, 26:44].std()
    assert stored[90:150, 200:300].std() > 0.5 * original[90:150, 200:300].std()


def test_a_privacy_mask_is_applied_before_the_detector_looks() -> None:
    detector = ToldDetector()
    mask = [(0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)]
    Looker(detector, [mask]).look(next(frames(NINE, 1, 1.0)))
    (seen,) = detector.seen
    assert len({tuple(pixel) for pixel in seen[:, 162:].reshape(-1, 3)}) == 1
    assert seen[:, :158].std() > 30


def order(planted: Planted) -> WatchOrder:
    return WatchOrder(
        camera_id=planted.camera_id,
        camera_version=1,
        placement_id=planted.placement_id,
        placement_version=1,
        project_id=planted.project_id,
        address=StreamAddress.parse("rtsp://192.0.2.1/live"),
        look_every_s=10.0,
        masks=(),
    )


def test_a_stream_that_breaks_is_a_camera_down_and_its_return_a_new_run(
    database: Database, make_recording: MakeRecording
) -> None:
    planted = plant(database)
    states: list[tuple[str, str]] = []

    def _note() -> None:
        with database.reading() as session:
            health = SiteRepository(session).health_of([planted.camera_id])[planted.camera_id]
        states.append((health.state, health.reason))

    stop = threading.Event()
    source = ToldSource(
        [
            [*frames(NINE, 3, 10.0), StalledError("nothing came for 10 s")],
            [UnreachableError("nobody answers")],
            list(frames(NINE + timedelta(seconds=120), 3, 10.0, first_seed=9)),
        ]
    )
    recording = make_recording(ToldDetector(lambda _image: 1), lambda _project, _about: _note())
    pauses = Pauses(first_s=0.01, most_s=0.02, healthy_after_s=60.0)
    CameraWorker(order(planted), recording, lambda _order: source, pauses, stop).run()
    with database.reading() as session:
        runs = ObservationRepository(session).runs(planted.placement_id)
        health = SiteRepository(session).health_of([planted.camera_id])[planted.camera_id]
    assert [run.end_reason for run in runs] == ["nothing came for 10 s", "stopped"]
    assert len({run.id for run in runs}) == 2
    assert health.state == CameraState.LIVE.value
    assert [state for state, _ in states] == ["live", "live"]
    (row,) = in_force(database, planted)
    assert (row.looks_seen, row.looks_usable, len(row.run_ids)) == (6, 6, 2)


def test_what_watching_was_like_is_counted_for_the_cameras_grade(
    database: Database, make_recording: MakeRecording, clock: StandingClock
) -> None:
    planted = plant(database)
    stop = threading.Event()

    class _Passing(ToldSource):
        """Time passes with each opening: a minute, in which six looks fall due."""

        @contextmanager
        def open(self, stop: threading.Event) -> Iterator[Run]:
            clock.advance(60)
            with super().open(stop) as run:
                yield run

    source = _Passing(
        [
            [*frames(NINE, 3, 10.0), StalledError("nothing came for 10 s")],
            [UnreachableError("nobody answers")],
            list(frames(NINE + timedelta(seconds=120), 3, 10.0, first_seed=9)),
        ]
    )
    pauses = Pauses(first_s=0.01, most_s=0.02, healthy_after_s=60.0)
    worker = CameraWorker(order(planted), make_recording(ToldDetector()), lambda _order: source, pauses, stop)
    clock.advance(20)
    worker.run()
    with database.reading() as session:
        grade = HealthRepository(session).grade(planted.camera_id, clock.now())
    assert (grade.reconnects, grade.stalls) == (2, 1)
    # Two looks fell due before the first try, six over each of three.
    assert grade.coverage == pytest.approx(6 / 20)
    assert grade.grade is Grade.POOR


def deriver(database: Database) -> ProgressDeriver:
    return ProgressDeriver(database, lambda _session, _project: None)


def test_footage_of_days_becomes_site_days_and_a_signal_once(
    database: Database, make_recording: MakeRecording, clock: StandingClock
) -> None:
    planted = plant(database)
    clock.move_to(LATER)
    backfill = Backfill(make_recording(ToldDetector(lambda _image: 2)), deriver(database))

    def _footage() -> list[Frame]:
        run_id = uuid4()
        days = [frames(NINE + timedelta(days=day), 4, 8100.0, run_id, first_seed=10 * day) for day in range(3)]
        return [frame for day in days for frame in day]

    report = backfill.run(planted.camera_id, _footage(), 8100.0)
    assert (report.looks, report.problem) == (12, None)
    assert report.days == (date(2026, 9, 16), date(2026, 9, 17), date(2026, 9, 18))
    with database.reading() as session:
        before = SignalRepository(session).latest_signals([planted.project_id])[planted.project_id]
    assert {day["day"]: day["state"] for day in before.site_days}["2026-09-18"] == SiteDayState.ACTIVE.value
    backfill.run(planted.camera_id, _footage(), 8100.0)
    with database.reading() as session:
        after = SignalRepository(session).latest_signals([planted.project_id])[planted.project_id]
    assert after.id == before.id
    assert len(in_force(database, planted)) == 12


def test_footage_of_a_night_corrects_the_day_on_which_its_shift_began(
    database: Database, make_recording: MakeRecording, clock: StandingClock
) -> None:
    planted = plant(database, placed_at=NINE - timedelta(days=2))
    with database.transaction() as session:
        session.execute(sa.update(Site).values(opens_at=time(20), closes_at=time(6)))
    clock.move_to(NINE + timedelta(days=2))
    deriver(database).derive(planted.project_id, clock.now())
    two_at_night = NINE + timedelta(hours=17)
    footage = frames(two_at_night, 4, 3600.0)
    Backfill(make_recording(ToldDetector(lambda _image: 2)), deriver(database)).run(planted.camera_id, footage, 3600.0)
    began_on = date(2026, 9, 16)
    with database.reading() as session:
        history = SiteDayRepository(session).history(planted.site_id, began_on)
        signal = SignalRepository(session).in_force(planted.project_id, began_on)
    assert [(row.state, row.windows) for row in history] == [("OUTAGE", 0), ("ACTIVE", 4)]
    assert history[1].corrected_because[0]["reason"] == "late_footage"
    assert signal is not None
    assert signal.status == "ON_TRACK"


def test_footage_keeps_the_pictures_it_is_told_to(
    database: Database, make_recording: MakeRecording, tmp_path: Path
) -> None:
    planted = plant(database)
    backfill = Backfill(make_recording(ToldDetector(lambda _image: 2)), deriver(database))
    kept = NINE + timedelta(hours=1)
    backfill.run(planted.camera_id, frames(NINE, 4, 1800.0), 1800.0, keeps_picture={kept}.__contains__)
    rows = in_force(database, planted)
    assert [row.window_starts_at for row in rows if row.evidence_id is not None] == [kept]
    assert [row.tallies["person"]["total"] for row in rows] == [2] * 4
    assert len(list((tmp_path / "evidence" / "window").rglob("*.jpg"))) == 1


def test_footage_leaves_its_last_picture_where_a_camera_has_none(
    database: Database, make_recording: MakeRecording, clock: StandingClock
) -> None:
    planted = plant(database)
    clock.move_to(LATER)
    backfill = Backfill(make_recording(ToldDetector()), deriver(database))

    def _latest() -> datetime:
        with database.reading() as session:
            return ObservationRepository(session).latest_views([planted.placement_id])[planted.placement_id].taken_at

    backfill.run(planted.camera_id, frames(NINE, 4, 600.0), 600.0)
    assert _latest() == NINE + timedelta(minutes=30)
    backfill.run(planted.camera_id, frames(NINE + timedelta(hours=2), 2, 600.0, first_seed=9), 600.0)
    assert _latest() == NINE + timedelta(minutes=30)


def test_footage_that_breaks_off_keeps_what_came_before(
    database: Database, make_recording: MakeRecording, clock: StandingClock
) -> None:
    planted = plant(database)
    clock.move_to(LATER)

    def _breaking() -> object:
        yield from frames(NINE, 2, 8100.0)
        raise StalledError("the file ends early")

    report = Backfill(make_recording(ToldDetector()), deriver(database)).run(
        planted.camera_id,
        _breaking(),  # type: ignore[arg-type]  # a generator that raises
        8100.0,
    )
    assert (report.looks, report.problem) == (2, "the file ends early")
    assert len(in_force(database, planted)) == 2


def test_footage_from_before_the_camera_stood_there_is_refused(
    database: Database, make_recording: MakeRecording
) -> None:
    planted = plant(database, placed_at=NINE)
    with pytest.raises(FootageError, match="no placement"):
        Backfill(make_recording(ToldDetector()), deriver(database)).run(
            planted.camera_id, frames(NINE - timedelta(days=9), 2, 60.0), 60.0
        )


def test_a_camera_that_sends_nothing_becomes_no_evidence_not_a_stall(database: Database, clock: StandingClock) -> None:
    planted = plant(database)
    assert deriver(database).derive(planted.project_id, clock.now())
    assert not deriver(database).derive(planted.project_id, clock.now())
    with database.reading() as session:
        signal = SignalRepository(session).latest_signals([planted.project_id])[planted.project_id]
        proposal = SignalRepository(session).latest_proposals([planted.project_id])[planted.project_id]
    assert (signal.status, proposal.status, signal.coverage) == ("NO_EVIDENCE", "NO_EVIDENCE", 0.0)
    assert {day["state"] for day in signal.site_days} == {SiteDayState.OUTAGE.value}


def test_a_project_without_sites_has_no_signal(database: Database, clock: StandingClock) -> None:
    planted = plant(database, has_camera=False)
    assert not deriver(database).derive(planted.project_id, clock.now())
