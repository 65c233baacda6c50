"""How much moved inside a machine's own box, whatever swayed, snowed or walked by."""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.activity_segment import Box
from vision.detector import Image
from vision.stabiliser import SteadyPicture

# Pictures are held against one about this much earlier: a crane's jib has gone some pixels by then.
COMPARED_AFTER_S = 1.0
# No more pictures than this are measured, however many come.
MEASURED_EVERY_S = 0.18
# A pixel has changed when it lies so many levels outside what its neighbourhood had before. A pixel's neighbourhood
# is what half a pixel of sway that is left, and the encoder, make of it.
LEAST_STEP_LEVELS = 12
# Rain and snow change pixels everywhere: the share that has changed in the median of so many parts of the
# surroundings is theirs. A load on its hook or a tree in the wind is in few of them.
PARTS_ACROSS, PARTS_DOWN = 16, 9
LEAST_PART_SHARE = 0.5
# What is asked to lie beside a box is asked of boxes a little larger: shadows, tools, a load on its hook.
MARGIN_PX = 2
MARGIN_SHARE = 0.05
# How far a person's shadow reaches to either side, up and down from the feet, in heights of the person.
SHADOW_SHARES = (0.8, 0.4, 0.3)
# A change that hangs together is a machine's own from such a share of it inside its box on: what reaches in from
# outside (a bucket, a load on its hook, a shadow) is somebody else's.
LEAST_INSIDE_SHARE = 0.5
# A smaller piece is a flake of snow, a drop of rain or the encoder's.
LEAST_PIECE_PX = 8
# Who moved by itself over about so long owns what moves where its box and another overlap.
REMEMBERED_FOR_S = 5.0
# A box of which others leave less lies within them, and is judged together with what larger ones cover.
LEAST_LEFT_SHARE = 0.08
# Two boxes that overlap by so much are the same thing under two labels.
SAME_IOU = 0.7

_NEIGHBOURHOOD = np.ones((3, 3), np.uint8)
_SPECK = np.ones((2, 2), np.uint8)
_JOINED = np.ones((5, 5), np.uint8)
_UNTRACKED = -1
_SPARSE = 4


@dataclass(frozen=True, slots=True)
class Motion:
    """What moved in one machine's box between two pictures.

    `amount_px` is the changed area over the side of the box, in pixels of a picture 480 px wide: as if a line as long
    as the box is wide had moved by so many pixels. A long thin boom and a drum that turns in place both give some.
    `share` is the changed share of the box.
    """

    amount_px: float
    from_s: float
    to_s: float
    share: float = 1.0

    @property
    def middle_s(self) -> float:
        """The time that it tells about."""
        return (self.from_s + self.to_s) / 2


@dataclass(frozen=True, slots=True)
class Standing:
    """A box that something has in a picture; `is_person` where it is no machine or vehicle."""

    xyxy: Box
    is_person: bool


class BoxMotion:
    """Measures motion in boxes over the pictures of one run; owned by one thread.

    It keeps the steadied pictures of about the last second, 480 px wide and grey, with the boxes in them.
    """

    def __init__(self) -> None:
        """Begin without an earlier picture."""
        self._earlier: deque[_Kept] = deque()
        self._lately: dict[int, float] = {}

    def is_due(self, at_s: float) -> bool:
        """Whether a picture of that time would be measured, or comes too soon after the last one."""
        return not self._earlier or at_s - self._earlier[-1].at_s >= MEASURED_EVERY_S

    def measure(
        self, picture: SteadyPicture, at_s: float, boxes: Mapping[int, Standing], others: tuple[Standing, ...] = ()
    ) -> dict[int, Motion]:
        """What moved in each of `boxes` that are no people's, by its key; nothing where there is nothing to compare.

        `others` are boxes without a track: what moves in them is theirs as well.
        """
        if not self.is_due(at_s):
            return {}
        if self._earlier and self._earlier[-1].picture.reference != picture.reference:
            self._earlier.clear()
        kept = _Kept.of(picture, at_s, boxes, others)
        while len(self._earlier) > 1 and at_s - self._earlier[1].at_s >= COMPARED_AFTER_S - MEASURED_EVERY_S / 2:
            self._earlier.popleft()
        earlier = self._earlier[0] if self._earlier else None
        since_s = at_s - self._earlier[-1].at_s if self._earlier else 0.0
        self._earlier.append(kept)
        return {} if earlier is None else self._compared(earlier, kept, since_s)

    def _compared(self, earlier: "_Kept", now: "_Kept", since_s: float) -> dict[int, Motion]:
        changes, by_weather = _changes(earlier, now)
        places = {
            key: _Place.of(key, box, earlier, now, changes) for key, box in now.boxes.items() if not box.is_person
        }
        weight = min(1.0, since_s / REMEMBERED_FOR_S)
        by_itself = {key: place.amount_px(by_weather, place.rivals) for key, place in places.items()}
        self._lately = {
            key: (1 - weight) * self._lately.get(key, amount or 0.0) + weight * (amount or 0.0)
            for key, amount in by_itself.items()
        }
        found = {}
        for key, place in places.items():
            stronger = {
                rival: boxes
                for rival, boxes in place.rivals.items()
                if self._lately.get(rival, 0.0) >= self._lately[key]
            }
            amount = place.amount_px(by_weather, stronger)
            if amount is not None:
                found[key] = Motion(amount, earlier.at_s, now.at_s, amount / math.sqrt(max(1.0, place.area)))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """A picture with what its pixels' neighbourhoods hold, and its boxes in its own pixels.

    `machines` are the boxes of what drives, by track; `covered` is what people and their shadows take of the picture.
    """

    picture: SteadyPicture
    at_s: float
    low: Image
    high: Image
    boxes: dict[int, Standing]
    machines: list[tuple[int, Box]]
    covered: list[Box]

    @classmethod
    def of(
        cls, picture: SteadyPicture, at_s: float, boxes: Mapping[int, Standing], others: tuple[Standing, ...]
    ) -> "_Kept":
        low = np.asarray(cv2.erode(picture.grey, _NEIGHBOURHOOD), np.uint8)
        high = np.asarray(cv2.dilate(picture.grey, _NEIGHBOURHOOD), np.uint8)
        own = {key: _scaled(box, picture) for key, box in boxes.items()}
        known = [*own.items(), *((_UNTRACKED, _scaled(box, picture)) for box in others)]
        people = [box.xyxy for _, box in known if box.is_person]
        machines = [(key, box.xyxy) for key, box in known if not box.is_person]
        covered = [*map(_with_margin, people), *map(_shadow, people)]
        return cls(picture, at_s, low, high, own, machines, covered)


