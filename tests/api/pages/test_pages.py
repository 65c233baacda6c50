"""The pages in a real browser, over a running instance with the sample roadmap."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from models.principal import Role
from tests.api.pages.reader import PHONE, Reader
from tests.api.test_spine import ITEM, add, add_watched_project
from tests.support.instance import PASSWORD, RunningInstance

BOARD_SHOWN = "#board .item-row"
# Nothing listens there.
DEAD_ADDRESS = "rtsp://127.0.0.1:9/live"
WORDS = {"kk": ("Жол картасы", "Мәртебе"), "ru": ("Дорожная карта", "Статус"), "en": ("Roadmap", "Status")}


@pytest.fixture
def unwatched(running_instance: RunningInstance) -> Iterator[dict[str, Any]]:
    """A project without cameras, taken off the roadmap at the end; its title tries to be markup."""
    office = running_instance.client(Role.OFFICE)
    title = "<img src=x onerror=alert(1)>Test project"
    project = add(
        office,
        "projects",
        key=f"page-test-{uuid4()}",
        item_number=ITEM,
        owner="akimat-astana",
        region="KZ-71",
        latitude=51.1,
        longitude=71.4,
        starts_on="2026-01-01",
        finishes_on="2030-01-01",
        title_kk=title,
        title_ru=title,
        title_en=title,
    )
    yield project
    assert office.delete(f"/api/v1/projects/{project['id']}").status_code == 204


@pytest.fixture
def unreachable(running_instance: RunningInstance) -> Iterator[dict[str, Any]]:
    """A project whose one camera can't be reached."""
    project, camera = add_watched_project(running_instance, f"page-test-{uuid4()}", DEAD_ADDRESS)
    yield project
    running_instance.client(Role.OPERATOR).delete(f"/api/v1/cameras/{camera['id']}")
    running_instance.client(Role.OFFICE).delete(f"/api/v1/projects/{project['id']}")


