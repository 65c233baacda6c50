"""How a network does on the development split while it is being trained.

For choosing an epoch and a threshold; what is published is measured by `nazar eval detection`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from vision.adapters.ultralytics_training import DetectionModel, ap_per_class
from vision.box_overlap import Boxes, areas, intersections, ious
from vision.image import read_image
from vision.letterbox import Letterbox
from vision.taxonomy import MACHINERY_ID, PERSON_ID, SITE_LABELS, VEHICLE_ID, group_class_of
from vision.training.sample import BoxUse, Sample

LOWEST_CONFIDENCE = 0.005
NMS_IOU = 0.6
MAX_DETECTIONS = 300
MATCH_IOUS = np.linspace(0.5, 0.95, 10)
# A find that lies this far in an ignored box is neither right nor wrong.
IGNORED_SHARE = 0.5
# Vehicles are labelled carelessly in the split; they choose little.
_WEIGHTS = {PERSON_ID: 1.0, MACHINERY_ID: 1.0, VEHICLE_ID: 0.2}


@dataclass(frozen=True, slots=True)
class Found:
    """One picture's boxes of the three groups: xyxy (n, 4) in pixels, confidence (n,), class_id (n,)."""

    xyxy: Boxes
    confidence: NDArray[np.float32]
    class_id: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DevFigures:
    """Average precision by group name, and the confidence with the best mean F1 of people and machinery."""

    ap50: dict[str, float]
    ap50_95: dict[str, float]
    best_confidence: float
    best_f1: float

    @property
    def fitness(self) -> float:
        """What epochs are chosen by: both precisions alike, people and machinery before vehicles."""
        weights = {SITE_LABELS[index].name: weight for index, weight in _WEIGHTS.items()}
        named = [name for name in self.ap50 if name in weights]
        if not named:
            return 0.0
        total = sum(weights[name] * (self.ap50[name] + self.ap50_95[name]) / 2 for name in named)
        return total / sum(weights[name] for name in named)

    def as_row(self) -> dict[str, float]:
        """For the log."""
        row = {f"{name}_ap50": value for name, value in self.ap50.items()}
        row |= {f"{name}_ap50_95": value for name, value in self.ap50_95.items()}
        return row | {"f1": self.best_f1, "confidence": self.best_confidence, "fitness": self.fitness}


def dev_figures(network: DetectionModel, folder: Path, samples: Sequence[Sample], size_px: int) -> DevFigures:
    """Look at each sample as the product would, the longer side at `size_px`, and count.

    Raises:
        UnreadableImageError: a picture of the training set cannot be decoded.
    """
    seen = [(look(network, folder / sample.path, size_px), sample) for sample in samples]
    return figures_of(seen)


def look(network: DetectionModel, path: Path, size_px: int) -> Found:
    """Return what `network`, in evaluation mode, finds in a picture."""
    image = read_image(path)
    letterbox = Letterbox.fit(image.shape[1], image.shape[0], size_px)
    rgb = np.ascontiguousarray(letterbox.apply(image)[:, :, ::-1].transpose(2, 0, 1))
    device = next(network.parameters()).device
    with torch.inference_mode():
        output = network(torch.from_numpy(rgb)[None].to(device).float() / 255)[0][0].float().cpu().numpy()
    scores = output[4 : 4 + len(SITE_LABELS)]
    class_id, anchors = np.nonzero(scores >= LOWEST_CONFIDENCE)
    confidence = scores[class_id, anchors]
    x, y, width, height = output[:4, anchors]
    corners = np.stack((x - width / 2, y - height / 2, width, height), axis=1)
    if not len(corners):
        return Found(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64))
    picked = cv2.dnn.NMSBoxesBatched(corners.tolist(), confidence.tolist(), class_id.tolist(), 0.0, NMS_IOU)
    kept = np.asarray(picked, np.int64)
    kept = kept[np.argsort(-confidence[kept], kind="stable")][:MAX_DETECTIONS]
    boxes = corners[kept]
    boxes[:, 2:] += boxes[:, :2]
    return Found(letterbox.to_picture(boxes), confidence[kept].astype(np.float32), class_id[kept].astype(np.int64))


def figures_of(seen: Sequence[tuple[Found, Sample]]) -> DevFigures:
    """Count over all pictures, leaving out what a picture's set does not label."""
    hits: list[NDArray[np.bool_]] = []
    confidences: list[NDArray[np.float32]] = []
    found_classes: list[NDArray[np.int64]] = []
    true_classes: list[int] = []
    for found, sample in seen:
        whole = [box for box in sample.boxes if box.use is not BoxUse.IGNORED]
        truth = np.array([box.xyxy for box in whole], np.float32).reshape(-1, 4)
        classes = np.array([group_class_of(box.class_id) for box in whole], np.int64)
        matched = _matched(found, truth, classes)
        ignored = np.array([box.xyxy for box in sample.boxes if box.use is BoxUse.IGNORED], np.float32).reshape(-1, 4)
        # Where a set does not label all of a class, a find without a label may be right.
        is_judged = matched[:, 0] | ~np.isin(found.class_id, sample.not_labelled)
        if len(ignored) and len(found.xyxy):
            inside = intersections(found.xyxy, ignored).max(axis=1) / np.maximum(areas(found.xyxy), 1e-6)
            is_judged &= matched[:, 0] | (inside < IGNORED_SHARE)
        hits.append(matched[is_judged])
        confidences.append(found.confidence[is_judged])
        found_classes.append(found.class_id[is_judged])
        true_classes += classes.tolist()
    return _summed(hits, confidences, found_classes, true_classes)


def _summed(
    hits: list[NDArray[np.bool_]],
    confidences: list[NDArray[np.float32]],
    found_classes: list[NDArray[np.int64]],
    true_classes: list[int],
) -> DevFigures:
    if not true_classes or not sum(map(len, confidences)):
        names = [SITE_LABELS[class_id].name for class_id in sorted(set(true_classes))]
        return DevFigures(dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0), 0.5, 0.0)
    measured = ap_per_class(
        np.concatenate(hits), np.concatenate(confidences), np.concatenate(found_classes), np.array(true_classes)
    )
    precision, class_ids, f1_curve, confidence_axis = measured[5], measured[6], measured[9], measured[10]
    names = [SITE_LABELS[int(class_id)].name for class_id in class_ids]
    counted = [row for row, class_id in enumerate(class_ids) if class_id != VEHICLE_ID]
    mean_f1 = f1_curve[counted or range(len(names))].mean(axis=0)
    best = int(mean_f1.argmax())
    return DevFigures(
        ap50={name: float(value) for name, value in zip(names, precision[:, 0], strict=True)},
        ap50_95={name: float(value) for name, value in zip(names, precision.mean(axis=1), strict=True)},
        best_confidence=float(confidence_axis[best]),
        best_f1=float(mean_f1[best]),
    )


def _matched(found: Found, truth: Boxes, classes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which finds are right, at each of MATCH_IOUS; a true box counts once, for the most confident find."""
    matched = np.zeros((len(found.xyxy), len(MATCH_IOUS)), np.bool_)
    if not len(truth) or not len(found.xyxy):
        return matched
    overlaps = ious(found.xyxy, truth) * (found.class_id[:, None] == classes[None, :])
    for column, least in enumerate(MATCH_IOUS):
        left = overlaps.copy()
        for row in range(len(left)):
            best = int(left[row].argmax())
            if left[row, best] >= least:
                matched[row, column] = True
                left[:, best] = 0
    return matched
