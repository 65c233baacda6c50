"""How well a detector finds what is labelled, by COCO's rules through pycocotools.

By group (person, machine, vehicle), so that weights trained on COCO can be held beside ours, and by label
where the set and the detector both carry it. What a set does not label is not measured on it: detections of
it are neither right nor wrong. Where a set labels a part of a group only (some machine types), only recall can
be told: what was found besides may be right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vision.detections import Detections, Label
from vision.detector import Detector, Image
from vision.evaluation.figures import (
    RESAMPLES,
    Calibration,
    Interval,
    Weights,
    calibration_of,
    intervals_of,
    scores_of,
)
from vision.evaluation.ignored_boxes import ignored_xyxy
from vision.evaluation.matching import (
    ALL_HEIGHTS,
    HEIGHT_RANGES,
    FoundBox,
    MatchedPicture,
    Matches,
    TruthBox,
    Xyxy,
    match,
)
from vision.evaluation.picture_sources import unseen_pictures
from vision.image import read_image
from vision.photo_set import ClassMap, Photo, read_photos
from vision.taxonomy import MACHINERY

# Far below any threshold of use: average precision is taken over the whole curve.
LOWEST_CONFIDENCE = 0.001

# From a label to the category it is measured in; None where it is measured in none.
_CategoryOf = Callable[[Label], str | None]


@dataclass(frozen=True, slots=True)
class SizeFigures:
    """Boxes of one range of heights, and how well those are found."""

    boxes: int
    ap50: float | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One label's or group's figures; vision/evaluation/figures.py says what each is.

    `intervals` holds the 90 % bounds of the figures by name, `sizes` the ranges of heights in pixels. Where
    `is_fully_labelled` is False, the set has unlabelled ones too, and only recall is given.
    """

    boxes: int
    is_fully_labelled: bool
    ap50: float | None
    ap50_95: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    recall_at_precision_95: float | None
    intervals: dict[str, Interval | None]
    calibration: Calibration
    sizes: dict[str, SizeFigures]


@dataclass(frozen=True, slots=True)
class UnseenSources:
    """The same figures over only the pictures whose source is not in train."""

    photos: int
    groups: dict[str, ClassFigures]
    labels: dict[str, ClassFigures]


@dataclass(frozen=True, slots=True)
class DetectionReport:
    """A detector measured on one split of one set.

    `unseen_sources` is None where the set's sources are not known.
    """

    detector: str
    weights_sha256: str
    image_size_px: int | None
    photo_set: str
    split: str
    photos: int
    threshold: float
    groups: dict[str, ClassFigures]
    labels: dict[str, ClassFigures]
    unseen_sources: UnseenSources | None


