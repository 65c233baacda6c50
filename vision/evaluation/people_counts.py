"""How well people are counted, picture by picture."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from vision.evaluation.figures import Interval
from vision.evaluation.resampling import resampled_interval

FEWEST, MOST = 1, 10
LEAST_HEIGHT_PX = 15
WITHIN = 1


@dataclass(frozen=True, slots=True)
class CountedPicture:
    """How many people at least 15 px high a picture truly holds, and how many were counted."""

    clip: str
    true: int
    counted: int


@dataclass(frozen=True, slots=True)
class CountFigures:
    """Over the pictures that truly hold 1 to 10 people; intervals are 90 %, over clips.

    `mean_error` is of the error's size, `bias` of the error itself: above 0 where too many are counted.
    """

    pictures: int
    within_one: int
    within_one_share: float | None
    interval: Interval | None
    mean_error: float | None
    bias: float | None
    clips: dict[str, float]


def count_figures(pictures: Sequence[CountedPicture]) -> CountFigures:
    """The figures of all pictures with 1 to 10 people."""
    kept = [one for one in pictures if FEWEST <= one.true <= MOST]
    clips: dict[str, list[CountedPicture]] = defaultdict(list)
    for one in kept:
        clips[one.clip].append(one)
    errors = [one.counted - one.true for one in kept]
    return CountFigures(
        pictures=len(kept),
        within_one=sum(abs(error) <= WITHIN for error in errors),
        within_one_share=_share(kept),
        interval=resampled_interval(
            list(clips.values()), lambda drawn: _share([one for clip in drawn for one in clip])
        ),
        mean_error=sum(abs(error) for error in errors) / len(errors) if errors else None,
        bias=sum(errors) / len(errors) if errors else None,
        clips={clip: share for clip, own in sorted(clips.items()) if (share := _share(own)) is not None},
    )


def _share(pictures: Sequence[CountedPicture]) -> float | None:
    if not pictures:
        return None
    return sum(abs(one.counted - one.true) <= WITHIN for one in pictures) / len(pictures)
