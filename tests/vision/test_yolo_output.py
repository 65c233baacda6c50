import numpy as np
import pytest
from numpy.typing import NDArray

from vision.detections import Detections, Group, Label
from vision.letterbox import Letterbox
from vision.weights import ManifestLabel, load_manifest
from vision.yolo_output import OutputLayout, to_detections

PERSON = Label("person", Group.PERSON)
MACHINERY = Label("machinery", Group.MACHINE)
VEHICLE = Label("vehicle", Group.VEHICLE)
EXCAVATOR = Label("excavator", Group.MACHINE)
CRANE = Label("crane", Group.MACHINE)
TYPED = OutputLayout((PERSON, MACHINERY, VEHICLE, EXCAVATOR, CRANE), (-1, -1, -1, 1, 1), type_threshold=0.5)
UPRIGHT = Letterbox.fit(640, 640, 640)


def output(*anchors: tuple[tuple[float, float, float, float], tuple[float, ...]]) -> NDArray[np.float32]:
    """Columns of (centre x, centre y, width, height) and scores."""
    return np.array([[*box, *scores] for box, scores in anchors], np.float32).T


def decoded(raw: NDArray[np.float32], layout: OutputLayout = TYPED, threshold: float | None = None) -> Detections:
    return to_detections(raw, layout, UPRIGHT, nms_iou=0.6, shipped_threshold=0.3, threshold=threshold)


def rows(found: Detections) -> list[tuple[str, float, tuple[float, ...]]]:
    return [(one.label.name, round(one.confidence, 4), one.xyxy) for one in found]


def test_a_machine_takes_the_name_of_its_best_type_and_keeps_its_own_confidence() -> None:
    found = decoded(output(((100, 100, 40, 20), (0.0, 0.8, 0.1, 0.6, 0.7))))
    assert rows(found) == [("crane", 0.8, (80, 90, 120, 110))]
    assert found.labels[int(found.class_id[0])].group is Group.MACHINE


@pytest.mark.parametrize(("score", "name"), [(0.49, "machinery"), (0.51, "excavator")])
def test_a_type_is_named_from_its_threshold_on(score: float, name: str) -> None:
    assert rows(decoded(output(((100, 100, 40, 20), (0.0, 0.4, 0.0, score, 0.0)))))[0][0] == name


def test_a_type_without_its_machine_is_nothing() -> None:
    assert len(decoded(output(((100, 100, 40, 20), (0.0, 0.2, 0.0, 0.99, 0.9))))) == 0


def test_types_name_machines_only() -> None:
    found = decoded(output(((100, 100, 40, 20), (0.9, 0.1, 0.0, 0.95, 0.0)), ((300, 300, 40, 20), (0, 0, 0.7, 0.9, 0))))
    assert [name for name, _, _ in rows(found)] == ["person", "vehicle"]


def test_overlapping_machines_are_one_whatever_their_types() -> None:
    excavator, crane = (0.0, 0.9, 0.0, 0.8, 0.0), (0.0, 0.7, 0.0, 0.0, 0.95)
    found = decoded(output(((100, 100, 40, 40), excavator), ((102, 100, 40, 40), crane), ((300, 100, 40, 40), crane)))
    assert rows(found) == [("excavator", 0.9, (80, 80, 120, 120)), ("crane", 0.7, (280, 80, 320, 120))]


def test_a_given_threshold_lets_a_box_speak_for_several_groups_but_no_type_alone() -> None:
    found = decoded(output(((100, 100, 40, 20), (0.2, 0.15, 0.01, 0.9, 0.0))), threshold=0.1)
    assert [(name, confidence) for name, confidence, _ in rows(found)] == [("person", 0.2), ("excavator", 0.15)]


def test_a_network_without_types_answers_with_its_labels() -> None:
    layout = OutputLayout.plain((PERSON, MACHINERY))
    found = decoded(output(((10, 20, 20, 40), (0.2, 0.5)), ((400, 20, 20, 40), (0.7, 0.1))), layout)
    assert rows(found) == [("person", 0.7, (390, 0, 410, 40)), ("machinery", 0.5, (0, 0, 20, 40))]


def test_overlap_is_suppressed_within_a_class_only() -> None:
    raw = output(((100, 100, 40, 40), (0.9, 0.0, 0.0, 0, 0)), ((101, 100, 40, 40), (0.0, 0.8, 0.0, 0, 0)))
    assert len(decoded(raw)) == 2


def test_a_manifest_says_which_labels_are_types() -> None:
    plain = load_manifest("nazar-site-n")
    assert OutputLayout.of(plain.model_copy(update={"labels": plain.labels[:3], "type_threshold": None})) == (
        OutputLayout((PERSON, MACHINERY, VEHICLE), (-1, -1, -1))
    )
    types = [ManifestLabel(name=one.name, group=one.group, refines="machinery") for one in (EXCAVATOR, CRANE)]
    typed = plain.model_copy(update={"labels": (*plain.labels[:3], *types), "type_threshold": 0.5})
    assert OutputLayout.of(typed) == TYPED


@pytest.mark.parametrize("refined", [(-1, -1), (-1, 0, -1), (-1, -1, 2), (-1, -1, 7)])
def test_layouts_that_make_no_sense_are_refused(refined: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="abel"):
        OutputLayout((PERSON, MACHINERY, EXCAVATOR), refined)
