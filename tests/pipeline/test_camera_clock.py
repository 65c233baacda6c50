"""When a camera's clock is wrong, and what is said of it."""

import pytest

from pipeline.camera_clock import clock_reason, is_clock_wrong

_YEAR_S = 365.25 * 86400


def test_a_minute_is_what_a_clock_may_be_off() -> None:
    assert [is_clock_wrong(skew_s) for skew_s in (0.0, 60.0, -60.0, 60.1, -60.1)] == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("skew_s", "said"),
    [
        (65.4, "is 65 s ahead."),
        (-65.4, "is 65 s behind."),
        (400.0, "is 7 minutes ahead."),
        (9000.0 + 300, "is 2.6 hours ahead."),
        (-30 * 86400.0, "is 30 days behind."),
        (-26.9 * _YEAR_S, "is 27 years behind."),
    ],
)
def test_a_reason_says_by_how_much_and_what_to_do(skew_s: float, said: str) -> None:
    assert clock_reason(skew_s) == (
        f"The camera's clock {said} Set it, or have the camera take its time over NTP. Pictures are dated by our own "
        "clock and count."
    )


@pytest.mark.parametrize(
    ("skew_s", "said"),
    [(3600.0, "60 minutes ahead"), (-18_020.0, "5 hours behind"), (19_810.0, "5.5 hours ahead")],
)
def test_whole_hours_are_a_wrong_time_zone(skew_s: float, said: str) -> None:
    assert f"is {said}, as a wrong time zone makes it." in clock_reason(skew_s)


@pytest.mark.parametrize("skew_s", [3700.0, 15 * 3600.0, 65.0])
def test_what_no_time_zone_is_off_is_none(skew_s: float) -> None:
    assert "time zone" not in clock_reason(skew_s)


def test_a_clock_that_stands_at_1970_is_not_set() -> None:
    assert clock_reason(-56.9 * _YEAR_S).startswith("The camera's clock is not set: it is 57 years behind. Set it,")
