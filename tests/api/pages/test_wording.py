"""Figures, dates and points in time as each language writes them."""

from datetime import UTC, date, datetime

import pytest

from api.pages.language import Language
from api.pages.wording import ageing, date_text, moment_text, number_text, percent_text, seen_text, short_digest


@pytest.mark.parametrize(
    ("value", "digits", "language", "text"),
    [
        (14000, 0, Language.EN, "14,000"),
        (14000, 0, Language.RU, "14\u202f000"),
        (87.1, 1, Language.RU, "87,1"),
        (87.1, 1, Language.KK, "87,1"),
        (-8.25, 1, Language.EN, "\u22128.2"),
        (-0.04, 1, Language.EN, "0.0"),
        (0, 0, Language.EN, "0"),
    ],
)
def test_a_number_has_its_languages_marks(value: float, digits: int, language: Language, text: str) -> None:
    assert number_text(value, language, digits) == text


def test_a_percentage_does_not_break_before_its_sign() -> None:
    assert percent_text(61.4, Language.RU) == "61\u00a0%"


def test_an_observed_share_carries_its_interval() -> None:
    assert seen_text(61.0, 58.0, 64.0, Language.EN) == "61\u202f±\u202f3\u00a0%"


def test_an_observed_share_without_an_interval_claims_none() -> None:
    assert seen_text(61.0, None, None, Language.EN) == "61\u00a0%"


def test_a_date_is_written_as_its_language_writes_it() -> None:
    assert date_text(date(2026, 3, 5), Language.KK) == "05.03.2026"
    assert date_text(date(2026, 3, 5), Language.EN) == "5\u00a0Mar\u00a02026"


def test_a_point_in_time_is_told_in_the_countrys_time() -> None:
    late = datetime(2026, 11, 20, 20, 15, tzinfo=UTC)

    assert moment_text(late, Language.RU) == "21.11\u00a001:15"
    assert moment_text(late, Language.EN) == "21\u00a0Nov\u00a001:15"


def test_an_age_is_an_element_that_does_not_change_until_its_moment_does() -> None:
    html = ageing(datetime(2026, 11, 21, 7, 30, tzinfo=UTC), Language.EN)

    assert 'datetime="2026-11-21T12:30:00+05:00"' in html
    assert "data-age>21\u00a0Nov\u00a012:30<" in html


def test_a_digest_is_shortened_for_the_eye() -> None:
    assert short_digest("ab12cd34ef56" + "0" * 52) == "ab12cd34ef56"
