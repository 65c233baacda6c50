"""A site of a footage folder worked through as the product would: its database, backfill and judged days.

The database and the pictures kept in it live in a scratch folder and are gone afterwards.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from models.database import Database
from models.evidence import EvidenceStore
from models.repositories.observations import ObservationRepository
from models.tables.observations import Observation
from pipeline.backfill import Backfill
from pipeline.clock import SystemClock
from pipeline.derivation import ProgressDeriver
from pipeline.errors import FootageError
from pipeline.evaluation.site_card import CardCamera, SiteCard
from pipeline.evaluation.site_rows import enter_camera, enter_site
from pipeline.evidence import EvidenceKeeper
from pipeline.signals.calendar import Span, WorkCalendar
from pipeline.signals.site_day import SiteDay, judge_site_day
from pipeline.signals.site_window import seen_window
from pipeline.watch.recorder import Recording
from streams.archive import ArchiveClip
from vision.detector import Detector
from vision.redaction import RedactionPass, Redactor

_FAR_FUTURE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SeenLook:
    """What one window of a day showed: how many looks were of each quality, and how many boxes of each label."""

    starts_at: datetime
    view_quality: Mapping[str, int]
    found: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """A day as the product judged it, with what it was judged by."""

    judged: SiteDay
    looks: tuple[SeenLook, ...]


def judged_days(
    card: SiteCard, days: Sequence[date], detector: Detector, on_look: Callable[[], None] | None = None
) -> dict[date, JudgedDay]:
    """Work all time-lapses of a site through the product's own backfill and judge each of `days`.

    Each look stands for its share of a day's scheduled hours, as the demo has it.

    Raises:
        StreamError: a clip or its times can't be used.
        FootageError: a clip breaks off.
    """
    now = card.calendar.day_span(max(days)).ends_at + timedelta(days=1)
    with TemporaryDirectory(prefix="nazar-eval-") as scratch:
        database = Database(f"sqlite:///{Path(scratch) / 'nazar.sqlite3'}")
        try:
            database.upgrade()
            return _judged(_Scratch(database, Path(scratch), detector, now), card, days, on_look)
        finally:
            database.close()


class _AfterFootage(SystemClock):
    """A clock that stands shortly after the footage: rendered days may lie ahead of this machine's."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


@dataclass(frozen=True, slots=True)
class _Scratch:
    database: Database
    folder: Path
    detector: Detector
    now: datetime

    def backfill(self) -> Backfill:
        # What it keeps is deleted with the folder, so one pair of eyes does for its redactor.
        redactor = Redactor((RedactionPass(self.detector, self.detector.threshold),))
        recording = Recording(
            database=self.database,
            keeper=EvidenceKeeper(EvidenceStore(self.folder / "evidence")),
            detector=self.detector,
            redactor=redactor,
            clock=_AfterFootage(self.now),
            first_record_s=_FAR_FUTURE.timestamp(),
            latest_view_every_s=_FAR_FUTURE.timestamp(),
            on_recorded=lambda _project_id, _about: None,
        )
        return Backfill(recording, ProgressDeriver(self.database, lambda _session, _project_id: None))


def _judged(
    scratch: _Scratch, card: SiteCard, days: Sequence[date], on_look: Callable[[], None] | None
) -> dict[date, JudgedDay]:
    first = Span(card.calendar.day_span(min(days)).starts_at, card.calendar.day_span(max(days)).ends_at)
    with scratch.database.transaction() as session:
        site_id = enter_site(session, card, first)
        placed = [(camera, *enter_camera(session, card, camera, site_id, first.starts_at)) for camera in card.cameras]
    for camera, camera_id, _ in placed:
        _work_through(scratch.backfill(), card, camera, camera_id, on_look)
    with scratch.database.reading() as session:
        rows = ObservationRepository(session).of_placements(
            [placement_id for _, _, placement_id in placed], first.starts_at, scratch.now
        )
        windows = [seen_window(row) for row in rows]
        seen = [(card.calendar.day_of(row.window_starts_at), _seen_look(row)) for row in rows]
    stood = [(placement_id, Span(first.starts_at, _FAR_FUTURE)) for _, _, placement_id in placed]
    return {
        day: JudgedDay(
            judge_site_day(card.calendar, day, stood, windows, scratch.now),
            tuple(look for on, look in seen if on == day),
        )
        for day in days
    }


def _seen_look(row: Observation) -> SeenLook:
    return SeenLook(row.window_starts_at, dict(row.view_quality), {n: t["total"] for n, t in row.tallies.items()})


def _work_through(
    backfill: Backfill,
    card: SiteCard,
    camera: CardCamera,
    camera_id: UUID,
    on_look: Callable[[], None] | None,
) -> None:
    clip = ArchiveClip(camera.time_lapse)
    days: list[date] = []
    is_learnt = False
    with clip.open(threading.Event()) as run:
        for frame in run.frames:
            days.append(card.calendar.day_of(frame.captured_at))
            if not is_learnt and frame.captured_at >= camera.reference_at:
                backfill.learn_reference(camera_id, frame)
                is_learnt = True
    with clip.open(threading.Event()) as run:
        report = backfill.run(
            camera_id,
            run.frames,
            _look_every_s(card.calendar, days),
            None if on_look is None else lambda _count: on_look(),
            keeps_picture=lambda _starts_at: False,
        )
    if report.problem is not None:
        raise FootageError(report.problem)


def _look_every_s(calendar: WorkCalendar, days: Sequence[date]) -> float:
    """What one look stands for, in seconds: the scheduled hours over the looks that a day of footage has."""
    hours = [span.seconds for day in set(days) if (span := calendar.scheduled(day)) is not None]
    a_day_s = max(hours, default=86400.0)
    return a_day_s * len(set(days)) / len(days)
