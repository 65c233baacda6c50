"""A camera whose picture shows no view says so, once, and what it doesn't show is never taken for idleness."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import uuid4

import cv2
import numpy as np
import pytest

from models.database import Database
from models.repositories.health import HealthRepository
from models.repositories.observations import ObservationRepository
from models.repositories.paging import PageRequest
from models.repositories.signals import SignalRepository
from models.words import CameraState, SiteDayState, Status
from pipeline.backfill import Backfill
from pipeline.derivation import ProgressDeriver
from pipeline.sun import Position
from pipeline.watch.look import Looker
from pipeline.watch.recorder import Recording
from pipeline.watch.worker import CameraWorker, Pauses
from sample_footage.footage import SITES, decode
from streams.errors import StalledError, StreamError
from streams.frame import Frame
from tests.pipeline.conftest import MakeRecording
from tests.pipeline.test_recording import order
from tests.support.builders import Planted, plant
from tests.support.clocks import StandingClock
from tests.support.fakes import ToldDetector, ToldSource
from tests.support.spoilt_views import covered, defocused, lorry, text_card, with_headlights, with_noise
from vision.detector import Image
from vision.view_quality import ViewQuality

SIZE = (480, 270)
# A Wednesday, 09:00 in Almaty.
NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)
EVERY_S = 10.0

Spoil = Callable[[Image, int], Image]
FAULTS: dict[str, Spoil] = {
    "black": lambda view, seed: with_noise(np.full_like(view, 3), seed),
    "blurred": lambda view, seed: with_noise(defocused(view, 3), seed),
    "blocked": lambda view, seed: with_noise(covered(view, (40, 62, 88)), seed),
    "placeholder": lambda _view, _seed: text_card(SIZE, "NO SIGNAL", (160, 40, 20)),
    "frozen": lambda view, _seed: view,
}
by_fault = pytest.mark.parametrize("fault", FAULTS)


@pytest.fixture(scope="module")
def views() -> list[Image]:
    """Pictures of a site, a second apart, under a sensor's noise."""
    clip = SITES / "school" / "mast-1" / "clip-1.mp4"
    pictures = islice(decode(clip), 0, 60, 5)
    small = [np.asarray(cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA), np.uint8) for picture in pictures]
    return [with_noise(picture, number) for number, picture in enumerate(small)]


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


def run_of(pictures: Sequence[Image], every_s: float = EVERY_S, at: datetime = NINE) -> list[Frame]:
    run_id = uuid4()
    return [
        Frame(picture, at + timedelta(seconds=index * every_s), run_id, index, index * every_s, True)
        for index, picture in enumerate(pictures)
    ]


def watch(recording: Recording, planted: Planted, *scripts: Sequence[Frame | StreamError]) -> None:
    """Watch a camera that plays one script after another."""
    source = ToldSource(scripts)
    pauses = Pauses(first_s=0.01, most_s=0.02, healthy_after_s=60.0)
    CameraWorker(order(planted), recording, lambda _order: source, pauses, threading.Event()).run()


def events(database: Database, planted: Planted) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = HealthRepository(session).history(planted.camera_id, PageRequest(limit=100)).rows
    return [(event.state, event.reason) for event in reversed(rows)]


def qualities(database: Database, planted: Planted) -> dict[str, int]:
    with database.reading() as session:
        (row,) = ObservationRepository(session).of_placements([planted.placement_id], NINE, NINE + timedelta(minutes=5))
    assert row.looks_usable == row.view_quality.get("usable", 0)
    return dict(row.view_quality)


@by_fault
def test_a_fault_and_its_end_are_one_event_each_and_nobody_looks_for_people_in_between(
    database: Database, make_recording: MakeRecording, planted: Planted, views: list[Image], fault: str
) -> None:
    detector = ToldDetector()
    spoilt = [FAULTS[fault](views[6], seed) for seed in range(6)]
    watch(make_recording(detector), planted, run_of([*views[:6], *spoilt, *views[6:12]]))
    told = events(database, planted)
    assert [state for state, _ in told] == ["connecting", "live", fault, "live"]
    assert f"since {NINE + timedelta(seconds=60):%Y-%m-%d %H:%M} UTC: " in told[2][1]
    seen = qualities(database, planted)
    # The first looks after the fault are clear, but it takes 30 s until that has lasted.
    assert seen[fault] >= 6 + 2
    assert seen["usable"] >= 6 + 2
    assert sum(seen.values()) == 18
    assert len([image for image in detector.seen if image.shape == views[0].shape]) >= seen["usable"]


