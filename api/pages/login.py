"""The page to log in on."""

from html import escape

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.frame import EYE, html_part, page_frame
from api.pages.language import Messages
from api.pages.visitor import Visitor, choice_of, enter, own_address, taste_of
from api.services import Services


def add_login_page(services: Services) -> None:
    """Register the page."""

    @ui.page("/login")
    async def login_page(request: Request) -> Response | None:
        choice = choice_of(request)
        if choice is not None:
            return choice
        next_address = own_address(request.query_params.get("next", "/"))
        if isinstance(await enter(request, services), Visitor):
            return RedirectResponse(next_address, status_code=303)
        taste = taste_of(request)
        with page_frame(taste.messages("page.login"), taste, None, services.now()):
            html_part(_form(next_address, taste.messages))
        return None


def _form(next_address: str, messages: Messages) -> str:
    return (
        f'<form class="login" id="login" data-next="{escape(next_address)}" novalidate>{EYE}'
        f'<h1>Nazar</h1><p class="lead">{escape(messages("login.lead"))}</p>'
        f'<label for="login-name">{escape(messages("login.login"))}</label>'
        '<input class="field" id="login-name" name="login" autocomplete="username" autocapitalize="none"'
        ' spellcheck="false" required maxlength="80" autofocus>'
        f'<label for="login-password">{escape(messages("login.password"))}</label>'
        '<input class="field" id="login-password" name="password" type="password" autocomplete="current-password"'
        ' required maxlength="200">'
        '<p class="message" id="login-message" role="alert" hidden></p>'
        f'<button class="primary" type="submit">{escape(messages("login.submit"))}</button></form>'
    )
