from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from models.database import Database
from models.errors import InvalidError
from models.repositories.observations import ObservationRepository
from models.repositories.paging import PageRequest
from models.tables.observations import Observation
from tests.support.builders import plant

NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)


def observation(placement_id: UUID, input_sha256: str, minutes: int = 0, looks: int = 10) -> Observation:
    return Observation(
        placement_id=placement_id,
        window_starts_at=NINE + timedelta(minutes=minutes),
        window_s=300,
        input_sha256=input_sha256,
        detector="test",
        weights_sha256="w" * 64,
        rule_version="window-1",
        run_ids=[],
        looks_seen=looks,
        looks_usable=looks,
        look_every_s=10.0,
        due_s=300.0,
        seen_s=100.0,
        usable_s=100.0,
        tallies={},
        machine_working_s=None,
        machine_idle_s=None,
        view_quality={},
        evidence_id=None,
        created_at=NINE,
    )


def write(database: Database, *rows: Observation) -> None:
    with database.transaction() as session:
        for row in rows:
            ObservationRepository(session).add(row)


def test_the_newest_row_of_a_window_is_in_force(database: Database) -> None:
    placement = plant(database).placement_id
    write(database, observation(placement, "a" * 64, looks=3))
    write(database, observation(placement, "b" * 64, looks=30))
    with database.reading() as session:
        repository = ObservationRepository(session)
        in_force = repository.in_force(placement, NINE)
        listed = repository.of_placements([placement], NINE, NINE + timedelta(hours=1))
    assert in_force is not None
    assert in_force.looks_seen == 30
    assert [row.looks_seen for row in listed] == [30]


def test_the_same_key_cannot_be_written_twice(database: Database) -> None:
    placement = plant(database).placement_id
    write(database, observation(placement, "a" * 64))
    with pytest.raises(IntegrityError):
        write(database, observation(placement, "a" * 64))


def test_pages_of_observations_give_each_row_once(database: Database) -> None:
    planted = plant(database)
    write(database, *(observation(planted.placement_id, f"{number:064d}", minutes=5 * number) for number in range(7)))
    seen: list[datetime] = []
    request = PageRequest(limit=3)
    while True:
        with database.reading() as session:
            page = ObservationRepository(session).of_project(planted.project_id, request)
        seen += [row.window_starts_at for row in page.rows]
        if page.next_after is None:
            break
        request = PageRequest(limit=3, after=page.next_after)
    assert seen == [NINE + timedelta(minutes=5 * number) for number in range(7)]


@pytest.mark.parametrize("cursor", ["", "!!!", "bm90IGEgbnVtYmVy", "ÿ"])
def test_a_cursor_that_was_not_given_out_is_refused(database: Database, cursor: str) -> None:
    planted = plant(database)
    with database.reading() as session, pytest.raises(InvalidError):
        ObservationRepository(session).of_project(planted.project_id, PageRequest(after=cursor))
