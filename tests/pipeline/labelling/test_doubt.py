import numpy as np
import pytest

from pipeline.labelling.doubt import DoubtKind, DoubtReason, doubt_of, turned_back
from tests.support.fakes import MACHINERY, PERSON, VEHICLE
from vision.detections import Detections, Group, Label

EXCAVATOR = Label("excavator", Group.MACHINE)
UNTYPED = (PERSON, MACHINERY, VEHICLE)
TYPED = (*UNTYPED, EXCAVATOR)
LEFT, RIGHT = (0.0, 0.0, 20.0, 40.0), (100.0, 0.0, 120.0, 40.0)


def found(
    *rows: tuple[Label, float, tuple[float, float, float, float]], labels: tuple[Label, ...] = UNTYPED
) -> Detections:
    return Detections(
        np.array([box for _, _, box in rows], np.float32).reshape(-1, 4),
        np.array([confidence for _, confidence, _ in rows], np.float32),
        np.array([labels.index(label) for label, _, _ in rows], np.int64),
        labels,
    )


def test_a_detector_that_is_sure_both_ways_has_no_doubt() -> None:
    sure = found((PERSON, 0.9, LEFT), (VEHICLE, 0.8, RIGHT))
    doubt = doubt_of(sure, sure, 0.5, 0.25)
    assert (doubt.reasons, doubt.amount) == ((), 0)


def test_a_box_between_the_thresholds_adds_the_more_the_nearer_it_is_to_counting() -> None:
    almost, barely = found((PERSON, 0.45, LEFT)), found((PERSON, 0.3, LEFT))
    assert doubt_of(almost, almost, 0.5, 0.25).amount == pytest.approx(0.8)
    assert doubt_of(barely, barely, 0.5, 0.25).amount == pytest.approx(0.2)


def test_a_box_that_one_view_lacks_adds_what_is_missing() -> None:
    doubt = doubt_of(found((PERSON, 0.9, LEFT)), found((PERSON, 0.6, RIGHT)), 0.5, 0.25)
    assert doubt.reasons == (DoubtReason(DoubtKind.FLIPS_DISAGREE, 2, 2.0),)
    weaker = doubt_of(found((PERSON, 0.9, LEFT)), found((PERSON, 0.4, LEFT)), 0.5, 0.25)
    assert [(one.kind, one.boxes) for one in weaker.reasons] == [(DoubtKind.FLIPS_DISAGREE, 1)]
    assert weaker.amount == pytest.approx(0.2)


def test_the_same_place_in_another_group_is_not_the_same_thing() -> None:
    doubt = doubt_of(found((MACHINERY, 0.9, LEFT)), found((VEHICLE, 0.9, LEFT)), 0.5, 0.25)
    assert doubt.amount == pytest.approx(2.0)


def test_a_machine_without_a_type_is_asked_about_where_types_are_known() -> None:
    untyped, typed = found((MACHINERY, 0.9, LEFT), labels=TYPED), found((EXCAVATOR, 0.9, LEFT), labels=TYPED)
    assert doubt_of(untyped, untyped, 0.5, 0.25).reasons == (DoubtReason(DoubtKind.TYPE_NOT_KNOWN, 1, 0.5),)
    # Its type alone may differ between the views; the thing is the same.
    assert doubt_of(typed, untyped, 0.5, 0.25).amount == 0
    never_typed = found((MACHINERY, 0.9, LEFT))
    assert doubt_of(never_typed, never_typed, 0.5, 0.25).amount == 0


def test_boxes_of_the_mirror_image_are_turned_back() -> None:
    assert turned_back(found((PERSON, 0.9, (80.0, 5.0, 100.0, 45.0))), 120).xyxy.tolist() == [[20.0, 5.0, 40.0, 45.0]]
