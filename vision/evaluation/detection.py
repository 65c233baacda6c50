"""How well a detector finds what is labelled, by COCO's rules through pycocotools.

A detector with other classes of its own is measured by group, so that weights trained on
COCO can be held beside ours.
"""

import contextlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from vision.detections import Detections, Label
from vision.detector import Detector, Image
from vision.image import read_image
from vision.photo_set import ClassMap, Photo, read_photos

# Far below any threshold of use: average precision is taken over the whole curve.
LOWEST_CONFIDENCE = 0.001
MAX_DETECTIONS = 300
# COCO's own switch for "all sizes" and 101-point interpolation leaves -1 where nothing is labelled.
_NOTHING_LABELLED = -1


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One label's or group's figures.

    `ap50` and `ap50_95` are over all confidences; precision, recall and F1 are at the detector's
    threshold for counting and IoU 0.5. None where nothing is labelled, or nothing was found.
    """

    boxes: int
    ap50: float | None
    ap50_95: float | None
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class DetectionReport:
    """A detector measured on one split of one set."""

    detector: str
    weights_sha256: str
    photo_set: str
    split: str
    photos: int
    threshold: float
    groups: dict[str, ClassFigures]
    labels: dict[str, ClassFigures]


def evaluate_detection(detector: Detector, folder: Path, class_map: ClassMap, split: str = "val") -> DetectionReport:
    """Measure on `folder`, a set in the YOLO layout.

    Raises:
        DatasetError: the set is not laid out as documented.
        UnreadableImageError: a photograph cannot be decoded.
    """
    photos = read_photos(folder, split, class_map)
    seen = [_look(detector, photo) for photo in photos]
    taught = sorted({label for label in class_map.labels.values() if label is not None}, key=lambda label: label.name)
    groups = sorted({label.group for label in taught})
    return DetectionReport(
        detector=detector.name,
        weights_sha256=detector.weights_sha256,
        photo_set=class_map.set_name,
        split=split,
        photos=len(photos),
        threshold=detector.threshold,
        groups=_figures(
            seen, {label: label.group for label in (*taught, *detector.labels)}, groups, detector.threshold
        ),
        labels=_figures(
            seen,
            {label: label.name for label in taught},
            [label.name for label in taught if label in detector.labels],
            detector.threshold,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """One photograph's truth, and what the detector found at the lowest confidence."""

    size_px: tuple[int, int]
    true_labels: tuple[Label, ...]
    true_xyxy: NDArray[np.float64]
    found: Detections


def _look(detector: Detector, photo: Photo) -> _Seen:
    image: Image = read_image(photo.path)
    height, width = image.shape[:2]
    found = detector.detect([image], LOWEST_CONFIDENCE)[0]
    return _Seen((width, height), tuple(box.label for box in photo.boxes), photo.xyxy(width, height), found)


def _figures(
    seen: Sequence[_Seen], category_of: Mapping[Label, str], categories: Sequence[str], threshold: float
) -> dict[str, ClassFigures]:
    """Figures of each category; labels that `category_of` takes to none of them are left out."""
    ids = {category: index for index, category in enumerate(categories, start=1)}
    truth: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for image_id, one in enumerate(seen, start=1):
        for label, xyxy in zip(one.true_labels, one.true_xyxy, strict=True):
            if category_of[label] in ids:
                truth.append(_annotation(len(truth) + 1, image_id, ids[category_of[label]], xyxy))
        for detection in one.found:
            category = category_of.get(detection.label)
            if category in ids:
                annotation = _annotation(len(found) + 1, image_id, ids[category], np.asarray(detection.xyxy))
                found.append({**annotation, "score": detection.confidence})
    if not truth:
        return {category: ClassFigures(0, None, None, None, None, None) for category in categories}
    evaluated = _evaluated(seen, truth, found, ids)
    return {
        category: _class_figures(evaluated, index, category_id, threshold)
        for index, (category, category_id) in enumerate(ids.items())
    }


def _evaluated(
    seen: Sequence[_Seen], truth: list[dict[str, Any]], found: list[dict[str, Any]], ids: Mapping[str, int]
) -> Any:
    images = [
        {"id": index, "width": one.size_px[0], "height": one.size_px[1]} for index, one in enumerate(seen, start=1)
    ]
    categories = [{"id": category_id, "name": category} for category, category_id in ids.items()]
    # pycocotools prints its progress.
    with contextlib.redirect_stdout(io.StringIO()):
        table, results = COCO(), COCO()
        table.dataset = {"images": images, "annotations": truth, "categories": categories}
        results.dataset = {"images": images, "annotations": found, "categories": categories}
        table.createIndex()
        results.createIndex()
        evaluation = COCOeval(table, results, "bbox")
        evaluation.params.maxDets = [1, 10, MAX_DETECTIONS]
        evaluation.evaluate()
        evaluation.accumulate()
    return evaluation


def _class_figures(evaluation: Any, index: int, category_id: int, threshold: float) -> ClassFigures:
    # precision is (IoU thresholds, recall points, categories, sizes, limits on detections).
    precision: NDArray[np.float64] = evaluation.eval["precision"][:, :, index, 0, -1]
    if np.all(precision == _NOTHING_LABELLED):
        return ClassFigures(0, None, None, None, None, None)
    boxes, hits, misfires = _counts_at(evaluation, category_id, threshold)
    found = hits + misfires
    return ClassFigures(
        boxes=boxes,
        ap50=float(precision[0].mean()),
        ap50_95=float(precision.mean()),
        precision=hits / found if found else None,
        recall=hits / boxes,
        f1=2 * hits / (found + boxes),
    )


def _counts_at(evaluation: Any, category_id: int, threshold: float) -> tuple[int, int, int]:
    """Boxes, hits and misfires at IoU 0.5, from COCO's own matches.

    COCO matches in order of confidence, so those above a threshold are matched as if alone.
    """
    boxes = hits = misfires = 0
    all_sizes = evaluation.params.areaRng[0]
    for one in evaluation.evalImgs:
        if one is None or one["category_id"] != category_id or one["aRng"] != all_sizes:
            continue
        boxes += len(one["gtIds"])
        confident = np.asarray(one["dtScores"]) >= threshold
        matched = np.asarray(one["dtMatches"])[0] > 0
        hits += int(np.sum(confident & matched))
        misfires += int(np.sum(confident & ~matched))
    return boxes, hits, misfires


def _annotation(number: int, image_id: int, category_id: int, xyxy: NDArray[np.float64]) -> dict[str, Any]:
    left, top, right, bottom = (float(value) for value in xyxy)
    width, height = right - left, bottom - top
    return {
        "id": number,
        "image_id": image_id,
        "category_id": category_id,
        "bbox": [left, top, width, height],
        "area": width * height,
        "iscrowd": 0,
    }