@dataclass(frozen=True, slots=True, eq=False)
class _Changes:
    """What has changed between two pictures: `pieces` numbers what hangs together, 0 where nothing has.

    `sizes` is how many pixels each piece has.
    """

    pieces: NDArray[np.int32]
    sizes: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A machine's box in the picture: what of it no person covers, what changed there, and the others in it."""

    area: float
    own: NDArray[np.bool_]
    changed: NDArray[np.bool_]
    at: tuple[slice, slice]
    rivals: dict[int, list[Box]]

    @classmethod
    def of(cls, key: int, box: Standing, earlier: _Kept, now: _Kept, changes: _Changes) -> "_Place":
        height, width = changes.pieces.shape
        at = _inside(box.xyxy, width, height)
        own = np.ones(changes.pieces[at].shape, np.bool_)
        rivals: dict[int, list[Box]] = {}
        for kept in (earlier, now):
            for covered in kept.covered:
                if _overlap(covered, box.xyxy):
                    _cut(own, at, covered)
            for their, rival in kept.machines:
                if their != key and _overlap(rival, box.xyxy) and not _is_same(rival, box.xyxy):
                    rivals.setdefault(their, []).append(_with_margin(rival))
        was = earlier.boxes.get(key, box)
        return cls(float(own.size), own, _own_changes(changes, at, box.xyxy, was.xyxy), at, rivals)

    def amount_px(self, by_weather: float, rivals: Mapping[int, list[Box]]) -> float | None:
        """What moved where no one of `rivals` is; None where too little is left to tell."""
        left = self.own.copy()
        for xyxy in (one for boxes in rivals.values() for one in boxes):
            _cut(left, self.at, xyxy)
        if left.sum() < LEAST_LEFT_SHARE * self.area:
            left = self.own.copy()
            for xyxy in (one for boxes in rivals.values() for one in boxes if _area(one) < self.area):
                _cut(left, self.at, xyxy)
        seen = float(left.sum())
        if seen < max(1.0, LEAST_LEFT_SHARE * self.area):
            return None
        share = float((self.changed & left).sum()) / seen
        return float(max(0.0, share - by_weather) * np.sqrt(self.area))


def _own_changes(changes: _Changes, at: tuple[slice, slice], box: Box, was: Box) -> NDArray[np.bool_]:
    """What changed in a box by pieces that lie mostly in it, or in where it was: its own, not what reaches in."""
    height, width = changes.pieces.shape
    inside = changes.pieces[_inside(_with_margin(box), width, height)]
    counts = np.bincount(inside.ravel(), minlength=len(changes.sizes))
    if was != box:
        before = changes.pieces[_inside(_with_margin(was), width, height)]
        counts = counts + np.bincount(before.ravel(), minlength=len(changes.sizes))
        together = _inside(_shared(_with_margin(box), _with_margin(was)), width, height)
        counts = counts - np.bincount(changes.pieces[together].ravel(), minlength=len(changes.sizes))
    is_own = (counts >= LEAST_INSIDE_SHARE * changes.sizes) & (changes.sizes >= LEAST_PIECE_PX)
    is_own[0] = False
    return np.asarray(is_own[changes.pieces[at]], np.bool_)


