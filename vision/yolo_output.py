"""From a YOLO network's raw output to boxes, the same for every runtime."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detections import Detections, Label, no_detections
from vision.letterbox import Letterbox

MAX_DETECTIONS = 300


def to_detections(
    output: NDArray[np.float32],
    labels: tuple[Label, ...],
    letterbox: Letterbox,
    *,
    nms_iou: float,
    shipped_threshold: float,
    threshold: float | None,
) -> Detections:
    """Decode `output`, (4 + classes, anchors): centre x, centre y, width, height in input pixels, scores.

    Without a `threshold` each anchor speaks for its best class only, at the shipped one; with a
    threshold, for each class that passes it. Overlapping boxes are suppressed within each class.
    """
    scores = output[4:]
    if threshold is None:
        best = scores.argmax(axis=0)
        anchors = np.flatnonzero(scores.max(axis=0) >= shipped_threshold)
        class_id = best[anchors]
    else:
        class_id, anchors = np.nonzero(scores >= threshold)
    if not len(anchors):
        return no_detections(labels)
    confidence = scores[class_id, anchors]
    centre_x, centre_y, width, height = output[:4, anchors]
    left_top_size = np.stack((centre_x - width / 2, centre_y - height / 2, width, height), axis=1)
    picked = cv2.dnn.NMSBoxesBatched(left_top_size.tolist(), confidence.tolist(), class_id.tolist(), 0.0, nms_iou)
    kept = np.asarray(picked, dtype=np.int64)
    kept = kept[np.argsort(-confidence[kept], kind="stable")][:MAX_DETECTIONS]
    boxes = left_top_size[kept]
    boxes[:, 2:] += boxes[:, :2]
    return Detections(
        letterbox.to_picture(boxes), confidence[kept].astype(np.float32), class_id[kept].astype(np.int64), labels
    )
