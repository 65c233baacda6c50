"""The stage under way is told by the elements' states."""

from datetime import date

import pytest

from vision.progress.built_share import ElementState
from vision.progress.element_progress import ElementDay, ProgressReason
from vision.progress.stage import STAGES, Stage, stage_of
from vision.progress.work_kind import WorkKind


def figure(
    kind: WorkKind | None, share: float, reason: ProgressReason = ProgressReason.SEEN
) -> tuple[WorkKind | None, ElementDay]:
    state = ElementState.IN_PROGRESS
    if share in (0.0, 1.0):
        state = ElementState.NOT_STARTED if share == 0.0 else ElementState.COMPLETE
    return kind, ElementDay(date(2026, 9, 7), "one", share, share, share, 1.0, state, reason, 0)


FRAME, FACADE, PIT, ROAD = WorkKind.FRAME, WorkKind.FACADE, WorkKind.EXCAVATION, WorkKind.PAVING


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        ([], Stage.NOT_KNOWN),
        ([figure(PIT, 0.0), figure(FRAME, 0.0)], Stage.NOT_KNOWN),
        ([figure(PIT, 0.4), figure(FRAME, 0.0)], Stage.EARTHWORKS),
        ([figure(PIT, 1.0), figure(FRAME, 0.6), figure(FACADE, 0.05)], Stage.STRUCTURE),
        ([figure(PIT, 1.0), figure(FRAME, 0.9), figure(FACADE, 0.3)], Stage.ENVELOPE),
        ([figure(PIT, 1.0), figure(FRAME, 0.03)], Stage.STRUCTURE),
        ([figure(PIT, 1.0), figure(FRAME, 1.0), figure(FACADE, 0.0)], Stage.STRUCTURE),
        ([figure(PIT, 1.0), figure(ROAD, 1.0)], Stage.SURFACING),
    ],
)
def test_the_stage_is_that_of_the_works_under_way(days: list[tuple[WorkKind | None, ElementDay]], stage: Stage) -> None:
    assert stage_of(days) is stage


def test_what_has_no_kind_or_was_not_seen_for_long_says_nothing() -> None:
    assert stage_of([figure(None, 0.5)]) is Stage.NOT_KNOWN
    long_ago = figure(FACADE, 0.5, ProgressReason.NOT_SEEN_FOR_LONG)
    assert stage_of([figure(PIT, 0.5), long_ago]) is Stage.EARTHWORKS


def test_every_kind_belongs_to_a_stage() -> None:
    assert set(STAGES) == set(WorkKind)
    assert set(STAGES.values()) == set(Stage) - {Stage.NOT_KNOWN}
