from datetime import UTC, datetime
from uuid import uuid4

import pytest

from models.words import Basis, Status
from roadmap.rollup import (
    Decided,
    Proposed,
    Reported,
    Standing,
    WeightedStanding,
    judge_report,
    roll_up,
    stand_project,
)

AT = datetime(2026, 9, 16, tzinfo=UTC)
ON_PLAN = Reported(50.0, 50.0)


def proposed(status: Status) -> Proposed:
    return Proposed(uuid4(), status, AT)


def weighted(status: Status, basis: Basis = Basis.OBSERVED, weight: float = 1.0) -> WeightedStanding:
    return WeightedStanding(uuid4(), Standing(status, basis, False), weight)


@pytest.mark.parametrize(
    ("percent", "planned", "status"),
    [
        (0.0, 0.0, Status.NOT_STARTED),
        (50.0, 50.0, Status.ON_TRACK),
        (45.1, 50.0, Status.ON_TRACK),
        (45.0, 50.0, Status.AT_RISK),
        (40.0, 50.0, Status.BEHIND),
        (0.0, 30.0, Status.BEHIND),
        (100.0, 100.0, Status.ON_TRACK),
    ],
)
def test_a_report_is_judged_by_its_slippage_in_points(percent: float, planned: float, status: Status) -> None:
    assert judge_report(Reported(percent, planned)) is status


def test_a_project_without_cameras_lives_on_its_report() -> None:
    standing = stand_project(None, None, Reported(30.0, 50.0), review_required=False)
    assert (standing.status, standing.basis) == (Status.BEHIND, Basis.REPORTED)


def test_a_proposal_is_the_status_where_no_review_is_asked_for() -> None:
    standing = stand_project(proposed(Status.STALLED), None, ON_PLAN, review_required=False)
    assert (standing.status, standing.basis, standing.awaits_decision) == (Status.STALLED, Basis.OBSERVED, False)


def test_a_proposal_waits_where_review_is_asked_for() -> None:
    standing = stand_project(proposed(Status.STALLED), None, ON_PLAN, review_required=True)
    assert (standing.status, standing.basis, standing.awaits_decision) == (Status.ON_TRACK, Basis.REPORTED, True)


def test_too_little_seen_is_no_evidence_even_if_the_owner_reports() -> None:
    standing = stand_project(proposed(Status.NO_EVIDENCE), None, Reported(10.0, 50.0), review_required=False)
    assert (standing.status, standing.basis) == (Status.NO_EVIDENCE, Basis.OBSERVED)


def test_an_owners_worse_report_wins_over_cameras_that_see_only_activity() -> None:
    standing = stand_project(proposed(Status.ON_TRACK), None, Reported(30.0, 50.0), review_required=False)
    assert (standing.status, standing.basis) == (Status.BEHIND, Basis.REPORTED)


def test_a_report_that_was_never_made_admits_nothing() -> None:
    silent = Reported(None, 50.0)
    watched = stand_project(proposed(Status.ON_TRACK), None, silent, review_required=False)
    assert (watched.status, watched.basis) == (Status.ON_TRACK, Basis.OBSERVED)
    unwatched = stand_project(None, None, silent, review_required=False)
    assert (unwatched.status, unwatched.basis) == (Status.BEHIND, Basis.REPORTED)


def test_a_confirmed_proposal_is_decided_until_a_newer_one_comes() -> None:
    first, second = proposed(Status.STALLED), proposed(Status.ON_TRACK)
    decided = Decided(Status.STALLED, first.id, first.id)
    held = stand_project(first, decided, ON_PLAN, review_required=False)
    assert (held.status, held.basis) == (Status.STALLED, Basis.DECIDED)
    moved_on = stand_project(second, decided, ON_PLAN, review_required=False)
    assert (moved_on.status, moved_on.basis) == (Status.ON_TRACK, Basis.OBSERVED)
    waiting = stand_project(second, decided, ON_PLAN, review_required=True)
    assert (waiting.status, waiting.basis, waiting.awaits_decision) == (Status.STALLED, Basis.DECIDED, True)


def test_completion_is_decided_once_and_stays() -> None:
    decided = Decided(Status.COMPLETED, None, None)
    standing = stand_project(proposed(Status.STALLED), decided, ON_PLAN, review_required=False)
    assert (standing.status, standing.basis) == (Status.COMPLETED, Basis.DECIDED)


def test_a_question_leaves_what_was_decided_before_it() -> None:
    newest = proposed(Status.BEHIND)
    completed = Decided(Status.COMPLETED, None, newest.id)
    assert stand_project(newest, completed, ON_PLAN, review_required=False).status is Status.COMPLETED
    confirmed = Decided(Status.STALLED, uuid4(), newest.id)
    under_review = stand_project(newest, confirmed, ON_PLAN, review_required=True)
    assert (under_review.status, under_review.awaits_decision) == (Status.STALLED, False)


def test_what_is_done_does_not_speak_for_what_nobody_saw() -> None:
    done = weighted(Status.COMPLETED, Basis.DECIDED)
    assert roll_up([done, weighted(Status.NO_EVIDENCE)]).status is Status.NO_EVIDENCE


def test_an_item_has_the_worst_status_of_its_projects() -> None:
    item = roll_up([weighted(Status.ON_TRACK), weighted(Status.STALLED), weighted(Status.COMPLETED, Basis.DECIDED)])
    assert (item.status, item.basis) == (Status.STALLED, Basis.OBSERVED)
    assert item.counts[Status.COMPLETED] == 1


def test_an_item_is_completed_only_when_all_its_projects_are() -> None:
    done = weighted(Status.COMPLETED, Basis.DECIDED)
    assert roll_up([done, done]).status is Status.COMPLETED
    assert roll_up([done, weighted(Status.NOT_STARTED)]).status is Status.ON_TRACK


def test_a_project_that_nobody_saw_does_not_hide_what_others_say() -> None:
    item = roll_up([weighted(Status.NO_EVIDENCE), weighted(Status.AT_RISK, Basis.REPORTED)])
    assert (item.status, item.basis) == (Status.AT_RISK, Basis.REPORTED)
    assert roll_up([weighted(Status.NO_EVIDENCE)]).status is Status.NO_EVIDENCE


def test_an_item_without_projects_is_never_no_evidence() -> None:
    item = roll_up([])
    assert (item.status, item.basis) == (Status.NOT_STARTED, Basis.REPORTED)
