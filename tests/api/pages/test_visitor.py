"""How a page is to be shown, and where a log-in leads."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from api.pages.language import Language
from api.pages.visitor import Theme, choice_of, login_address, own_address, taste_of


def request(path: str = "/", query: str = "", **headers: str) -> Request:
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "server": ("testserver", 80),
            "scheme": "http",
        }
    )


def test_cookies_choose_language_and_theme() -> None:
    taste = taste_of(request(cookie="nazar_language=kk; nazar_theme=dark", accept_language="ru"))

    assert taste.language is Language.KK
    assert taste.theme is Theme.DARK


def test_without_cookies_the_browser_chooses() -> None:
    taste = taste_of(request(accept_language="ru"))

    assert taste.language is Language.RU
    assert taste.theme is Theme.AUTO


def test_cookies_that_name_nothing_known_are_passed_over() -> None:
    taste = taste_of(request(cookie="nazar_language=xx; nazar_theme=purple", accept_language="en"))

    assert taste.language is Language.EN
    assert taste.theme is Theme.AUTO


def test_a_language_in_the_address_is_remembered_and_taken_out_of_it() -> None:
    response = choice_of(request("/projects/1", "status=BEHIND&lang=ru"))

    assert response is not None
    assert response.headers["location"] == "/projects/1?status=BEHIND"
    assert "nazar_language=ru" in response.headers["set-cookie"]


@pytest.mark.parametrize("query", ["", "lang=xx", "lang=dark", "theme=ru"])
def test_what_names_no_choice_changes_nothing(query: str) -> None:
    assert choice_of(request("/", query)) is None


def test_the_address_of_a_page_leads_back_to_it_after_the_log_in() -> None:
    assert login_address("/items/17?x=1") == "/login?next=%2Fitems%2F17%3Fx%3D1"
    assert login_address("/") == "/login"


@pytest.mark.parametrize("address", ["/", "/items/17", "/?status=BEHIND&q=a%20b"])
def test_an_address_of_this_server_is_kept(address: str) -> None:
    assert own_address(address) == address


@given(st.text(st.sampled_from("/\\:@.?#ehtps \t\nx"), max_size=12))
def test_no_address_leads_elsewhere(address: str) -> None:
    # Browsers drop tabs and line ends and read a backslash as a slash (WHATWG URL, 4.4).
    as_read = own_address(address).replace("\\", "/").replace("\t", "").replace("\n", "")

    assert urlsplit(urljoin("http://here/login", as_read)).netloc == "here"
