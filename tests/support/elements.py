"""Work elements and their days as rows, made by hand."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4

from models.database import Database
from models.repositories.progress import ProgressRepository
from models.tables.observations import Evidence
from models.tables.progress import ElementDayRow, WorkElementRow
from tests.support.builders import BEFORE

SQUARE = [[0.2, 0.2], [0.6, 0.2], [0.6, 0.7], [0.2, 0.7]]


def element(
    database: Database,
    placement_id: UUID,
    key: str,
    task_key: str | None = "frame",
    *,
    weight: float = 1.0,
    kind: str | None = None,
    reference_on: date = date(2026, 8, 1),
    created_at: datetime = BEFORE,
    retired_at: datetime | None = None,
) -> UUID:
    """Draw an element; its id."""
    element_id = uuid4()
    with database.transaction() as session:
        session.add(
            WorkElementRow(
                id=element_id,
                placement_id=placement_id,
                key=key,
                title=key,
                task_key=task_key,
                weight=weight,
                reference_share=0.0,
                growth="up",
                kind=kind,
                polygon=SQUARE,
                built_after=[],
                position=0,
                reference_on=reference_on,
                created_at=created_at,
                retired_at=retired_at,
            )
        )
    return element_id


def element_days(
    database: Database,
    element_id: UUID,
    shares: Iterable[tuple[date, float]],
    *,
    half: float = 0.02,
    visible_share: float = 1.0,
    rule_version: str = "seen-1",
    has_views: bool = True,
) -> dict[date, UUID]:
    """Say how an element stood on some days, each with a daily view; the views by day."""
    views: dict[date, UUID] = {}
    with database.transaction() as session:
        drawn = ProgressRepository(session).element(element_id)
        assert drawn is not None
        for day, share in shares:
            at = datetime.combine(day, time(13), tzinfo=UTC)
            if has_views:
                views[day] = uuid4()
                session.add(
                    Evidence(
                        id=views[day],
                        placement_id=drawn.placement_id,
                        kind="daily",
                        path=f"daily/{views[day]}.jpg",
                        sha256="d" * 64,
                        taken_at=at,
                        detections=[],
                        weights_sha256="a" * 64,
                        redaction={},
                        created_at=at,
                    )
                )
                session.flush()
            session.add(
                ElementDayRow(
                    element_id=element_id,
                    on_day=day,
                    share=share,
                    low=max(0.0, share - half),
                    high=min(1.0, share + half),
                    visible_share=visible_share,
                    state="in_progress" if 0 < share < 1 else "complete" if share else "not_started",
                    reason="seen",
                    unseen_days=0,
                    input_sha256=f"{day.toordinal():064d}",
                    weights_sha256="c" * 64,
                    rule_version=rule_version,
                    evidence_id=views.get(day),
                    created_at=at,
                )
            )
    return views
