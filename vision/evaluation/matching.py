"""Which detections hit which labelled boxes, by COCO's rules through pycocotools, done once a set.

Figures over all pictures, over some of them, and over resampled ones are then sums over the same matches.
"""

import contextlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

MAX_DETECTIONS = 300

Xyxy = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class HeightRange:
    """Boxes at least `from_px` and less than `below_px` high, in pixels of the picture as it is on disk."""

    name: str
    from_px: float
    below_px: float


ALL_HEIGHTS = HeightRange("all", 0, 1e9)
HEIGHT_RANGES = (
    HeightRange("under_24", 0, 24),
    HeightRange("24_to_48", 24, 48),
    HeightRange("48_to_96", 48, 96),
    HeightRange("from_96", 96, 1e9),
)


@dataclass(frozen=True, slots=True)
class TruthBox:
    """A labelled box of a category; an ignored one is neither to be found nor wrong to find."""

    category: str
    xyxy: Xyxy
    is_ignored: bool = False


@dataclass(frozen=True, slots=True)
class FoundBox:
    """A detection of a category."""

    category: str
    xyxy: Xyxy
    confidence: float


@dataclass(frozen=True, slots=True)
class MatchedPicture:
    """One picture's labelled and found boxes."""

    size_px: tuple[int, int]
    truth: tuple[TruthBox, ...]
    found: tuple[FoundBox, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """One category's matches over all pictures, most confident first.

    `confidence` is (n,), `picture` is (n,) and says which picture a detection is of. `is_hit` is (10, n): whether
    it hit a box at IoU 0.50, 0.55 .. 0.95; `is_counted` is (10, n): False where it is neither a hit nor false.
    `boxes` is (pictures,): how many boxes are to be found in each.
    """

    confidence: NDArray[np.float64]
    picture: NDArray[np.int64]
    is_hit: NDArray[np.bool_]
    is_counted: NDArray[np.bool_]
    boxes: NDArray[np.int64]


def match(
    pictures: Sequence[MatchedPicture],
    categories: Sequence[str],
    heights: Sequence[HeightRange] = (ALL_HEIGHTS, *HEIGHT_RANGES),
) -> dict[str, dict[str, Matches]]:
    """Match each category in each range of heights; keys are the category and the range's name.

    Within a range, boxes of other heights are ignored, and so are detections of other heights that hit nothing.
    """
    if not categories:
        return {}
    ids = {category: number for number, category in enumerate(categories, start=1)}
    evaluation = _evaluated(pictures, ids, heights)
    count = len(pictures)
    matches: dict[str, dict[str, Matches]] = {}
    for of_category, category in enumerate(categories):
        matches[category] = {}
        for of_height, height in enumerate(heights):
            first = (of_category * len(heights) + of_height) * count
            matches[category][height.name] = _gathered(evaluation.evalImgs[first : first + count])
    return matches


def _evaluated(pictures: Sequence[MatchedPicture], ids: Mapping[str, int], heights: Sequence[HeightRange]) -> Any:
    truth: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for image_id, one in enumerate(pictures, start=1):
        for box in one.truth:
            annotation = _annotation(len(truth) + 1, image_id, ids[box.category], box.xyxy)
            truth.append({**annotation, "iscrowd": int(box.is_ignored)})
        for detection in one.found:
            annotation = _annotation(len(found) + 1, image_id, ids[detection.category], detection.xyxy)
            found.append({**annotation, "score": detection.confidence})
    images = [
        {"id": index, "width": one.size_px[0], "height": one.size_px[1]} for index, one in enumerate(pictures, start=1)
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
        evaluation.params.maxDets = [MAX_DETECTIONS]
        # pycocotools takes both ends of a range as inside it.
        evaluation.params.areaRng = [[height.from_px, float(np.nextafter(height.below_px, 0))] for height in heights]
        evaluation.params.areaRngLbl = [height.name for height in heights]
        evaluation.evaluate()
    return evaluation


def _annotation(number: int, image_id: int, category_id: int, xyxy: Xyxy) -> dict[str, Any]:
    left, top, right, bottom = xyxy
    return {
        "id": number,
        "image_id": image_id,
        "category_id": category_id,
        "bbox": [left, top, right - left, bottom - top],
        # COCO's "area" only says which range of sizes a box is in; here sizes are heights.
        "area": bottom - top,
        "iscrowd": 0,
    }


def _gathered(per_picture: Sequence[Any]) -> Matches:
    boxes = np.zeros(len(per_picture), np.int64)
    confidence: list[NDArray[np.float64]] = [np.zeros(0)]
    picture: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    is_hit: list[NDArray[np.bool_]] = [np.zeros((10, 0), np.bool_)]
    is_counted: list[NDArray[np.bool_]] = [np.zeros((10, 0), np.bool_)]
    for index, one in enumerate(per_picture):
        if one is None:
            continue
        boxes[index] = int(np.sum(np.asarray(one["gtIgnore"]) == 0))
        scores = np.asarray(one["dtScores"], np.float64)
        confidence.append(scores)
        picture.append(np.full(len(scores), index, np.int64))
        is_hit.append(np.asarray(one["dtMatches"]).reshape(10, -1) > 0)
        is_counted.append(np.asarray(one["dtIgnore"]).reshape(10, -1) == 0)
    scores = np.concatenate(confidence)
    order = np.argsort(-scores, kind="mergesort")
    counted = np.concatenate(is_counted, axis=1)[:, order]
    return Matches(
        confidence=scores[order],
        picture=np.concatenate(picture)[order],
        is_hit=np.concatenate(is_hit, axis=1)[:, order] & counted,
        is_counted=counted,
        boxes=boxes,
    )
