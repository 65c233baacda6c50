"""Pictures that cameras sent, as they wait in the database."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from models.camera_grade import HourCounts
from models.database import Database
from models.key_file import read_keys
from models.key_rotation import SealReport, check_seals, rotate_key_file
from models.repositories.health import HealthRepository
from models.repositories.push import KEPT_FOR, PushRepository
from models.repositories.sites import SiteRepository
from models.secrets import Seal, load_seal
from models.tables.push import PushedPicture
from models.words import Grade
from tests.models.test_camera_health import migrate
from tests.support.builders import Planted, plant

NOON = datetime(2026, 9, 16, 7, 0, tzinfo=UTC)
PICTURE = bytes(range(256)) * 40


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


def wait(database: Database, planted: Planted, after_s: float = 0.0, size_bytes: int = 100, data: bytes = b"") -> UUID:
    """Have a picture wait that arrived so long after noon."""
    row = PushedPicture(
        id=uuid4(),
        camera_id=planted.camera_id,
        placement_id=planted.placement_id,
        arrived_at=NOON + timedelta(seconds=after_s),
        clock_skew_s=None,
        size_bytes=size_bytes,
        sealed=data,
    )
    with database.transaction() as session:
        PushRepository(session).add(row)
    return row.id


def waiting(database: Database, planted: Planted, at: datetime = NOON) -> Sequence[UUID]:
    """The pictures that wait, in the order in which they are looked at."""
    found = []
    while True:
        with database.transaction() as session:
            row = PushRepository(session).oldest(planted.camera_id, planted.placement_id, at)
            if row is None:
                session.rollback()
                break
            PushRepository(session).remove(row.id)
            found.append(row.id)
    return found


def test_a_database_with_cameras_is_upgraded_and_taken_back(database: Database) -> None:
    planted = plant(database)
    migrate(database, "0004")
    assert not sa.inspect(database.engine).has_table("pushed_picture")
    assert not sa.inspect(database.engine).has_table("push_turn")
    migrate(database, "head")
    assert database.is_current()
    present = sa.inspect(database.engine)
    (index,) = present.get_indexes("pushed_picture")
    assert index["column_names"] == ["camera_id", "arrived_at"]
    owners = {key["referred_table"] for key in present.get_foreign_keys("pushed_picture")}
    assert owners == {"camera", "placement"}
    with database.reading() as session:
        assert SiteRepository(session).placement(planted.placement_id) is not None
    picture_id = wait(database, planted)
    assert waiting(database, planted) == [picture_id]


def test_the_one_that_waited_longest_comes_first_and_only_to_its_placement(
    database: Database, planted: Planted
) -> None:
    other = plant(database, number=18)
    late, early = wait(database, planted, 20), wait(database, planted, 10)
    wait(database, other)
    with database.reading() as session:
        assert PushRepository(session).oldest(planted.camera_id, other.placement_id, NOON) is None
    assert waiting(database, planted) == [early, late]


def test_too_many_drop_the_oldest_and_say_how_many(database: Database, planted: Planted) -> None:
    ids = [wait(database, planted, number, size_bytes=100) for number in range(6)]
    with database.transaction() as session:
        assert PushRepository(session).trim(planted.camera_id, 4, 10_000) == 2
        assert PushRepository(session).trim(planted.camera_id, 4, 350) == 1
        assert PushRepository(session).trim(planted.camera_id, 4, 350) == 0
    assert waiting(database, planted) == ids[3:]


def test_the_newest_is_kept_whatever_its_size(database: Database, planted: Planted) -> None:
    ids = [wait(database, planted, number, size_bytes=1000) for number in range(2)]
    with database.transaction() as session:
        assert PushRepository(session).trim(planted.camera_id, 4, 10) == 1
    assert waiting(database, planted) == ids[1:]


def test_what_expired_is_given_to_nobody_and_counted_when_it_is_deleted(database: Database, planted: Planted) -> None:
    other = plant(database, number=18)
    wait(database, planted, 0), wait(database, planted, 1), wait(database, other, 2)
    at = NOON + KEPT_FOR + timedelta(seconds=1)
    with database.reading() as session:
        assert PushRepository(session).oldest(planted.camera_id, planted.placement_id, at) is None
    with database.transaction() as session:
        assert PushRepository(session).remove_expired(at) == {planted.camera_id: 2}
        assert PushRepository(session).remove_expired(at) == {}
    assert len(waiting(database, other)) == 1


def test_a_camera_that_pushes_no_more_is_forgotten_and_others_are_not(database: Database, planted: Planted) -> None:
    other = plant(database, number=18)
    for one in (planted, other):
        wait(database, one)
        with database.transaction() as session:
            PushRepository(session).count_from(one.camera_id, NOON)
            PushRepository(session).count_from(one.camera_id, NOON + timedelta(seconds=5))
    with database.transaction() as session:
        PushRepository(session).forget(planted.camera_id)
    with database.reading() as session:
        repository = PushRepository(session)
        assert repository.counted_from(planted.camera_id) is None
        assert repository.counted_from(other.camera_id) == NOON + timedelta(seconds=5)
    assert (len(waiting(database, planted)), len(waiting(database, other))) == (0, 1)


def test_a_rotated_key_opens_what_waits(database: Database, planted: Planted, tmp_path: Path) -> None:
    key_file = tmp_path / "seal.key"
    wait(database, planted, data=load_seal(key_file).close_over_bytes(PICTURE))
    assert rotate_key_file(database, key_file, lambda: None) == SealReport(newest=1, older=0, unopened=0, cameras=())
    (key,) = read_keys(key_file)
    with database.reading() as session:
        row = PushRepository(session).oldest(planted.camera_id, planted.placement_id, NOON)
    assert row is not None
    assert Seal(key).open_bytes(row.sealed) == PICTURE
    assert check_seals(database, Seal(Fernet.generate_key())).unopened == 1


def test_two_that_begin_an_hour_together_lose_no_count(database: Database, planted: Planted) -> None:
    def _count() -> None:
        with database.transaction() as session:
            HealthRepository(session).count(planted.camera_id, NOON, HourCounts(drops=3))

    second = threading.Thread(target=_count, name="second")
    with database.transaction() as session:
        HealthRepository(session).count(planted.camera_id, NOON, HourCounts(looks_due=1, drops=2))
        second.start()
        # It has found no row, and waits for what we do about ours.
        second.join(0.5)
    second.join(30)
    with database.reading() as session:
        grade = HealthRepository(session).grade(planted.camera_id, NOON)
    assert (grade.drops, grade.grade) == (5, Grade.POOR)