def _changes(earlier: _Kept, now: _Kept) -> tuple[_Changes, float]:
    """What has changed, and the share of the picture that weather changes."""
    steps = _steps(earlier, now)
    height, width = steps.shape
    changed = np.asarray(
        cv2.morphologyEx((steps > LEAST_STEP_LEVELS).astype(np.uint8), cv2.MORPH_OPEN, _SPECK), np.uint8
    )
    surroundings = np.ones(steps.shape, np.float32)
    for kept in (earlier, now):
        for xyxy in [*kept.covered, *(_with_margin(box) for _, box in kept.machines)]:
            surroundings[_inside(xyxy, width, height)] = 0.0
    parts = (PARTS_ACROSS, PARTS_DOWN)
    free = cv2.resize(surroundings, parts, interpolation=cv2.INTER_AREA)
    moved = cv2.resize(surroundings * changed, parts, interpolation=cv2.INTER_AREA)
    is_free = free >= LEAST_PART_SHARE
    by_weather = float(np.median(moved[is_free] / free[is_free])) if is_free.any() else 0.0
    joined: Any = cv2.connectedComponents(cv2.dilate(changed, _JOINED), connectivity=8, ltype=cv2.CV_32S)[1]
    pieces = np.asarray(joined, np.int32) * changed
    return _Changes(pieces, np.bincount(pieces.ravel())), by_weather


def _steps(earlier: _Kept, now: _Kept) -> Image:
    """By how many levels each pixel lies outside what its neighbourhood holds in the other picture."""
    one, two, low, high = earlier.picture.grey, now.picture.grey, earlier.low, earlier.high
    # A cloud or the camera's own exposure makes all of it lighter or darker at once.
    lighter = float(np.median(two[::_SPARSE, ::_SPARSE].astype(np.int16) - one[::_SPARSE, ::_SPARSE]))
    if lighter:
        level, shifted = np.full_like(one, min(255, round(abs(lighter)))), cv2.add if lighter > 0 else cv2.subtract
        one, low, high = (np.asarray(shifted(part, level), np.uint8) for part in (one, low, high))
    risen = cv2.max(cv2.subtract(two, high), cv2.subtract(one, now.high))
    fallen = cv2.max(cv2.subtract(low, two), cv2.subtract(now.low, one))
    return np.asarray(cv2.max(risen, fallen), np.uint8)


def _shadow(person: Box) -> Box:
    """Where a person's shadow lies, and what the hands hold: about the feet."""
    left, top, right, bottom = person
    middle, height = (left + right) / 2, bottom - top
    across, up, down = (share * height for share in SHADOW_SHARES)
    return middle - across, bottom - up, middle + across, bottom + down


def _cut(own: NDArray[np.bool_], place: tuple[slice, slice], other: Box) -> None:
    """Take `other` out of what is a box's own at `place`."""
    down, across = place
    width, height = int(across.stop), int(down.stop)
    rows, columns = _inside(other, width, height)
    top, left = max(0, rows.start - down.start), max(0, columns.start - across.start)
    bottom, right = rows.stop - down.start, columns.stop - across.start
    if bottom > top and right > left:
        own[top:bottom, left:right] = False


def _with_margin(xyxy: Box) -> Box:
    """A box a little larger."""
    left, top, right, bottom = xyxy
    across = MARGIN_PX + MARGIN_SHARE * (right - left)
    down = MARGIN_PX + MARGIN_SHARE * (bottom - top)
    return left - across, top - down, right + across, bottom + down


def _inside(xyxy: Box, width: int, height: int) -> tuple[slice, slice]:
    """The rows and columns of a box inside the picture."""
    left, top, right, bottom = xyxy
    first_row, first_column = max(0, math.floor(top)), max(0, math.floor(left))
    return (
        slice(first_row, max(first_row, min(height, math.ceil(bottom)))),
        slice(first_column, max(first_column, min(width, math.ceil(right)))),
    )


def _is_same(one: Box, two: Box) -> bool:
    """Whether two boxes are one thing's that came under two labels."""
    across = min(one[2], two[2]) - max(one[0], two[0])
    down = min(one[3], two[3]) - max(one[1], two[1])
    shared = max(0.0, across) * max(0.0, down)
    return shared > SAME_IOU * (_area(one) + _area(two) - shared)


def _shared(one: Box, two: Box) -> Box:
    """Where two boxes overlap; empty where they don't."""
    left, top = max(one[0], two[0]), max(one[1], two[1])
    return left, top, max(left, min(one[2], two[2])), max(top, min(one[3], two[3]))


def _overlap(one: Box, two: Box) -> bool:
    return min(one[2], two[2]) > max(one[0], two[0]) and min(one[3], two[3]) > max(one[1], two[1])


def _area(xyxy: Box) -> float:
    return (xyxy[2] - xyxy[0]) * (xyxy[3] - xyxy[1])


def _scaled(standing: Standing, picture: SteadyPicture) -> Standing:
    across, down = picture.offset_px
    left, top, right, bottom = (value * picture.scale for value in standing.xyxy)
    return Standing((left - across, top - down, right - across, bottom - down), standing.is_person)
