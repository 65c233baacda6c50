"""Pictures of the demo's pages: starts the demo, opens it in Chromium, and saves PNGs.

Usage: python -m tools.screenshots OUT [--all]; without --all only the README's two.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from api.cli.demo import DEMO_PASSWORD
from api.login_cookie import LOGIN_COOKIE

DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
_START_LIMIT_S = 600.0
# Until the replayed cameras have been looked at and their latest views stand.
_SETTLE_S = 25.0
_BROWSER = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync")


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: a page, in a language and theme, at a size."""

    name: str
    path: str
    language: str = "en"
    theme: str = "light"
    viewport: ViewportSize | None = None
    opens: str | None = None


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with _demo() as url, sync_playwright() as playwright:
        token = _log_in(url)
        projects = _projects(url, token)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(_BROWSER))
        for shot in _shots(projects, everything=options.all):
            _take(browser, url, token, shot, options.out / f"{shot.name}.png")
            print(options.out / f"{shot.name}.png")
        browser.close()


def _shots(projects: dict[str, str], *, everything: bool) -> list[Shot]:
    hospital, school = f"/projects/{projects['hospital']}", f"/projects/{projects['school']}"
    shots = [Shot("roadmap", "/", opens="#row-17 .opener"), Shot("project", hospital)]
    if not everything:
        return shots
    pages = {"roadmap": "/", "item": "/items/17", "project": hospital, "stalled": school, "login": "/login"}
    return [
        Shot(f"{name}-{language}-{theme}-{size}", path, language, theme, viewport)
        for name, path in pages.items()
        for language in ("kk", "ru", "en")
        for theme in ("light", "dark")
        for size, viewport in (("desktop", DESKTOP), ("phone", PHONE))
    ]


def _take(browser: Browser, url: str, token: str, shot: Shot, out: Path) -> None:
    context = browser.new_context(viewport=shot.viewport or DESKTOP, locale=shot.language)
    if shot.path != "/login":
        context.add_cookies([{"name": LOGIN_COOKIE, "value": token, "url": url}])
    page = context.new_page()
    page.goto(f"{url}{shot.path}?lang={shot.language}&theme={shot.theme}")
    page.wait_for_load_state("load")
    if shot.opens is not None:
        page.locator(shot.opens).scroll_into_view_if_needed()
        page.click(shot.opens)
    page.wait_for_timeout(2500)
    page.screenshot(path=out, full_page=shot.opens is None)
    context.close()


def _log_in(url: str) -> str:
    answer = httpx.post(f"{url}/api/v1/session", json={"login": "office", "password": DEMO_PASSWORD})
    answer.raise_for_status()
    return str(answer.cookies[LOGIN_COOKIE])


def _projects(url: str, token: str) -> dict[str, str]:
    answer = httpx.get(f"{url}/api/v1/projects", params={"limit": 500}, cookies={LOGIN_COOKIE: token})
    answer.raise_for_status()
    return {project["key"]: project["id"] for project in answer.json()["items"]}


@contextmanager
def _demo() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="nazar-shots-") as folder:
        environment = {**os.environ, "NAZAR_API__PORT": str(port), "NAZAR_MODELS__DATA_DIR": folder}
        command = [sys.executable, "-m", "api.cli.main", "demo"]
        # All footage first: pages half way through show statuses that are not final.
        subprocess.run([*command, "--no-serve"], env=environment, check=True)
        process = subprocess.Popen(command, env=environment)
        try:
            _wait(url, process)
            time.sleep(_SETTLE_S)
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise SystemExit("The demo did not start; its own output says why.")


if __name__ == "__main__":
    main()
