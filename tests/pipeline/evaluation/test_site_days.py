from datetime import date, timedelta

from models.words import SiteDayState
from pipeline.evaluation.site_days import ComparedDay, day_figures

ACTIVE, STILL, OBSTRUCTED, OUTAGE, OFF = (
    SiteDayState.ACTIVE,
    SiteDayState.STANDSTILL,
    SiteDayState.OBSTRUCTED,
    SiteDayState.OUTAGE,
    SiteDayState.NON_WORKING,
)


def day(
    number: int, true: SiteDayState, judged: SiteDayState, *, frozen: bool = False, reasons: tuple[str, ...] = ()
) -> ComparedDay:
    on = date(2026, 9, 14) + timedelta(days=number)
    return ComparedDay("site", on, true, judged, frozen, (), "clear", reasons, ())


def test_right_days_keep_every_claim() -> None:
    figures = day_figures(
        [
            day(0, ACTIVE, ACTIVE),
            day(1, STILL, STILL),
            day(2, OBSTRUCTED, OBSTRUCTED, frozen=True, reasons=("frozen",)),
            day(3, OUTAGE, OUTAGE),
            day(4, OFF, OFF),
        ]
    )
    assert (figures.days, figures.right, figures.wrong) == (5, 5, ())
    assert {name: claim.holds for name, claim in figures.claims.items()} == dict.fromkeys(figures.claims, True)
    assert figures.frozen_reason.holds


def test_a_frozen_day_taken_for_a_standstill_breaks_three_claims_and_is_named() -> None:
    figures = day_figures([day(2, OBSTRUCTED, STILL, frozen=True), day(3, OUTAGE, OUTAGE)])
    broken = {name: claim.broken_on for name, claim in figures.claims.items() if claim.holds is False}
    assert broken == dict.fromkeys(
        ("obstructed_days_named", "frozen_days_named", "none_of_them_counted_as_standstill"), ("site 2026-09-16",)
    )
    assert [one.day for one in figures.wrong] == [date(2026, 9, 16)]
    assert figures.confusion == {"OBSTRUCTED": {"STANDSTILL": 1}, "OUTAGE": {"OUTAGE": 1}}


def test_an_idle_day_taken_for_an_active_one_was_not_found() -> None:
    figures = day_figures([day(0, STILL, ACTIVE), day(1, STILL, STILL)])
    found = figures.claims["idle_days_found"]
    assert (found.days, found.held, found.holds) == (2, 1, False)
    # What is no outage or the like may not break the claim about those.
    assert figures.claims["none_of_them_counted_as_standstill"].holds is None


def test_days_that_never_come_make_no_claim() -> None:
    figures = day_figures([])
    assert {claim.holds for claim in figures.claims.values()} == {None}
    assert figures.right_share is None
