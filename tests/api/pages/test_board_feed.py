"""One reading of the board for all who may see the same."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from api.pages.board_feed import BoardFeed
from api.pages.language import Language
from models.database import Database
from models.errors import ForbiddenError
from models.principal import PERMISSIONS, Principal, Role
from roadmap.items import ItemService
from roadmap.sample_roadmap import load_sample_roadmap

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


@pytest.fixture
def items(sqlite_template: Path, tmp_path: Path) -> Iterator[ItemService]:
    path = tmp_path / "nazar.sqlite3"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    load_sample_roadmap(database, NOW)
    yield ItemService(database, lambda: NOW)
    database.close()


def principal(role: Role, organisation_id: UUID | None = None) -> Principal:
    return Principal(uuid4(), role.value, role, PERMISSIONS[role], organisation_id)


def test_readers_who_may_see_the_same_share_one_reading(items: ItemService) -> None:
    async def read_by_many() -> None:
        feed = BoardFeed(items)
        boards = await asyncio.gather(*(feed.read(principal(Role.VIEWER)) for _ in range(50)))
        assert len(boards[0].items) == 117
        assert all(board is boards[0] for board in boards)
        assert boards[0].regions(Language.KK) is boards[0].regions(Language.KK)

    asyncio.run(read_by_many())


def test_an_owner_never_gets_anothers_board(items: ItemService) -> None:
    async def read_by_both() -> None:
        feed = BoardFeed(items)
        everything = await feed.read(principal(Role.VIEWER))
        nothing = await feed.read(principal(Role.OWNER, uuid4()))
        assert len(everything.items) == 117
        assert nothing.items == []

    asyncio.run(read_by_both())


def test_a_board_that_did_not_change_stays_the_same_one(items: ItemService) -> None:
    async def read_twice() -> None:
        feed = BoardFeed(items, fresh_for=timedelta(0))
        assert await feed.read(principal(Role.VIEWER)) is await feed.read(principal(Role.VIEWER))

    asyncio.run(read_twice())


def test_the_service_still_says_who_may_read(items: ItemService) -> None:
    async def read_by_nobody() -> None:
        with pytest.raises(ForbiddenError):
            await BoardFeed(items).read(principal(Role.SYSTEM))

    asyncio.run(read_by_nobody())
