"""The card of what cameras see built."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from api.pages.language import Language, messages_of
from api.pages.progress_card import progress_card
from api.pages.project_reading import ProjectReading
from models.words import Status
from pipeline.observing import SignalElement, SignalView
from roadmap.flags import FlagView
from roadmap.projects import ProjectView
from tests.api.pages.views import NOW, item_view, project_status

EN, RU, KK = (messages_of(language) for language in (Language.EN, Language.RU, Language.KK))


def signal(**told: Any) -> SignalView:
    values: dict[str, Any] = {
        "id": 1,
        "project_id": UUID(int=7),
        "signal_on": NOW.date(),
        "plan_version": 1,
        "planned_percent": 62.0,
        "observed_percent": 50.0,
        "observed_low": 46.5,
        "observed_high": 54.0,
        "reported_percent": 70.0,
        "slippage_points": 12.0,
        "observed_share_of_plan": 0.86,
        "visible_share": 0.9,
        "pace_points_a_week": 3.25,
        "forecast_p50": date(2027, 4, 30),
        "forecast_p80": date(2027, 6, 5),
        "stage": "structure",
        "report_gap_points": 20.0,
        "elements": [element("frame"), element("yard", counts=False, unseen_days=3)],
        "coverage": 0.9,
        "site_days": [],
        "status": Status.BEHIND,
        "reason_kk": "",
        "reason_ru": "",
        "reason_en": "",
        "evidence_ids": [],
        "weights_sha256": [],
        "rule_version": "progress-1",
        "created_at": NOW,
    }
    return SignalView.model_validate(values | told)


def element(key: str, **told: Any) -> SignalElement:
    values: dict[str, Any] = {
        "id": UUID(int=3),
        "placement_id": UUID(int=4),
        "key": key,
        "title": f"<{key}>",
        "task_key": key,
        "counts": True,
        "weight": 1.0,
        "share": 0.5,
        "low": 0.46,
        "high": 0.54,
        "visible_share": 1.0,
        "state": "in_progress",
        "reason": "seen",
        "unseen_days": 0,
        "rule_version": "seen-1",
    }
    return SignalElement.model_validate(values | told)


def reading(shown: SignalView | None, *flags: FlagView) -> ProjectReading:
    project = ProjectView(
        id=UUID(int=7),
        key="hospital",
        item_number=17,
        owner_id=UUID(int=9),
        title_kk="",
        title_ru="",
        title_en="",
        region="KZ-71",
        latitude=51.0,
        longitude=71.0,
        budget_kzt=None,
        starts_on=date(2026, 1, 1),
        finishes_on=date(2027, 1, 1),
        version=1,
    )
    return ProjectReading(
        read_at=NOW,
        project=project,
        item=item_view(),
        status=project_status(flags=list(flags)),
        owner=None,
        signal=shown,
        pictures=[],
        sites=[],
        days={},
        plan=None,
        decisions=[],
        may_decide=False,
    )


def flag(**told: Any) -> FlagView:
    values: dict[str, Any] = {
        "id": UUID(int=5),
        "kind": "behind_plan",
        "escalated": True,
        "placement_id": None,
        "reason_kk": "Қалып қойды",
        "reason_ru": "Отстаёт",
        "reason_en": "Behind & late",
        "evidence_ids": [],
        "raised_at": datetime(2026, 11, 20, 22, tzinfo=UTC),
        "cleared_at": None,
        "rule_version": "flags-1",
    }
    return FlagView.model_validate(values | told)


def test_observed_is_shown_with_its_interval_slippage_forecast_and_elements() -> None:
    html = progress_card(reading(signal()), EN)

    for words in ("50.0\u00a0% (46.5–54.0)", "62.0\u00a0%", "+12.0 pp", "86\u00a0%", "structure", "+20.0 pp"):
        assert words in html
    assert "30\u00a0Apr\u00a02027; with 80 % by 5\u00a0Jun\u00a02027" in html
    assert "&lt;frame&gt;" in html
    assert "50\u00a0%\u00a0(46–54), in progress<" in html
    assert "in progress, not seen for 3 d, counts nowhere: no task of the plan" in html


def test_every_language_has_its_own_words_and_marks() -> None:
    assert "50,0\u00a0% (46,5–54,0)" in progress_card(reading(signal(), flag()), RU)
    assert "Отстаёт" in progress_card(reading(signal(), flag()), RU)
    assert "Қалып қойды" in progress_card(reading(signal(), flag()), KK)


def test_open_flags_stand_with_their_reason_and_the_countrys_day() -> None:
    html = progress_card(reading(signal(observed_percent=None), flag()), EN)

    assert "Behind plan" in html
    assert "escalated" in html
    assert "Behind &amp; late" in html
    assert "21\u00a0Nov\u00a02026" in html
    assert "Work element" not in html


def test_a_project_without_elements_and_flags_has_no_card() -> None:
    for shown in (None, signal(observed_percent=None, elements=[])):
        assert progress_card(reading(shown), EN) == '<section id="progress-card" hidden></section>'


def test_what_cannot_be_told_is_a_dash() -> None:
    html = progress_card(reading(signal(pace_points_a_week=None, forecast_p50=None, forecast_p80=None)), EN)

    assert html.count("<dd>—</dd>") == 2
