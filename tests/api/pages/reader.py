"""A person at a browser: opens pages as a role, and notes what went wrong on the way."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize

from models.principal import Role
from tests.support.instance import RunningInstance

DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
# The browser notes every answer that isn't a success; tests that want one look at the answer itself.
_ANSWER_NOTE = "Failed to load resource"


@dataclass
class Reader:
    """Opens pages in fresh browser profiles; close it when the test ends."""

    browser: Browser
    instance: RunningInstance
    complaints: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, path: str, role: Role | None = None, language: str = "en", viewport: ViewportSize = DESKTOP) -> Page:
        """Open a page in a profile of its own, logged in as `role`."""
        context = self.browser.new_context(viewport=viewport, locale=language)
        self._contexts.append(context)
        if role is not None:
            for name, value in self.instance.login(role).items():
                context.add_cookies([{"name": name, "value": value, "url": self.instance.url}])
        page = context.new_page()
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._note_request)
        page.goto(self.instance.url + path)
        return page

    def close(self) -> None:
        """Close every profile."""
        for context in self._contexts:
            context.close()

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_ANSWER_NOTE):
            self.complaints.append(message.text)

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.instance.url, "data:", "blob:")):
            self.foreign_requests.append(request.url)
