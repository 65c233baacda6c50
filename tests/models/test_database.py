import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError

from models.database import Database
from models.repositories.accounts import AccountRepository
from models.repositories.roadmap import RoadmapRepository
from models.repositories.sites import SiteRepository
from models.tables.base import Base
from models.tables.sites import CameraHealth
from tests.support.builders import plant


def test_the_migrations_make_the_very_tables_that_the_code_declares(database: Database) -> None:
    assert database.is_current()
    present = sa.inspect(database.engine)
    for table in Base.metadata.sorted_tables:
        columns = {column["name"] for column in present.get_columns(table.name)}
        assert columns == {column.name for column in table.columns}, table.name


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    planted = plant(database)
    database.upgrade()
    with database.reading() as session:
        assert RoadmapRepository(session).project(planted.project_id) is not None


def test_a_transaction_that_raises_leaves_nothing_behind(database: Database) -> None:
    planted = plant(database)

    def _write_and_fail() -> None:
        with database.transaction() as session:
            project = RoadmapRepository(session).project(planted.project_id)
            assert project is not None
            project.title_en = "Half written"
            RoadmapRepository(session).flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        _write_and_fail()
    with database.reading() as session:
        project = RoadmapRepository(session).project(planted.project_id)
        assert project is not None
        assert project.title_en == "Hospital"


def test_times_come_back_as_aware_utc(database: Database) -> None:
    planted = plant(database)
    almaty = datetime(2026, 9, 16, 9, 30, tzinfo=timezone(timedelta(hours=5)))
    with database.transaction() as session:
        SiteRepository(session).add(
            CameraHealth(camera_id=planted.camera_id, state="live", reason="", since=almaty, last_frame_at=None)
        )
    with database.reading() as session:
        health = SiteRepository(session).health_of([planted.camera_id])[planted.camera_id]
    assert health.since == almaty
    assert health.since.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    planted = plant(database)

    def _write() -> None:
        with database.transaction() as session:
            naive = datetime(2026, 9, 16, 9, 30)  # noqa: DTZ001 - what is refused
            SiteRepository(session).add(
                CameraHealth(camera_id=planted.camera_id, state="live", reason="", since=naive, last_frame_at=None)
            )

    with pytest.raises(StatementError, match="no time zone"):
        _write()


def test_a_row_must_name_an_owner_that_exists(database: Database) -> None:
    planted = plant(database)

    def _write() -> None:
        with database.transaction() as session:
            project = RoadmapRepository(session).project(planted.project_id)
            assert project is not None
            project.region = "KZ-00"

    with pytest.raises(IntegrityError):
        _write()


def test_writers_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    planted = plant(database)

    def _count_up() -> None:
        for _ in range(10):
            with database.transaction() as session:
                statement = sa.text("UPDATE organisation SET name_en = name_en || 'x' WHERE id = :id")
                session.execute(
                    statement.bindparams(sa.bindparam("id", planted.owner_id, sa.Uuid())),
                )

    threads = [threading.Thread(target=_count_up, name=f"writer-{number}") for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with database.reading() as session:
        owner = AccountRepository(session).organisation(planted.owner_id)
        assert owner is not None
        assert owner.name_en.count("x") == 40
