import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.api.pages.reader import Reader
from tests.support.instance import RunningInstance

# The distribution's browser, quiet: it must not look for anything outside by itself either.
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path is not None, "The page tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(BROWSER_ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def reader(browser: Browser, running_instance: RunningInstance) -> Iterator[Reader]:
    """Opens pages as a role; at the end no page may have failed or asked another server for anything."""
    opened = Reader(browser, running_instance)
    yield opened
    opened.close()
    assert opened.complaints == []
    assert opened.foreign_requests == []
