"""The board's rows and counts."""

import re

from api.pages.board import board_regions, board_table, board_tools, item_row, status_counts
from api.pages.language import Language, messages_of
from models.words import Basis, Status
from tests.api.pages.views import NOW, item_view, text

EN = messages_of(Language.EN)


def test_a_row_says_what_where_by_when_and_how_it_stands() -> None:
    html = item_row(item_view(), EN)

    for words in ("17", "80 medical facilities", "Ministry of Health", "31\u00a0Dec\u00a02027", "<b>80</b> facilities"):
        assert words in html
    assert "Behind" in html
    assert "reported" in html
    assert "21\u00a0Nov\u00a012:30" in html
    assert "2 of 3 done" in html
    assert 'href="/items/17"' in html


def test_a_row_speaks_the_readers_language() -> None:
    html = item_row(item_view(), messages_of(Language.KK))

    assert "80 medical facilities (kk)" in html
    assert "Кешігуде" in html
    assert "есеп бойынша" in html


def test_what_people_typed_cannot_become_markup() -> None:
    hostile = text('<img src=x onerror="alert(1)">')
    html = board_table([item_view(title=hostile, body=hostile, post=hostile, unit=hostile, indicator=hostile)], EN)
    tools = board_tools([item_view(body=hostile)], EN)

    assert "<img" not in html + tools
    assert 'onerror="' not in html + tools


def test_a_row_carries_what_it_is_filtered_and_sorted_by() -> None:
    html = item_row(item_view(), EN)

    for data in ('data-status="BEHIND"', 'data-direction="health"', 'data-due="2027-12-31"', 'data-delay="8.00"'):
        assert data in html


def test_a_status_that_awaits_a_person_says_so() -> None:
    assert "Awaits a decision" in item_row(item_view(awaits_decision=True), EN)
    assert "Awaits a decision" not in item_row(item_view(), EN)


def test_made_up_reports_are_labelled_so() -> None:
    assert EN("mark.synthetic") in item_row(item_view(reports_are_synthetic=True), EN)
    assert EN("mark.synthetic") not in item_row(item_view(reports_are_synthetic=False), EN)


def test_an_item_never_rolled_up_claims_no_moment() -> None:
    html = item_row(item_view(as_of=None, status=Status.NOT_STARTED), EN)

    assert "as-of" not in html


def test_the_counts_show_every_status_with_its_sign_and_word() -> None:
    items = [item_view(number=1), item_view(number=2), item_view(number=3, status=Status.ON_TRACK)]

    html = status_counts(items, EN)

    assert re.search(r'data-count="BEHIND".*?<b>2</b>.*?Behind', html)
    assert re.search(r'data-count="STALLED".*?<b>0</b>.*?Stalled', html)
    assert "<b>3</b> <span>items</span>" in html
    assert all(f'data-count="{status.value}"' in html for status in Status)


def test_only_the_row_that_changed_is_another() -> None:
    before = board_regions([item_view(number=1), item_view(number=2)], EN)
    after = board_regions([item_view(number=1), item_view(number=2, basis=Basis.OBSERVED, as_of=NOW)], EN)

    assert {name for name in before if before[name] != after[name]} == {"row-2"}


def test_the_same_items_are_written_the_same_way() -> None:
    assert board_regions([item_view()], EN) == board_regions([item_view()], EN)
