"""From a YOLO network's raw output to boxes, the same for every runtime."""

from dataclasses import dataclass
from itertools import compress

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detections import Detections, Label, no_detections
from vision.letterbox import Letterbox
from vision.weights import Manifest

MAX_DETECTIONS = 300


@dataclass(frozen=True, slots=True)
class OutputLayout:
    """What the rows of scores in a network's output stand for.

    `labels` names them in class_id order. `refined` has the class_id of the label that each one is
    a type of, or -1 for the labels that boxes are found by; those stand first.
    """

    labels: tuple[Label, ...]
    refined: tuple[int, ...]
    type_threshold: float = 1.0

    def __post_init__(self) -> None:
        if len(self.refined) != len(self.labels):
            raise ValueError(f"{len(self.refined)} places in refined for {len(self.labels)} labels.")
        own = self.own_count
        if not all(number == -1 for number in self.refined[:own]):
            raise ValueError("Labels that refine others stand after all that don't.")
        if not all(0 <= number < own for number in self.refined[own:]):
            raise ValueError("A label refines one that boxes are found by.")

    @classmethod
    def plain(cls, labels: tuple[Label, ...]) -> "OutputLayout":
        """The layout of a network without types."""
        return cls(labels, (-1,) * len(labels))

    @classmethod
    def of(cls, manifest: Manifest) -> "OutputLayout":
        """The layout that a manifest describes."""
        names = [label.name for label in manifest.labels]
        refined = tuple(-1 if label.refines is None else names.index(label.refines) for label in manifest.labels)
        return cls(manifest.detection_labels, refined, manifest.type_threshold or 1.0)

    @property
    def own_count(self) -> int:
        """How many labels boxes are found by."""
        return self.refined.count(-1)


def to_detections(
    output: NDArray[np.float32],
    layout: OutputLayout,
    letterbox: Letterbox,
    *,
    nms_iou: float,
    shipped_threshold: float,
    threshold: float | None,
) -> Detections:
    """Decode `output`, (4 + labels, anchors): centre x, centre y, width, height in input pixels, scores.

    Without a `threshold` each anchor speaks for its best class only, at the shipped one; with a
    threshold, for each class that passes it. Overlapping boxes are suppressed within each class.
    Types take no part in that: a box that is kept takes the name of its best type, if that one's
    score passes the type threshold, and keeps its own confidence.
    """
    scores = output[4 : 4 + layout.own_count]
    if threshold is None:
        best_scores = scores.max(axis=0)
        anchors = np.flatnonzero(best_scores >= shipped_threshold)
        class_id = scores[:, anchors].argmax(axis=0)
    else:
        class_id, anchors = np.nonzero(scores >= threshold)
    if not len(anchors):
        return no_detections(layout.labels)
    confidence = scores[class_id, anchors]
    centre_x, centre_y, width, height = output[:4, anchors]
    left_top_size = np.stack((centre_x - width / 2, centre_y - height / 2, width, height), axis=1)
    picked = cv2.dnn.NMSBoxesBatched(left_top_size.tolist(), confidence.tolist(), class_id.tolist(), 0.0, nms_iou)
    kept = np.asarray(picked, dtype=np.int64)
    kept = kept[np.argsort(-confidence[kept], kind="stable")][:MAX_DETECTIONS]
    boxes = left_top_size[kept]
    boxes[:, 2:] += boxes[:, :2]
    return Detections(
        letterbox.to_picture(boxes),
        confidence[kept].astype(np.float32),
        _refined(class_id[kept].astype(np.int64), output[4:, anchors[kept]], layout),
        layout.labels,
    )


def _refined(class_id: NDArray[np.int64], scores: NDArray[np.float32], layout: OutputLayout) -> NDArray[np.int64]:
    refined = class_id.copy()
    for own in range(layout.own_count):
        types = list(compress(range(len(layout.refined)), (number == own for number in layout.refined)))
        if not types:
            continue
        of_types = scores[types]
        best = of_types.argmax(axis=0)
        is_named = (class_id == own) & (of_types.max(axis=0) >= layout.type_threshold)
        refined[is_named] = np.asarray(types, np.int64)[best[is_named]]
    return refined
