"""Before and after: which days are shown, what is written at elements, and who may see it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from models.database import Database
from models.errors import EvidenceRemovedError, InvalidError, NotFoundError
from models.evidence import EvidenceStore
from models.principal import Role
from models.repositories.evidence import EvidenceRepository
from models.tables.observations import Evidence
from models.tables.progress import DailyViewRow, ElementDayRow, WorkElementRow
from pipeline.before_after import BeforeAfterService
from tests.support.builders import ADMIN, Planted, plant, principal
from tests.support.kept_pictures import evidence_row
from tests.support.scenes import HEIGHT_PX, WIDTH_PX, view
from vision.image import decode_image, encode_jpeg

NOON = datetime(2026, 9, 16, 7, 0, tzinfo=UTC)
FIRST, SECOND, THIRD = date(2026, 9, 7), date(2026, 9, 8), date(2026, 10, 1)
TOWER = [[0.34, 0.11], [0.66, 0.11], [0.66, 0.89], [0.34, 0.89]]


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


@pytest.fixture
def service(database: Database, store: EvidenceStore) -> BeforeAfterService:
    return BeforeAfterService(database, store)


def element(database: Database, placement_id: UUID, key: str = "tower", **changed: Any) -> UUID:
    values: dict[str, Any] = {
        "id": uuid4(),
        "placement_id": placement_id,
        "key": key,
        "title": "Мұнара",
        "weight": 1.0,
        "reference_share": 0.0,
        "growth": "up",
        "polygon": TOWER,
        "built_after": [],
        "position": 0,
        "reference_on": FIRST,
        "created_at": NOON,
    }
    with database.transaction() as session:
        row = WorkElementRow(**values | changed)
        session.add(row)
    return row.id


def daily_view(database: Database, store: EvidenceStore, placement_id: UUID, on: date, built: float | None) -> Evidence:
    """A day's view as it is kept; of None nothing was seen."""
    evidence = evidence_row(uuid4(), placement_id, f"none-{uuid4()}", "0" * 64, NOON, "daily_view")
    if built is not None:
        stored = store.put(encode_jpeg(view(built=built)), f"daily_view/{placement_id}", f"-{uuid4().hex[:8]}.jpg")
        evidence.path, evidence.sha256 = stored.path, stored.sha256
    with database.transaction() as session:
        if built is not None:
            session.add(evidence)
            session.flush()
        session.add(
            DailyViewRow(
                placement_id=placement_id,
                on_day=on,
                evidence_id=None if built is None else evidence.id,
                pictures=int(built is not None),
                picture_ids=[],
                left_out=[],
                shift_px_share=0.0,
                outline_levels=9.0,
                seen_share=1.0,
                input_sha256="0" * 64,
                weights_sha256=[],
                rule_version="test",
                created_at=NOON,
            )
        )
    return evidence


def element_day(database: Database, element_id: UUID, on: date, share: float, low: float, high: float) -> None:
    with database.transaction() as session:
        session.add(
            ElementDayRow(
                element_id=element_id,
                on_day=on,
                share=share,
                low=low,
                high=high,
                visible_share=1.0,
                state="in_progress",
                reason="seen",
                unseen_days=0,
                input_sha256=f"{share:064.3f}",
                weights_sha256="w" * 64,
                rule_version="test",
                created_at=NOON,
            )
        )


