"""The marks: every status with its sign and word, and the bar's three marks."""

import pytest

from api.pages.language import Language, messages_of
from api.pages.marks import Seen, bar_figures, points_text, progress_bar, sprite, status_mark
from models.words import Status

EN = messages_of(Language.EN)


@pytest.mark.parametrize("status", Status)
def test_a_status_shows_its_colour_its_sign_and_its_word(status: Status) -> None:
    html = status_mark(status, EN)

    assert f"tone-{status.value}" in html
    assert f'href="#sign-{status.value}"' in html
    assert EN(f"status.{status.value}") in html
    assert f'id="sign-{status.value}"' in sprite()


def test_the_bar_carries_plan_report_and_seen_with_its_band() -> None:
    html = progress_bar(62.0, 54.0, Seen(51.0, 48.0, 54.0), EN)

    assert 'class="bar-plan" style="left:62.0%"' in html
    assert 'class="bar-report" style="left:54.0%"' in html
    assert 'class="bar-seen" style="width:51.0%"' in html
    assert 'class="bar-band" style="left:48.0%;width:6.0%"' in html
    assert 'aria-label="plan 62\u00a0%; report 54\u00a0%; seen 51\u202f±\u202f3\u00a0%"' in html


def test_what_was_not_seen_leaves_no_mark_and_is_said() -> None:
    html = progress_bar(62.0, 54.0, None, EN)

    assert "bar-seen" not in html
    assert "seen none" in html


def test_a_bar_without_a_report_has_no_gap() -> None:
    html = progress_bar(62.0, None, None, EN)

    assert "bar-report" not in html
    assert "bar-gap" not in html


def test_marks_stay_on_the_bar() -> None:
    html = progress_bar(130.0, -5.0, Seen(101.0, 95.0, 107.0), EN)

    assert 'bar-plan" style="left:100.0%"' in html
    assert 'bar-report" style="left:0.0%"' in html
    assert 'bar-band" style="left:95.0%;width:5.0%"' in html


def test_the_figures_stand_beside_the_bar() -> None:
    html = bar_figures(62.0, None, None, messages_of(Language.RU))

    assert "план</span> 62\u00a0%" in html
    assert "отчёт</span> нет" in html


def test_an_unmeasured_share_is_none() -> None:
    assert Seen.of(None, None, None) is None
    assert Seen.of(12.0, 10.0, 14.0) == Seen(12.0, 10.0, 14.0)


def test_slippage_carries_its_sign() -> None:
    assert points_text(8.0, EN) == "+8.0 pp"
    assert points_text(-8.0, EN) == "\u22128.0 pp"
