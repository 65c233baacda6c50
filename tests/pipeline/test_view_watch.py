"""A camera that was moved stops counting until it looks as before, and nothing else makes it stop."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest

from models.database import Database
from models.repositories.observations import ObservationRepository
from models.repositories.signals import SignalRepository
from models.repositories.sites import SiteRepository
from models.repositories.views import ViewRepository
from models.words import CameraState, SiteDayState, Status
from pipeline.backfill import Backfill
from pipeline.derivation import ProgressDeriver
from pipeline.watch.look import Looker
from pipeline.watch.view_watch import MOST_VIEWS, MOVED_FROM_SHARE, ViewWatch
from pipeline.watch.worker import CameraWorker, Pauses
from streams.frame import Frame
from tests.pipeline.conftest import MakeRecording
from tests.pipeline.test_recording import order
from tests.support.builders import Planted, plant
from tests.support.clocks import StandingClock
from tests.support.fakes import ToldDetector, ToldSource
from tests.support.scenes import view
from vision.detector import Image
from vision.view_quality import ViewQuality
from vision.view_shift import RULE_VERSION, ViewFeatures

# A Wednesday, 09:00 in Almaty.
NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)
STILL, SWAYING, NUDGED, HIDDEN = view(noise=1), view(2, 1, noise=2), view(60, 5, 1, noise=3), view(scene=7)


def judged(watch: ViewWatch, pictures: Sequence[Image], every_s: float = 10.0, at: datetime = NINE) -> list[bool]:
    """Whether each picture was called another view; the ones that were not are learnt from."""
    results = []
    for index, picture in enumerate(pictures):
        results.append(watch.shows_another_view(picture, at + timedelta(seconds=index * every_s)))
        if not results[-1]:
            watch.learn(picture, ToldDetector().detect([picture])[0])
    return results


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


@pytest.fixture
def watch(database: Database, clock: StandingClock, planted: Planted) -> ViewWatch:
    return ViewWatch(database, clock, planted.placement_id)


def test_the_first_usable_look_is_what_the_camera_is_to_look_like(
    database: Database, watch: ViewWatch, planted: Planted
) -> None:
    assert judged(watch, [STILL, SWAYING, STILL]) == [False, False, False]
    assert watch.moved_since is None
    with database.reading() as session:
        (first,) = ViewRepository(session).reference_views(planted.placement_id, RULE_VERSION)
    assert (first.taken_at, first.to_first) == (NINE, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0])


def test_a_nudge_counts_at_once_and_is_the_cameras_state_once_it_persists(watch: ViewWatch) -> None:
    assert judged(watch, [STILL, NUDGED, NUDGED]) == [False, True, True]
    assert watch.moved_since is None
    assert judged(watch, [NUDGED, NUDGED], at=NINE + timedelta(seconds=30)) == [True, True]
    assert watch.moved_since == NINE + timedelta(seconds=10)


def test_a_single_look_that_lies_off_moves_nothing(watch: ViewWatch) -> None:
    assert judged(watch, [STILL, NUDGED, STILL, NUDGED, STILL, STILL]) == [False, True, False, True, False, False]
    assert watch.moved_since is None


def test_a_look_that_cannot_tell_is_taken_as_the_ones_before_it(watch: ViewWatch) -> None:
    assert judged(watch, [STILL, HIDDEN, HIDDEN, HIDDEN, HIDDEN]) == [False] * 5
    assert judged(watch, [NUDGED] * 3 + [HIDDEN], at=NINE + timedelta(hours=1)) == [True] * 4


def test_a_camera_that_was_turned_back_counts_again(watch: ViewWatch) -> None:
    judged(watch, [STILL, *[NUDGED] * 4])
    assert watch.moved_since is not None
    assert judged(watch, [SWAYING] * 4, at=NINE + timedelta(hours=1)) == [False] * 4
    assert watch.moved_since is None


def test_looks_in_quick_succession_are_not_each_compared(watch: ViewWatch) -> None:
    assert judged(watch, [STILL, NUDGED, NUDGED], every_s=2.0) == [False, False, False]


def test_a_nudge_shows_in_the_next_look_though_the_one_before_was_only_glanced_at(watch: ViewWatch) -> None:
    stills = [view(noise=number) for number in range(20, 24)]
    nudged = [view(60, 5, 1, noise=number) for number in range(30, 34)]
    assert judged(watch, [*stills, *nudged]) == [False] * 4 + [True] * 4
    assert watch.moved_since == NINE + timedelta(seconds=40)


def test_a_camera_that_creeps_is_moved_within_a_minute_of_when_its_zones_lie_beside(watch: ViewWatch) -> None:
    """So slowly that no look is unlike the one before."""
    results = judged(watch, [view(1.5 * step, noise=step) for step in range(20)])
    beside = next(step for step in range(20) if 1.5 * step / STILL.shape[1] >= MOVED_FROM_SHARE)
    assert not any(results[:beside])
    assert all(results[beside + 6 :])


def test_a_restart_knows_the_view_and_that_the_camera_was_moved(
    database: Database, clock: StandingClock, watch: ViewWatch, planted: Planted
) -> None:
    judged(watch, [STILL, *[NUDGED] * 4])
    again = ViewWatch(database, clock, planted.placement_id)
    assert judged(again, [HIDDEN, NUDGED], at=NINE + timedelta(hours=1)) == [True, True]
    assert again.moved_since == NINE + timedelta(seconds=10)
    older = ViewWatch(database, clock, planted.placement_id)
    assert judged(older, [HIDDEN], at=NINE - timedelta(days=1)) == [False]


def test_further_views_are_learnt_now_and_then_and_the_first_is_kept(
    database: Database, watch: ViewWatch, planted: Planted
) -> None:
    judged(watch, [view(noise=number, light=0.6 + 0.03 * number) for number in range(2 * MOST_VIEWS)], every_s=4 * 3600)
    with database.reading() as session:
        views = ViewRepository(session).reference_views(planted.placement_id, RULE_VERSION)
    assert len(views) <= MOST_VIEWS
    assert views[0].taken_at == NINE
    assert views[-1].taken_at > NINE + timedelta(hours=60)


def test_a_view_is_told_through_the_ones_learnt_after_the_first(watch: ViewWatch) -> None:
    """Little by little everything but the frame of the picture is built over; the nudge is told all the same."""
    steps = [view(noise=number, built=number / 10, light=1 - number / 20) for number in range(10)]
    assert judged(watch, steps, every_s=8 * 3600) == [False] * 10
    moved = [view(50, noise=number, built=1.0, light=0.5) for number in range(3)]
    assert judged(watch, moved, every_s=8 * 3600, at=NINE + timedelta(days=5)) == [True] * 3


def test_nobody_is_in_what_is_kept(database: Database, watch: ViewWatch, planted: Planted) -> None:
    assert not watch.shows_another_view(STILL, NINE)
    watch.learn(STILL, ToldDetector(lambda _image: 3).detect([STILL])[0])
    with database.reading() as session:
        (row,) = ViewRepository(session).reference_views(planted.placement_id, RULE_VERSION)
    x, y = ViewFeatures.from_bytes(row.features).points.T * STILL.shape[1]
    # The told detector's people stand from 20 to 130 px across, 40 to 160 px down.
    assert not np.any((x > 20) & (x < 130) & (y > 40) & (y < 160))


def test_a_picture_that_shows_too_little_is_no_reference(
    database: Database, watch: ViewWatch, planted: Planted
) -> None:
    judged(watch, [np.full_like(STILL, 120)])
    with database.reading() as session:
        assert not ViewRepository(session).reference_views(planted.placement_id, RULE_VERSION)


def run_of(pictures: Sequence[Image], every_s: float, at: datetime = NINE) -> Iterator[Frame]:
    run_id = uuid4()
    for index, picture in enumerate(pictures):
        yield Frame(picture, at + timedelta(seconds=index * every_s), run_id, index, index * every_s, True)


def noisy(picture: Image, count: int) -> list[Image]:
    """Pictures of one view, each with a sensor noise of its own; equal ones would be a frozen stream."""
    chance = np.random.default_rng(8)
    return [np.clip(picture + chance.normal(0, 2, picture.shape), 0, 255).astype(np.uint8) for _ in range(count)]


def test_nobody_looks_for_people_on_another_view(database: Database, clock: StandingClock, planted: Planted) -> None:
    detector = ToldDetector(lambda _image: 2)
    looker = Looker(detector, [], ViewWatch(database, clock, planted.placement_id))
    looks = [looker.look(frame) for frame in run_of([STILL, NUDGED], 10.0)]
    assert [look.quality for look in looks] == [ViewQuality.USABLE, ViewQuality.MOVED]
    assert looks[1].detections is None
    assert len(detector.seen) == 1


def test_a_live_camera_that_was_moved_says_so_and_is_live_again_afterwards(
    database: Database, make_recording: MakeRecording, planted: Planted
) -> None:
    states: list[tuple[str, str]] = []
    stop = threading.Event()
    recording = make_recording(ToldDetector())

    def _pictures() -> Iterator[Frame]:
        for frame in run_of([*noisy(STILL, 2), *noisy(NUDGED, 5), *noisy(STILL, 5)], 10.0):
            yield frame
            with database.reading() as session:
                health = SiteRepository(session).health_of([planted.camera_id])[planted.camera_id]
            states.append((health.state, health.reason))

    class _Source(ToldSource):
        def _play(self, script: object, stop: threading.Event) -> Iterator[Frame]:
            yield from _pictures()
            stop.set()

    source = _Source([[next(run_of([STILL], 10.0))]])
    pauses = Pauses(first_s=0.01, most_s=0.02, healthy_after_s=60.0)
    CameraWorker(order(planted), recording, lambda _order: source, pauses, stop).run()
    told = [state for state, _ in states]
    assert told == ["live"] * 4 + ["moved"] * 5 + ["live"] * 3
    assert states[5][1] == "The view has been another one since 2026-09-16 04:00 UTC."
    with database.reading() as session:
        health = SiteRepository(session).health_of([planted.camera_id])[planted.camera_id]
        (row,) = ObservationRepository(session).of_placements([planted.placement_id], NINE, NINE + timedelta(hours=1))
    assert health.state == CameraState.LIVE.value
    assert row.view_quality == {"usable": 7, "moved": 5}


def test_days_of_a_moved_camera_are_obstructed_and_count_again_once_it_is_back(
    database: Database, make_recording: MakeRecording, clock: StandingClock, planted: Planted
) -> None:
    clock.move_to(NINE + timedelta(days=60))
    deriver = ProgressDeriver(database, lambda _session, _project: None)
    backfill = Backfill(make_recording(ToldDetector(lambda _image: 2)), deriver)

    def _days(picture: Image, first: int, count: int) -> list[Frame]:
        """So many working days with four looks each, from the one so many days after the first."""
        frames = []
        for day in range(first, first + count):
            at = NINE + timedelta(days=day)
            if at.isoweekday() != 7:
                frames += list(run_of(noisy(picture, 4), 8100.0, at))
        return frames

    def _signal() -> tuple[str, str, set[tuple[str, ...]]]:
        with database.reading() as session:
            row = SignalRepository(session).latest_signals([planted.project_id])[planted.project_id]
        return row.status, row.reason_en, {(day["state"], *day["reasons"]) for day in row.site_days}

    backfill.run(planted.camera_id, [*_days(STILL, 0, 3), *_days(NUDGED, 3, 14)], 8100.0)
    status, reason, days = _signal()
    assert status == Status.NO_EVIDENCE.value
    assert reason.startswith("The camera has been moved: on 10 of the last 10 working days")
    assert days == {(SiteDayState.OBSTRUCTED.value, "moved")}
    backfill.run(planted.camera_id, _days(SWAYING, 17, 12), 8100.0)
    status, _, days = _signal()
    assert status == Status.ON_TRACK.value
    assert days == {(SiteDayState.ACTIVE.value,)}


def test_a_reference_is_given_before_the_footage_is_worked_through(
    database: Database, make_recording: MakeRecording, planted: Planted
) -> None:
    recording = make_recording(ToldDetector())
    backfill = Backfill(recording, ProgressDeriver(database, lambda _session, _project: None))
    (reference,) = run_of([STILL], 1.0, NINE + timedelta(hours=3))
    backfill.learn_reference(planted.camera_id, reference)
    # What comes first here is another view than the one that was given.
    frames = list(run_of(noisy(NUDGED, 4), 600.0))
    backfill.run(planted.camera_id, [replace(frame, run_id=reference.run_id) for frame in frames], 600.0)
    with database.reading() as session:
        rows = ObservationRepository(session).of_placements([planted.placement_id], NINE, NINE + timedelta(hours=2))
    assert [row.view_quality for row in rows] == [{"moved": 1}] * 4
