"""Who opens a page and how they like to read it: log-in, language and theme, from their cookies."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode, urlsplit

from nicegui import run
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.login_cookie import LOGIN_COOKIE
from api.pages.language import CODES, Language, Messages, messages_of, preferred_language
from api.services import Services
from models.errors import UnauthenticatedError
from models.principal import Principal

LANGUAGE_COOKIE = "nazar_language"
THEME_COOKIE = "nazar_theme"
_YEAR_S = 365 * 24 * 3600


class Theme(StrEnum):
    """Light, dark, or what the device asks for."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


_THEMES = frozenset(theme.value for theme in Theme)


@dataclass(frozen=True, slots=True)
class Taste:
    """How a page is to be shown."""

    messages: Messages
    theme: Theme
    # Path and query of the page, without what only chooses a language or theme.
    address: str

    @property
    def language(self) -> Language:
        """The language of the page."""
        return self.messages.language


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody logged in; `token` is looked up again for whatever is done later on the open page."""

    principal: Principal
    token: str
    taste: Taste


def taste_of(request: Request) -> Taste:
    """Read language and theme from the request."""
    language, theme = request.cookies.get(LANGUAGE_COOKIE, ""), request.cookies.get(THEME_COOKIE, "")
    chosen = Language(language) if language in CODES else preferred_language(request.headers.get("accept-language", ""))
    return Taste(messages_of(chosen), Theme(theme) if theme in _THEMES else Theme.AUTO, _address(request))


def choice_of(request: Request) -> Response | None:
    """Remember a language or theme named in the address, and send the browser on without it."""
    language, theme = request.query_params.get("lang", ""), request.query_params.get("theme", "")
    known = {}
    if language in CODES:
        known[LANGUAGE_COOKIE] = language
    if theme in _THEMES:
        known[THEME_COOKIE] = theme
    if not known:
        return None
    response = RedirectResponse(_address(request), status_code=303)
    for name, value in known.items():
        response.set_cookie(name, value, max_age=_YEAR_S, path="/", samesite="lax", httponly=True)
    return response


async def enter(request: Request, services: Services) -> Visitor | Response:
    """Let a visitor in, or say where to go instead."""
    choice = choice_of(request)
    if choice is not None:
        return choice
    taste = taste_of(request)
    token = request.cookies.get(LOGIN_COOKIE, "")
    try:
        principal = await run.io_bound(services.accounts.principal_of_login, token)
    except UnauthenticatedError:
        principal = None
    if principal is None:
        return RedirectResponse(login_address(taste.address), status_code=303)
    return Visitor(principal, token, taste)


def login_address(next_address: str) -> str:
    """Where to log in, and where to go afterwards."""
    return "/login" if next_address == "/" else f"/login?next={quote(next_address, safe='')}"


def own_address(address: str) -> str:
    """`address` if it stays on this server, else the first page: a link must not lead elsewhere."""
    parts = urlsplit(address)
    is_own = not parts.scheme and not parts.netloc and address.startswith("/") and address[1:2] not in ("/", "\\")
    return address if is_own and address.isprintable() else "/"


def _address(request: Request) -> str:
    kept = [(key, value) for key, value in request.query_params.multi_items() if key not in ("lang", "theme")]
    return own_address(request.url.path) + (f"?{urlencode(kept)}" if kept else "")
