"""One clean picture of a view per day, laid over its reference: what stands there, without who walks by.

Photographs that show nothing (dark, fog, another view) are left out and said so. Nothing can be laid over a reference
that is dark or hazy itself: then the first clear picture is taken to lie as the reference does. Of the others each
pixel is the median of those in which nobody and no machine stands before it; where all are hidden it was not seen that
day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detections import Detections, Group
from vision.detector import Detector, Image
from vision.registration import Registrar
from vision.view_traits import ViewTraits, view_traits

# Cells are judged in pictures of this width; larger ones would cost more and show a wall no better.
VIEW_WIDTH_PX = 960
# Recall first: a cell that was wrongly called hidden is seen tomorrow, a lorry that is taken for a wall stays one.
MASK_THRESHOLD = 0.12
MASK_MARGIN_SHARE = 0.006
HIDING = (Group.PERSON, Group.MACHINE, Group.VEHICLE)
# A crane's box is mostly air under its jib, and may stand for months: only where its carrier stands is hidden. What
# its jib and ropes do is left to persistence.
CRANE, CRANE_FROM_SHARE, CARRIER_SHARE = "crane", 0.02, 0.4
# Dark: too little light to tell a wall from its shadow. Hazy: no outline is this strong in levels a pixel.
LEAST_LIGHT = 45.0
LEAST_OUTLINE_LEVELS = 4.0


class LeftOut(StrEnum):
    """Why a photograph says nothing of its day."""

    DARK = "dark"
    HAZY = "hazy"
    NOT_REGISTERED = "not_registered"


@dataclass(frozen=True, slots=True, eq=False)
class DailyView:
    """What a day showed, in the reference's geometry at `VIEW_WIDTH_PX`.

    `image` is (height, width, 3) uint8 BGR; `seen` is (height, width), false where nothing was seen: hidden in every
    photograph, or outside them all. `pictures` is how many it is made of; `left_out` says why the others are not in
    it, and `left_out_places` which they are of those that were given. `shift_px_share` is the largest shift among
    those in it, in shares of the width; `outline_levels` says how strong the outlines of the clearest are, in levels a
    pixel: fog weakens them.
    """

    on: date
    image: Image
    seen: NDArray[np.bool_]
    pictures: int
    left_out: tuple[LeftOut, ...]
    shift_px_share: float
    outline_levels: float
    left_out_places: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.seen.shape != self.image.shape[:2]:
            raise ValueError(f"Picture {self.image.shape} and what was seen of it {self.seen.shape} don't belong.")


class DailyViewMaker:
    """Makes the daily views of one placement from its reference picture, (height, width, 3) uint8 BGR."""

    def __init__(self, reference: Image, detector: Detector) -> None:
        self._reference = at_view_width(reference)
        self._detector = detector
        self._registrar = Registrar(self._reference)
        self._is_clear = _fault(view_traits(self._reference)) is None

    def reference_view(self, on: date) -> DailyView:
        """The reference itself, with what hid the works in it."""
        (found,) = self._detector.detect([self._reference], MASK_THRESHOLD)
        seen = ~hidden(found, self._reference.shape[:2])
        return DailyView(on, self._reference, seen, 1, (), 0.0, view_traits(self._reference).outline_levels)

    def view(self, on: date, pictures: Sequence[Image]) -> DailyView:
        """The view of one day from its photographs, in any order; `pictures` is 0 in it if none shows anything."""
        laid: list[Image] = []
        seen: list[NDArray[np.bool_]] = []
        left_out: list[LeftOut] = []
        places: list[int] = []
        shift_px_share, outline_levels = 0.0, 0.0
        for place, given in enumerate(pictures):
            picture = at_view_width(given)
            traits = view_traits(picture)
            fault = _fault(traits)
            if fault is not None:
                left_out.append(fault)
                places.append(place)
                continue
            registration = self._registrar.register(picture)
            if not self._is_clear:
                if not registration.is_known:
                    self._registrar = Registrar(self._fitted(picture))
                    registration = self._registrar.register(picture)
                self._is_clear = True
            if not registration.is_known:
                left_out.append(LeftOut.NOT_REGISTERED)
                places.append(place)
                continue
            (found,) = self._detector.detect([picture], MASK_THRESHOLD)
            free = np.where(hidden(found, picture.shape[:2]), 0, 255).astype(np.uint8)
            way, size = registration.to_reference, (self._reference.shape[1], self._reference.shape[0])
            laid.append(self._registrar.laid(picture, way))
            # Outside the picture, and where a hidden pixel has a part, nothing was seen.
            seen.append(np.asarray(cv2.warpPerspective(free, way, size) == 255, np.bool_))
            shift_px_share = max(shift_px_share, registration.shift_px_share)
            outline_levels = max(outline_levels, traits.outline_levels)
        if not laid:
            nothing = np.zeros(self._reference.shape[:2], np.bool_)
            return DailyView(on, np.zeros_like(self._reference), nothing, 0, tuple(left_out), 0.0, 0.0, tuple(places))
        image, was_seen = _median(laid, seen)
        return DailyView(on, image, was_seen, len(laid), tuple(left_out), shift_px_share, outline_levels, tuple(places))

    def _fitted(self, picture: Image) -> Image:
        """A picture in the reference's size, as a registrar's reference has to be."""
        height, width = self._reference.shape[:2]
        if picture.shape == self._reference.shape:
            return picture
        return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def at_view_width(image: Image) -> Image:
    """The picture at the width at which cells are judged."""
    scale = VIEW_WIDTH_PX / image.shape[1]
    if scale == 1.0:
        return image
    size = (VIEW_WIDTH_PX, max(1, round(image.shape[0] * scale)))
    return np.asarray(
        cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR), np.uint8
    )


def hidden(found: Detections, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Which pixels, (height, width), people, machines and vehicles hide."""
    height, width = shape
    mask = np.zeros((height, width), np.bool_)
    margin = round(MASK_MARGIN_SHARE * width)
    for thing in found:
        if thing.label.group not in HIDING:
            continue
        left, top, right, bottom = thing.xyxy
        if thing.label.name == CRANE and (right - left) * (bottom - top) > CRANE_FROM_SHARE * width * height:
            top = bottom - CARRIER_SHARE * (bottom - top)
        rows = slice(max(0, round(top) - margin), max(0, round(bottom) + margin))
        mask[rows, max(0, round(left) - margin) : max(0, round(right) + margin)] = True
    return mask


def _fault(traits: ViewTraits) -> LeftOut | None:
    if traits.light < LEAST_LIGHT:
        return LeftOut.DARK
    return LeftOut.HAZY if traits.outline_levels < LEAST_OUTLINE_LEVELS else None


def _median(laid: Sequence[Image], seen: Sequence[NDArray[np.bool_]]) -> tuple[Image, NDArray[np.bool_]]:
    if len(laid) == 1:
        return laid[0], seen[0]
    pictures = np.stack(laid)
    free = np.stack(seen)
    count = free.sum(axis=0)
    # Hidden pixels are sorted to the end and left out of the middle; of two the darker and lighter are averaged.
    values = np.where(free[..., np.newaxis], pictures, 255).astype(np.int32)
    values[~free] = 999
    values.sort(axis=0)
    low, high = np.maximum(count - 1, 0) // 2, np.maximum(count, 1) // 2
    rows, columns = np.indices(count.shape)
    middle = (values[low, rows, columns] + values[high, rows, columns]) // 2
    any_seen = count > 0
    image = np.where(any_seen[..., np.newaxis], middle, pictures[0]).astype(np.uint8)
    return image, np.asarray(any_seen, np.bool_)
