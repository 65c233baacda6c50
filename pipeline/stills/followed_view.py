"""Stills of one view followed day by day: each day's view, and what of each element stands on it.

One day is held in memory at a time, and of it no more pictures than are looked at.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from pipeline.errors import FootageError
from pipeline.progress.suspension import shows_another_view
from pipeline.stills.still_folder import Reference, Still, Tell
from pipeline.watch.view_watch import MOVED_FROM_SHARE
from vision.daily_view import LEAST_LIGHT, LEAST_OUTLINE_LEVELS, DailyView, DailyViewMaker, LeftOut, at_view_width
from vision.detector import Detector, Image
from vision.errors import UnreadableImageError
from vision.progress.element_progress import ElementDay, ElementProgress, Looker
from vision.progress.work_element import WorkElement
from vision.registration import MOST_ASPECT_DIFFERENCE, Registrar
from vision.view_traits import LEAST_OUTLINE_LEVELS as NO_OUTLINE_LEVELS
from vision.view_traits import view_traits

# A day of more is thinned evenly: a median of so many gains nothing by further ones, and a day costs under 5 CPU-s.
MOST_A_DAY: Final = 6

_WHY: Final = {
    LeftOut.DARK: "too dark",
    LeftOut.HAZY: "fog or haze",
    LeftOut.NOT_REGISTERED: "another view, or too little of the reference is found again: not_registered",
}


@dataclass(frozen=True, slots=True)
class FollowedDay:
    """One day of the view: how many pictures its view is made of, why others are not in it, and its elements.

    `is_elsewhere` says that the camera shows another view than the reference: it lies beside it, or most pictures are
    clear and none of it is found in them. What stands before the lens looks like that too.
    """

    on: date
    pictures: int
    left_out: tuple[LeftOut, ...]
    shift_px_share: float
    is_elsewhere: bool
    elements: tuple[ElementDay, ...]


class FollowedView:
    """Follows the elements drawn on one reference picture; owned by one thread."""

    def __init__(
        self, reference: Reference, elements: Sequence[WorkElement], detector: Detector, looker: Looker, tell: Tell
    ) -> None:
        """Begin with the reference.

        Raises:
            FootageError: the reference shows too little.
        """
        self._tell = tell
        self._name, self._taken_at, self._first = reference.name, reference.taken_at, reference.taken_at.date()
        self._others_laid = 0
        at_width = at_view_width(reference.image)
        self._aspect = _aspect(at_width)
        _require_shows(reference, at_width, tell)
        self._maker = DailyViewMaker(at_width, detector)
        begun = self._maker.reference_view(self._first)
        scale = at_width.shape[1] / reference.image.shape[1]
        self._progress = ElementProgress(begun, elements, looker, scale=scale)

    def days(self, stills: Iterable[Still]) -> Iterator[FollowedDay]:
        """The days from the reference's on, of stills in the order of time.

        Raises:
            StreamError: a clip can't be used.
        """
        early: list[date] = []
        others, was_moved, is_thinned = 0, False, False
        for on, of_day in groupby(stills, key=lambda still: still.on):
            if on < self._first:
                early.append(on)
                continue
            given = _spread(of_day)
            if len(given) > MOST_A_DAY and not is_thinned:
                is_thinned = True
                self._tell(f"Of days with more than {MOST_A_DAY} pictures, such as {on}, so many are looked at.")
            chosen = _evenly(given)
            others += sum(self._is_other(still) for still in chosen)
            day = self._day(on, chosen)
            if day.is_elsewhere and not was_moved and day.pictures:
                self._tell(
                    f"{on}: the camera looks elsewhere, by {day.shift_px_share:.1%} of the picture's width. What it "
                    "still shows of the reference is laid back over it."
                )
            was_moved = day.is_elsewhere
            yield day
        if early:
            self._tell_of_early(early)
        if others and not self._others_laid:
            self._tell(
                f"No other picture could be laid over the reference {self._name}: nothing was seen, and no share "
                "is known beyond what stood on it."
            )

    def _day(self, on: date, stills: Sequence[Still]) -> FollowedDay:
        read: list[tuple[Still, Image]] = []
        for still in stills:
            try:
                read.append((still, at_view_width(still.read())))
            except UnreadableImageError as error:
                self._tell(f"{on}: {still.name} is left out. {error}")
        view = self._maker.view(on, [image for _, image in read])
        self._tell_of_left_out(on, read, view)
        laid = (still for place, (still, _) in enumerate(read) if place not in view.left_out_places)
        self._others_laid += sum(self._is_other(still) for still in laid)
        elements = tuple(self._progress.add_day(view))
        # What lies over the reference tells where the camera looks; only without it the rest does.
        is_elsewhere = view.shift_px_share >= MOVED_FROM_SHARE
        if not view.pictures:
            is_elsewhere = shows_another_view(view, [image for _, image in read], 1)
        return FollowedDay(on, view.pictures, view.left_out, view.shift_px_share, is_elsewhere, elements)

    def _is_other(self, still: Still) -> bool:
        """Whether it is not the reference itself, which always lies over itself."""
        return still.taken_at != self._taken_at

    def _tell_of_left_out(self, on: date, read: Sequence[tuple[Still, Image]], view: DailyView) -> None:
        names: dict[str, list[str]] = {}
        for place, why in zip(view.left_out_places, view.left_out, strict=True):
            still, image = read[place]
            names.setdefault(self._why(image, why), []).append(still.name)
        if names:
            said = "; ".join(f"{', '.join(of_why)} ({why})" for why, of_why in names.items())
            self._tell(f"{on}: left out: {said}.")

    def _why(self, image: Image, why: LeftOut) -> str:
        if why is LeftOut.NOT_REGISTERED and abs(_aspect(image) / self._aspect - 1.0) > MOST_ASPECT_DIFFERENCE:
            return f"its shape is another, {_aspect(image):.2f} wide for 1 high against {self._aspect:.2f}: {why.value}"
        return _WHY[why]

    def _tell_of_early(self, early: Sequence[date]) -> None:
        self._tell(
            f"{len(early)} days before the reference {self._name} are left out, from {early[0]} to {early[-1]}: shares "
            "are told from it on. Draw the elements on the earliest picture to have them told."
        )


def _require_shows(reference: Reference, at_width: Image, tell: Tell) -> None:
    traits = view_traits(at_width)
    if traits.light < LEAST_LIGHT:
        raise FootageError(f"The reference {reference.name} is too dark to compare with. Choose one in daylight.")
    is_hazy = traits.outline_levels < LEAST_OUTLINE_LEVELS
    shows_nothing = traits.outline_levels < NO_OUTLINE_LEVELS
    if shows_nothing or not (is_hazy or Registrar(at_width).register(at_width).is_known):
        raise FootageError(
            f"The reference {reference.name} shows too few outlines to lay other pictures over it. Choose a clear one "
            "in which the surroundings of the works can be seen."
        )
    if is_hazy:
        tell(f"The reference {reference.name} lies in haze: shares are less sure. Choose a clearer one if there is.")


def _spread(stills: Iterable[Still]) -> list[Still]:
    """A day's stills, thinned by halves where they are more than twice as many as are looked at."""
    kept: list[Still] = []
    stride = 1
    for number, still in enumerate(stills):
        if number % stride:
            continue
        kept.append(still)
        if len(kept) > 2 * MOST_A_DAY:
            kept, stride = kept[::2], 2 * stride
    return kept


def _evenly(stills: Sequence[Still]) -> Sequence[Still]:
    """As many of a day's stills as are looked at."""
    last = len(stills) - 1
    if last < MOST_A_DAY:
        return stills
    return [stills[round(place * last / (MOST_A_DAY - 1))] for place in range(MOST_A_DAY)]


def _aspect(image: Image) -> float:
    return float(image.shape[1] / image.shape[0])
