"""A placement that looks at a shipped site's first days: real pictures, worked through, and elements drawn on them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from models.database import Database
from models.evidence import EvidenceStore
from models.repositories.observations import ObservationRepository
from pipeline.backfill import Backfill
from pipeline.derivation import ProgressDeriver
from pipeline.evidence import EvidenceKeeper, EvidenceKind, Shown
from pipeline.progress.element_days import LookerSource
from pipeline.progress.placement_progress import PlacementProgress
from pipeline.registry.element_drawing import ElementDraft, PlacementElements
from pipeline.registry.elements import ElementService
from pipeline.watch.recorder import Recording
from streams.frame import Frame
from tests.support.builders import ADMIN, Planted, plant
from tests.support.clocks import StandingClock
from tests.support.fakes import ToldDetector
from tests.support.sample_cards import LOOKS_AT, shipped_looks
from vision.detector import Image
from vision.progress.cell_view import CELL_WEIGHTS, open_cell_looker
from vision.progress.element_progress import Looker
from vision.redaction import RedactionPass, Redactor
from vision.weights import load_manifest

ZONE = ZoneInfo("Asia/Almaty")
# A Monday; the site works Monday to Saturday.
FIRST_ON = date(2026, 9, 14)
# Over the pit and the drive of the hospital, as its card has them.
PIT = ((0.30, 0.63), (0.35, 0.53), (0.81, 0.53), (0.91, 0.63))
DRIVE = ((0.1, 0.7), (0.3, 0.7), (0.3, 0.9), (0.1, 0.9))
_LOOKS = 24
_WEIGHTS = load_manifest(CELL_WEIGHTS).files("fp32").numbers.sha256


@cache
def looks() -> tuple[Image, ...]:
    """The hospital's first pictures, three of each day."""
    return tuple(shipped_looks("hospital", _LOOKS))


@cache
def looker() -> Looker:
    """What reads daily views by cells, as it ships."""
    return open_cell_looker(threads=1)


def moment(day: int, look: int = 0) -> datetime:
    """When a look of a day is taken, both counted from 0."""
    return datetime.combine(FIRST_ON + timedelta(days=day), LOOKS_AT[look], tzinfo=ZONE).astimezone(UTC)


def day(number: int) -> date:
    """A day of the footage, counted from 0."""
    return FIRST_ON + timedelta(days=number)


class BuiltSite:
    """The planted placement with its parts; `clock` stands, and is moved as days are worked through."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.planted: Planted = plant(database)
        self.clock = StandingClock(moment(0))
        self.folder = folder / "evidence"
        self.store = EvidenceStore(self.folder)
        self.keeper = EvidenceKeeper(self.store)
        self.elements = ElementService(database, self.clock.now)
        self.deriver = ProgressDeriver(database, lambda _session, _project: None)

    @property
    def placement_id(self) -> UUID:
        """Of the camera."""
        return self.planted.placement_id

    def progress(self) -> PlacementProgress:
        """What derives what is built, as a process that has just started has it."""
        source = LookerSource(_WEIGHTS, looker)
        return PlacementProgress(self.database, self.keeper, self.clock, source)

    def draw(self, *drafts: ElementDraft) -> PlacementElements:
        """Make these the placement's elements."""
        return self.elements.draw_all(ADMIN, self.placement_id, drafts, None)

    def work_through(
        self,
        days: Sequence[int],
        seen: Callable[[Image], Image] = lambda image: image,
        taken: Sequence[int] = (0, 1, 2),
        people: int = 0,
        progress: PlacementProgress | None = None,
    ) -> None:
        """Record those looks of those days; it is evening of the last of them after that."""
        self.clock.move_to(max(self.clock.now(), moment(max(days), 2) + timedelta(hours=5)))
        detector = ToldDetector(lambda _image: people)
        recording = Recording(
            database=self.database,
            keeper=self.keeper,
            detector=detector,
            redactor=Redactor([RedactionPass(detector, 0.1)]),
            clock=self.clock,
            first_record_s=8.0,
            latest_view_every_s=5.0,
            on_recorded=lambda _project, _about: None,
        )
        backfill = Backfill(recording, self.deriver, progress)
        backfill.run(self.planted.camera_id, self._frames(days, taken, seen), 600.0)

    def show_latest(self, number: int, seen: Callable[[Image], Image]) -> None:
        """Leave a day's last look as the placement's newest picture, as a camera that is watched does."""
        detector = ToldDetector()
        image = seen(looks()[(3 * number + 2) % _LOOKS].copy())
        (found,) = detector.detect([image])
        picture = Redactor([RedactionPass(detector, 0.1)]).redact(image)
        shown = Shown(picture, found, detector.weights_sha256, moment(number, 2))
        row = self.keeper.keep(shown, self.placement_id, EvidenceKind.LATEST, self.clock.now())
        with self.database.transaction() as session:
            ObservationRepository(session).replace_latest_view(row)

    @staticmethod
    def _frames(days: Sequence[int], taken: Sequence[int], seen: Callable[[Image], Image]) -> Iterator[Frame]:
        run_id, number = uuid4(), count()
        for one in days:
            for look in taken:
                image = seen(looks()[(3 * one + look) % _LOOKS].copy())
                at = next(number)
                yield Frame(image, moment(one, look), run_id, at, 600.0 * at, True)


def pit(**changes: object) -> ElementDraft:
    """The pit as it is drawn, but for what is said otherwise."""
    drawn = {
        "key": "pit",
        "title": "Pit",
        "task_key": "frame",
        "polygon": PIT,
        "growth": "outward",
        "kind": "excavation",
        "reference_on": FIRST_ON,
        "reference_share": 0.6,
    }
    return ElementDraft.model_validate(drawn | changes)


def drive(**changes: object) -> ElementDraft:
    """The drive as it is drawn, but for what is said otherwise."""
    drawn = {
        "key": "drive",
        "title": "Drive",
        "polygon": DRIVE,
        "growth": "along",
        "reference_on": FIRST_ON,
    }
    return ElementDraft.model_validate(drawn | changes)
