import contextlib
import io

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from vision.evaluation.figures import calibration_of, intervals_of, scores_of
from vision.evaluation.matching import FoundBox, MatchedPicture, Matches, TruthBox, match


def matches(hits: list[bool], confidence: list[float], picture: list[int], boxes: list[int]) -> Matches:
    """Matches that are the same at each IoU."""
    is_hit = np.tile(np.array(hits, np.bool_), (10, 1))
    return Matches(
        np.array(confidence), np.array(picture, np.int64), is_hit, np.ones_like(is_hit), np.array(boxes, np.int64)
    )


def random_pictures(count: int) -> list[MatchedPicture]:
    random = np.random.default_rng(5)
    pictures = []
    for _ in range(count):
        corners = random.uniform(0, 60, (6, 2))
        truth = [(float(x), float(y), float(x + 30), float(y + 30)) for x, y in corners]
        found = []
        for left, top, right, bottom in truth[:5]:
            shift = float(random.uniform(0, 14))
            found.append(FoundBox("person", (left + shift, top, right + shift, bottom), float(random.uniform(0.1, 1))))
        pictures.append(MatchedPicture((100, 100), tuple(TruthBox("person", one) for one in truth), tuple(found)))
    return pictures


def coco_average_precision(pictures: list[MatchedPicture]) -> tuple[float, float]:
    """AP50 and AP50-95 by pycocotools from end to end."""

    def annotations(boxes: list[tuple[int, tuple[float, float, float, float], float]]) -> list[dict[str, object]]:
        return [
            {
                "id": number,
                "image_id": image,
                "category_id": 1,
                "bbox": [box[0], box[1], box[2] - box[0], box[3] - box[1]],
                "area": 900,
                "iscrowd": 0,
                "score": score,
            }
            for number, (image, box, score) in enumerate(boxes, start=1)
        ]

    truth = [(image, box.xyxy, 1.0) for image, one in enumerate(pictures, 1) for box in one.truth]
    found = [(image, box.xyxy, box.confidence) for image, one in enumerate(pictures, 1) for box in one.found]
    with contextlib.redirect_stdout(io.StringIO()):
        table, results = COCO(), COCO()
        for each, boxes in ((table, truth), (results, found)):
            each.dataset = {
                "images": [{"id": image} for image in range(1, len(pictures) + 1)],
                "annotations": annotations(boxes),
                "categories": [{"id": 1, "name": "person"}],
            }
            each.createIndex()
        evaluation = COCOeval(table, results, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][:, :, 0, 0, -1]
    return float(precision[0].mean()), float(precision.mean())


def test_average_precision_is_that_of_pycocotools() -> None:
    pictures = random_pictures(12)
    scores = scores_of(match(pictures, ["person"])["person"]["all"], 0.5)
    assert (scores.ap50, scores.ap50_95) == pytest.approx(coco_average_precision(pictures))
    assert scores.ap50 is not None
    assert 0.1 < scores.ap50 < 0.9


def test_a_picture_that_counts_twice_is_as_if_it_were_there_twice() -> None:
    pictures = random_pictures(4)
    weights = np.array([2.0, 0.0, 1.0, 3.0])
    drawn = [pictures[index] for index in (0, 0, 2, 3, 3, 3)]
    weighted = scores_of(match(pictures, ["person"])["person"]["all"], 0.5, weights)
    repeated = scores_of(match(drawn, ["person"])["person"]["all"], 0.5)
    assert (weighted.ap50, weighted.ap50_95) == pytest.approx((repeated.ap50, repeated.ap50_95))
    assert (weighted.precision, weighted.recall, weighted.f1) == (repeated.precision, repeated.recall, repeated.f1)


def test_the_threshold_takes_in_what_is_exactly_as_confident() -> None:
    scores = scores_of(matches([True, False, True], [0.9, 0.5, 0.4], [0, 0, 0], [4]), 0.5)
    assert (scores.precision, scores.recall) == (0.5, 0.25)
    assert scores.f1 == pytest.approx(1 / 3)


def test_recall_at_precision_is_the_best_of_all_thresholds() -> None:
    # 19 of 20 right is just 95 %; two more mistakes are too many.
    hits = [True] * 19 + [False] + [True, False]
    scores = scores_of(matches(hits, np.linspace(0.99, 0.5, 22).tolist(), [0] * 22, [40]), 0.5)
    # At the 21st, 20 of 21 are right: 95.2 %.
    assert scores.recall_at_precision_95 == 20 / 40


def test_no_threshold_cuts_between_equally_confident_detections() -> None:
    scores = scores_of(matches([True, False], [0.9, 0.9], [0, 0], [1]), 0.5)
    assert scores.recall_at_precision_95 == 0.0


def test_calibration_is_the_gap_between_confidence_and_hits_by_bin() -> None:
    found = matches([True, True, True, False, False], [0.95, 0.95, 0.55, 0.55, 0.01], [0] * 5, [3])
    calibration = calibration_of(found)
    assert [(one.from_confidence, one.detections, one.hit_share) for one in calibration.bins] == [
        (0.5, 2, 0.5),
        (0.9, 2, 1.0),
    ]
    assert calibration.expected_error == pytest.approx((2 * 0.05 + 2 * 0.05) / 4)


def test_intervals_are_the_same_again_and_hold_the_figure() -> None:
    pictures = random_pictures(12)
    of = match(pictures, ["person"])["person"]["all"]
    first, second = intervals_of(of, 0.5), intervals_of(of, 0.5)
    assert first == second
    scores = scores_of(of, 0.5)
    for name in ("ap50", "recall"):
        interval, value = first[name], getattr(scores, name)
        assert interval is not None
        assert interval.low < value < interval.high


def test_pictures_that_are_all_alike_have_an_interval_of_no_width() -> None:
    of = matches([True, True, True], [0.9, 0.9, 0.9], [0, 1, 2], [2, 2, 2])
    interval = intervals_of(of, 0.5, resamples=20)["recall"]
    assert interval is not None
    assert (interval.low, interval.high) == (0.5, 0.5)


def test_where_nothing_is_labelled_there_are_no_figures() -> None:
    of = matches([False], [0.9], [0], [0])
    assert scores_of(of, 0.5).recall is None
    assert set(intervals_of(of, 0.5, resamples=4).values()) == {None}
