"""How well working is told from idle, over machine-seconds.

A machine is right in a moment where a box of a machine lies on it and says what it does. A machine without such a
box, and one whose state is not known, count as wrong: what is not seen is not known either.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vision.activity_segment import WorkState
from vision.evaluation.figures import Interval
from vision.evaluation.resampling import resampled_interval

TOLD_APART = (WorkState.WORKING, WorkState.IDLE)


class FoundState(StrEnum):
    """What was made of a machine in one moment."""

    WORKING = "working"
    IDLE = "idle"
    UNKNOWN = "unknown"
    UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True)
class MachineMoment:
    """One true machine in one picture, which stands for `seconds`; `machine` keeps its thing within a clip."""

    clip: str
    machine: str
    label: str
    seconds: float
    truth: WorkState
    found: FoundState


@dataclass(frozen=True, slots=True)
class StateFigures:
    """Working against idle over some machine-seconds.

    `confusion` maps a true state to the seconds of what was found; `share` to its share of all. `recall` is the share
    of a true state's seconds that is right, `balanced_accuracy` the mean of the two; None where one never occurs.
    `accuracy` is the plain share that is right.
    """

    machines: int
    seconds: float
    share: dict[str, float]
    confusion: dict[str, dict[str, float]]
    recall: dict[str, float | None]
    accuracy: float | None
    balanced_accuracy: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class WorkFigures:
    """Over all clips, by a machine's type and by clip. Intervals are 90 %, over machines of clips."""

    total: StateFigures
    types: dict[str, StateFigures]
    clips: dict[str, StateFigures]


def work_figures(moments: Sequence[MachineMoment]) -> WorkFigures:
    """The figures of all moments."""
    types = sorted({moment.label for moment in moments})
    clips = sorted({moment.clip for moment in moments})
    return WorkFigures(
        total=state_figures(moments),
        types={label: state_figures([one for one in moments if one.label == label]) for label in types},
        clips={clip: state_figures([one for one in moments if one.clip == clip]) for clip in clips},
    )


def state_figures(moments: Sequence[MachineMoment]) -> StateFigures:
    """The figures of some moments."""
    confusion = _confusion(moments)
    machines: dict[tuple[str, str], list[MachineMoment]] = defaultdict(list)
    for moment in moments:
        machines[moment.clip, moment.machine].append(moment)
    of_machines = [_confusion(one) for one in machines.values()]
    seconds = sum(sum(row.values()) for row in confusion.values())
    right = sum(confusion[state][state] for state in TOLD_APART)
    return StateFigures(
        machines=len(machines),
        seconds=seconds,
        share={state.value: sum(confusion[state].values()) / seconds if seconds else 0.0 for state in TOLD_APART},
        confusion={state.value: {name: round(s, 3) for name, s in confusion[state].items()} for state in TOLD_APART},
        recall={state.value: _recall(confusion, state) for state in TOLD_APART},
        accuracy=right / seconds if seconds else None,
        balanced_accuracy=_balanced(confusion),
        interval=resampled_interval(of_machines, lambda drawn: _balanced(_summed(drawn))),
    )


_Confusion = dict[str, dict[str, float]]


def _confusion(moments: Iterable[MachineMoment]) -> _Confusion:
    counted: _Confusion = {state.value: {found.value: 0.0 for found in FoundState} for state in TOLD_APART}
    for moment in moments:
        counted[moment.truth.value][moment.found.value] += moment.seconds
    return counted


def _summed(parts: Sequence[_Confusion]) -> _Confusion:
    return {
        state.value: {found.value: sum(part[state][found] for part in parts) for found in FoundState}
        for state in TOLD_APART
    }


def _recall(confusion: _Confusion, state: WorkState) -> float | None:
    seconds = sum(confusion[state].values())
    return confusion[state][state] / seconds if seconds else None


def _balanced(confusion: _Confusion) -> float | None:
    recalls = [_recall(confusion, state) for state in TOLD_APART]
    known = [one for one in recalls if one is not None]
    return sum(known) / len(known) if len(known) == len(TOLD_APART) else None
