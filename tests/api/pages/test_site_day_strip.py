"""The strip of site days."""

from datetime import date
from uuid import UUID

import pytest

from api.pages.language import Language, messages_of
from api.pages.site_day_strip import site_day_strip
from models.words import SiteDayState, Status
from pipeline.observing import SignalView, SiteDayView
from pipeline.site_days import SiteDayDetail
from tests.api.pages.views import NOW

EN = messages_of(Language.EN)


def signal(*days: tuple[int, SiteDayState, float]) -> SignalView:
    return SignalView(
        id=1,
        project_id=UUID(int=1),
        signal_on=NOW.date(),
        plan_version=1,
        planned_percent=None,
        observed_percent=None,
        observed_low=None,
        observed_high=None,
        reported_percent=None,
        slippage_points=None,
        coverage=0.9,
        site_days=[
            SiteDayView(site_id=UUID(int=2), day=date(2026, 11, day), state=state, coverage=coverage, usable_share=1.0)
            for day, state, coverage in days
        ],
        status=Status.ON_TRACK,
        reason_kk="",
        reason_ru="",
        reason_en="",
        evidence_ids=[],
        weights_sha256=[],
        rule_version="activity-1",
        created_at=NOW,
    )


def test_a_day_tells_its_date_its_state_and_its_coverage() -> None:
    html = site_day_strip(signal((20, SiteDayState.ACTIVE, 0.93)), [], EN)

    assert 'data-tip="20\u00a0Nov\u00a02026, Work seen, 93\u00a0% covered"' in html
    assert 'style="width:93%"' in html


def detail(**told: object) -> SiteDayDetail:
    day = {
        "id": 2,
        "site_id": UUID(int=2),
        "day": date(2026, 11, 20),
        "state": "ACTIVE",
        "is_final": True,
        "coverage": 0.93,
        "usable_share": 1.0,
        "reasons": [],
        "scheduled_from": None,
        "scheduled_to": None,
        "due_s": 32400.0,
        "seen_s": 30000.0,
        "usable_s": 30000.0,
        "people_most": 6,
        "person_hours": {"value": 36.2, "low": 33.4, "high": 38.8},
        "machine_hours": {},
        "working_share": None,
        "zones": {},
        "gates": {},
        "after_hours": {
            "people_s": 0,
            "machine_s": 0,
            "machine_working_s": 0,
            "people_hours": [],
            "machine_hours": [],
            "evidence_ids": [],
        },
        "evidence_ids": [],
        "weights_sha256": [],
        "observation_rules": [],
        "rule_version": "roll-up-1",
        "supersedes_id": None,
        "corrected_because": [],
        "derived_at": NOW,
    }
    return SiteDayDetail.model_validate(day | told)


def told(day: SiteDayDetail, language: Language = Language.EN) -> str:
    details = {(day.site_id, day.day): day}
    return site_day_strip(signal((20, SiteDayState.ACTIVE, 0.93)), [], messages_of(language), details)


def test_a_day_tells_its_hours_with_their_intervals() -> None:
    four, six = {"value": 4.0, "low": 3.0, "high": 5.0}, {"value": 6.0, "low": 4.0, "high": 9.0}
    hours = {"present": six, "working": four, "idle": four, "working_share": None}
    html = told(detail(machine_hours={"crane": hours, "excavator": hours}))

    assert "36 person-hours (33 to 39), machines at work 8 h (6 to 10)" in html
    unknown = detail(machine_hours={"crane": hours, "excavator": hours | {"working": None}})
    assert "машины на площадке 12 ч (от 8 до 18)" in told(unknown, Language.RU)
    assert "day-corrected" not in html


def test_a_corrected_day_is_marked_and_says_what_corrected_it() -> None:
    html = told(detail(corrected_because=[{"reason": "late_footage", "windows": 108}, {"reason": "calendar"}]))

    assert "corrected: footage came late, calendar changed" in html
    assert "day-corrected" in html


def test_an_obstructed_day_says_why() -> None:
    seen = signal((20, SiteDayState.OBSTRUCTED, 0.9))
    day = seen.site_days[0].model_copy(update={"reasons": ["moved", "flat"]})
    html = site_day_strip(seen.model_copy(update={"site_days": [day]}), [], EN)

    assert 'data-tip="20\u00a0Nov\u00a02026, Obstructed, 90\u00a0% covered, camera moved"' in html


def test_a_day_off_claims_no_coverage() -> None:
    html = site_day_strip(signal((22, SiteDayState.NON_WORKING, 0.0)), [], EN)

    assert 'data-tip="22\u00a0Nov\u00a02026, Not a working day"' in html


def test_days_stand_in_order() -> None:
    html = site_day_strip(signal((21, SiteDayState.ACTIVE, 0.9), (20, SiteDayState.OUTAGE, 0.1)), [], EN)

    assert html.index("20\u00a0Nov") < html.index("21\u00a0Nov")


@pytest.mark.parametrize("state", SiteDayState)
def test_the_legend_has_every_state_with_its_sign(state: SiteDayState) -> None:
    html = site_day_strip(signal((21, SiteDayState.ACTIVE, 0.9)), [], EN)
    legend = html[html.index("day-legend") :]

    assert f'href="#sign-{state.value}"' in legend
    assert EN(f"site_day.{state.value}") in legend


def test_without_a_signal_the_strip_says_so() -> None:
    assert "No site days have been judged yet." in site_day_strip(None, [], EN)
