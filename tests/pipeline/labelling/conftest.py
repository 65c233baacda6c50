from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from cryptography.fernet import Fernet

from models.database import Database
from models.evidence import EvidenceStore
from models.secrets import Seal
from pipeline.labelling.queue import LabellingQueue
from pipeline.labelling.service import LabellingService
from pipeline.labelling.settings import LabellingSettings
from pipeline.labelling.sweep import LabellingSweep
from pipeline.watch.look import Look
from streams.frame import Frame
from tests.support.clocks import StandingClock
from tests.support.fakes import MACHINERY, PERSON, VEHICLE, picture
from vision.detections import Detections
from vision.detector import Image
from vision.redaction import RedactionPass, Redactor
from vision.view_quality import ViewQuality

NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)  # 09:00 in Almaty
WIDTH_PX = 320
PERSON_BOX = (20.0, 40.0, 50.0, 160.0)


class UnsureDetector:
    """Finds one person, upright and mirrored alike, as surely as the picture's first pixel says in percent."""

    name = "unsure"
    weights_sha256 = "e" * 64
    labels = (PERSON, MACHINERY, VEHICLE)
    threshold = 0.5

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        return [self._found(image, self.threshold if threshold is None else threshold) for image in images]

    def _found(self, image: Image, least: float) -> Detections:
        # A mirrored picture has its first pixel last; nowhere else is blue 0 and red 255.
        is_mirrored = bool(image[0, -1, 0] == 0 and image[0, -1, 2] == 255)
        confidence = float(image[0, -1 if is_mirrored else 0, 1]) / 100
        left, top, right, bottom = PERSON_BOX
        box = (WIDTH_PX - right, top, WIDTH_PX - left, bottom) if is_mirrored else PERSON_BOX
        found = [box] if confidence >= least else []
        return Detections(
            np.array(found, np.float32).reshape(-1, 4),
            np.full(len(found), confidence, np.float32),
            np.zeros(len(found), np.int64),
            self.labels,
        )


def look(confidence: float, at: datetime = NINE, seed: int = 0) -> Look:
    """A usable look at which the detector is as sure as given."""
    image = picture(seed)
    image[0, 0] = (0, round(confidence * 100), 255)
    frame = Frame(image, at, uuid4(), 0, 0.0, True)
    return Look(frame, image, ViewQuality.USABLE, UnsureDetector().detect([image])[0])


MakeQueue = Callable[..., LabellingQueue]
MakeService = Callable[..., LabellingService]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NINE)


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


@pytest.fixture
def seal() -> Seal:
    return Seal(Fernet.generate_key())


@pytest.fixture
def make_queue(database: Database, store: EvidenceStore, seal: Seal, clock: StandingClock) -> MakeQueue:
    def _make(**settings: object) -> LabellingQueue:
        detector = UnsureDetector()
        redactor = Redactor([RedactionPass(detector, 0.1)])
        chosen = LabellingSettings.model_validate(settings)
        return LabellingQueue(database, store, seal, detector, redactor, clock, chosen)

    return _make


@pytest.fixture
def make_service(database: Database, store: EvidenceStore, seal: Seal, clock: StandingClock) -> MakeService:
    def _make(**settings: object) -> LabellingService:
        return LabellingService(database, store, seal, clock.now, LabellingSettings.model_validate(settings))

    return _make


@pytest.fixture
def sweep(database: Database, store: EvidenceStore, clock: StandingClock) -> LabellingSweep:
    return LabellingSweep(database, store, clock)
