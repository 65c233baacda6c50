"""The one way from a frame to a picture that may be stored or shown.

Privacy masks first, then every person and vehicle above a low, recall-first confidence is made
unrecognisable whole: no face is looked for, and none is compared with anything.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.box_overlap import ious
from vision.detections import Detections, Group
from vision.detector import Detector, Image
from vision.image import DEFAULT_JPEG_QUALITY, encode_jpeg
from vision.privacy_mask import Polygon, apply_privacy_masks

RULE_VERSION = "redaction-1"
HIDDEN_GROUPS = (Group.PERSON, Group.VEHICLE)

# A box's longer side is averaged into this many blocks: enough to see that somebody stands
# there, with a head of about one block.
BLOCKS = 7
SMALLEST_BLOCK_PX = 6
# What a box is grown by on each side: a share of its own side, and whole pixels.
MARGIN_SHARE = 0.08
MARGIN_PX = 2
# From this overlap on, two boxes are taken for the same thing.
SAME_THING_IOU = 0.5

_SEAL = object()


@dataclass(frozen=True, slots=True, eq=False)
class RedactedImage:
    """A picture that may be stored or shown; made by a `Redactor` and by nothing else.

    `image` is (height, width, 3) uint8 BGR and read-only. `hidden_xyxy` is (n, 4) float32, the
    areas that were made unrecognisable. `weights_sha256` names the weights that looked for them.
    """

    image: Image
    hidden_xyxy: NDArray[np.float32]
    weights_sha256: tuple[str, ...]
    rule_version: str
    seal: object = field(repr=False)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("A RedactedImage comes from Redactor.redact; it is not made by hand.")
        self.image.setflags(write=False)

    def painted(self, paint: Callable[[Image], None]) -> "RedactedImage":
        """Return a copy on which `paint` has drawn, as for boxes and zone outlines."""
        canvas = self.image.copy()
        paint(canvas)
        return RedactedImage(canvas, self.hidden_xyxy, self.weights_sha256, self.rule_version, self.seal)

    def as_jpeg(self, quality: int = DEFAULT_JPEG_QUALITY) -> bytes:
        """Encode for storing or showing."""
        return encode_jpeg(self.image, quality)


@dataclass(frozen=True, slots=True)
class RedactionPass:
    """One look at the picture: a detector, and from which confidence it hides.

    A mirrored pass looks at the picture's mirror image, which finds some of what the first missed.
    A pass is for pictures whose longer side is at least `from_side_px` and less than `below_side_px`.
    """

    detector: Detector
    threshold: float
    mirrored: bool = False
    from_side_px: int = 0
    below_side_px: float = math.inf

    def is_for(self, image: Image) -> bool:
        """Whether the picture is large enough for this pass."""
        height, width = image.shape[:2]
        return self.from_side_px <= max(int(height), int(width)) < self.below_side_px


class Redactor:
    """Hides people and vehicles; safe to call from several threads."""

    def __init__(self, passes: Sequence[RedactionPass]) -> None:
        """Every person that any of `passes` finds is hidden, and every vehicle that is not more surely a machine.

        Raises:
            ValueError: no pass that is for every picture knows one of the groups that are hidden.
        """
        always = [one for one in passes if not one.from_side_px and one.below_side_px == math.inf]
        for group in HIDDEN_GROUPS:
            if not any(_knows(one.detector, group) for one in always):
                raise ValueError(f"No pass of the redactor finds the group {group} in every picture.")
        self._passes = tuple(passes)

    @property
    def weights_sha256(self) -> tuple[str, ...]:
        """The weights that look for what is to be hidden, each named once."""
        return tuple(dict.fromkeys(one.detector.weights_sha256 for one in self._passes))

    def redact(self, image: Image, masks: Sequence[Polygon] = ()) -> RedactedImage:
        """Redact (height, width, 3) uint8 BGR; `masks` are privacy masks in its pixels."""
        canvas = apply_privacy_masks(image, masks)
        boxes = self._boxes(canvas)
        for box in boxes:
            _hide(canvas, box)
        return RedactedImage(canvas, boxes, self.weights_sha256, RULE_VERSION, _SEAL)

    def _boxes(self, masked: Image) -> NDArray[np.float32]:
        found = [_found(one, masked) for one in self._passes if one.is_for(masked)]
        machines = [detections.of_group(Group.MACHINE).above(threshold) for detections, threshold in found]
        hidden = [detections.of_group(Group.PERSON).xyxy for detections, _ in found]
        hidden += [_unless_machines(detections.of_group(Group.VEHICLE), machines) for detections, _ in found]
        height, width = masked.shape[:2]
        return _merged(_grown(np.concatenate(hidden), width, height))


def _knows(detector: Detector, group: Group) -> bool:
    return any(label.group is group for label in detector.labels)


def _found(one: RedactionPass, masked: Image) -> tuple[Detections, float]:
    """What a pass finds, in the picture's own pixels, and the confidence from which its detector counts."""
    if not one.mirrored:
        return one.detector.detect([masked], one.threshold)[0], one.detector.threshold
    detections = one.detector.detect([np.ascontiguousarray(masked[:, ::-1])], one.threshold)[0]
    left, top, right, bottom = detections.xyxy.T
    width = masked.shape[1]
    unmirrored = np.stack((width - right, top, width - left, bottom), axis=1)
    return Detections(unmirrored, detections.confidence, detections.class_id, detections.labels), one.detector.threshold


