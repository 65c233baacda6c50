from datetime import UTC, datetime, timedelta
from uuid import UUID

from models.database import Database
from models.repositories.views import ViewRepository
from models.tables.views import ReferenceView
from pipeline.registry.placements import PlacementService
from tests.support.builders import ADMIN, plant

NOON = datetime(2026, 9, 16, 7, 0, tzinfo=UTC)


def view(placement_id: UUID, number: int, rule: str = "view-1") -> ReferenceView:
    return ReferenceView(
        placement_id=placement_id,
        taken_at=NOON + timedelta(hours=number),
        to_first=[1, 0, 0, 0, 1, 0],
        features=bytes(136),
        rule_version=rule,
        created_at=NOON,
    )


def test_the_first_view_is_kept_and_the_oldest_others_are_let_go(database: Database) -> None:
    planted = plant(database)
    for number in range(7):
        with database.transaction() as session:
            ViewRepository(session).learn(view(planted.placement_id, number), most=4)
    with database.reading() as session:
        kept = ViewRepository(session).reference_views(planted.placement_id, "view-1")
        other = ViewRepository(session).reference_views(planted.placement_id, "view-0")
    assert [row.taken_at.hour - NOON.hour for row in kept] == [0, 4, 5, 6]
    assert kept[0].features == bytes(136)
    assert not other


def test_an_older_look_does_not_overrule_a_newer_one(database: Database) -> None:
    planted = plant(database)
    for moved_since, judged_at in ((None, NOON), (NOON, NOON + timedelta(hours=1)), (None, NOON)):
        with database.transaction() as session:
            ViewRepository(session).note(planted.placement_id, moved_since, judged_at)
    with database.reading() as session:
        state = ViewRepository(session).state(planted.placement_id)
    assert state is not None
    assert (state.moved_since, state.judged_at) == (NOON, NOON + timedelta(hours=1))


def test_a_placement_that_never_began_is_taken_back_with_its_view(database: Database) -> None:
    planted = plant(database, placed_at=NOON + timedelta(days=1))
    with database.transaction() as session:
        ViewRepository(session).learn(view(planted.placement_id, 0), most=4)
        ViewRepository(session).note(planted.placement_id, None, NOON)
    PlacementService(database, lambda: NOON).end(ADMIN, planted.placement_id)
    with database.reading() as session:
        assert ViewRepository(session).state(planted.placement_id) is None
        assert not ViewRepository(session).reference_views(planted.placement_id, "view-1")
