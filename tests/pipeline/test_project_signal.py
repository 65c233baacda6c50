"""Signals, proposed statuses and flags from stored element days and site days."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from models.database import Database
from models.repositories.flags import FlagRepository
from models.repositories.roadmap import RoadmapRepository
from models.repositories.signals import SignalRepository
from models.repositories.sites import SiteRepository
from models.tables.flags import Flag, ItemRule
from models.tables.progress import WorkElementRow
from models.tables.roadmap import PlanTask, PlanVersion
from models.tables.signals import ProgressSignal, ProposedStatus
from models.tables.sites import Camera, CameraHealth, Placement
from pipeline.derivation import Derived, ProgressDeriver
from tests.support.builders import BEFORE, Planted, plant, report
from tests.support.elements import element, element_days
from tests.support.site_year import observation, windows_of, write

ALMATY = ZoneInfo("Asia/Almaty")
# The plan's one task runs from 1 June to 31 December: 214 days.
STARTS, FINISHES = date(2026, 6, 1), date(2026, 12, 31)
WEDNESDAY = date(2026, 9, 16)
FIRST = date(2026, 8, 17)


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ALMATY).astimezone(UTC)


def planned_on(day: date) -> float:
    return ((day - STARTS).days + 1) / ((FINISHES - STARTS).days + 1)


def days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def behind_by(points: float, first: date = FIRST, last: date = WEDNESDAY) -> list[tuple[date, float]]:
    return [(day, planned_on(day) - points / 100) for day in days_of(first, last)]


def worked(database: Database, placement_id: UUID, days: list[date], people: Callable[[date], float]) -> None:
    """Every window of the site's working hours, with so many people."""
    write(
        database,
        [
            observation(placement_id, start, people=people(day))
            for day in days
            if day.isoweekday() != 7
            for start in windows_of(at(day, 9), at(day, 18))
        ],
    )


def derive(database: Database, planted: Planted, when: datetime) -> bool:
    return ProgressDeriver(database, lambda _session, _project: None).derive(planted.project_id, when)


def rederive(database: Database, planted: Planted, when: datetime) -> Derived:
    return ProgressDeriver(database, lambda _session, _project: None).rederive(planted.project_id, when)


def signal_of(database: Database, planted: Planted, day: date = WEDNESDAY) -> ProgressSignal:
    with database.reading() as session:
        signal = SignalRepository(session).in_force(planted.project_id, day)
    assert signal is not None
    return signal


def flags(database: Database, planted: Planted) -> dict[str, Flag]:
    with database.reading() as session:
        return {flag.kind: flag for flag in FlagRepository(session).open_flags([planted.project_id])}


def all_flags(database: Database, planted: Planted) -> list[tuple[str, bool]]:
    with database.reading() as session:
        return [(flag.kind, flag.cleared_at is None) for flag in FlagRepository(session).flags(planted.project_id)]


def another_placement(database: Database, planted: Planted) -> UUID:
    camera_id, placement_id = uuid4(), uuid4()
    with database.transaction() as session:
        sites = SiteRepository(session)
        sites.add(
            Camera(
                id=camera_id,
                name="second mast",
                address_display="rtsp://192.0.2.2/live",
                sealed_address="",
                look_every_s=10.0,
                is_replay=False,
                created_at=BEFORE,
                retired_at=None,
            )
        )
        sites.flush()
        sites.add(
            Placement(
                id=placement_id,
                camera_id=camera_id,
                site_id=planted.site_id,
                starts_at=BEFORE,
                ends_at=None,
                zones=[],
                created_at=BEFORE,
            )
        )
    return placement_id


def baseline(database: Database, planted: Planted, tasks: dict[str, float], created_at: datetime) -> None:
    """A further plan version of tasks over the same dates."""
    texts = {f"title_{language}": "x" for language in ("kk", "ru", "en")}
    with database.transaction() as session:
        roadmap = RoadmapRepository(session)
        number = len(roadmap.plan_versions(planted.project_id)) + 1
        version_id = uuid4()
        roadmap.add(
            PlanVersion(
                id=version_id,
                project_id=planted.project_id,
                number=number,
                reason="again",
                created_at=created_at,
                created_by="test",
            )
        )
        roadmap.flush()
        for key, weight in tasks.items():
            roadmap.add(
                PlanTask(
                    id=uuid4(),
                    plan_version_id=version_id,
                    key=key,
                    starts_on=STARTS,
                    finishes_on=FINISHES,
                    weight=weight,
                    **texts,
                )
            )


