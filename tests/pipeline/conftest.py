from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from models.database import Database
from models.evidence import EvidenceStore
from pipeline.evidence import EvidenceKeeper
from pipeline.watch.recorder import Recording
from tests.support.clocks import StandingClock
from tests.support.fakes import ToldDetector
from vision.redaction import RedactionPass, Redactor

MakeRecording = Callable[..., Recording]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def make_recording(database: Database, tmp_path: Path, clock: StandingClock) -> MakeRecording:
    """A recording over the test's database; a told detector and a redactor that listens to it."""

    def _make(
        detector: ToldDetector, on_recorded: Callable[[UUID, datetime], None] = lambda _project, _about: None
    ) -> Recording:
        return Recording(
            database=database,
            keeper=EvidenceKeeper(EvidenceStore(tmp_path / "evidence")),
            detector=detector,
            redactor=Redactor([RedactionPass(detector, 0.1)]),
            clock=clock,
            first_record_s=8.0,
            latest_view_every_s=5.0,
            on_recorded=on_recorded,
        )

    return _make
