"""When a placement's latest view is renewed: redacting one costs ten looks."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from models.database import Database
from models.evidence import EvidenceStore
from models.principal import Role
from models.repositories.observations import ObservationRepository
from pipeline.observing import ObservingService
from pipeline.watch.look import Looker
from pipeline.watch.recorder import Recorded, Recording, WindowRecorder
from streams.frame import Frame
from tests.pipeline.conftest import MakeRecording
from tests.support.builders import Planted, plant, principal
from tests.support.clocks import StandingClock
from tests.support.fakes import ToldDetector, picture
from vision.detector import Image

# A Wednesday, 09:00 in Almaty.
NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)
BLACK = np.zeros((180, 320, 3), np.uint8)


@dataclass
class Watching:
    """One placement that is looked at by hand."""

    database: Database
    recording: Recording
    planted: Planted
    clock: StandingClock
    recorder: WindowRecorder = field(init=False)
    looks: int = 0

    def __post_init__(self) -> None:
        self.clock.move_to(NINE)
        self._looker = Looker(self.recording.detector, [])
        self.begin_run()

    def begin_run(self) -> None:
        recorded = Recorded(self.planted.project_id, self.planted.placement_id, 10.0)
        self.recorder = WindowRecorder(self.recording, recorded, resumes=True, keeps_latest=True)
        self.run_id = uuid4()
        self.recorder.begin_run(self.run_id)

    def look(self, image: Image | None = None) -> float:
        """Look once; return at which second of the day's work the latest view then was taken."""
        at = self.clock.now()
        shown = picture(self.looks) if image is None else image
        self.recorder.add(self._looker.look(Frame(shown, at, self.run_id, self.looks, 0.0, True)))
        self.looks += 1
        with self.database.reading() as session:
            views = ObservationRepository(session).latest_views([self.planted.placement_id])
        self.clock.advance(10)
        return (views[self.planted.placement_id].taken_at - NINE).total_seconds()


@pytest.fixture
def watching(database: Database, make_recording: MakeRecording, clock: StandingClock) -> Watching:
    return Watching(database, make_recording(ToldDetector()), plant(database), clock)


def test_an_unwatched_latest_view_is_renewed_with_each_windows_picture(watching: Watching) -> None:
    taken = [watching.look() for _ in range(62)]
    # The first look of the run; the first observation's after eight seconds; each window's at its end.
    assert taken[:2] == [0, 10]
    assert set(taken[1:30]) == {10}
    assert set(taken[30:60]) == {290}
    assert taken[60:] == [590, 590]


def test_a_watched_latest_view_is_renewed_at_every_look_until_nobody_asks(watching: Watching, tmp_path: Path) -> None:
    database, clock = watching.database, watching.clock
    observing = ObservingService(database, EvidenceStore(tmp_path / "evidence"), clock.now)
    for _ in range(5):
        watching.look()
    observing.pictures(principal(Role.OFFICE), watching.planted.project_id)
    taken = [watching.look() for _ in range(8)]
    assert taken == [50, 60, 70, 80, 80, 80, 80, 80]


def test_a_new_run_and_a_change_of_view_quality_renew_it_at_once(watching: Watching) -> None:
    for _ in range(4):
        watching.look()
    assert [watching.look(), watching.look(BLACK), watching.look(BLACK), watching.look()] == [10, 50, 50, 70]
    watching.look()
    watching.begin_run()
    assert watching.look() == 90


def test_the_mark_that_says_so_is_a_moment_that_any_process_reads(tmp_path: Path) -> None:
    store, other = EvidenceStore(tmp_path), EvidenceStore(tmp_path)
    assert other.marked_at("latest/one/wanted") is None
    store.mark("latest/one/wanted", NINE)
    store.mark("latest/one/wanted", NINE + timedelta(seconds=1.5))
    assert other.marked_at("latest/one/wanted") == NINE + timedelta(seconds=1.5)