@pytest.fixture
def planted(database: Database) -> Planted:
    found = plant(database, placed_at=at(FIRST, 0))
    worked(database, found.placement_id, days_of(date(2026, 9, 1), WEDNESDAY), lambda _day: 4.0)
    return found


def test_element_days_become_a_signal_with_its_figures(database: Database, planted: Planted) -> None:
    frame = element(database, planted.placement_id, "frame", kind="frame")
    views = element_days(database, frame, behind_by(12.0))
    report(database, planted.project_id, 60.0, WEDNESDAY)
    assert derive(database, planted, at(WEDNESDAY, 20))
    signal = signal_of(database, planted)
    planned = 100 * planned_on(WEDNESDAY)
    assert signal.planned_percent == pytest.approx(planned)
    assert signal.observed_percent == pytest.approx(planned - 12)
    assert (signal.observed_low, signal.observed_high) == pytest.approx((planned - 14, planned - 10))
    assert signal.slippage_points == pytest.approx(12.0)
    assert signal.status == "BEHIND"
    assert (signal.observed_share_of_plan, signal.visible_share, signal.stage) == (1.0, 1.0, "structure")
    # 7 days of 214 in six working days.
    assert signal.pace_points_a_week == pytest.approx(100 * 7 / 214, rel=0.02)
    assert signal.forecast_p50 is not None
    assert signal.forecast_p80 is not None
    assert FINISHES < signal.forecast_p50 < signal.forecast_p80
    assert signal.report_gap_points == pytest.approx(60 - planned + 12)
    assert [(one["key"], one["counts"], one["unseen_days"]) for one in signal.elements] == [("frame", True, 0)]
    assert signal.rule_version == "progress-1+activity-3+site-day-3"
    assert "c" * 64 in signal.weights_sha256
    # Before and after.
    assert signal.evidence_ids == [str(views[FIRST]), str(views[WEDNESDAY])]
    assert f"It has been behind since {FIRST.isoformat()} or longer." in signal.reason_en


def test_deriving_again_writes_nothing_and_new_figures_write_a_row(database: Database, planted: Planted) -> None:
    frame = element(database, planted.placement_id, "frame")
    element_days(database, frame, behind_by(12.0))
    derive(database, planted, at(WEDNESDAY, 20))
    rederive(database, planted, at(WEDNESDAY, 20))
    before, raised = signal_of(database, planted).id, all_flags(database, planted)
    assert not derive(database, planted, at(WEDNESDAY, 20))
    assert rederive(database, planted, at(WEDNESDAY, 20)) == Derived((), ())
    assert (signal_of(database, planted).id, all_flags(database, planted)) == (before, raised)
    element_days(database, frame, [(WEDNESDAY, planned_on(WEDNESDAY))], rule_version="seen-2")
    assert derive(database, planted, at(WEDNESDAY, 20))
    assert (signal_of(database, planted).id > before, signal_of(database, planted).status) == (True, "ON_TRACK")


def test_a_figure_of_an_earlier_day_that_changes_reaches_the_signals_after_it(
    database: Database, planted: Planted
) -> None:
    frame = element(database, planted.placement_id, "frame")
    element_days(database, frame, behind_by(12.0))
    for day in (date(2026, 9, 10), WEDNESDAY):
        derive(database, planted, at(day, 20))
    deriver = ProgressDeriver(database, lambda _session, _project: None)
    element_days(database, frame, [(date(2026, 8, 30), planned_on(date(2026, 8, 30)))], rule_version="seen-2")
    old = signal_of(database, planted).id
    assert deriver.derive(planted.project_id, at(WEDNESDAY, 20), [date(2026, 8, 30)])
    signal = signal_of(database, planted)
    assert signal.id > old
    assert "It has been behind since 2026-08-31." in signal.reason_en


