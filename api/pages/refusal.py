"""What stands where a page can't be shown: no such page, not allowed, or our own fault."""

from datetime import datetime
from html import escape

from nicegui import ui

from api.pages.frame import html_part, page_frame
from api.pages.visitor import Taste
from models.errors import ForbiddenError, NotFoundError
from models.principal import Principal


def show_refusal(error: Exception, taste: Taste, principal: Principal | None, now: datetime) -> None:
    """Build the page that says why there is none, with the HTTP status that belongs to it."""
    if isinstance(error, NotFoundError):
        code, name = 404, "not_found"
    elif isinstance(error, ForbiddenError):
        code, name = 403, "forbidden"
    else:
        code, name = 500, "failed"
    messages = taste.messages
    ui.status_code(code)
    title = messages(f"refusal.{name}")
    with page_frame(title, taste, principal, now):
        html_part(
            f'<div class="refusal"><p class="refusal-code">{code}</p><h1>{escape(title)}</h1>'
            f"<p>{escape(messages(f'refusal.{name}_why'))}</p>"
            f'<p><a class="primary" href="/">{escape(messages("refusal.back"))}</a></p></div>'
        )