def evaluate_detection(
    detector: Detector,
    folder: Path,
    class_map: ClassMap,
    split: str = "val",
    *,
    ignored: frozenset[int] = frozenset(),
    image_size_px: int | None = None,
    resamples: int = RESAMPLES,
) -> DetectionReport:
    """Measure on `folder`, a set in the YOLO layout.

    `ignored` are classes of the set whose boxes count neither way; `image_size_px` is only noted in the report.

    Raises:
        DatasetError: the set is not laid out as documented.
        UnreadableImageError: a photograph cannot be decoded.
    """
    photos = read_photos(folder, split, class_map)
    seen = [_look(detector, photo, class_map, ignored) for photo in photos]
    matched = (_matches_by_group(seen, class_map), _matches_by_label(seen, class_map, detector))
    partly = {label.name for label in class_map.not_labelled} | {label.group.value for label in class_map.not_labelled}
    measure = _Measure(detector.threshold, resamples, frozenset(partly))
    unseen = unseen_pictures(folder, class_map.set_name, split)
    return DetectionReport(
        detector=detector.name,
        weights_sha256=detector.weights_sha256,
        image_size_px=image_size_px,
        photo_set=class_map.set_name,
        split=split,
        photos=len(photos),
        threshold=detector.threshold,
        groups=measure.figures(matched[0]),
        labels=measure.figures(matched[1]),
        unseen_sources=None if unseen is None else _unseen(photos, unseen, matched, measure),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """One photograph's truth, and what the detector found at the lowest confidence."""

    size_px: tuple[int, int]
    true_labels: tuple[Label, ...]
    true_xyxy: NDArray[np.float64]
    ignored_xyxy: NDArray[np.float64]
    found: Detections


_Matched = Mapping[str, Mapping[str, Matches]]


def _look(detector: Detector, photo: Photo, class_map: ClassMap, ignored: frozenset[int]) -> _Seen:
    image: Image = read_image(photo.path)
    height, width = image.shape[:2]
    found = detector.detect([image], LOWEST_CONFIDENCE)[0]
    return _Seen(
        size_px=(width, height),
        true_labels=tuple(box.label for box in photo.boxes),
        true_xyxy=photo.xyxy(width, height),
        ignored_xyxy=ignored_xyxy(photo, class_map, ignored, width, height),
        found=found,
    )


def _matches_by_group(seen: Sequence[_Seen], class_map: ClassMap) -> _Matched:
    groups = {label.group.value for label in _mapped(class_map)}

    def category_of(label: Label) -> str | None:
        return label.group.value if label.group.value in groups else None

    return match([_picture(one, category_of, sorted(groups), ()) for one in seen], sorted(groups))


def _matches_by_label(seen: Sequence[_Seen], class_map: ClassMap, detector: Detector) -> _Matched:
    known = {label.name for label in detector.labels}
    tells_types = any(label.group is MACHINERY.group and label.name != MACHINERY.name for label in detector.labels)
    # A detector that tells types calls few machines just "machinery"; the group's row measures that.
    names = {label.name for label in _mapped(class_map)} & (known - {MACHINERY.name} if tells_types else known)

    def category_of(label: Label) -> str | None:
        return label.name if label.name in names else None

    # A machine labelled without its type may be of any: to call it one is neither right nor wrong.
    typed = sorted(
        {label.name for label in _mapped(class_map) if label.group is MACHINERY.group and label.name in names}
        - {MACHINERY.name}
    )
    return match([_picture(one, category_of, sorted(names), typed) for one in seen], sorted(names))


def _mapped(class_map: ClassMap) -> list[Label]:
    return [label for label in class_map.labels.values() if label is not None]


def _picture(
    seen: _Seen, category_of: _CategoryOf, categories: Sequence[str], ignored_for_untyped: Sequence[str]
) -> MatchedPicture:
    truth: list[TruthBox] = []
    for label, corners in zip(seen.true_labels, seen.true_xyxy, strict=True):
        xyxy = _xyxy(corners)
        category = category_of(label)
        if category is not None:
            truth.append(TruthBox(category, xyxy))
        if label.name == MACHINERY.name:
            truth += [TruthBox(name, xyxy, is_ignored=True) for name in ignored_for_untyped]
    for corners in seen.ignored_xyxy:
        truth += [TruthBox(name, _xyxy(corners), is_ignored=True) for name in categories]
    found = tuple(
        FoundBox(category, detection.xyxy, detection.confidence)
        for detection in seen.found
        if (category := category_of(detection.label)) is not None
    )
    return MatchedPicture(seen.size_px, tuple(truth), found)


@dataclass(frozen=True, slots=True)
class _Measure:
    """What figures are taken with; `partly_labelled` are the categories of which the set has unlabelled ones."""

    threshold: float
    resamples: int
    partly_labelled: frozenset[str]

    def figures(self, matched: _Matched, weights: Weights | None = None) -> dict[str, ClassFigures]:
        return {category: self._of_category(category, of, weights) for category, of in matched.items()}

    def _of_category(self, category: str, of: Mapping[str, Matches], weights: Weights | None) -> ClassFigures:
        everything = of[ALL_HEIGHTS.name]
        is_full = category not in self.partly_labelled
        scores = asdict(scores_of(everything, self.threshold, weights))
        intervals = intervals_of(everything, self.threshold, weights, self.resamples)
        if not is_full:
            scores = {name: value if name == "recall" else None for name, value in scores.items()}
            intervals = {name: value if name == "recall" else None for name, value in intervals.items()}
        return ClassFigures(
            boxes=_boxes(everything, weights),
            is_fully_labelled=is_full,
            **scores,
            intervals=intervals,
            calibration=calibration_of(everything, weights) if is_full else Calibration(None, ()),
            sizes={height.name: self._of_size(of[height.name], weights, is_full) for height in HEIGHT_RANGES},
        )

    def _of_size(self, matches: Matches, weights: Weights | None, is_full: bool) -> SizeFigures:
        scores = scores_of(matches, self.threshold, weights)
        return SizeFigures(_boxes(matches, weights), scores.ap50 if is_full else None, scores.recall)


def _boxes(matches: Matches, weights: Weights | None) -> int:
    return int(matches.boxes.sum()) if weights is None else round(float(np.sum(weights * matches.boxes)))


def _unseen(
    photos: Sequence[Photo], unseen: frozenset[str], matched: tuple[_Matched, _Matched], measure: _Measure
) -> UnseenSources:
    weights = np.array([float(photo.path.stem in unseen) for photo in photos])
    by_group, by_label = matched
    return UnseenSources(
        photos=int(weights.sum()), groups=measure.figures(by_group, weights), labels=measure.figures(by_label, weights)
    )


def _xyxy(corners: NDArray[np.float64]) -> Xyxy:
    left, top, right, bottom = (float(value) for value in corners)
    return left, top, right, bottom