def test_an_element_without_an_answer_carries_its_last_figure(database: Database, planted: Planted) -> None:
    frame = element(database, planted.placement_id, "frame")
    element_days(database, frame, behind_by(0.0, last=date(2026, 9, 12)))
    derive(database, planted, at(WEDNESDAY, 20))
    signal = signal_of(database, planted)
    assert signal.observed_percent == pytest.approx(100 * planned_on(date(2026, 9, 12)))
    assert (signal.visible_share, signal.elements[0]["unseen_days"], signal.elements[0]["reason"]) == (0, 4, "not_seen")
    assert signal.observed_high == pytest.approx(100 * planned_on(date(2026, 9, 12)) + 2 + 4)


def test_elements_that_no_task_of_the_plan_names_are_shown_and_counted_nowhere(
    database: Database, planted: Planted
) -> None:
    for key, task_key in (("gone", "no-such-task"), ("untied", None)):
        element_days(database, element(database, planted.placement_id, key, task_key), behind_by(0.0))
    derive(database, planted, at(WEDNESDAY, 20))
    signal = signal_of(database, planted)
    assert (signal.observed_percent, signal.slippage_points, signal.elements) == (None, None, [])
    assert signal.planned_percent == pytest.approx(100 * planned_on(WEDNESDAY))
    element_days(database, element(database, planted.placement_id, "frame"), behind_by(0.0))
    derive(database, planted, at(WEDNESDAY, 20))
    told = {one["key"]: one["counts"] for one in signal_of(database, planted).elements}
    assert told == {"frame": True, "gone": False, "untied": False}


def test_a_plan_without_tasks_proposes_nothing_from_elements(database: Database, planted: Planted) -> None:
    element_days(database, element(database, planted.placement_id, "frame"), behind_by(0.0))
    with database.transaction() as session:
        session.execute(sa.delete(PlanTask))
    derive(database, planted, at(WEDNESDAY, 20))
    signal = signal_of(database, planted)
    assert (signal.status, signal.observed_percent, signal.planned_percent) == ("NO_EVIDENCE", None, None)
    assert signal.reason_en == "The project has no plan to compare with."


def test_like_is_compared_with_like_and_weights_need_not_sum(database: Database, planted: Planted) -> None:
    baseline(database, planted, {"frame": 3.0, "finishing": 9.0}, BEFORE)
    element_days(database, element(database, planted.placement_id, "frame", weight=40.0), behind_by(6.0))
    derive(database, planted, at(WEDNESDAY, 20))
    signal = signal_of(database, planted)
    assert (signal.observed_share_of_plan, signal.slippage_points) == pytest.approx((0.25, 6.0))
    assert signal.status == "AT_RISK"
    assert "cameras can see 25 % of the plan" in signal.reason_en


def test_a_plan_that_is_baselined_anew_leaves_earlier_days_as_they_were(database: Database, planted: Planted) -> None:
    element_days(database, element(database, planted.placement_id, "frame"), behind_by(12.0))
    tuesday = WEDNESDAY - timedelta(days=1)
    for day in (tuesday, WEDNESDAY):
        derive(database, planted, at(day, 20))
    baseline(database, planted, {"roof": 1.0}, at(WEDNESDAY, 10))
    rederive(database, planted, at(WEDNESDAY, 20))
    before, after = signal_of(database, planted, tuesday), signal_of(database, planted)
    assert (before.plan_version, before.slippage_points) == pytest.approx((1, 12.0))
    # The element's task is gone.
    assert (after.plan_version, after.slippage_points, after.status) == (2, None, "ON_TRACK")


def test_two_cameras_that_disagree_widen_the_interval_and_say_so(database: Database, planted: Planted) -> None:
    other = another_placement(database, planted)
    element_days(database, element(database, planted.placement_id, "frame"), behind_by(0.0))
    element_days(database, element(database, other, "frame"), behind_by(20.0))
    derive(database, planted, at(WEDNESDAY, 20))
    signal = signal_of(database, planted)
    planned = 100 * planned_on(WEDNESDAY)
    assert signal.observed_percent == pytest.approx(planned - 10)
    assert (signal.observed_low, signal.observed_high) == pytest.approx((planned - 22, planned + 2))
    assert signal.status == "AT_RISK"
    assert "Two cameras disagree (frame); the interval covers what both say." in signal.reason_en
    assert "Екі камера келіспейді (frame)" in signal.reason_kk
    assert "Две камеры расходятся (frame)" in signal.reason_ru


