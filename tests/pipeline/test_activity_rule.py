from datetime import date, timedelta

import pytest

from models.plan_curve import PlannedTask, planned_percent
from models.words import SiteDayState, Status
from pipeline.signals.activity_rule import DayFinding, Proposal, propose_from_activity

ON = date(2026, 9, 16)
TASKS = [PlannedTask(date(2026, 6, 1), date(2026, 12, 31), 1.0)]
LETTERS = {
    "a": SiteDayState.ACTIVE,
    "s": SiteDayState.STANDSTILL,
    "o": SiteDayState.OUTAGE,
    "f": SiteDayState.OBSTRUCTED,
    "n": SiteDayState.NON_WORKING,
}


def propose(days: str, tasks: list[PlannedTask] = TASKS, *, last_is_over: bool = True, on: date = ON) -> Proposal:
    first = on - timedelta(days=len(days) - 1)
    findings = [
        DayFinding(first + timedelta(days=index), LETTERS[letter], last_is_over or index < len(days) - 1)
        for index, letter in enumerate(days)
    ]
    return propose_from_activity(tasks, findings, on)


@pytest.mark.parametrize(
    ("days", "status"),
    [
        ("aaaaanaaaa", Status.ON_TRACK),
        ("aaaassssna", Status.ON_TRACK),
        ("asssasssna", Status.AT_RISK),
        ("aaaansssss", Status.STALLED),
        ("aaaassssso", Status.STALLED),
        ("aaaaasssss", Status.STALLED),
        ("aaaaaassss", Status.ON_TRACK),
        ("oooooooooo", Status.NO_EVIDENCE),
        ("aooooooooo", Status.NO_EVIDENCE),
        ("offfooffof", Status.NO_EVIDENCE),
        ("nnnnn", Status.NO_EVIDENCE),
    ],
)
def test_site_days_become_a_status(days: str, status: Status) -> None:
    assert propose(days).status is status


def test_days_on_which_a_moved_camera_looked_elsewhere_are_told_as_such() -> None:
    days = [DayFinding(ON - timedelta(days=back), LETTERS["f"], True, back < 6) for back in range(9, 0, -1)]
    proposal = propose_from_activity(TASKS, days, ON)
    assert proposal.status is Status.NO_EVIDENCE
    assert proposal.reason.en.startswith("The camera has been moved: on 5 of the last 9 working days")
    assert "Камера сдвинута" in proposal.reason.ru
    assert "Камера бұрылып кеткен" in proposal.reason.kk
    assert propose("fffffffff").reason.en.startswith("The cameras saw too little")


def test_a_day_that_is_not_over_adds_no_standstill() -> None:
    assert propose("aaaaaassss" + "s", last_is_over=False).status is not Status.STALLED
    assert propose("aaaaassss" + "s").status is Status.STALLED


def test_unseen_days_never_bring_a_stall_closer() -> None:
    assert propose("aaaasooooo").status is not Status.STALLED


def test_before_the_plan_begins_nothing_is_late() -> None:
    later = [PlannedTask(date(2026, 10, 1), date(2026, 12, 31), 1.0)]
    assert propose("ssssssssss", later).status is Status.NOT_STARTED
    assert propose("ssssssaaaa", later).status is Status.ON_TRACK


def test_after_the_last_task_work_that_goes_on_is_behind_and_never_completed() -> None:
    past = [PlannedTask(date(2026, 1, 1), date(2026, 9, 1), 1.0)]
    assert propose("aaaaaaaaaa", past).status is Status.BEHIND


def test_without_a_plan_there_is_nothing_to_say() -> None:
    assert propose("aaaaaaaaaa", []).status is Status.NO_EVIDENCE


def test_the_reason_says_what_was_counted_in_three_languages() -> None:
    reason = propose("aaaaasssss").reason
    assert "5" in reason.kk
    assert "5" in reason.ru
    assert (
        reason.en == "By the plan work is due, but on the last 5 working days that were seen nobody worked on the site."
    )


def test_planned_value_runs_evenly_over_each_task_and_by_weight() -> None:
    tasks = [
        PlannedTask(date(2026, 9, 1), date(2026, 9, 10), 1.0),
        PlannedTask(date(2026, 9, 11), date(2026, 9, 20), 3.0),
    ]
    assert planned_percent(tasks, date(2026, 8, 31)) == 0.0
    assert planned_percent(tasks, date(2026, 9, 5)) == 12.5
    assert planned_percent(tasks, date(2026, 9, 10)) == 25.0
    assert planned_percent(tasks, date(2026, 9, 15)) == 62.5
    assert planned_percent(tasks, date(2027, 1, 1)) == 100.0
    assert planned_percent([], date(2026, 9, 5)) is None


def test_a_calendar_without_working_days_is_named_as_the_reason() -> None:
    proposal = propose("nnn")
    assert proposal.status is Status.NO_EVIDENCE
    assert proposal.reason.en.startswith("By the site's calendar there has been no working day")
    assert "проверьте календарь" in proposal.reason.ru
    assert "күнтізбені тексеріңіз" in proposal.reason.kk
    assert propose("nno").reason.en.startswith("The cameras saw too little")
