import numpy as np
import pytest

from vision.detections import Detections, Group, Label, no_detections
from vision.taxonomy import MACHINERY, PERSON, SITE_LABELS

TWO = Detections(
    np.array([[0, 0, 10, 20], [30, 30, 50, 45]], np.float32),
    np.array([0.9, 0.3], np.float32),
    np.array([1, 0], np.int64),
    SITE_LABELS,
)


def test_rows_come_out_in_order_with_their_label() -> None:
    first, second = TWO
    assert (first.label, first.xyxy) == (MACHINERY, (0, 0, 10, 20))
    assert second.label == PERSON
    assert second.confidence == pytest.approx(0.3)


def test_a_group_and_a_confidence_select_rows() -> None:
    assert [one.label for one in TWO.of_group(Group.PERSON)] == [PERSON]
    assert [one.label for one in TWO.above(0.5)] == [MACHINERY]
    assert len(TWO.of_group(Group.PPE)) == 0


def test_nothing_found_is_no_rows_of_every_array() -> None:
    nothing = no_detections(SITE_LABELS)
    assert len(nothing) == 0
    assert list(nothing) == []


@pytest.mark.parametrize(
    ("xyxy", "confidence", "class_id"),
    [
        (np.zeros((1, 4)), np.zeros(2), np.zeros(2)),
        (np.zeros((2, 3)), np.zeros(2), np.zeros(2)),
        (np.zeros((2, 4)), np.zeros(2), np.zeros(1)),
    ],
)
def test_arrays_of_unlike_length_are_refused(xyxy: np.ndarray, confidence: np.ndarray, class_id: np.ndarray) -> None:
    with pytest.raises(ValueError, match="parallel"):
        Detections(xyxy.astype(np.float32), confidence.astype(np.float32), class_id.astype(np.int64), SITE_LABELS)


@pytest.mark.parametrize("class_id", [-1, 1])
def test_a_class_without_a_label_is_refused(class_id: int) -> None:
    with pytest.raises(ValueError, match="outside the 1 labels"):
        Detections(
            np.zeros((1, 4), np.float32), np.ones(1, np.float32), np.array([class_id]), (Label("crane", Group.MACHINE),)
        )