def test_what_is_drawn_anew_holds_from_then_on_and_is_no_growth(database: Database, planted: Planted) -> None:
    redrawn_at = at(date(2026, 9, 10), 12)
    old = element(database, planted.placement_id, "frame", retired_at=redrawn_at)
    element_days(database, old, behind_by(12.0, last=date(2026, 9, 10)))
    new = element(database, planted.placement_id, "frame", created_at=redrawn_at, reference_on=date(2026, 9, 10))
    element_days(database, new, behind_by(2.0, first=date(2026, 9, 10)))
    for day in (date(2026, 9, 9), WEDNESDAY):
        derive(database, planted, at(day, 20))
    assert signal_of(database, planted, date(2026, 9, 9)).slippage_points == pytest.approx(12.0)
    signal = signal_of(database, planted)
    assert (signal.slippage_points, len(signal.elements)) == pytest.approx((2.0, 1))
    # A week of days tells no pace yet.
    assert signal.pace_points_a_week is None
    assert "Too few days were seen to tell a pace" in signal.reason_en


def test_a_first_drawing_by_which_nothing_was_judged_gives_way_to_the_next(
    database: Database, planted: Planted
) -> None:
    redrawn_at = at(date(2026, 9, 17), 12)
    element(database, planted.placement_id, "frame", retired_at=redrawn_at)
    new = element(database, planted.placement_id, "frame", created_at=redrawn_at)
    element_days(database, new, behind_by(2.0))
    derive(database, planted, at(WEDNESDAY, 20))
    assert signal_of(database, planted).slippage_points == pytest.approx(2.0)


def test_an_ended_placement_gives_way_to_the_one_that_shows_the_same_work(database: Database, planted: Planted) -> None:
    element_days(database, element(database, planted.placement_id, "frame"), behind_by(30.0, last=date(2026, 9, 5)))
    other = another_placement(database, planted)
    element_days(database, element(database, other, "frame"), behind_by(0.0, first=date(2026, 9, 6)))
    end_placement(database, planted.placement_id, at(date(2026, 9, 6), 0))
    derive(database, planted, at(WEDNESDAY, 20))
    signal = signal_of(database, planted)
    assert (signal.slippage_points, len(signal.elements)) == pytest.approx((0.0, 1))


def end_placement(database: Database, placement_id: UUID, when: datetime) -> None:
    with database.transaction() as session:
        session.get_one(Placement, placement_id).ends_at = when


def retire(database: Database, element_id: UUID, when: datetime) -> None:
    with database.transaction() as session:
        session.get_one(WorkElementRow, element_id).retired_at = when


@pytest.mark.parametrize("is_moved", [True, False])
def test_what_was_seen_stands_until_a_day_is_judged_by_the_new_drawing(
    database: Database, planted: Planted, is_moved: bool
) -> None:
    drawn_at = at(date(2026, 9, 15), 12)
    old = element(database, planted.placement_id, "frame")
    element_days(database, old, behind_by(12.0, last=date(2026, 9, 14)))
    derive(database, planted, at(date(2026, 9, 14), 20))
    raised = flags(database, planted)["behind_plan"].id
    if is_moved:
        end_placement(database, planted.placement_id, drawn_at)
        placement_id = another_placement(database, planted)
    else:
        retire(database, old, drawn_at)
        placement_id = planted.placement_id
    new = element(database, placement_id, "frame", created_at=drawn_at, reference_on=date(2026, 9, 15))
    for day in (date(2026, 9, 15), WEDNESDAY):
        derive(database, planted, at(day, 20))
        signal = signal_of(database, planted, day)
        assert (signal.status, [one["id"] for one in signal.elements]) == ("BEHIND", [str(old)])
        assert signal.slippage_points == pytest.approx(12.0)
        assert flags(database, planted)["behind_plan"].id == raised
    element_days(database, new, behind_by(0.0, first=WEDNESDAY))
    derive(database, planted, at(WEDNESDAY, 21))
    signal = signal_of(database, planted)
    assert (signal.status, [one["id"] for one in signal.elements]) == ("ON_TRACK", [str(new)])
    assert flags(database, planted) == {}
    # On Tuesday it was not known yet.
    assert date(2026, 9, 15) not in rederive(database, planted, at(WEDNESDAY, 21)).signals


