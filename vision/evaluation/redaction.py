"""How much of the labelled people and vehicles a redactor hides, and how much else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vision.detections import Group
from vision.image import read_image
from vision.photo_set import ClassMap, Photo, read_photos
from vision.redaction import HIDDEN_GROUPS, RULE_VERSION, Redactor

# A box counts as hidden when this share of it lies under redacted areas.
HIDDEN_SHARE = 0.8
# Lower boxes are left out of the bar: nobody is recognisable in them.
SMALLEST_HEIGHT_PX = 24


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """How many labelled boxes over 24 px high there are of a group, and how many are hidden."""

    boxes: int
    hidden: int

    @property
    def share(self) -> float | None:
        """Share hidden; None where nothing is labelled."""
        return self.hidden / self.boxes if self.boxes else None


@dataclass(frozen=True, slots=True)
class LabelledBox:
    """A labelled box, and how much of it is under redacted areas; `xyxy` in pixels."""

    file: str
    group: Group
    xyxy: tuple[int, int, int, int]
    covered_share: float


@dataclass(frozen=True, slots=True)
class RedactionReport:
    """A redactor measured on one split of one set.

    `area_share` is the mean share of a picture that is redacted, `labelled_area_share` that which
    labelled people and vehicles take up: hiding everything would hide all people too.
    `machinery` tells how many machines vanish with them, which should be few.
    """

    weights_sha256: tuple[str, ...]
    rule_version: str
    photo_set: str
    split: str
    photos: int
    hidden_share: float | None
    groups: dict[str, GroupCoverage]
    machinery: GroupCoverage
    area_share: float
    labelled_area_share: float
    misses: tuple[LabelledBox, ...]


def evaluate_redaction(redactor: Redactor, folder: Path, class_map: ClassMap, split: str = "val") -> RedactionReport:
    """Measure on `folder`, a set in the YOLO layout.

    Raises:
        DatasetError: the set is not laid out as documented.
        UnreadableImageError: a photograph cannot be decoded.
    """
    measured = [_measured(redactor, photo) for photo in read_photos(folder, split, class_map)]
    boxes = [box for one in measured for box in one.boxes]
    to_hide = [box for box in boxes if box.group in HIDDEN_GROUPS]
    return RedactionReport(
        weights_sha256=redactor.weights_sha256,
        rule_version=RULE_VERSION,
        photo_set=class_map.set_name,
        split=split,
        photos=len(measured),
        hidden_share=_coverage(to_hide).share,
        groups={group: _coverage([box for box in boxes if box.group is group]) for group in HIDDEN_GROUPS},
        machinery=_coverage([box for box in boxes if box.group is Group.MACHINE]),
        area_share=float(np.mean([one.area_share for one in measured])),
        labelled_area_share=float(np.mean([one.labelled_area_share for one in measured])),
        misses=tuple(box for box in to_hide if box.covered_share < HIDDEN_SHARE),
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """One photograph: its labelled boxes over the least height, and shares of its area."""

    boxes: tuple[LabelledBox, ...]
    area_share: float
    labelled_area_share: float


def _measured(redactor: Redactor, photo: Photo) -> _Measured:
    image = read_image(photo.path)
    height, width = image.shape[:2]
    cover = _covered(redactor.redact(image).hidden_xyxy, width, height)
    true_xyxy = photo.xyxy(width, height)
    boxes: list[LabelledBox] = []
    for true_box, xyxy in zip(photo.boxes, true_xyxy, strict=True):
        left, top, right, bottom = (float(value) for value in xyxy)
        if bottom - top > SMALLEST_HEIGHT_PX:
            corners = (round(left), round(top), round(right), round(bottom))
            boxes.append(LabelledBox(photo.path.name, true_box.label.group, corners, _share_under(cover, corners)))
    to_hide = [box.label.group in HIDDEN_GROUPS for box in photo.boxes]
    labelled = _covered(true_xyxy[to_hide], width, height)
    return _Measured(tuple(boxes), float(cover.mean()), float(labelled.mean()))


def _coverage(boxes: Sequence[LabelledBox]) -> GroupCoverage:
    return GroupCoverage(len(boxes), sum(box.covered_share >= HIDDEN_SHARE for box in boxes))


def _covered(xyxy: NDArray[np.floating], width: int, height: int) -> NDArray[np.bool_]:
    """The union of boxes as a (height, width) mask."""
    cover = np.zeros((height, width), np.bool_)
    for left, top, right, bottom in np.rint(xyxy).astype(int):
        cover[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = True
    return cover


def _share_under(cover: NDArray[np.bool_], corners: tuple[int, int, int, int]) -> float:
    left, top, right, bottom = corners
    inside = cover[top : max(bottom, top + 1), left : max(right, left + 1)]
    return float(inside.mean()) if inside.size else 0.0
