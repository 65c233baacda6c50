"""From looks to stored windows: observations, their evidence, and the latest view."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from models.database import Database
from models.repositories.observations import ObservationRepository
from models.tables.observations import Observation, Run
from pipeline.evidence import EvidenceKeeper, EvidenceKind, Shown
from pipeline.labelling.queue import LabellingQueue
from pipeline.signals.zones import NO_ZONES, ZoneMap
from pipeline.watch.activity_watch import Activity, ActivityWatch
from pipeline.watch.look import Look
from pipeline.watch.pace import Pace
from pipeline.watch.tally import RULE_VERSION, WINDOW_S, WindowTally, tally_of, window_start
from streams.burst_source import ONE_PICTURE_BELOW_S
from streams.clock import Clock
from vision.detections import Group, no_detections
from vision.detector import Detector
from vision.marking import draw
from vision.redaction import Redactor
from vision.view_quality import ViewQuality

# Footage counts as late from so long after its window on; what is looked at as it comes takes seconds.
LATE_FROM_S: Final = 60.0

_COUNTED = (Group.PERSON, Group.MACHINE, Group.VEHICLE)
# Media times of a burst are sums of seconds.
_SLACK_S: Final = 1e-6

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
    """Which placement is recorded, for which project, and how it is looked at.

    `pace` is given where that changes with the hour. With `in_bursts` the pictures of one burst, which lasts
    `burst_s`, are one turn. `may_be_late` is for footage that can come long after it was taken.
    """

    project_id: UUID
    placement_id: UUID
    look_every_s: float
    pace: Pace | None = None
    zones: ZoneMap = NO_ZONES
    in_bursts: bool = False
    burst_s: float = 0.0
    may_be_late: bool = False

    def every_s(self, at: datetime) -> float:
        """For how long a look at that moment stands."""
        return self.look_every_s if self.pace is None else self.pace.at(at)


class WindowRecorder:
    """Records one placement's looks in order; owned by one thread.

    A window is written when it closes, once early in each run so that a new camera shows
    something soon, and when the recorder is closed. Each writing supersedes the one before. With
    `resumes`, a window that was begun before a restart is counted on, and a look that stands for a whole window or
    longer is written with it: by the next one its day is over, and a process that is killed would have lost it. A
    picture is kept of every window, or of those that `keeps_picture` names: redacting one takes ten times as long as
    looking. With `keeps_latest`, the latest view is renewed too. Without `resumes`, a window is counted on where all
    that was seen of it came before, and stays as it is where more was seen already: a short clip does not take the
    place of a camera that was watched all the time.
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
        self._activity = ActivityWatch(recorded.zones)
        self._kept: set[datetime] = set()
        self._tally: WindowTally | None = None
        self._best: Look | None = None
        self._last: Look | None = None
        self._turn_from_s = 0.0
        self._first_look_at: float | None = None
        self._early_written = False
        self._latest_written_at: float | None = None
        self._latest_taken_at: datetime | None = None
        self._latest_quality: ViewQuality | None = None
        self._log = structlog.get_logger().bind(placement_id=str(recorded.placement_id))

    @property
    def windows_kept(self) -> int:
        """How many windows stayed as they were since more was seen of them already."""
        return len(self._kept)

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
        self.finish()
        with self._with.database.transaction() as session:
            ObservationRepository(session).end_run(run_id, self._with.clock.now(), reason)

    def add(self, look: Look) -> None:
        """Count a look; write the window before it if that one is over."""
        starts_at = window_start(look.frame.captured_at)
        every_s = self._of.every_s(look.frame.captured_at)
        # First, since this look tells what went on until the end of the window before it.
        self._activity.see(look)
        if self._tally is not None and self._tally.starts_at != starts_at:
            across = self._count(self._activity.take())
            self._write()
            self._tally = self._begin_window(look, every_s).adding_activity(across)
        if self._tally is None:
            self._tally = self._begin_window(look, every_s)
        is_turn = self._is_turn(look)
        if is_turn:
            self._turn_from_s = look.frame.pts_s
        self._tally = self._tally.adding(look, every_s, self._of.zones, is_turn=is_turn)
        if self._best is None or _evidence_rank(look) >= _evidence_rank(self._best):
            self._best = look
        self._last = look
        if self._resumes and every_s >= WINDOW_S and self._ends_turn(look):
            self.finish()
        else:
            self._write_early()
        self._renew_latest(look)

    def write(self) -> None:
        """Write the window as it stands; the same content again writes nothing."""
        self._count(self._activity.take())
        self._write()

    def finish(self) -> None:
        """Write the window as it stands, after its last look: whatever went on has ended."""
        self._count(self._activity.end())
        self._write()

    def _count(self, activity: Activity) -> Activity:
        if self._tally is not None:
            self._tally = self._tally.adding_activity(activity)
        return activity

    def _is_turn(self, look: Look) -> bool:
        """Whether a look is one of those that were due, not a further picture of a burst that was counted."""
        if not self._of.in_bursts or self._last is None:
            return True
        last, frame = self._last.frame, look.frame
        return (last.run_id, last.burst) != (frame.run_id, frame.burst)

    def _ends_turn(self, look: Look) -> bool:
        """Whether a look is a turn's last one: nothing follows it until the next turn is due."""
        lasts_s = self._of.burst_s if self._of.in_bursts and self._of.burst_s >= ONE_PICTURE_BELOW_S else 0.0
        return look.frame.pts_s - self._turn_from_s >= lasts_s - _SLACK_S

    def _write(self) -> None:
        if self._tally is None or self._best is None:
            return
        now = self._with.clock.now()
        detector = self._with.detector
        row = self._tally.observation(detector.name, detector.weights_sha256, now)
        with self._with.database.reading() as session:
            if ObservationRepository(session).by_key(row) is not None:
                return
            known = ObservationRepository(session).in_force(row.placement_id, row.window_starts_at)
        if not self._resumes and known is not None and _saw_more(known, row):
            self._kept.add(row.window_starts_at)
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

    def _begin_window(self, look: Look, every_s: float) -> WindowTally:
        self._best = None
        starts_at = window_start(look.frame.captured_at)
        late_by_s = self._late_by_s(starts_at)
        with self._with.database.reading() as session:
            stored = ObservationRepository(session).in_force(self._of.placement_id, starts_at)
        if stored is not None and self._goes_on_from(stored, look):
            known = tally_of(stored)
            return replace(known, late_by_s=late_by_s) if late_by_s is not None else known
        return replace(
            WindowTally.begin(self._of.placement_id, starts_at, every_s, self._of.zones), late_by_s=late_by_s
        )

    def _late_by_s(self, starts_at: datetime) -> float | None:
        if not self._of.may_be_late:
            return None
        late_by_s = (self._with.clock.now() - starts_at).total_seconds() - WINDOW_S
        return round(late_by_s, 3) if late_by_s >= LATE_FROM_S else None

    def _goes_on_from(self, stored: Observation, look: Look) -> bool:
        """Whether a look adds to what is stored: counted by the same means, in the same zones, at a pace of ours."""
        by = (stored.weights_sha256, stored.rule_version, stored.zones_sha256)
        paces = {self._of.look_every_s} if self._of.pace is None else self._of.pace.every_s
        if by != (self._with.detector.weights_sha256, RULE_VERSION, self._of.zones.digest):
            return False
        # The same footage may come again; a stream doesn't.
        is_new = stored.looked_until is not None and stored.looked_until < look.frame.captured_at
        return stored.look_every_s in paces and (self._resumes or is_new)

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
        if self._latest_taken_at is not None and look.frame.captured_at <= self._latest_taken_at:
            # It was just shown, as its window's picture.
            self._latest_written_at = now_s
            return
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


def _saw_more(known: Observation, row: Observation) -> bool:
    """Whether an observation saw over a look's time more than another one."""
    is_like = (known.weights_sha256, known.rule_version) == (row.weights_sha256, row.rule_version)
    # By other means the same footage may be less usable; it is no less of it.
    is_longer = is_like or known.seen_s > row.seen_s + row.look_every_s
    return is_longer and known.usable_s > row.usable_s + row.look_every_s


def _evidence_rank(look: Look) -> int:
    if look.detections is None:
        return -1
    return sum(len(look.detections.of_group(group)) for group in _COUNTED)
