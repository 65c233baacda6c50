"""Each branch of the rule over built shares, by hand-made days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.plan_curve import PlannedTask, planned_percent
from models.words import SiteDayState, Status
from pipeline.signals.activity_rule import DayFinding
from pipeline.signals.flag_rule import FlagKind, flags_today
from pipeline.signals.progress_rule import Finding, ObservedProgress, propose_from_progress
from pipeline.signals.slippage import Preset, Thresholds, slippage_of
from tests.support.shares import progress

# A Wednesday.
ON = date(2026, 9, 16)
# 100 days, of which 50 have gone by.
TASK = PlannedTask(ON - timedelta(days=49), ON + timedelta(days=50), 1.0, "frame")
STEPS = Thresholds.of()
LETTERS = {
    "a": SiteDayState.ACTIVE,
    "s": SiteDayState.STANDSTILL,
    "o": SiteDayState.OUTAGE,
    "f": SiteDayState.OBSTRUCTED,
    "n": SiteDayState.NON_WORKING,
}


def site_days(letters: str, on: date = ON) -> list[DayFinding]:
    first = on - timedelta(days=len(letters) - 1)
    return [
        DayFinding(first + timedelta(days=place), LETTERS[letter], is_over=True) for place, letter in enumerate(letters)
    ]


def planned_share(day: date, task: PlannedTask = TASK) -> float:
    planned = planned_percent([task], day)
    assert planned is not None
    return planned / 100


def observed(
    behind: float, *, half: float = 0.02, on: date = ON, tasks: list[PlannedTask] | None = None
) -> ObservedProgress:
    """Growth along the plan of the first task, so many points behind it."""
    given_tasks = tasks or [TASK]
    return progress(
        given_tasks, on, lambda day: min(1.0, max(0.0, planned_share(day, given_tasks[0]) - behind / 100)), half=half
    )


def stopped(days: int, *, half: float = 0.02, unseen: tuple[int, ...] = ()) -> ObservedProgress:
    """Growth along the plan until so many days ago, and none since."""
    last = ON - timedelta(days=days)
    return progress(
        [TASK],
        ON,
        lambda day: planned_share(min(day, last)),
        half=half,
        is_seen=lambda day: (ON - day).days not in unseen,
    )


def propose(
    letters: str = "aaaaaaaaaa",
    seen: ObservedProgress | None = None,
    thresholds: Thresholds = STEPS,
    tasks: list[PlannedTask] | None = None,
    on: date = ON,
) -> Finding:
    return propose_from_progress(tasks or [TASK], site_days(letters, on), on, seen, thresholds)


@pytest.mark.parametrize(
    ("behind", "half", "status", "is_escalated"),
    [
        (-8.0, 0.02, Status.ON_TRACK, False),
        (0.0, 0.02, Status.ON_TRACK, False),
        (4.9, 0.02, Status.ON_TRACK, False),
        (5.0, 0.02, Status.AT_RISK, False),
        (9.9, 0.02, Status.AT_RISK, False),
        (10.0, 0.02, Status.BEHIND, False),
        (14.9, 0.02, Status.BEHIND, False),
        (15.0, 0.02, Status.BEHIND, True),
        # The interval reaches the plan.
        (12.0, 0.12, Status.AT_RISK, False),
        (20.0, 0.25, Status.AT_RISK, True),
    ],
)
def test_in_steps_slippage_says_at_risk_behind_and_escalated(
    behind: float, half: float, status: Status, is_escalated: bool
) -> None:
    finding = propose(seen=observed(behind, half=half))
    assert finding.status is status
    assert finding.slippage is not None
    assert finding.slippage.points == pytest.approx(behind)
    assert finding.slippage.is_escalated is is_escalated
    assert finding.is_judged


@pytest.mark.parametrize(
    ("gone_by", "behind", "status"),
    [
        (69, 9.9, Status.ON_TRACK),
        (69, 10.0, Status.BEHIND),
        (71, 4.9, Status.ON_TRACK),
        (71, 5.0, Status.BEHIND),
    ],
)
def test_in_phases_being_behind_begins_sooner_later_on(gone_by: int, behind: float, status: Status) -> None:
    task = PlannedTask(ON - timedelta(days=gone_by - 1), ON + timedelta(days=100 - gone_by), 1.0, "frame")
    finding = propose(seen=observed(behind, tasks=[task]), thresholds=Thresholds.of(Preset.PHASE), tasks=[task])
    assert finding.status is status
    assert finding.slippage is not None
    assert not finding.slippage.is_escalated


def test_an_items_own_points_go_before_those_of_the_preset() -> None:
    own = Thresholds.of(Preset.STEPS, at_risk_points=2.0, behind_points=4.0, escalate_points=6.0)
    for behind, status in ((1.9, Status.ON_TRACK), (2.0, Status.AT_RISK), (4.0, Status.BEHIND)):
        assert propose(seen=observed(behind, half=0.01), thresholds=own).status is status
    phase = Thresholds.of(Preset.PHASE, behind_points=8.0)
    assert (phase.behind_at(10.0), phase.behind_at(90.0), phase.at_risk_points) == (8.0, 8.0, None)


@pytest.mark.parametrize(
    "points", [(0.0, 5.0, 10.0), (6.0, 5.0, 10.0), (2.0, 5.0, 4.0), (2.0, 101.0, 102.0), (-1.0, 5.0, 10.0)]
)
def test_points_that_do_not_follow_each_other_are_refused(points: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"at risk|escalated|more than 100"):
        Thresholds.of(Preset.STEPS, *points)


def test_the_reason_names_its_figures_in_three_languages() -> None:
    reason = propose(seen=observed(12.0)).reason
    assert reason.en.startswith("The works are behind the plan. It has been behind since 2026-08-05 or longer.")
    assert "Observed 38 % (36 to 40), planned 50 %, slippage 12 points; cameras can see 100 % of the plan." in reason.en
    assert "The observed pace is 7 points a week; weighed with the plan's it would be finished by 2026-11-" in reason.en
    assert "По наблюдению 38 % (36–40), по плану 50 %, отставание 12 п. п.; камерам видно 100 % плана." in reason.ru
    assert "Бақылау бойынша 38 % (36–40), жоспар бойынша 50 %, кешігу 12 п. т." in reason.kk
    half = propose(seen=observed(12.5)).reason
    assert "Observed 37.5 %" in half.en
    assert "По наблюдению 37,5 %" in half.ru
    ahead = propose(seen=observed(-3.0)).reason
    assert ahead.en.startswith("The works keep to the plan. Observed 53 % (51 to 55), planned 50 %, ahead by 3 points")


def test_the_reason_says_since_when() -> None:
    began = ON - timedelta(days=20)
    seen = progress([TASK], ON, lambda day: planned_share(day) - (0.12 if day >= began else 0.0))
    finding = propose(seen=seen)
    assert finding.since == began
    assert f"It has been behind since {began.isoformat()}." in finding.reason.en


def test_a_stop_is_a_stall_on_the_third_seen_working_day() -> None:
    statuses = [propose(letters, stopped(days)).status for letters, days in (("aaas", 1), ("aass", 2), ("asss", 3))]
    assert statuses == [Status.ON_TRACK, Status.ON_TRACK, Status.STALLED]
    finding = propose("aaaaaaasss", stopped(3))
    assert finding.since == ON - timedelta(days=2)
    assert finding.reason.en.startswith(
        "By the plan work is due, but on the 3 working days that were seen since 2026-09-14 nobody worked and nothing "
    )


def test_a_project_whose_elements_grow_is_not_stalled() -> None:
    assert propose("aaasssssss", observed(0.0)).status is Status.ON_TRACK
    # The rule over activity alone would say so.
    assert propose("aaasssssss").status is Status.STALLED


def test_growth_by_the_plan_of_years_is_growth_too() -> None:
    task = PlannedTask(ON - timedelta(days=100), ON + timedelta(days=120), 1.0, "frame")
    growing = observed(1.0, tasks=[task])
    for letters in ("aaaaaaasss", "aaaaasssss", "ssssssssss"):
        assert propose(letters, growing, tasks=[task]).status is Status.ON_TRACK


def test_a_figure_that_catches_up_after_work_stopped_is_no_growth() -> None:
    first_still = ON - timedelta(days=2)
    seen = progress([TASK], ON, lambda day: 0.5 - (0.05 if day <= first_still else 0.0))
    assert propose("aaaaaaasss", seen).status is Status.STALLED


def test_figures_that_creep_are_no_growth() -> None:
    last = ON - timedelta(days=7)
    seen = progress([TASK], ON, lambda day: planned_share(min(day, last)) + 0.001 * max(0, (day - last).days))
    assert propose("aaasssssss", seen).status is Status.STALLED


def test_unseen_days_never_bring_a_stall_closer() -> None:
    assert propose("aaaaassfff", stopped(5)).status is not Status.STALLED
    assert propose("aaaassooso", stopped(5)).status is Status.STALLED
    # Elements were not seen meanwhile: activity alone needs a week.
    unseen = (0, 1, 2, 3, 4)
    assert propose("aaaaaaasss", stopped(3, unseen=unseen)).status is not Status.STALLED
    assert propose("aaaaasssss", stopped(5, unseen=unseen)).status is Status.STALLED


def test_work_that_goes_on_again_ends_a_stall() -> None:
    assert propose("aasssssssa", stopped(8)).status is not Status.STALLED


def test_a_standstill_while_no_work_is_due_is_no_stall() -> None:
    done = PlannedTask(ON - timedelta(days=99), ON - timedelta(days=30), 1.0, "pit")
    later = PlannedTask(ON + timedelta(days=10), ON + timedelta(days=60), 1.0, "roof")
    seen = progress([done, later], ON, lambda day: min(1.0, planned_share(day, done)))
    finding = propose("ssssssssss", seen, tasks=[done, later])
    assert finding.status is Status.ON_TRACK
    assert "looks complete" in finding.reason.en


def test_what_looks_complete_is_said_and_left_to_a_person() -> None:
    task = PlannedTask(ON - timedelta(days=99), ON + timedelta(days=1), 1.0, "frame")
    finding = propose(seen=observed(-5.0, tasks=[task]), tasks=[task])
    assert finding.status is Status.ON_TRACK
    assert finding.reason.en.startswith("All that the cameras can see looks complete; a person should confirm it.")
    assert "это должен подтвердить человек" in finding.reason.ru
    over = PlannedTask(ON - timedelta(days=99), ON - timedelta(days=9), 1.0, "frame")
    unseen = PlannedTask(ON - timedelta(days=20), ON - timedelta(days=1), 1.0, "finishing")
    assert propose(seen=observed(0.0, tasks=[over]), tasks=[over]).status is Status.ON_TRACK
    both = [over, unseen]
    assert propose(seen=observed(0.0, tasks=both), tasks=both).status is Status.AT_RISK


def test_after_the_plans_end_what_does_not_stand_is_behind() -> None:
    over = PlannedTask(ON - timedelta(days=99), ON - timedelta(days=9), 1.0, "frame")
    finding = propose(seen=observed(6.0, tasks=[over]), tasks=[over])
    assert finding.status is Status.BEHIND
    assert finding.reason.en.startswith(
        "The plan ended on 2026-09-07, and the works that cameras see are not complete."
    )
    assert propose(seen=observed(6.0, half=0.1, tasks=[over]), tasks=[over]).status is Status.AT_RISK


def test_before_the_plan_begins_growth_is_early_and_nothing_is_late() -> None:
    later = PlannedTask(ON + timedelta(days=15), ON + timedelta(days=90), 1.0, "frame")
    standing = progress([later], ON, lambda _day: 0.3)
    growing = progress([later], ON, lambda day: 0.3 - 0.002 * (ON - day).days)
    assert propose("ssssssssss", standing, tasks=[later]).status is Status.NOT_STARTED
    assert propose("ssssssaaaa", standing, tasks=[later]).status is Status.ON_TRACK
    early = propose("ssssssssss", growing, tasks=[later])
    assert early.status is Status.ON_TRACK
    assert "growing already" in early.reason.en


def test_elements_that_were_seen_speak_where_site_days_cannot_be_judged() -> None:
    assert propose("oooooooooo").status is Status.NO_EVIDENCE
    assert propose("ooooooooof", observed(12.0)).status is Status.BEHIND


def test_a_figure_from_memory_says_nothing_of_the_plan() -> None:
    old = progress([TASK], ON, lambda day: planned_share(day) - 0.3, visible_share=0.0, unseen_days=8)
    finding = propose("ooooooooof", old)
    assert (finding.status, finding.is_judged) == (Status.NO_EVIDENCE, False)
    assert "Most of the work elements have not been seen for more than 7 days" in finding.reason.en
    assert "Большую часть рабочих элементов не было видно дольше 7 дн., поэтому" in finding.reason.ru
    assert "Жұмыс элементтерінің көбі 7 күннен артық көрінбеді" in finding.reason.kk
    assert propose("aaaaaaaaaa", old).status is Status.ON_TRACK


def test_days_without_a_view_make_nothing_late() -> None:
    unseen = (0, 1, 2, 3, 4, 5)
    hidden = propose(seen=stopped(6, unseen=unseen))
    assert (hidden.status, hidden.since) == (Status.ON_TRACK, None)
    assert hidden.slippage is not None
    assert hidden.slippage.seen.on == ON - timedelta(days=6)
    assert hidden.slippage.points == pytest.approx(0.0)
    assert "Observed 44 % (42 to 46), planned 44 %, slippage 0 points" in hidden.reason.en
    # Had it been seen, it would be late.
    assert propose(seen=stopped(6)).status is Status.AT_RISK
    # What was late when it was last seen is no later, and no less late.
    late = progress(
        [TASK],
        ON,
        lambda day: planned_share(min(day, ON - timedelta(days=4))) - 0.12,
        is_seen=lambda day: day <= ON - timedelta(days=4),
    )
    finding = propose(seen=late)
    assert finding.status is Status.BEHIND
    assert finding.slippage is not None
    assert (finding.slippage.points, finding.slippage.low) == pytest.approx((12.0, 10.0))


def test_thresholds_are_those_of_the_day_that_was_seen_last() -> None:
    phase = Thresholds.of(Preset.PHASE)
    # 72 % are planned today, 68 % when it was seen last.
    task = PlannedTask(ON - timedelta(days=71), ON + timedelta(days=28), 1.0, "frame")
    seen = progress(
        [task],
        ON,
        lambda day: planned_share(min(day, ON - timedelta(days=4)), task) - 0.06,
        is_seen=lambda day: day <= ON - timedelta(days=4),
    )
    finding = propose(seen=seen, thresholds=phase, tasks=[task])
    assert finding.status is Status.ON_TRACK
    assert FlagKind.BEHIND_PLAN in flags_today(finding, 72.0, None, [], [], phase).cleared


def test_where_no_day_was_seen_the_last_is_taken() -> None:
    points = progress([TASK], ON, lambda day: planned_share(day) - 0.06, is_seen=lambda _day: False).points
    slippage = slippage_of(points, STEPS)
    assert (slippage.seen.on, slippage.since, slippage.is_since_or_earlier) == (ON, ON, True)


def test_a_sliver_of_the_plan_does_not_stand_for_the_project() -> None:
    tasks = [
        PlannedTask(TASK.starts_on, TASK.finishes_on, 5.0, "yard"),
        PlannedTask(TASK.starts_on, TASK.finishes_on, 95.0, "rest"),
    ]
    finding = propose(seen=observed(30.0, tasks=tasks), tasks=tasks)
    assert (finding.status, finding.is_judged) == (Status.ON_TRACK, False)
    assert "cameras can see 5 % of the plan" in finding.reason.en


def test_without_a_plan_or_elements_the_rule_over_activity_speaks() -> None:
    assert propose_from_progress([], site_days("aaaa"), ON, None, STEPS).status is Status.NO_EVIDENCE
    finding = propose("asssasssna")
    assert (finding.status, finding.slippage) == (Status.AT_RISK, None)


@given(st.floats(0.0, 1.0), st.floats(0.0, 0.5), st.sampled_from(["aaaaaaaaaa", "sssssfffff", "oooooooooo"]))
def test_completion_is_never_proposed(share: float, half: float, letters: str) -> None:
    finding = propose(letters, progress([TASK], ON, lambda _day: share, half=half))
    assert finding.status is not Status.COMPLETED
    if finding.slippage is not None and finding.slippage.low <= 0:
        assert finding.status is not Status.BEHIND


@given(st.integers(0, 120), st.floats(0.0, 0.3))
def test_growth_along_the_plan_has_no_slippage(day: int, half: float) -> None:
    on = TASK.starts_on + timedelta(days=day)
    slippage = slippage_of(observed(0.0, half=half, on=on).points, STEPS)
    assert slippage.points == pytest.approx(0.0, abs=1e-9)
    assert slippage.low <= slippage.points <= slippage.high
    assert slippage.since is None


@given(st.text("of", min_size=1, max_size=10), st.text("as", max_size=10))
def test_days_without_a_view_never_make_a_stall(unseen: str, seen: str) -> None:
    with_unseen = propose((seen + unseen)[-10:], stopped(10)).status
    without = propose_from_progress(
        [TASK],
        [day for day in site_days((seen + unseen)[-10:]) if day.state not in (LETTERS["o"], LETTERS["f"])],
        ON,
        stopped(10),
        STEPS,
    ).status
    if with_unseen is Status.STALLED:
        assert without is Status.STALLED