def test_nobody_sees_a_page_without_logging_in(reader: Reader) -> None:
    page = reader.open("/items/3?from=mail")

    expect(page.locator("#login")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["next"] == ["/items/3?from=mail"]


def test_logging_in_leads_to_the_page_that_was_asked_for(reader: Reader) -> None:
    page = reader.open("/items/3")
    page.fill("#login-name", "test-viewer")
    page.fill("#login-password", PASSWORD)
    page.click("[type=submit]")

    expect(page.locator("#item-figures")).to_be_visible()
    assert page.url.endswith("/items/3")


def test_a_wrong_password_is_said_to_be_wrong(reader: Reader) -> None:
    page = reader.open("/login")
    page.fill("#login-name", "test-viewer")
    page.fill("#login-password", "not this one")
    page.click("[type=submit]")

    expect(page.locator("#login-message")).to_have_text("The login or the password is wrong.")


def test_logging_out_ends_the_log_in(reader: Reader) -> None:
    page = reader.open("/", Role.VIEWER)
    page.click("#log-out")
    expect(page.locator("#login")).to_be_visible()

    page.goto(reader.instance.url)
    expect(page.locator("#login")).to_be_visible()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_board_shows_every_item_in_the_readers_language(
    reader: Reader, running_instance: RunningInstance, language: str
) -> None:
    items = running_instance.client(Role.VIEWER).get("/api/v1/roadmap/items").json()

    page = reader.open("/", Role.VIEWER, language)
    expect(page.locator(BOARD_SHOWN)).to_have_count(len(items))

    assert page.locator("html").get_attribute("lang") == language
    assert page.locator(".nav a").inner_text() == WORDS[language][0]
    for item in items[:5]:
        assert page.locator(f"#row-{item['number']} .item-title").inner_text() == item["title"][language]


def test_a_language_once_chosen_stays(reader: Reader) -> None:
    page = reader.open("/", Role.VIEWER, "en")
    page.click(".switch a[hreflang=kk]")
    expect(page.locator("html")).to_have_attribute("lang", "kk")

    page.goto(reader.instance.url + "/items/1")
    expect(page.locator("html")).to_have_attribute("lang", "kk")


def test_a_row_opens_in_place_to_its_projects_with_synthetic_reports_called_so(reader: Reader) -> None:
    page = reader.open("/", Role.VIEWER)
    page.click("#row-5 .item-title")

    expect(page.locator("#detail-5 .project").first).to_be_visible()
    expect(page.locator("#detail-5").get_by_text("synthetic report").first).to_be_visible()
    assert urlsplit(page.url).path == "/"


def test_a_row_can_be_opened_and_followed_by_keyboard(reader: Reader) -> None:
    page = reader.open("/", Role.VIEWER)
    page.focus("#row-5 .item-title")
    page.keyboard.press("Space")
    expect(page.locator("#detail-5 .project").first).to_be_visible()

    page.keyboard.press("j")
    expect(page.locator("#row-6 .item-title")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/6")


def test_filters_hold_together_and_outlive_a_reload(reader: Reader, running_instance: RunningInstance) -> None:
    items = running_instance.client(Role.VIEWER).get("/api/v1/roadmap/items").json()
    wanted = [item for item in items if item["direction"] == "health" and item["status"] == "BEHIND"]
    assert wanted

    page = reader.open("/", Role.VIEWER)
    page.select_option("[name=direction]", "health")
    page.click("[data-count=BEHIND]")
    expect(page.locator(f"{BOARD_SHOWN}:visible")).to_have_count(len(wanted))

    page.reload()
    expect(page.locator(f"{BOARD_SHOWN}:visible")).to_have_count(len(wanted))
    expect(page.locator("#shown")).to_have_text(f"Shown: {len(wanted)} of {len(items)}")
    page.locator("#tools [data-clear]").click()
    expect(page.locator(f"{BOARD_SHOWN}:visible")).to_have_count(len(items))


def test_a_search_that_finds_nothing_says_so(reader: Reader) -> None:
    page = reader.open("/", Role.VIEWER)
    page.fill("[name=q]", "no such words anywhere")

    expect(page.locator("#no-match")).to_be_visible()


def test_the_board_sorts_by_deadline_both_ways(reader: Reader) -> None:
    page = reader.open("/", Role.VIEWER)
    page.click("[data-sort=due]")
    rising = _due(page)
    page.click("[data-sort=due]")

    assert rising == sorted(rising)
    assert _due(page) == sorted(rising, reverse=True)
    expect(page.locator("th.c-due")).to_have_attribute("aria-sort", "descending")


def test_a_decision_is_taken_on_the_project_and_seen_on_an_open_board(
    reader: Reader, unwatched: dict[str, Any]
) -> None:
    board = reader.open("/", Role.VIEWER)
    expect(board.locator(f"#row-{ITEM} .c-status")).not_to_contain_text("Stalled")

    page = reader.open(f"/projects/{unwatched['id']}", Role.OFFICE)
    page.click("#decide [value=rejected]")
    expect(page.locator("#decide-message")).to_have_text("Write a reason.")
    page.fill("#decide-reason", "The contractor <b>left</b>")
    page.select_option("#decide-status", "STALLED")
    page.click("#decide [value=rejected]")

    expect(page.locator("#history .history li")).to_contain_text("The contractor <b>left</b>")
    expect(page.locator("#status-card .status-now")).to_contain_text("Stalled")
    expect(page.locator("#status-card .status-now")).to_contain_text("decided")
    expect(board.locator(f"#row-{ITEM} .c-status")).to_contain_text("Stalled")


def test_what_people_typed_is_shown_as_they_typed_it(reader: Reader, unwatched: dict[str, Any]) -> None:
    page = reader.open(f"/projects/{unwatched['id']}", Role.OFFICE)

    expect(page.locator("h1")).to_have_text(unwatched["title_en"])
    assert page.locator("img[src=x]").count() == 0


def test_only_those_who_may_decide_are_asked_to(reader: Reader, unwatched: dict[str, Any]) -> None:
    page = reader.open(f"/projects/{unwatched['id']}", Role.VIEWER)

    expect(page.locator("#status-card")).to_be_visible()
    assert page.locator("#decide").count() == 0


def test_a_camera_that_cannot_be_reached_is_shown_as_down_with_the_reason(
    reader: Reader, unreachable: dict[str, Any]
) -> None:
    page = reader.open(f"/projects/{unreachable['id']}", Role.OFFICE)

    camera = page.locator(".camera")
    expect(camera).to_have_attribute("data-state", "down", timeout=30_000)
    expect(camera).to_contain_text("The camera can't be reached.")
    expect(camera).to_contain_text("No picture yet")


def test_an_owner_is_not_shown_anothers_project(reader: Reader, running_instance: RunningInstance) -> None:
    projects = running_instance.client(Role.OFFICE).get("/api/v1/projects", params={"limit": 500}).json()["items"]
    own = running_instance.client(Role.OWNER).get("/api/v1/projects", params={"limit": 500}).json()["items"]
    foreign = next(project for project in projects if project["id"] not in {mine["id"] for mine in own})

    page = reader.open(f"/projects/{foreign['id']}", Role.OWNER)

    expect(page.locator(".refusal h1")).to_have_text("There is no such page")


@pytest.mark.parametrize("path", ["/items/99999", "/items/none", "/projects/none", "/nowhere/at/all"])
def test_a_page_that_does_not_exist_says_so(reader: Reader, path: str) -> None:
    page = reader.open("/login", Role.VIEWER, "ru")

    answer = page.goto(reader.instance.url + path)

    assert answer is not None
    assert answer.status == 404
    expect(page.locator(".refusal h1")).to_have_text("Такой страницы нет")


@pytest.mark.parametrize("path", ["/", "/items/5", "/login"])
def test_a_phone_shows_the_page_without_scrolling_sideways(reader: Reader, path: str) -> None:
    page = reader.open(path, Role.VIEWER if path != "/login" else None, "ru", PHONE)
    expect(page.locator("#main .part").first).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_theme_once_chosen_stays(reader: Reader) -> None:
    page = reader.open("/", Role.VIEWER)
    page.click('.themes a[href*="theme=dark"]')
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.goto(reader.instance.url + "/items/1")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def _due(page: Page) -> list[str]:
    days: list[str] = page.locator(BOARD_SHOWN).evaluate_all("rows => rows.map(row => row.dataset.due)")
    return days
