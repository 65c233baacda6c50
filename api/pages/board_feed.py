"""One reading of the board for all open pages that may see the same.

A hundred open dashboards ask every second; the database is asked about once a second for each
group of readers, and each row is written out once for each language.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from nicegui import run

from api.pages.board import board_regions
from api.pages.language import Language, messages_of
from models.principal import Permission, Principal
from roadmap.items import ItemService, ItemView

_Readers = tuple[frozenset[Permission], UUID | None]


class Board:
    """The items as one group of readers sees them."""

    def __init__(self, items: Sequence[ItemView]) -> None:
        self.items = items
        self._regions: dict[Language, Mapping[str, str]] = {}

    def regions(self, language: Language) -> Mapping[str, str]:
        """What changes on an open page, by the id of its element."""
        if language not in self._regions:
            self._regions[language] = board_regions(self.items, messages_of(language))
        return self._regions[language]


@dataclass(slots=True)
class _Kept:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    board: Board | None = None
    read_at_s: float = 0.0


class BoardFeed:
    """Reads the board for whoever asks; lives on the event loop, as do its callers."""

    def __init__(self, items: ItemService, fresh_for: timedelta = timedelta(seconds=0.8)) -> None:
        self._items = items
        self._fresh_for_s = fresh_for.total_seconds()
        self._kept: dict[_Readers, _Kept] = {}

    async def read(self, principal: Principal) -> Board:
        """The board as this principal may see it, less than a second old.

        Raises:
            ForbiddenError: the principal may not read the roadmap.
        """
        # What the service shows depends on the permissions and the organisation, and on nothing else.
        readers = (principal.permissions, principal.sees_only_organisation)
        kept = self._kept.setdefault(readers, _Kept())
        loop = asyncio.get_running_loop()
        async with kept.lock:
            if kept.board is None or loop.time() - kept.read_at_s > self._fresh_for_s:
                items = await run.io_bound(self._items.board, principal)
                # None comes while the server stops; the last board stands until then.
                if items is not None and (kept.board is None or items != kept.board.items):
                    kept.board = Board(items)
                kept.read_at_s = loop.time()
            return kept.board or Board([])
