"""The roadmap: every item at a glance, live."""

from collections.abc import Sequence
from html import escape

from nicegui import run, ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request
from starlette.responses import Response

from api.pages.board import board_table, board_tools, status_counts
from api.pages.board_feed import BoardFeed
from api.pages.frame import html_part, page_frame
from api.pages.item_detail import ItemReading, item_detail, read_item
from api.pages.live import LiveRegions
from api.pages.refusal import show_refusal
from api.pages.visitor import Visitor, enter, login_address
from api.services import Services
from models.errors import ForbiddenError, ModelsError, NotFoundError, UnauthenticatedError
from models.principal import Role
from roadmap.items import ItemView

# With the age that the feed allows, a change is on the page within two seconds.
_REFRESH_EVERY_S = 1.0
# Opened rows are read again while they stand open; nobody reads more than these at once.
_MOST_OPEN = 20
_HIGHEST_NUMBER = 100_000


def add_roadmap_page(services: Services) -> None:
    """Register the page."""
    feed = BoardFeed(services.items)

    @ui.page("/", response_timeout=30)
    async def roadmap_page(request: Request) -> Response | None:
        visitor = await enter(request, services)
        if isinstance(visitor, Response):
            return visitor
        try:
            board = await feed.read(visitor.principal)
        except ModelsError as error:
            show_refusal(error, visitor.taste, visitor.principal, services.now())
            return None
        with page_frame(visitor.taste.messages("page.roadmap"), visitor.taste, visitor.principal, services.now()):
            html_part(_content(board.items, visitor))
            _OpenBoard(services, feed, visitor, LiveRegions(board.regions(visitor.taste.language))).start()
        return None


class _OpenBoard:
    """One open roadmap page: which rows are open, and what is shown."""

    def __init__(self, services: Services, feed: BoardFeed, visitor: Visitor, regions: LiveRegions) -> None:
        self._services = services
        self._feed = feed
        self._visitor = visitor
        self._regions = regions
        self._open: list[int] = []

    def start(self) -> None:
        """Follow the board and the rows that the reader opens."""
        ui.on("item-opened", self._on_opened)
        ui.on("item-closed", self._on_closed)
        ui.timer(_REFRESH_EVERY_S, self._refresh, immediate=False)

    async def _refresh(self) -> None:
        try:
            # A log-in that ended elsewhere ends here too.
            principal = await run.io_bound(self._services.accounts.principal_of_login, self._visitor.token)
            if principal is None:
                return
            board = await self._feed.read(principal)
        except UnauthenticatedError:
            ui.navigate.to(login_address(self._visitor.taste.address))
            return
        except ForbiddenError:
            ui.navigate.reload()
            return
        self._regions.update(board.regions(self._visitor.taste.language))
        for number in list(self._open):
            await self._show(number)

    async def _on_opened(self, event: GenericEventArguments) -> None:
        number = event.args
        if isinstance(number, int) and 0 < number <= _HIGHEST_NUMBER and number not in self._open:
            self._open = [*self._open, number][-_MOST_OPEN:]
            await self._show(number)

    def _on_closed(self, event: GenericEventArguments) -> None:
        self._open = [number for number in self._open if number != event.args]

    async def _show(self, number: int) -> None:
        def read() -> ItemReading:
            principal = self._services.accounts.principal_of_login(self._visitor.token)
            return read_item(self._services, principal, number)

        try:
            reading = await run.io_bound(read)
        except UnauthenticatedError:
            ui.navigate.to(login_address(self._visitor.taste.address))
            return
        except NotFoundError:
            self._open = [other for other in self._open if other != number]
            return
        if reading is not None:
            self._regions.update({f"detail-{number}": item_detail(reading, self._visitor.taste.messages)})


def _content(items: Sequence[ItemView], visitor: Visitor) -> str:
    messages = visitor.taste.messages
    title = f'<h1 class="unseen">{escape(messages("page.roadmap"))}</h1>'
    if not items:
        key = "board.empty_owner" if visitor.principal.role is Role.OWNER else "board.empty"
        return f'{title}<p class="empty empty-page">{escape(messages(key))}</p>'
    return f"{title}{status_counts(items, messages)}{board_tools(items, messages)}{board_table(items, messages)}"