def test_the_first_and_the_newest_view_are_shown_with_shares_and_intervals(
    database: Database, store: EvidenceStore, planted: Planted, service: BeforeAfterService
) -> None:
    tower = element(database, planted.placement_id)
    views = {on: daily_view(database, store, planted.placement_id, on, built) for on, built in SEEN.items()}
    element_day(database, tower, THIRD, 0.5, 0.4, 0.7)
    element_day(database, tower, THIRD, 0.61, 0.56, 0.645)
    pair = service.find(ADMIN, planted.project_id)
    assert (pair.before_on, pair.after_on) == (FIRST, THIRD)
    assert (pair.before.id, pair.after.id) == (views[FIRST].id, views[THIRD].id)
    (marked,) = pair.elements
    assert (marked.before, marked.after) == ("Мұнара", "Мұнара · 61 % (56–64)")
    drawn = decode_image(service.draw(pair))
    assert drawn.shape[1] == 2 * WIDTH_PX + 8
    # In the middle of the tower, where nothing is written, each day is what it was.
    strip = drawn.shape[0] - HEIGHT_PX
    rows, columns = slice(300, 440), slice(WIDTH_PX // 2 - 60, WIDTH_PX // 2 + 60)
    for start, built in ((0, 0.0), (WIDTH_PX + 8, 0.6)):
        shown = drawn[strip:, start : start + WIDTH_PX][rows, columns].astype(np.int16)
        assert np.abs(shown - view(built=built)[rows, columns]).mean() < 12


SEEN = {FIRST: 0.0, SECOND: 0.1, THIRD: 0.6}


def test_days_that_are_asked_for_give_the_last_view_up_to_them(
    database: Database, store: EvidenceStore, planted: Planted, service: BeforeAfterService
) -> None:
    element(database, planted.placement_id)
    for on, built in SEEN.items():
        daily_view(database, store, planted.placement_id, on, built)
    daily_view(database, store, planted.placement_id, THIRD + timedelta(days=1), None)
    # A day that is derived again, and then shows nothing.
    daily_view(database, store, planted.placement_id, FIRST, None)
    pair = service.find(ADMIN, planted.project_id, first=date(2026, 9, 30), last=date(2026, 12, 1))
    assert (pair.before_on, pair.after_on) == (SECOND, THIRD)
    early = service.find(ADMIN, planted.project_id, first=date(2026, 1, 1))
    assert (early.before_on, early.after_on) == (SECOND, THIRD)
    with pytest.raises(NotFoundError, match="one daily view only, of 2026-09-08"):
        service.find(ADMIN, planted.project_id, last=SECOND)
    with pytest.raises(InvalidError, match="lies before from"):
        service.find(ADMIN, planted.project_id, first=THIRD, last=FIRST)


def test_the_digest_changes_with_what_is_drawn_and_with_nothing_else(
    database: Database, store: EvidenceStore, planted: Planted, service: BeforeAfterService
) -> None:
    tower = element(database, planted.placement_id)
    for on, built in SEEN.items():
        daily_view(database, store, planted.placement_id, on, built)
    digest = service.find(ADMIN, planted.project_id).digest
    assert service.find(ADMIN, planted.project_id, [tower]).digest == digest
    element_day(database, tower, SECOND, 0.1, 0.0, 0.2)
    assert service.find(ADMIN, planted.project_id).digest == digest
    element_day(database, tower, FIRST, 0.0, 0.0, 0.03)
    assert service.find(ADMIN, planted.project_id).digest != digest


def test_a_retired_drawing_is_shown_where_it_is_asked_for(
    database: Database, store: EvidenceStore, planted: Planted, service: BeforeAfterService
) -> None:
    old = element(database, planted.placement_id, title="", retired_at=NOON)
    element(database, planted.placement_id)
    for on, built in SEEN.items():
        daily_view(database, store, planted.placement_id, on, built)
    assert [one.before for one in service.find(ADMIN, planted.project_id).elements] == ["Мұнара"]
    assert [one.before for one in service.find(ADMIN, planted.project_id, [old]).elements] == ["tower"]


def test_what_is_not_there_or_not_ones_own_is_not_found(
    database: Database, store: EvidenceStore, planted: Planted, service: BeforeAfterService
) -> None:
    with pytest.raises(NotFoundError, match="has no work elements"):
        service.find(ADMIN, planted.project_id)
    tower = element(database, planted.placement_id)
    with pytest.raises(NotFoundError, match="no daily view"):
        service.find(ADMIN, planted.project_id)
    other = plant(database, number=18)
    elsewhere = element(database, other.placement_id)
    with pytest.raises(NotFoundError, match=f"no work element {elsewhere}"):
        service.find(ADMIN, planted.project_id, [tower, elsewhere])
    with pytest.raises(NotFoundError, match="There is no project"):
        service.find(principal(Role.OWNER, planted.other_owner_id), planted.project_id)


def test_a_view_that_policy_removed_is_said_to_be_gone(
    database: Database, store: EvidenceStore, planted: Planted, service: BeforeAfterService
) -> None:
    element(database, planted.placement_id)
    views = [daily_view(database, store, planted.placement_id, on, built) for on, built in SEEN.items()]
    with database.transaction() as session:
        EvidenceRepository(session).remove([views[0].id], NOON, "project_over")
    with pytest.raises(EvidenceRemovedError, match="over for long"):
        service.draw(service.find(ADMIN, planted.project_id))