def _unless_machines(vehicles: Detections, machines: Sequence[Detections]) -> NDArray[np.float32]:
    """Boxes of `vehicles` without those that are more surely a machine.

    At a low confidence each excavator is a vehicle too; hiding it would hide what is watched.
    """
    taken = np.zeros(len(vehicles), np.bool_)
    for one in machines:
        surer = one.confidence[np.newaxis] > vehicles.confidence[:, np.newaxis]
        taken |= np.any(surer & (ious(vehicles.xyxy, one.xyxy) >= SAME_THING_IOU), axis=1)
    return vehicles.xyxy[~taken]


def _grown(boxes: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    size = boxes[:, 2:] - boxes[:, :2]
    margin = size * MARGIN_SHARE + MARGIN_PX
    left_top = np.floor(np.maximum(boxes[:, :2] - margin, 0))
    right_bottom = np.ceil(np.minimum(boxes[:, 2:] + margin, (width, height)))
    return np.concatenate((left_top, right_bottom), axis=1).astype(np.float32)


def _merged(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """One box for the several that a low confidence finds of one thing, largest first.

    What was covered stays covered: a box is widened to take in another, or holds it already.
    """
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    kept = np.zeros((0, 4), np.float32)
    for box in boxes[np.argsort(-area, kind="stable")]:
        if np.any(np.all(kept[:, :2] <= box[:2], axis=1) & np.all(kept[:, 2:] >= box[2:], axis=1)):
            continue
        same = np.flatnonzero(ious(kept, box[np.newaxis])[:, 0] >= SAME_THING_IOU)
        if len(same):
            first = same[0]
            kept[first] = [*np.minimum(kept[first, :2], box[:2]), *np.maximum(kept[first, 2:], box[2:])]
        else:
            kept = np.concatenate((kept, box[np.newaxis]))
    return kept


def _hide(canvas: Image, box: NDArray[np.float32]) -> None:
    """Average a whole-pixel box of `canvas` into a few blocks of one colour each; nothing finer remains."""
    left, top, right, bottom = (int(value) for value in box)
    width, height = right - left, bottom - top
    if width < 1 or height < 1:
        return
    block = max(max(width, height) / BLOCKS, SMALLEST_BLOCK_PX)
    coarse = (max(1, round(width / block)), max(1, round(height / block)))
    averaged = cv2.resize(canvas[top:bottom, left:right], coarse, interpolation=cv2.INTER_AREA)
    canvas[top:bottom, left:right] = cv2.resize(averaged, (width, height), interpolation=cv2.INTER_NEAREST)
