from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models.database import Database
from models.repositories.progress import ProgressRepository
from models.tables.base import Base
from models.tables.flags import Flag, ItemRule
from models.tables.progress import DailyViewRow, ElementDayRow, WorkElementRow
from tests.support.builders import Planted, plant

AT = datetime(2026, 9, 16, 6, tzinfo=UTC)
LATER = datetime(2026, 9, 17, 6, tzinfo=UTC)
MONDAY, TUESDAY, WEDNESDAY = date(2026, 9, 14), date(2026, 9, 15), date(2026, 9, 16)
# Tables of the present migration, and those that it adds columns to.
OURS = ("work_element", "daily_view", "element_day", "flag", "item_rule", "progress_signal", "placement")


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


def element(planted: Planted, key: str = "frame", retired_at: datetime | None = None) -> WorkElementRow:
    return WorkElementRow(
        id=uuid4(),
        placement_id=planted.placement_id,
        key=key,
        title=key,
        task_key="frame",
        weight=1.0,
        reference_share=0.0,
        growth="up",
        kind=None,
        polygon=[[0, 0], [1, 0], [1, 1]],
        built_after=[],
        position=0,
        reference_on=MONDAY,
        created_at=AT,
        retired_at=retired_at,
    )


def figure(element_id: UUID, on: date, share: float, input_sha256: str) -> ElementDayRow:
    return ElementDayRow(
        element_id=element_id,
        on_day=on,
        share=share,
        low=share,
        high=share,
        visible_share=1.0,
        state="in_progress",
        reason="seen",
        unseen_days=0,
        input_sha256=input_sha256 * 64,
        weights_sha256="w" * 64,
        rule_version="built-share-2",
        evidence_id=None,
        created_at=AT,
    )


def view(planted: Planted, on: date, input_sha256: str) -> DailyViewRow:
    return DailyViewRow(
        placement_id=planted.placement_id,
        on_day=on,
        evidence_id=None,
        reference_id=None,
        pictures=0,
        picture_ids=[],
        left_out=[],
        shift_px_share=0.0,
        outline_levels=0.0,
        seen_share=0.0,
        seen=None,
        input_sha256=input_sha256 * 64,
        weights_sha256=[],
        rule_version="daily-view-1",
        created_at=AT,
    )


def flag(planted: Planted, kind: str, cleared_at: datetime | None = None) -> Flag:
    return Flag(
        id=uuid4(),
        project_id=planted.project_id,
        placement_id=planted.placement_id,
        kind=kind,
        escalated=False,
        reason_kk="",
        reason_ru="",
        reason_en="",
        evidence_ids=[],
        signal_id=None,
        raised_at=AT,
        cleared_at=cleared_at,
        rule_version="flag-1",
    )


def test_the_migration_makes_keys_columns_and_indexes_as_the_code_declares_them(database: Database) -> None:
    present = sa.inspect(database.engine)
    for name in OURS:
        table = Base.metadata.tables[name]
        columns = {column["name"]: column["nullable"] for column in present.get_columns(name)}
        assert columns == {column.name: bool(column.nullable) for column in table.columns}, name
        # PostgreSQL lists the index of a unique constraint too.
        unique = {one["name"] for one in present.get_unique_constraints(name)}
        indexes = {one["name"] for one in present.get_indexes(name)} - unique
        assert indexes == {index.name for index in table.indexes}, name
        keys = {(tuple(one["constrained_columns"]), one["referred_table"]) for one in present.get_foreign_keys(name)}
        assert keys == {
            (tuple(column.name for column in key.columns), key.referred_table.name)
            for key in table.foreign_key_constraints
        }, name


def test_the_newest_row_of_a_day_is_in_force(database: Database, planted: Planted) -> None:
    drawn = element(planted)
    with database.transaction() as session:
        repository = ProgressRepository(session)
        repository.add(drawn)
        repository.flush()
        for row in (
            figure(drawn.id, MONDAY, 0.1, "a"),
            figure(drawn.id, TUESDAY, 0.2, "b"),
            figure(drawn.id, MONDAY, 0.15, "c"),
            view(planted, MONDAY, "a"),
            view(planted, MONDAY, "b"),
        ):
            repository.add(row)
            repository.flush()
    with database.reading() as session:
        repository = ProgressRepository(session)
        days = repository.element_days([drawn.id])
        assert [(row.on_day, row.share) for row in days] == [(MONDAY, 0.15), (TUESDAY, 0.2)]
        assert [row.share for row in repository.element_days([drawn.id], TUESDAY, TUESDAY)] == [0.2]
        latest = repository.latest_day(drawn.id)
        assert latest is not None
        assert latest.on_day == TUESDAY
        assert [key.input_sha256[0] for key in repository.view_keys(planted.placement_id)] == ["b"]


def test_inputs_that_come_back_supersede_what_came_between(database: Database, planted: Planted) -> None:
    drawn = element(planted)
    with database.transaction() as session:
        ProgressRepository(session).add(drawn)
        for row in (figure(drawn.id, MONDAY, share, key) for share, key in ((0.1, "a"), (0.2, "b"), (0.1, "a"))):
            session.flush()
            session.add(row)
    with database.reading() as session:
        assert [row.share for row in ProgressRepository(session).element_days([drawn.id])] == [0.1]


def test_the_days_that_were_written_last_are_those_of_one_time_and_placement(
    database: Database, planted: Planted
) -> None:
    drawn, redrawn = element(planted, retired_at=AT), element(planted)
    with database.transaction() as session:
        session.add_all([drawn, redrawn])
        session.flush()
        repository = ProgressRepository(session)
        assert repository.last_written_days(planted.placement_id) == []
        for on, at in ((MONDAY, AT), (TUESDAY, LATER), (WEDNESDAY, LATER), (WEDNESDAY, LATER)):
            row = figure(drawn.id if on == TUESDAY else redrawn.id, on, 0.1, "a")
            row.created_at = at
            session.add(row)
            session.flush()
        assert repository.last_written_days(planted.placement_id) == [TUESDAY, WEDNESDAY]
        assert repository.last_written_days(uuid4()) == []


def test_a_key_is_drawn_once_among_elements_in_force(database: Database, planted: Planted) -> None:
    with database.transaction() as session:
        session.add_all([element(planted, retired_at=AT), element(planted)])
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(element(planted))


def test_one_flag_of_a_kind_is_open_a_project(database: Database, planted: Planted) -> None:
    with database.transaction() as session:
        session.add_all([flag(planted, "stalled", AT), flag(planted, "stalled"), flag(planted, "behind_plan")])
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(flag(planted, "stalled"))


def test_an_items_thresholds_are_of_a_known_preset(database: Database, planted: Planted) -> None:
    rule = {"item_number": planted.item_number, "changed_by": "test", "changed_at": AT}
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(ItemRule(preset="none", **rule))
    with database.transaction() as session:
        session.add(ItemRule(preset="phase", at_risk_points=3.0, **rule))