def test_elements_without_a_figure_clear_no_flag_of_being_behind(database: Database, planted: Planted) -> None:
    drawn_at = at(date(2026, 9, 15), 12)
    old = element(database, planted.placement_id, "frame")
    element_days(database, old, behind_by(12.0, last=date(2026, 9, 14)))
    derive(database, planted, at(date(2026, 9, 14), 20))
    retire(database, old, drawn_at)
    # Of another task: what was seen of the frame tells nothing of it.
    new = element(database, planted.placement_id, "frame", "roof", created_at=drawn_at)
    derive(database, planted, at(WEDNESDAY, 20))
    signal = signal_of(database, planted)
    assert (signal.status, signal.slippage_points) == ("ON_TRACK", None)
    assert set(flags(database, planted)) == {"behind_plan"}
    retire(database, new, at(WEDNESDAY, 20))
    derive(database, planted, at(WEDNESDAY, 21))
    assert flags(database, planted) == {}


def test_a_signal_does_not_hang_on_the_days_that_are_derived_with_it(database: Database, planted: Planted) -> None:
    frame = element(database, planted.placement_id, "frame")
    views = element_days(database, frame, [(date(2026, 7, 1), 0.1)])
    # Hidden since: longer than a course goes back.
    element_days(database, frame, [(date(2026, 7, 10), 0.1), *_still(FIRST, WEDNESDAY)], has_views=False)
    derive(database, planted, at(WEDNESDAY, 20))
    signal = signal_of(database, planted)
    assert signal.evidence_ids[0] == str(views[date(2026, 7, 1)])
    derived = rederive(database, planted, at(WEDNESDAY, 20))
    assert FIRST in derived.signals
    assert WEDNESDAY not in derived.signals
    assert not derive(database, planted, at(WEDNESDAY, 20))


def test_a_day_before_the_first_daily_view_shows_none_of_later_days(database: Database, planted: Planted) -> None:
    early, first_view = date(2026, 9, 5), date(2026, 9, 10)
    frame = element(database, planted.placement_id, "frame")
    element_days(database, frame, behind_by(0.0, last=first_view - timedelta(days=1)), has_views=False)
    element_days(database, frame, behind_by(0.0, first=first_view))
    derive(database, planted, at(early, 20))
    assert early not in rederive(database, planted, at(WEDNESDAY, 20)).signals


def test_reports_of_days_to_come_are_not_held_against_today(database: Database, planted: Planted) -> None:
    element_days(database, element(database, planted.placement_id, "frame"), behind_by(0.0))
    report(database, planted.project_id, 95.0, WEDNESDAY + timedelta(days=1))
    derive(database, planted, at(WEDNESDAY, 20))
    signal = signal_of(database, planted)
    assert (signal.reported_percent, signal.report_gap_points) == (None, None)
    assert "report_disagrees" not in flags(database, planted)


def test_a_report_is_held_against_what_was_seen_on_its_own_day(database: Database, planted: Planted) -> None:
    element_days(database, element(database, planted.placement_id, "frame"), behind_by(0.0))
    then = date(2026, 8, 20)
    report(database, planted.project_id, 100 * planned_on(then) + 11.9, then)
    derive(database, planted, at(WEDNESDAY, 20))
    assert signal_of(database, planted).report_gap_points == pytest.approx(11.9)
    assert "report_disagrees" not in flags(database, planted)
    report(database, planted.project_id, 100 * planned_on(then) + 12.0, then, at=at(then, 20))
    derive(database, planted, at(WEDNESDAY, 20))
    flag = flags(database, planted)["report_disagrees"]
    assert flag.reason_en.startswith("The report of 2026-08-20 says ")
    assert "the report is 12 points higher" in flag.reason_en
    assert "отчёт выше на 12 п. п." in flag.reason_ru
    report(database, planted.project_id, 100 * planned_on(WEDNESDAY), WEDNESDAY)
    derive(database, planted, at(WEDNESDAY, 21))
    assert "report_disagrees" not in flags(database, planted)
    assert all_flags(database, planted) == [("report_disagrees", False)]


