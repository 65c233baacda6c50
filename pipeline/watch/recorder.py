"""From looks to stored windows: observations, their evidence, and the latest view."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from models.database import Database
from models.repositories.observations import ObservationRepository
from models.tables.observations import Observation, Run
from pipeline.evidence import EvidenceKeeper, EvidenceKind, Shown
from pipeline.labelling.queue import LabellingQueue
from pipeline.watch.look import Look
from pipeline.watch.pace import Pace
from pipeline.watch.tally import WindowTally, tally_of, window_start
from streams.clock import Clock
from vision.detections import Group, no_detections
from vision.detector import Detector
from vision.marking import draw
from vision.redaction import Redactor
from vision.view_quality import ViewQuality

_COUNTED = (Group.PERSON, Group.MACHINE, Group.VEHICLE)

# Whether the window that starts then keeps a picture.
PictureRule = Callable[[datetime], bool]


@dataclass(frozen=True, slots=True)
class Recording:
    """What a recorder writes with; shared by all cameras, safe between threads."""

    database: Database
    keeper: EvidenceKeeper
    detector: Detector
    redactor: Redactor
    clock: Clock
    first_record_s: float
    latest_view_every_s: float
    # Told after an observation was committed: project and the moment it is about.
    on_recorded: Callable[[UUID, datetime], None]
    # Takes in live frames on which the detector is unsure; None where none are queued.
    labelling: LabellingQueue | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """Which placement is recorded, for which project, and how often it is looked at.

    `pace` is given where that changes with the hour.
    """

    project_id: UUID
    placement_id: UUID
    look_every_s: float
    pace: Pace | None = None

    def every_s(self, at: datetime) -> float:
        """For how long a look at that moment stands."""
        return self.look_every_s if self.pace is None else self.pace.at(at)


class WindowRecorder:
    """Records one placement's looks in order; owned by one thread.

    A window is written when it closes, once early in each run so that a new camera shows
    something soon, and when the recorder is closed. Each writing supersedes the one before. With
    `resumes`, a window that was begun before a restart is counted on. A picture is kept of every
    window, or of those that `keeps_picture` names: redacting one takes ten times as long as looking.
    With `keeps_latest`, the latest view is renewed too.
    """

    def __init__(
        self,
        recording: Recording,
        recorded: Recorded,
        *,
        resumes: bool,
        keeps_latest: bool,
        keeps_picture: PictureRule | None = None,
    ) -> None:
        self._keeps_picture = keeps_picture
        self._with = recording
        self._of = recorded
        self._resumes = resumes
        self._keeps_latest = keeps_latest
        self._tally: WindowTally | None = None
        self._best: Look | None = None
        self._last: Look | None = None
        self._first_look_at: float | None = None
        self._early_written = False
        self._latest_written_at: float | None = None
        self._latest_taken_at: datetime | None = None
        self._latest_quality: ViewQuality | None = None
        self._log = structlog.get_logger().bind(placement_id=str(recorded.placement_id))

    def begin_run(self, run_id: UUID) -> None:
        """Remember a new run."""
        with self._with.database.transaction() as session:
            ObservationRepository(session).add(
                Run(
                    id=run_id,
                    placement_id=self._of.placement_id,
                    started_at=self._with.clock.now(),
                    ended_at=None,
                    end_reason=None,
                )
            )
        self._first_look_at = None
        self._early_written = False

    def end_run(self, run_id: UUID, reason: str) -> None:
        """Write what the run has seen, and that it ended."""
        self.write()
        with self._with.database.transaction() as session:
            ObservationRepository(session).end_run(run_id, self._with.clock.now(), reason)

    def add(self, look: Look) -> None:
        """Count a look; write the window before it if that one is over."""
        starts_at = window_start(look.frame.captured_at)
        every_s = self._of.every_s(look.frame.captured_at)
        if self._tally is not None and self._tally.starts_at != starts_at:
            self.write()
            self._tally = None
        if self._tally is None:
            self._tally = self._begin_window(starts_at, every_s)
        self._tally = self._tally.adding(look, every_s)
        if self._best is None or _evidence_rank(look) >= _evidence_rank(self._best):
            self._best = look
        self._last = look
        self._write_early()
        self._renew_latest(look)

    def write(self) -> None:
        """Write the window as it stands; the same content again writes nothing."""
        if self._tally is None or self._best is None:
            return
        now = self._with.clock.now()
        detector = self._with.detector
        row = self._tally.observation(detector.name, detector.weights_sha256, now)
        with self._with.database.reading() as session:
            if ObservationRepository(session).by_key(row) is not None:
                return
        evidence = shown = None
        if self._keeps_picture is None or self._keeps_picture(row.window_starts_at):
            shown = self._show(self._best)
            evidence = self._with.keeper.keep(shown, self._of.placement_id, EvidenceKind.WINDOW, now)
        with self._with.database.transaction() as session:
            repository = ObservationRepository(session)
            if evidence is not None:
                repository.add(evidence)
                repository.flush()
                row.evidence_id = evidence.id
            repository.add(row)
        self._log.debug("observation written", window=row.window_starts_at.isoformat(), looks=row.looks_seen)
        if shown is not None and self._keeps_latest:
            self._put_latest(shown, self._best.quality)
        self._with.on_recorded(self._of.project_id, row.window_starts_at)

    def leave_latest(self) -> None:
        """Leave the last look as the newest picture of a placement that has none, so that a dead camera has one."""
        if self._last is None:
            return
        with self._with.database.reading() as session:
            known = ObservationRepository(session).latest_views([self._of.placement_id])
        if not known:
            self._put_latest(self._show(self._last), self._last.quality)

    def _begin_window(self, starts_at: datetime, every_s: float) -> WindowTally:
        self._best = None
        if self._resumes:
            with self._with.database.reading() as session:
                stored = ObservationRepository(session).in_force(self._of.placement_id, starts_at)
            if stored is not None and self._goes_on_from(stored):
                return tally_of(stored)
        return WindowTally(self._of.placement_id, starts_at, every_s)

    def _goes_on_from(self, stored: Observation) -> bool:
        same_weights = stored.weights_sha256 == self._with.detector.weights_sha256
        paces = {self._of.look_every_s} if self._of.pace is None else self._of.pace.every_s
        return same_weights and stored.look_every_s in paces

    def _write_early(self) -> None:
        if not self._resumes:
            # Footage is worked through at the machine's speed; a part of a window would be chance.
            return
        now_s = self._with.clock.monotonic_s()
        if self._first_look_at is None:
            self._first_look_at = now_s
        elif not self._early_written and now_s - self._first_look_at >= self._with.first_record_s:
            self._early_written = True
            self.write()

    def _renew_latest(self, look: Look) -> None:
        """Renew the latest view where a run begins, its quality changes or somebody watches it.

        Otherwise it is renewed with each window's picture: redacting one costs ten looks, and one of its
        own every minute would cost more than all else that is done for a camera.
        """
        if not self._keeps_latest:
            return
        now_s = self._with.clock.monotonic_s()
        if self._latest_written_at is not None:
            if now_s - self._latest_written_at < self._with.latest_view_every_s:
                return
            is_as_before = look.quality is self._latest_quality
            if is_as_before and not self._with.keeper.is_watched(self._of.placement_id, self._with.clock.now()):
                return
        self._latest_written_at = now_s
        self._put_latest(self._show(look), look.quality)

    def _put_latest(self, shown: Shown, quality: ViewQuality) -> None:
        if self._latest_taken_at is not None and shown.taken_at <= self._latest_taken_at:
            return
        self._latest_taken_at, self._latest_quality = shown.taken_at, quality
        now = self._with.clock.now()
        evidence = self._with.keeper.keep(shown, self._of.placement_id, EvidenceKind.LATEST, now)
        with self._with.database.transaction() as session:
            replaced = ObservationRepository(session).replace_latest_view(evidence)
        if replaced is not None:
            self._with.keeper.discard(replaced)

    def _show(self, look: Look) -> Shown:
        detector = self._with.detector
        found = no_detections(detector.labels) if look.detections is None else look.detections
        picture = draw(self._with.redactor.redact(look.image), found)
        return Shown(picture, found, detector.weights_sha256, look.frame.captured_at)


def _evidence_rank(look: Look) -> int:
    if look.detections is None:
        return -1
    return sum(len(look.detections.of_group(group)) for group in _COUNTED)
