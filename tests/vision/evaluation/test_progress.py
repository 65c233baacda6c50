from datetime import date, timedelta

import pytest

from vision.evaluation.progress import EstimatedElementDay, TrueElementDay, progress_report

FIRST = date(2026, 9, 7)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def truth(
    shares: list[float], site: str = "school", element: str = "wing", visible: float = 1.0
) -> list[TrueElementDay]:
    return [TrueElementDay(site, element, day(number), share, visible) for number, share in enumerate(shares)]


def said(
    shares: list[float], half: float = 0.05, site: str = "school", element: str = "wing", *, is_seen: bool = True
) -> list[EstimatedElementDay]:
    return [
        EstimatedElementDay(site, element, day(number), share, share - half, share + half, is_seen)
        for number, share in enumerate(shares)
    ]


def test_errors_intervals_and_bias_of_one_element() -> None:
    figures = progress_report(truth([0.1, 0.2, 0.3, 0.4]), said([0.1, 0.24, 0.28, 0.5])).pooled
    assert figures.answers == 4
    assert figures.mean_error == pytest.approx(0.04)
    assert figures.largest_error == pytest.approx(0.1)
    assert figures.bias == pytest.approx(0.03)
    assert figures.coverage == pytest.approx(0.75)
    assert figures.median_half_width == pytest.approx(0.05)
    assert figures.answered_share == 1.0


def test_only_days_on_which_half_was_visible_ask_for_an_answer() -> None:
    true = [*truth([0.1, 0.2]), TrueElementDay("school", "wing", day(2), 0.3, 0.2)]
    assert progress_report(true, said([0.1])).pooled.answered_share == 0.5


def test_a_memory_has_an_error_and_is_no_answer() -> None:
    figures = progress_report(truth([0.1, 0.3]), [*said([0.1]), *said([0.1, 0.1], is_seen=False)[1:]]).pooled
    assert (figures.answers, figures.answered_share) == (2, 0.5)
    assert figures.mean_error == pytest.approx(0.1)


def test_sites_and_elements_have_figures_of_their_own() -> None:
    true = [*truth([0.5, 0.5]), *truth([0.2, 0.2], site="bridge", element="deck")]
    report = progress_report(true, [*said([0.6, 0.6]), *said([0.2, 0.2], site="bridge", element="deck")])
    assert report.sites["school"].mean_error == pytest.approx(0.1)
    assert report.elements["bridge/deck"].mean_error == pytest.approx(0.0)
    assert report.pooled.mean_error == pytest.approx(0.05)


def test_no_answers_are_no_figures() -> None:
    figures = progress_report(truth([0.1]), []).pooled
    assert figures.mean_error is None
    assert figures.answered_share == 0.0


def test_two_answers_to_one_day_are_refused() -> None:
    with pytest.raises(ValueError, match="two estimates of school/wing"):
        progress_report(truth([0.1]), [*said([0.1]), *said([0.2])])