def test_a_flag_of_being_behind_is_raised_once_escalated_and_cleared_with_a_margin(
    database: Database, planted: Planted
) -> None:
    frame = element(database, planted.placement_id, "frame")
    views = element_days(database, frame, behind_by(12.0))
    derive(database, planted, at(WEDNESDAY, 19))
    derive(database, planted, at(WEDNESDAY, 20))
    flag = flags(database, planted)["behind_plan"]
    assert (flag.escalated, flag.raised_at, flag.evidence_ids) == (
        False,
        at(WEDNESDAY, 19),
        [str(views[FIRST]), str(views[WEDNESDAY])],
    )
    assert flag.signal_id == signal_of(database, planted).id
    assert all(reason.strip() for reason in (flag.reason_kk, flag.reason_ru, flag.reason_en))
    expected = ((16.0, True, True), (13.0, True, True), (9.0, True, True), (8.0, False, None))
    for number, (points, is_open, is_escalated) in enumerate(expected, start=2):
        element_days(database, frame, behind_by(points, first=WEDNESDAY), rule_version=f"seen-{number}")
        derive(database, planted, at(WEDNESDAY, 20))
        found = flags(database, planted).get("behind_plan")
        assert (found is not None, found.escalated if found is not None else None) == (is_open, is_escalated)
    assert all_flags(database, planted) == [("behind_plan", False)]


def test_what_was_not_seen_clears_no_flag(database: Database) -> None:
    planted = plant(database, placed_at=at(FIRST, 0))
    worked(database, planted.placement_id, days_of(date(2026, 9, 1), WEDNESDAY), lambda _day: 0.0)
    element_days(database, element(database, planted.placement_id, "frame"), [(FIRST, 0.1), *_still(FIRST, WEDNESDAY)])
    derive(database, planted, at(WEDNESDAY, 20))
    assert set(flags(database, planted)) == {"stalled", "behind_plan"}
    later = WEDNESDAY + timedelta(days=20)
    derive(database, planted, at(later, 20))
    assert signal_of(database, planted, later).status == "NO_EVIDENCE"
    assert set(flags(database, planted)) == {"stalled", "behind_plan"}


def _still(first: date, last: date, share: float = 0.1) -> list[tuple[date, float]]:
    return [(day, share) for day in days_of(first + timedelta(days=1), last)]


def test_a_stalled_week_is_flagged_by_its_third_day_and_cleared_when_work_goes_on(database: Database) -> None:
    planted = plant(database, placed_at=at(FIRST, 0))
    monday, friday, resumed = date(2026, 9, 7), date(2026, 9, 11), date(2026, 9, 14)
    days = days_of(date(2026, 8, 31), WEDNESDAY)
    worked(database, planted.placement_id, days, lambda day: 0.0 if monday <= day < resumed else 4.0)
    built = {day: planned_on(day if day < monday else monday - timedelta(days=1)) for day in days if day < resumed}
    built |= {day: built[friday] + 0.005 * (day - friday).days for day in days if day >= resumed}
    element_days(database, element(database, planted.placement_id, "frame"), sorted(built.items()))
    raised = {}
    for day in days:
        derive(database, planted, at(day, 20))
        raised[day] = "stalled" in flags(database, planted)
    assert [day for day, is_raised in raised.items() if is_raised] == days_of(date(2026, 9, 9), date(2026, 9, 13))
    assert all_flags(database, planted) == [("stalled", False)]


def test_a_camera_that_is_down_or_moved_is_flagged_until_it_is_back(database: Database, planted: Planted) -> None:
    since = at(WEDNESDAY, 8)

    def camera_is(state: str) -> None:
        with database.transaction() as session:
            session.merge(
                CameraHealth(camera_id=planted.camera_id, state=state, reason="", since=since, last_frame_at=None)
            )

    camera_is("down")
    derive(database, planted, since + timedelta(minutes=59))
    assert flags(database, planted) == {}
    derive(database, planted, since + timedelta(minutes=60))
    flag = flags(database, planted)["camera_down"]
    assert (flag.placement_id, flag.reason_en) == (
        planted.placement_id,
        "Camera camera-17 has been out of reach since 2026-09-16 08:00.",
    )
    camera_is("live")
    with database.transaction() as session:
        session.get_one(Placement, planted.placement_id).suspended_since = at(WEDNESDAY, 7)
    derive(database, planted, at(WEDNESDAY, 12))
    (moved,) = flags(database, planted).items()
    assert moved[0] == "camera_moved"
    assert moved[1].reason_en.startswith("Camera camera-17 has looked elsewhere since 2026-09-16 07:00. Confirm")
    with database.transaction() as session:
        session.get_one(Placement, planted.placement_id).suspended_since = None
    derive(database, planted, at(WEDNESDAY, 13))
    assert flags(database, planted) == {}
    assert len(all_flags(database, planted)) == 2


