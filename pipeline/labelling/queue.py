"""Queueing the frames on which the detector is unsure: a few of each placement and day, the most doubtful.

What is kept has passed the redactor. Only while an admin has opened the queue for unredacted frames is the
picture kept beside it as it was sent, with its privacy masks filled, sealed and for a few days.
"""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import numpy as np
import structlog
from sqlalchemy.orm import Session

from models.database import Database
from models.evidence import EvidenceStore
from models.repositories.labelling import LabellingRepository
from models.repositories.sites import SiteRepository
from models.secrets import Seal
from models.tables.labelling import QueuedFrame, SealedPicture
from pipeline.evidence import JPEG_QUALITY, describe
from pipeline.labelling.doubt import Doubt, doubt_of, turned_back
from pipeline.labelling.settings import LabellingSettings
from pipeline.watch.look import Look
from streams.clock import Clock
from vision.detections import Detections
from vision.detector import Detector
from vision.image import encode_jpeg
from vision.redaction import RedactedImage, Redactor

# Boxes are drawn on these to the pixel; evidence may be coarser.
_LABELLING_JPEG_QUALITY = 92


class LabellingQueue:
    """Takes in frames; shared by all cameras, safe between threads."""

    def __init__(
        self,
        database: Database,
        store: EvidenceStore,
        seal: Seal,
        detector: Detector,
        redactor: Redactor,
        clock: Clock,
        settings: LabellingSettings,
    ) -> None:
        self._database = database
        self._store = store
        self._seal = seal
        self._detector = detector
        self._redactor = redactor
        self._clock = clock
        self._settings = settings
        self._log = structlog.get_logger()

    def watch(self, placement_id: UUID) -> "DoubtWatch":
        """What asks about one placement's looks now and then."""
        return DoubtWatch(self, placement_id, self._clock, self._settings.check_every_s)

    def offer(self, placement_id: UUID, look: Look) -> UUID | None:
        """Queue a usable look if the detector is unsure of it and the day has room, or a less doubtful frame."""
        threshold = self._detector.threshold
        low = threshold * self._settings.low_share
        image = look.image
        upright, mirrored = self._detector.detect([image, np.ascontiguousarray(image[:, ::-1])], low)
        doubt = doubt_of(upright, turned_back(mirrored, look.frame.width_px), threshold, low)
        if not doubt.reasons or doubt.amount < self._settings.least_doubt:
            return None
        with self._database.reading() as session:
            day_on = _site_day(session, placement_id, look.frame.captured_at)
            if self._to_replace(session, placement_id, day_on, doubt) is None:
                return None
        # Ten times the work of a look, so only once it is known that there is a place.
        redacted = self._redactor.redact(image)
        row = self._row(placement_id, day_on, look, doubt, upright, redacted)
        with self._database.transaction() as session:
            replaced = self._to_replace(session, placement_id, day_on, doubt)
            if replaced is not None:
                for frame in replaced:
                    LabellingRepository(session).remove(frame)
                self._insert(session, row, look)
        for path in [row.path] if replaced is None else [frame.path for frame in replaced]:
            self._store.discard(path)
        if replaced is None:
            return None
        self._log.debug("frame queued for labelling", placement_id=str(placement_id), doubt=round(doubt.amount, 2))
        return row.id

    def _to_replace(self, session: Session, placement_id: UUID, day_on: date, doubt: Doubt) -> list[QueuedFrame] | None:
        """The frames that make way, none where there is room; None where all that are there are more doubtful."""
        kept = LabellingRepository(session).of_day(placement_id, day_on)
        over = len(kept) + 1 - self._settings.frames_per_day
        making_way = list(kept[: max(0, over)])
        if over > len(kept) or any(frame.doubt > doubt.amount for frame in making_way):
            return None
        return making_way

    def _row(
        self,
        placement_id: UUID,
        day_on: date,
        look: Look,
        doubt: Doubt,
        found: Detections,
        redacted: RedactedImage,
    ) -> QueuedFrame:
        now, frame_id = self._clock.now(), uuid4()
        folder = f"labelling/{placement_id}"
        stored = self._store.put(redacted.as_jpeg(JPEG_QUALITY), folder, f"-{frame_id.hex[:8]}.jpg")
        return QueuedFrame(
            id=frame_id,
            placement_id=placement_id,
            day_on=day_on,
            taken_at=look.frame.captured_at,
            doubt=doubt.amount,
            reasons=[asdict(reason) for reason in doubt.reasons],
            proposals=describe(found),
            width_px=look.frame.width_px,
            height_px=look.frame.height_px,
            path=stored.path,
            sha256=stored.sha256,
            detector=self._detector.name,
            weights_sha256=self._detector.weights_sha256,
            redaction={
                "rule_version": redacted.rule_version,
                "weights_sha256": list(redacted.weights_sha256),
                "hidden": len(redacted.hidden_xyxy),
            },
            created_at=now,
            expires_at=now + timedelta(days=self._settings.keep_days),
        )

    def _insert(self, session: Session, row: QueuedFrame, look: Look) -> None:
        repository = LabellingRepository(session)
        repository.add(row)
        repository.flush()
        opening = repository.opening_in_force(row.created_at) if self._settings.unredacted_is_allowed else None
        if opening is None:
            return
        keep = timedelta(days=min(self._settings.unredacted_keep_days, self._settings.keep_days))
        repository.add(
            SealedPicture(
                frame_id=row.id,
                opening_id=opening.id,
                sealed=self._seal.close_over_bytes(encode_jpeg(look.image, _LABELLING_JPEG_QUALITY)),
                expires_at=row.created_at + keep,
            )
        )


class DoubtWatch:
    """Offers one placement's usable looks to the queue, one every so often; owned by one thread.

    The first is offered a whole pause after the watching began, so that restarts offer nothing.
    """

    def __init__(self, queue: LabellingQueue, placement_id: UUID, clock: Clock, every_s: float) -> None:
        self._queue = queue
        self._placement_id = placement_id
        self._clock = clock
        self._every_s = every_s
        self._offered_at_s = clock.monotonic_s()

    def consider(self, look: Look) -> None:
        """Offer a look if it is usable and time for one."""
        now_s = self._clock.monotonic_s()
        if look.detections is None or now_s - self._offered_at_s < self._every_s:
            return
        self._offered_at_s = now_s
        self._queue.offer(self._placement_id, look)


def _site_day(session: Session, placement_id: UUID, at: datetime) -> date:
    repository = SiteRepository(session)
    placement = repository.placement(placement_id)
    assert placement is not None
    site = repository.site(placement.site_id)
    # A site that was retired while its camera was looked at has no day any more; UTC's will do.
    return at.astimezone(ZoneInfo("UTC" if site is None else site.time_zone)).date()
