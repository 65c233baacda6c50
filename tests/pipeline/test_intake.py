"""Pictures that a camera sends, from its key to the observation, with two processes over one database."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.camera_grade import CameraGrade
from models.database import Database
from models.errors import ConflictError, UnauthenticatedError
from models.repositories.health import HealthRepository
from models.repositories.observations import ObservationRepository
from models.repositories.push import KEPT_FOR, PushRepository
from models.repositories.sites import SiteRepository
from models.secrets import Seal, load_seal
from models.tables.observations import Observation
from models.words import CameraState, Sampling
from pipeline.errors import PictureTooLargeError, PushedTooSoonError
from pipeline.intake import MOST_BYTES, PushIntake, TakenIn
from pipeline.registry.push_key import new_push_key, push_key_digest
from pipeline.watch.push_spool import PushSpool, PushSweep
from pipeline.watch.supervisor import Supervisor
from pipeline.watch.worker import Pauses, WatchOrder
from streams.push_source import PushSource
from streams.source import Source
from tests.pipeline.conftest import MakeRecording
from tests.support.builders import Planted, plant
from tests.support.clocks import StandingClock
from tests.support.decoding import DECODER
from tests.support.fakes import ToldDetector, picture
from tests.support.jpegs import jpeg, with_exif_time

# A Wednesday, 09:00 in Almaty, where the site's hours begin.
NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)
KEY = new_push_key()
JPEGS = [jpeg(picture(seed)) for seed in range(12)]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NINE)


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    return load_seal(tmp_path / "seal.key")


@pytest.fixture
def pushing(database: Database) -> Planted:
    """A camera that pushes every 10 s, and every 600 s outside hours."""
    planted = plant(database)
    with database.transaction() as session:
        camera = SiteRepository(session).camera(planted.camera_id)
        assert camera is not None
        camera.sampling, camera.sealed_address, camera.address_display = Sampling.PUSH.value, "", ""
        camera.push_key_sha256, camera.off_hours_every_s = push_key_digest(KEY), 600.0
    return planted


@pytest.fixture
def intake(database: Database, clock: StandingClock, seal: Seal) -> PushIntake:
    return PushIntake(database, clock.now, seal, DECODER)


Send = Callable[..., TakenIn]


@pytest.fixture
def send(intake: PushIntake, pushing: Planted) -> Send:
    def _send(number: int = 0, captured_at: datetime | None = None) -> TakenIn:
        return intake.take(intake.admit(pushing.camera_id, KEY), JPEGS[number], captured_at)

    return _send


def spool(database: Database, seal: Seal, clock: StandingClock, pushing: Planted) -> PushSpool:
    return PushSpool(database, seal, clock, pushing.camera_id, pushing.placement_id)


def hour(database: Database, pushing: Planted, clock: StandingClock) -> CameraGrade:
    with database.reading() as session:
        return HealthRepository(session).grade(pushing.camera_id, clock.now())


def test_what_was_taken_in_waits_sealed_for_whoever_watches(
    database: Database, clock: StandingClock, seal: Seal, pushing: Planted, send: Send
) -> None:
    taken = send(0, NINE + timedelta(seconds=90))
    assert (taken.arrived_at, taken.next_due_at, taken.clock_skew_s) == (NINE, NINE + timedelta(seconds=9), 90.0)
    with database.reading() as session:
        row = PushRepository(session).oldest(pushing.camera_id, pushing.placement_id, NINE)
    assert row is not None
    assert JPEGS[0][100:200] not in row.sealed
    waiting = spool(database, seal, clock, pushing).oldest()
    assert waiting is not None
    assert (waiting.data, waiting.arrived_at, waiting.clock_skew_s) == (JPEGS[0], NINE, 90.0)


def test_one_is_taken_in_for_each_look_and_early_ones_do_not_shift_the_turn(clock: StandingClock, send: Send) -> None:
    assert send().next_due_at == NINE + timedelta(seconds=9)
    taken, told_s = [], set()
    # A camera that sends every 4 s, looked at every 10 s.
    for _ in range(25):
        clock.advance(4)
        try:
            send()
        except PushedTooSoonError as error:
            told_s.add(error.retry_after_s)
            continue
        taken.append((clock.now() - NINE).total_seconds())
    assert taken == [12, 20, 32, 40, 52, 60, 72, 80, 92, 100]
    assert told_s <= set(range(1, 7))


def test_a_pictures_exif_tells_the_clock_where_no_header_does(pushing: Planted, intake: PushIntake) -> None:
    dated = with_exif_time(JPEGS[0], "2026:09:16 09:02:00", "+05:00")
    assert intake.take(intake.admit(pushing.camera_id, KEY), dated).clock_skew_s == 120.0


def test_fewer_are_taken_in_outside_the_sites_hours(clock: StandingClock, send: Send) -> None:
    clock.move_to(NINE + timedelta(hours=9) - timedelta(seconds=1))
    send()
    clock.advance(30)
    with pytest.raises(PushedTooSoonError, match="every 600 s") as error:
        send()
    assert error.value.retry_after_s == 510
    clock.move_to(NINE + timedelta(days=1))
    assert send().next_due_at == clock.now() + timedelta(seconds=9)


def test_our_own_clock_put_back_does_not_shut_a_camera_out(clock: StandingClock, send: Send) -> None:
    clock.move_to(NINE + timedelta(hours=5))
    send()
    clock.move_to(NINE)
    assert send().arrived_at == NINE


def test_a_key_is_good_for_its_camera_only_and_not_after_it_was_changed(
    database: Database, pushing: Planted, intake: PushIntake
) -> None:
    other = plant(database, number=18)
    for camera_id, key in (
        (pushing.camera_id, new_push_key()),
        (pushing.camera_id, ""),
        (pushing.camera_id, None),
        (other.camera_id, KEY),
        (other.camera_id, ""),
        (other.project_id, KEY),
    ):
        with pytest.raises(UnauthenticatedError) as error:
            intake.admit(camera_id, key)
        assert KEY not in str(error.value)
    admitted = intake.admit(pushing.camera_id, KEY)
    assert KEY not in repr(admitted)
    with database.transaction() as session:
        camera = SiteRepository(session).camera(pushing.camera_id)
        assert camera is not None
        camera.push_key_sha256 = push_key_digest(new_push_key())
    with pytest.raises(UnauthenticatedError):
        intake.take(admitted, JPEGS[0])


def test_a_camera_aimed_nowhere_leaves_nothing_behind(
    database: Database, clock: StandingClock, pushing: Planted, intake: PushIntake
) -> None:
    clock.move_to(NINE - timedelta(days=400))
    with pytest.raises(ConflictError, match="begin a placement"):
        intake.admit(pushing.camera_id, KEY)


def test_a_picture_over_the_limit_is_refused_before_it_is_decoded(pushing: Planted, intake: PushIntake) -> None:
    with pytest.raises(PictureTooLargeError, match="8 MB"):
        intake.take(intake.admit(pushing.camera_id, KEY), JPEGS[0] + bytes(MOST_BYTES))


def test_more_than_can_wait_drop_the_oldest_and_the_drops_are_counted(
    database: Database,
    clock: StandingClock,
    seal: Seal,
    pushing: Planted,
) -> None:
    intake = PushIntake(database, clock.now, seal, DECODER, most_waiting=3)
    for number in range(5):
        intake.take(intake.admit(pushing.camera_id, KEY), JPEGS[number])
        clock.advance(10)
    waiting = spool(database, seal, clock, pushing)
    assert hour(database, pushing, clock).drops == 2
    left = []
    while (one := waiting.oldest()) is not None:
        left.append(JPEGS.index(one.data))
        waiting.remove(one)
    assert left == [2, 3, 4]


def test_what_nobody_looked_at_for_a_day_is_swept_and_counted(
    database: Database, clock: StandingClock, seal: Seal, pushing: Planted, send: Send
) -> None:
    send()
    sweep = PushSweep(database, clock)
    sweep.tick()
    clock.advance(KEPT_FOR.total_seconds())
    assert spool(database, seal, clock, pushing).oldest() is None
    sweep.tick()
    assert hour(database, pushing, clock).drops == 1
    clock.move_to(NINE)
    assert spool(database, seal, clock, pushing).oldest() is None


def test_a_picture_that_no_key_opens_is_left_out(
    database: Database, clock: StandingClock, seal: Seal, pushing: Planted, send: Send, tmp_path: Path
) -> None:
    send(0)
    other = spool(database, load_seal(tmp_path / "other.key"), clock, pushing)
    assert other.oldest() is None
    assert spool(database, seal, clock, pushing).oldest() is None


def observations(database: Database, pushing: Planted) -> list[Observation]:
    with database.reading() as session:
        return list(
            ObservationRepository(session).of_placements(
                [pushing.placement_id], NINE - timedelta(days=1), NINE + timedelta(days=1)
            )
        )


def test_pictures_sent_while_nobody_watched_are_looked_at_when_somebody_does(
    database: Database,
    make_recording: MakeRecording,
    clock: StandingClock,
    seal: Seal,
    pushing: Planted,
    send: Send,
) -> None:
    for number in range(12):
        send(number)
        clock.advance(10)
    stop = threading.Event()
    orders: list[WatchOrder] = []

    def _source(order: WatchOrder) -> Source:
        orders.append(order)
        assert order.address is None
        waiting = PushSpool(database, seal, clock, order.camera_id, order.placement_id)
        return PushSource(waiting, clock, order.look_every_s, decoder=DECODER)

    looked = threading.Event()

    def _tick() -> None:
        with database.reading() as session:
            left = PushRepository(session).oldest(pushing.camera_id, pushing.placement_id, clock.now())
        if left is None:
            looked.set()
            stop.set()

    recording = make_recording(ToldDetector(lambda _image: 2))
    Supervisor(recording, seal, _source, Pauses(0.01, 0.02, 60.0), 0.05, _tick).run(stop)
    assert looked.is_set()
    (row,) = observations(database, pushing)
    assert (row.window_starts_at, row.looks_seen, row.looks_usable) == (NINE, 12, 12)
    assert (row.look_every_s, row.seen_s) == (10.0, 120.0)
    assert row.tallies["person"]["most"] == 2
    assert orders[0].pace_kept.off_hours_every_s == 600.0
    with database.reading() as session:
        health = SiteRepository(session).health_of([pushing.camera_id])[pushing.camera_id]
        views = ObservationRepository(session).latest_views([pushing.placement_id])
    assert health.state == CameraState.LIVE.value
    assert pushing.placement_id in views
