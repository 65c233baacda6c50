"""Putting the pages on the instance's application."""

from typing import Any

from nicegui import app as pages_app
from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import ASSETS, ASSETS_URL
from api.pages.item import add_item_page
from api.pages.login import add_login_page
from api.pages.project import add_project_page
from api.pages.refusal import show_refusal
from api.pages.roadmap import add_roadmap_page
from api.pages.visitor import Visitor, enter, taste_of
from api.services import Services
from models.errors import NotFoundError

_FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M1 16C6 8.6 11 7 16 7s10 1.6 15 9c-5 7.4-10'
    ' 9-15 9S6 23.4 1 16Z" fill="#fff" stroke="#0b6b78" stroke-width="2.4"/><circle cx="16" cy="16" r="5"'
    ' fill="#0b6b78"/></svg>'
)
_ASSETS_FRESH_FOR_S = 365 * 24 * 3600
_RECONNECT_WITHIN_S = 10.0


def mount_pages(app: Any, services: Services) -> None:
    """Serve the pages under `app` (a FastAPI application), beside the routes that it has already.

    NiceGUI keeps its pages in one place for the whole process: one instance a process.
    """
    pages_app.add_static_files(ASSETS_URL, ASSETS, max_cache_age=_ASSETS_FRESH_FOR_S)
    add_roadmap_page(services)
    add_item_page(services)
    add_project_page(services)
    add_login_page(services)

    async def no_such_page(request: Request) -> Response | None:
        visitor = await enter(request, services)
        if isinstance(visitor, Visitor):
            show_refusal(NotFoundError("There is no such page."), visitor.taste, visitor.principal, services.now())
            return None
        show_refusal(NotFoundError("There is no such page."), taste_of(request), None, services.now())
        return None

    def page_failed(error: Exception) -> None:
        # NiceGUI has logged it; the reader is told no more than that it is our fault.
        show_refusal(error, taste_of(ui.context.client.request), None, services.now())

    pages_app.on_page_exception(page_failed)
    ui.run_with(
        app,
        root=no_such_page,
        title="Nazar",
        favicon=_FAVICON,
        dark=None,
        reconnect_timeout=_RECONNECT_WITHIN_S,
        # The pages bring their own style; the utility classes would be a second one.
        tailwind=False,
        binding_refresh_interval=None,
        show_welcome_message=False,
    )