def test_machines_at_work_outside_hours_are_flagged_for_a_week(database: Database, planted: Planted) -> None:
    tuesday = WEDNESDAY - timedelta(days=1)
    night = [at(tuesday, 2) + timedelta(minutes=5 * number) for number in range(24)]
    write(database, [observation(planted.placement_id, start, machines=1.0) for start in night])
    derive(database, planted, at(WEDNESDAY, 20))
    flag = flags(database, planted)["work_outside_hours"]
    assert flag.reason_en == "On 2026-09-15 machines were at work for 1 h outside scheduled hours."
    derive(database, planted, at(tuesday + timedelta(days=7), 20))
    assert "work_outside_hours" in flags(database, planted)
    derive(database, planted, at(tuesday + timedelta(days=8), 20))
    assert "work_outside_hours" not in flags(database, planted)


def test_an_items_own_thresholds_hold_for_its_projects(database: Database, planted: Planted) -> None:
    element_days(database, element(database, planted.placement_id, "frame"), behind_by(4.0))
    derive(database, planted, at(WEDNESDAY, 20))
    assert signal_of(database, planted).status == "ON_TRACK"
    with database.transaction() as session:
        FlagRepository(session).add(
            ItemRule(
                item_number=planted.item_number,
                preset="steps",
                at_risk_points=1.0,
                behind_points=3.5,
                escalate_points=None,
                changed_by="test",
                changed_at=BEFORE,
            )
        )
    assert derive(database, planted, at(WEDNESDAY, 20))
    assert signal_of(database, planted).status == "BEHIND"


def test_a_project_without_elements_has_a_signal_of_activity_alone(database: Database, planted: Planted) -> None:
    derive(database, planted, at(WEDNESDAY, 20))
    signal = signal_of(database, planted)
    assert (signal.status, signal.observed_percent, signal.stage, signal.elements) == ("ON_TRACK", None, None, [])
    assert signal.reason_en.startswith("Work went on during ")


def test_proposals_come_with_changes_of_status_alone(database: Database, planted: Planted) -> None:
    frame = element(database, planted.placement_id, "frame")
    element_days(database, frame, behind_by(12.0))
    for day in days_of(date(2026, 9, 14), WEDNESDAY):
        derive(database, planted, at(day, 20))
    with database.reading() as session:
        proposals = session.scalars(sa.select(ProposedStatus)).all()
        assert [proposal.status for proposal in proposals] == ["BEHIND"]
        assert session.scalar(sa.select(sa.func.count()).select_from(WorkElementRow)) == 1


def test_a_long_history_goes_from_on_track_over_at_risk_to_behind_and_loses_its_forecast(database: Database) -> None:
    planted = plant(database, placed_at=at(STARTS, 0))
    stopped, last = STARTS + timedelta(days=80), STARTS + timedelta(days=150)
    course = [(day, planned_on(min(day, stopped))) for day in days_of(STARTS, last)]
    element_days(database, element(database, planted.placement_id, "frame", reference_on=STARTS), course)
    derived = rederive(database, planted, at(last, 20))
    assert len(derived.signals) == 151
    with database.reading() as session:
        signals = SignalRepository(session).in_force_between(planted.project_id, STARTS, last)
    said = [signals[day].status for day in days_of(STARTS, last)]
    # No site day was seen, so that nothing is called stalled; elements were.
    changes = [status for place, status in enumerate(said) if place == 0 or said[place - 1] != status]
    assert changes == ["ON_TRACK", "AT_RISK", "BEHIND"]
    # 214 days: 5 points are 10.7 days, 10 points 21.4.
    assert [said.index("AT_RISK"), said.index("BEHIND")] == [80 + 11, 80 + 22]
    steady, still = signals[stopped], signals[last]
    assert steady.forecast_p50 is not None
    assert abs((steady.forecast_p50 - FINISHES).days) <= 3
    assert (still.pace_points_a_week, still.forecast_p50, still.forecast_p80) == (0.0, None, None)
    assert "No growth was seen over the last four weeks, so no finish is forecast." in still.reason_en
    assert f"It has been behind since {(stopped + timedelta(days=14)).isoformat()} or longer" in still.reason_en
    assert rederive(database, planted, at(last, 20)) == Derived((), ())
