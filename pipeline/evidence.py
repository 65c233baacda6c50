"""Keeping pictures as evidence: only what has passed the redactor gets in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from models.evidence import EvidenceStore, StoredFile
from models.tables.observations import Evidence
from vision.detections import Detections
from vision.detector import Image
from vision.image import encode_jpeg
from vision.redaction import RedactedImage

JPEG_QUALITY = 85
# So long after a latest view was asked for, somebody is taken to be watching it.
WATCHED_FOR = timedelta(seconds=30)


class EvidenceKind(StrEnum):
    """What a picture is kept for."""

    WINDOW = "window"
    LATEST = "latest"
    DAILY_VIEW = "daily_view"


@dataclass(frozen=True, slots=True)
class Shown:
    """A privacy-safe picture with what was found on it."""

    picture: RedactedImage
    detections: Detections
    detector_sha256: str
    taken_at: datetime


class EvidenceKeeper:
    """Writes the file first; the row it gives back is inserted by the caller's transaction."""

    def __init__(self, store: EvidenceStore) -> None:
        self._store = store

    def keep(self, shown: Shown, placement_id: UUID, kind: EvidenceKind, created_at: datetime) -> Evidence:
        """Store a picture and describe it as a row."""
        evidence_id = uuid4()
        data = shown.picture.as_jpeg(JPEG_QUALITY)
        folder = f"{kind.value}/{placement_id}"
        if kind is EvidenceKind.WINDOW:
            folder = f"{folder}/{shown.taken_at:%Y-%m-%d}"
        stored = self._store.put(data, folder, f"-{evidence_id.hex[:8]}.jpg")
        return Evidence(
            id=evidence_id,
            placement_id=placement_id,
            kind=kind.value,
            path=stored.path,
            sha256=stored.sha256,
            taken_at=shown.taken_at,
            detections=describe(shown.detections),
            weights_sha256=shown.detector_sha256,
            redaction={
                "rule_version": shown.picture.rule_version,
                "weights_sha256": list(shown.picture.weights_sha256),
                "hidden": len(shown.picture.hidden_xyxy),
                # Where: what is seen of the works leaves these out.
                "hidden_xyxy": [[round(float(value)) for value in box] for box in shown.picture.hidden_xyxy],
            },
            created_at=created_at,
        )

    def keep_made_of(
        self, made_of: Sequence[Evidence], image: Image, taken_at: datetime, created_at: datetime
    ) -> Evidence:
        """Store a daily view, (height, width, 3) uint8 BGR, that was made of evidence and of nothing else.

        What it is made of has passed the redactor, so it has too; nothing is looked for in it.
        """
        evidence_id, first = uuid4(), made_of[0]
        folder = f"{EvidenceKind.DAILY_VIEW.value}/{first.placement_id}"
        stored = self._store.put(encode_jpeg(image, JPEG_QUALITY), folder, f"-{evidence_id.hex[:8]}.jpg")
        return Evidence(
            id=evidence_id,
            placement_id=first.placement_id,
            kind=EvidenceKind.DAILY_VIEW.value,
            path=stored.path,
            sha256=stored.sha256,
            taken_at=taken_at,
            detections=[],
            weights_sha256=first.weights_sha256,
            redaction={
                "rule_version": first.redaction["rule_version"],
                "weights_sha256": sorted({sha for one in made_of for sha in one.redaction["weights_sha256"]}),
                "hidden": 0,
                "made_of": [str(one.id) for one in made_of],
            },
            created_at=created_at,
        )

    def read(self, evidence: Evidence) -> bytes:
        """A kept picture's bytes, checked against its digest.

        Raises:
            EvidenceError: the file is missing or was altered.
        """
        return self._store.read(StoredFile(evidence.path, evidence.sha256))

    def discard(self, path: str) -> None:
        """Remove the file of a row that is gone."""
        self._store.discard(path)

    def is_watched(self, placement_id: UUID, now: datetime) -> bool:
        """Whether somebody asked for a placement's latest view a moment ago."""
        asked_at = self._store.marked_at(_wanted(placement_id))
        return asked_at is not None and abs(now - asked_at) <= WATCHED_FOR


def want_latest(store: EvidenceStore, placement_id: UUID, now: datetime) -> None:
    """Say that somebody is watching a placement's latest view, to the process that renews it.

    Pages and cameras may be minded by different processes, which share the evidence store.

    Raises:
        EvidenceError: the disk refused it.
    """
    store.mark(_wanted(placement_id), now)


def _wanted(placement_id: UUID) -> str:
    return f"{EvidenceKind.LATEST.value}/{placement_id}/wanted"


def describe(detections: Detections) -> list[Any]:
    """Detections as they are stored and printed: label, group, confidence, xyxy in pixels."""
    return [
        {
            "label": detection.label.name,
            "group": detection.label.group.value,
            "confidence": round(detection.confidence, 4),
            "xyxy": [round(value, 1) for value in detection.xyxy],
        }
        for detection in detections
    ]
