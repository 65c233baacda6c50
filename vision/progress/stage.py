"""Which stage of the works is under way, by the elements that cameras see: evidence, and never a figure's basis."""

from collections.abc import Sequence
from enum import StrEnum

from vision.progress.built_share import ElementState
from vision.progress.element_progress import ElementDay, ProgressReason
from vision.progress.work_kind import WorkKind

# A stage that has only just begun does not end the one before it.
BEGUN_FROM_SHARE = 0.1


class Stage(StrEnum):
    """The stages of a project in the order in which they follow each other."""

    EARTHWORKS = "earthworks"
    FOUNDATION = "foundation"
    STRUCTURE = "structure"
    ENVELOPE = "envelope"
    SURFACING = "surfacing"
    FINISHING = "finishing"
    NOT_KNOWN = "not_known"


STAGES = {
    WorkKind.EXCAVATION: Stage.EARTHWORKS,
    WorkKind.EMBANKMENT: Stage.EARTHWORKS,
    WorkKind.FOUNDATION: Stage.FOUNDATION,
    WorkKind.PIERS: Stage.FOUNDATION,
    WorkKind.SUPPORTS: Stage.FOUNDATION,
    WorkKind.FRAME: Stage.STRUCTURE,
    WorkKind.MASONRY: Stage.STRUCTURE,
    WorkKind.DECK: Stage.STRUCTURE,
    WorkKind.PIPE: Stage.STRUCTURE,
    WorkKind.FACADE: Stage.ENVELOPE,
    WorkKind.INSULATION: Stage.ENVELOPE,
    WorkKind.ROOF: Stage.ENVELOPE,
    WorkKind.PAVEMENT: Stage.SURFACING,
    WorkKind.PAVING: Stage.SURFACING,
    WorkKind.FINISHING: Stage.FINISHING,
}
_ORDER = tuple(Stage)


def stage_of(days: Sequence[tuple[WorkKind | None, ElementDay]]) -> Stage:
    """The stage under way, by the figures of one day for the elements of a task or a project.

    The latest stage of which a good part stands and that is not complete; else the earliest that has begun; else the
    latest that is complete. Elements without a kind, and those that were not seen for long, say nothing.
    """
    told = [
        (STAGES[kind], day)
        for kind, day in days
        if kind is not None and day.reason is not ProgressReason.NOT_SEEN_FOR_LONG
    ]
    going = [(stage, day.share) for stage, day in told if day.state is ElementState.IN_PROGRESS]
    well = [stage for stage, share in going if share >= BEGUN_FROM_SHARE]
    if well:
        return max(well, key=_ORDER.index)
    if going:
        return min((stage for stage, _ in going), key=_ORDER.index)
    complete = [stage for stage, day in told if day.state is ElementState.COMPLETE]
    return max(complete, key=_ORDER.index) if complete else Stage.NOT_KNOWN