@by_fault
def test_days_on_which_no_view_was_seen_are_obstructed_and_never_a_standstill(
    database: Database,
    make_recording: MakeRecording,
    clock: StandingClock,
    planted: Planted,
    views: list[Image],
    fault: str,
) -> None:
    clock.move_to(NINE + timedelta(days=60))
    deriver = ProgressDeriver(database, lambda _session, _project: None)

    def _days(first: int, count: int, spoil: Spoil) -> Iterator[Frame]:
        for day in range(first, first + count):
            at = NINE + timedelta(days=day)
            if at.isoweekday() != 7:
                yield from run_of([spoil(views[look], 4 * day + look) for look in range(4)], 8100.0, at)

    frames = [*_days(0, 3, with_noise), *_days(3, 14, lambda view, seed: FAULTS[fault](views[6], seed))]
    # Nobody is ever seen: what was seen of the site stood still.
    Backfill(make_recording(ToldDetector()), deriver).run(planted.camera_id, frames, 8100.0)
    with database.reading() as session:
        signal = SignalRepository(session).latest_signals([planted.project_id])[planted.project_id]
        proposals = SignalRepository(session).latest_proposals([planted.project_id])
    days = {day["day"]: (day["state"], *day["reasons"]) for day in signal.site_days}
    assert signal.status == Status.NO_EVIDENCE.value
    assert proposals[planted.project_id].status == Status.NO_EVIDENCE.value
    assert set(list(days.values())[-10:]) == {(SiteDayState.OBSTRUCTED.value, fault)}


@pytest.mark.parametrize(
    ("passing", "quality"),
    [
        (lambda view: lorry(view, (60, 140, 40)), ViewQuality.BLOCKED),
        (lambda view: with_headlights(view, 240, 150), ViewQuality.USABLE),
        (lambda view: np.full_like(view, 3), ViewQuality.BLACK),
    ],
    ids=["lorry", "headlights", "dropped light"],
)
def test_what_passes_in_one_look_is_no_event(
    database: Database,
    make_recording: MakeRecording,
    planted: Planted,
    views: list[Image],
    passing: Callable[[Image], Image],
    quality: ViewQuality,
) -> None:
    looks = [*views[:6], with_noise(passing(views[6]), 99), *views[7:12]]
    watch(make_recording(ToldDetector()), planted, run_of(looks))
    assert events(database, planted) == [("connecting", ""), ("live", "")]
    assert qualities(database, planted).get(quality.value, 0) == (12 if quality is ViewQuality.USABLE else 1)


def test_a_picture_that_repeats_across_reconnects_is_frozen(
    database: Database, make_recording: MakeRecording, planted: Planted, views: list[Image]
) -> None:
    runs = [
        run_of([*views[:4], views[5], views[5]]),
        run_of([views[5]] * 2, at=NINE + timedelta(seconds=60)),
        run_of([views[5]] * 2, at=NINE + timedelta(seconds=80)),
    ]
    broken = StalledError("nothing came for 10 s")
    watch(make_recording(ToldDetector()), planted, [*runs[0], broken], [*runs[1], broken], runs[2])
    assert [state for state, _ in events(database, planted)][-1] == CameraState.FROZEN.value
    assert qualities(database, planted) == {"usable": 5, "frozen": 5}


def test_a_dark_night_is_no_fault_and_tells_nothing(views: list[Image]) -> None:
    looker = Looker(ToldDetector(), [], position=Position(43.24, 76.89))
    midnight = NINE + timedelta(hours=15)
    black = [with_noise(np.full_like(views[0], 3), seed) for seed in range(6)]
    looks = [looker.look(frame) for frame in run_of([*views[:6], *black], at=midnight)]
    assert [look.quality for look in looks[6:]] == [ViewQuality.BLACK] * 6
    assert looker.fault is None
    by_day = Looker(ToldDetector(), [], position=Position(43.24, 76.89))
    for frame in run_of([*views[:6], *black]):
        by_day.look(frame)
    assert by_day.fault is not None
    assert by_day.fault.state is CameraState.BLACK


def test_privacy_masks_are_filled_before_the_view_is_judged(views: list[Image]) -> None:
    everything = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    looker = Looker(ToldDetector(), [everything])
    assert {looker.look(frame).detections for frame in run_of(views[:3])} == {None}
