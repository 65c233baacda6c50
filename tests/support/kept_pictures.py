"""Evidence as it lies in the store with its rows, and what cites it."""

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from models.database import Database
from models.evidence import EvidenceStore
from models.tables.observations import Evidence
from models.tables.signals import ProgressSignal, ProposedStatus


def kept_picture(
    database: Database, store: EvidenceStore, placement_id: UUID, stored_at: datetime, kind: str = "window"
) -> Evidence:
    """A file with its row; its bytes are its own."""
    name = uuid4()
    stored = store.put(name.bytes, f"{kind}/{placement_id}/{stored_at:%Y-%m-%d}", f"-{name.hex[:8]}.jpg")
    row = evidence_row(name, placement_id, stored.path, stored.sha256, stored_at, kind)
    with database.transaction() as session:
        session.add(row)
    return row


def evidence_row(
    name: UUID, placement_id: UUID, path: str, sha256: str, stored_at: datetime, kind: str = "window"
) -> Evidence:
    """A row alone."""
    return Evidence(
        id=name,
        placement_id=placement_id,
        kind=kind,
        path=path,
        sha256=sha256,
        taken_at=stored_at,
        detections=[],
        weights_sha256="d" * 64,
        redaction={},
        created_at=stored_at,
    )


def evidence_of(database: Database, name: UUID) -> Evidence:
    """A row as it is now."""
    with database.reading() as session:
        row = session.get(Evidence, name)
    assert row is not None
    return row


def cited_by_signal(database: Database, project_id: UUID, on: date, *pictures: Evidence) -> int:
    """A signal of a day that rests on some pictures; the newest of a day is in force."""
    signal = ProgressSignal(
        project_id=project_id,
        signal_on=on,
        coverage=1.0,
        site_days=[],
        status="ON_TRACK",
        reason_kk="-",
        reason_ru="-",
        reason_en="-",
        evidence_ids=[str(picture.id) for picture in pictures],
        weights_sha256=[],
        rule_version="test",
        inputs_sha256="0" * 64,
        created_at=datetime.combine(on, datetime.min.time()).astimezone(),
    )
    with database.transaction() as session:
        session.add(signal)
    return signal.id


def proposed(database: Database, project_id: UUID, signal_id: int, at: datetime) -> UUID:
    """A status that is proposed by a signal; the newest of a project is in force."""
    row = ProposedStatus(
        id=uuid4(),
        project_id=project_id,
        signal_id=signal_id,
        status="ON_TRACK",
        reason_kk="-",
        reason_ru="-",
        reason_en="-",
        proposed_at=at,
    )
    with database.transaction() as session:
        session.add(row)
    return row.id


def age(root: Path, path: str, now: datetime, by: timedelta) -> None:
    """Make a file look as if it had last changed so long ago."""
    then = (now - by).timestamp()
    os.utime(root / path, (then, then))
