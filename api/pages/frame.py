"""The frame around every page: head, header with language, theme and log-out, and the main part."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path

from nicegui import ui

from api.pages.language import Language, Messages
from api.pages.marks import sprite
from api.pages.visitor import Taste, Theme
from api.pages.wording import DISPLAY_ZONE
from models.principal import Principal

ASSETS = Path(__file__).with_name("assets")
ASSETS_URL = "/pages/assets"
STYLES = ("tokens.css", "frame.css", "board.css", "project.css")
SCRIPTS = ("frame.js", "board.js", "project.js", "login.js")
# The words that scripts put together themselves.
_SCRIPT_WORDS = (
    "age.seconds",
    "age.minutes",
    "age.hours",
    "age.days",
    "board.shown",
    "frame.lost",
    "project.sha_checked",
    "project.sha_differs",
    "project.evidence_frame",
    "project.picture_gone",
    "project.taken",
    "decide.reason_missing",
    "decide.status_missing",
    "login.unreachable",
    "login.wrong",
)
EYE = (
    '<svg class="eye" viewBox="0 0 32 20" aria-hidden="true"><path d="M1 10C6 2.6 11 1 16 1s10 1.6 15 9c-5 7.4-10 9-15'
    ' 9S6 17.4 1 10Z" fill="none" stroke="currentColor" stroke-width="2"/><circle cx="16" cy="10" r="4.6"'
    ' fill="currentColor"/></svg>'
)


@contextmanager
def page_frame(title: str, taste: Taste, principal: Principal | None, now: datetime) -> Iterator[None]:
    """Build the frame; what is built inside the block becomes the page's main part."""
    messages = taste.messages
    ui.page_title(f"{title} · Nazar")
    ui.add_head_html(_head(taste, now))
    header = ui.html(sprite() + _header(taste, principal), sanitize=False, tag="header").classes("top")
    # Beside the page's main landmark, not in it.
    header.move(ui.context.client.layout, target_index=0)
    with ui.element("div").props("id=main tabindex=-1").classes("main"):
        yield
    announcer = f'<p class="unseen" id="announce" role="status" data-word="{escape(messages("frame.clock"))}"></p>'
    ui.html(announcer, sanitize=False)


def html_part(content: str, tag: str = "div") -> None:
    """Place HTML of our own making; whatever people typed in it was escaped where it was put in."""
    ui.html(content, sanitize=False, tag=tag).classes("part")


def _head(taste: Taste, now: datetime) -> str:
    words = {key: taste.messages.texts[key] for key in _SCRIPT_WORDS}
    page = json.dumps({"language": taste.language.value, "now": now.isoformat(), "words": words})
    theme = "" if taste.theme is Theme.AUTO else taste.theme.value
    links = "".join(f'<link rel="stylesheet" href="{_asset(name)}">' for name in STYLES)
    scripts = "".join(f'<script src="{_asset(name)}" defer></script>' for name in SCRIPTS)
    return (
        f'<script>document.documentElement.lang = "{taste.language.value}";'
        f'document.documentElement.dataset.theme = "{theme}";</script>'
        f'<script type="application/json" id="nazar-page">{_within_script(page)}</script>{links}{scripts}'
    )


def _header(taste: Taste, principal: Principal | None) -> str:
    messages = taste.messages
    nav = ""
    person = ""
    if principal is not None:
        here = ' aria-current="page"' if taste.address.split("?")[0] == "/" else ""
        nav = (
            f'<nav class="nav" aria-label="{escape(messages("frame.menu"))}">'
            f'<a href="/"{here}>{escape(messages("page.roadmap"))}</a></nav>'
        )
        role = messages(f"role.{principal.role.value}")
        person = (
            f'<span class="person"><b>{escape(principal.name)}</b><span>{escape(role)}</span></span>'
            f'<button type="button" class="quiet" id="log-out">{escape(messages("frame.log_out"))}</button>'
        )
    return (
        f'<a class="skip" href="#main">{escape(messages("frame.skip"))}</a>'
        f'<a class="brand" href="/">{EYE}<span>Nazar</span></a>{nav}<span class="spring"></span>'
        f"{_languages(taste)}{_themes(taste)}{_clock(messages)}{person}"
    )


def _languages(taste: Taste) -> str:
    links = "".join(
        f'<a href="{_with(taste, "lang", language.value)}" lang="{language.value}" hreflang="{language.value}"'
        f"{_current(language is taste.language)}>{language.value.upper()}</a>"
        for language in Language
    )
    return f'<nav class="switch" aria-label="{escape(taste.messages("frame.language"))}">{links}</nav>'


def _themes(taste: Taste) -> str:
    links = "".join(
        f'<a href="{_with(taste, "theme", theme.value)}" title="{escape(taste.messages(f"frame.theme.{theme.value}"))}"'
        f' aria-label="{escape(taste.messages(f"frame.theme.{theme.value}"))}"{_current(theme is taste.theme)}>'
        f"{_THEME_ICONS[theme]}</a>"
        for theme in Theme
    )
    return f'<nav class="switch themes" aria-label="{escape(taste.messages("frame.theme"))}">{links}</nav>'


def _clock(messages: Messages) -> str:
    # frame.js keeps it; it stands empty until then rather than wrong.
    return (
        f'<span class="clock"><time id="clock" data-zone="{DISPLAY_ZONE.key}"></time>'
        f" <span>{escape(messages('frame.clock'))}</span></span>"
    )


_THEME_ICONS = {
    Theme.AUTO: '<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="5.6" fill="none"'
    ' stroke="currentColor" stroke-width="1.5"/><path d="M8 2.4a5.6 5.6 0 0 1 0 11.2Z" fill="currentColor"/></svg>',
    Theme.LIGHT: '<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="3.2" fill="currentColor"/>'
    '<path d="M8 .8v2.4M8 12.8v2.4M.8 8h2.4M12.8 8h2.4M2.9 2.9l1.7 1.7M11.4 11.4l1.7 1.7M13.1 2.9l-1.7 1.7M4.6 11.4'
    'l-1.7 1.7" stroke="currentColor" stroke-width="1.5"/></svg>',
    Theme.DARK: '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M13.6 9.9A6.2 6.2 0 0 1 6.1 2.4a6.2 6.2 0 1 0 7.5'
    ' 7.5Z" fill="currentColor"/></svg>',
}


def _with(taste: Taste, name: str, value: str) -> str:
    joint = "&" if "?" in taste.address else "?"
    return escape(f"{taste.address}{joint}{name}={value}")


def _current(is_current: bool) -> str:
    return ' aria-current="true"' if is_current else ""


@cache
def _asset(name: str) -> str:
    # The digest lets browsers keep a file for good and still take a new one.
    digest = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]
    return f"{ASSETS_URL}/{name}?v={digest}"


def _within_script(text: str) -> str:
    return text.replace("<", "\\u003c")
