"""The loss on a 64 x 64 picture: 84 anchors, centres at 4, 12, ... px in the first 64 of them."""

import math
from typing import Any

import pytest
import torch

from vision.adapters.ultralytics_training import v8DetectionLoss
from vision.taxonomy import MACHINERY_ID, NETWORK_LABELS, PERSON_ID, TYPE_IDS
from vision.training.partial_loss import PartialLabelLoss
from vision.training.start import site_network

CLASSES = len(NETWORK_LABELS)
ANCHORS = 84
EXCAVATOR, BULLDOZER = TYPE_IDS[:2]
CLASS_GAIN = 0.5
# The pull of an absent class on a score of 0.
ABSENT = 0.5 * CLASS_GAIN
Batch = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def network() -> Any:
    return site_network(None)


def predictions(seed: int | None = None) -> dict[str, Any]:
    """All scores and distances 0, or random ones."""
    boxes, scores = torch.zeros(1, 64, ANCHORS), torch.zeros(1, CLASSES, ANCHORS)
    if seed is not None:
        generator = torch.Generator().manual_seed(seed)
        boxes, scores = (torch.randn(value.shape, generator=generator) for value in (boxes, scores))
    feats = [torch.zeros(1, 1, side, side) for side in (8, 4, 2)]
    return {"boxes": boxes.requires_grad_(), "scores": scores.requires_grad_(), "feats": feats}


def batch(class_id: int | None = None, *, has_box: bool = True) -> Batch:
    """One box from (16, 16) to (48, 48), or none."""
    count = 0 if class_id is None else 1
    return {
        "batch_idx": torch.zeros(count),
        "cls": torch.full((count,), float(class_id or 0)),
        "has_box": torch.full((count,), float(has_box)),
        "bboxes": torch.full((count, 4), 0.5),
        "blank_idx": torch.zeros(0),
        "blank_xyxy": torch.zeros(0, 4),
        "blank_classes": torch.zeros(0, CLASSES, dtype=torch.bool),
    }


def with_blank(of: Batch, corners: tuple[float, float, float, float], class_id: int) -> Batch:
    classes = torch.zeros(1, CLASSES, dtype=torch.bool)
    classes[0, class_id] = True
    return {**of, "blank_idx": torch.zeros(1), "blank_xyxy": torch.tensor([corners]), "blank_classes": classes}


def score_gradient(network: Any, of: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Gradient of the loss on the scores (classes, anchors), and which anchors the box was assigned."""
    shown = predictions()
    loss = PartialLabelLoss(network)
    assigned, parts, _ = loss.get_assigned_targets_and_loss(shown, of)
    parts.sum().backward()  # type: ignore[no-untyped-call]  # torch ships it unannotated
    return shown["scores"].grad[0], assigned[0][0]


def test_where_everything_is_labelled_every_class_is_absent(network: Any) -> None:
    loss, _ = PartialLabelLoss(network)(predictions(), batch())
    assert loss[1].item() == pytest.approx(ANCHORS * CLASSES * math.log(2) * CLASS_GAIN, rel=1e-5)
    assert loss[[0, 2]].tolist() == [0, 0]


def test_a_class_that_is_not_labelled_is_not_taught_to_be_absent(network: Any) -> None:
    loss, _ = PartialLabelLoss(network)(predictions(), with_blank(batch(), (0, 0, 64, 64), PERSON_ID))
    assert loss[1].item() == pytest.approx(ANCHORS * (CLASSES - 1) * math.log(2) * CLASS_GAIN, rel=1e-5)


def test_only_anchors_inside_a_blank_area_are_spared(network: Any) -> None:
    gradient, _ = score_gradient(network, with_blank(batch(), (0, 0, 64, 32), PERSON_ID))
    fine = gradient[:, :64].reshape(CLASSES, 8, 8)
    assert torch.all(fine[PERSON_ID, :4] == 0)
    assert torch.allclose(fine[PERSON_ID, 4:], torch.tensor(ABSENT))
    assert torch.allclose(fine[MACHINERY_ID], torch.tensor(ABSENT))


def test_with_people_alone_it_is_ultralytics_loss(network: Any) -> None:
    ours, _ = PartialLabelLoss(network)(predictions(3), batch(PERSON_ID))
    theirs, _ = v8DetectionLoss(network)(predictions(3), batch(PERSON_ID))
    assert ours.tolist() == pytest.approx(theirs.tolist(), rel=1e-5)
    assert min(theirs.tolist()) > 0


def test_a_machine_of_untold_type_teaches_no_type(network: Any) -> None:
    gradient, is_object = score_gradient(network, batch(MACHINERY_ID))
    assert is_object.any()
    assert torch.all(gradient[list(TYPE_IDS)][:, is_object] == 0)
    assert torch.all(gradient[list(TYPE_IDS)][:, ~is_object] > 0)
    assert gradient[MACHINERY_ID, is_object].max() < ABSENT


def test_a_machine_of_told_type_teaches_the_type_and_machinery_alike(network: Any) -> None:
    gradient, is_object = score_gradient(network, batch(EXCAVATOR))
    assert torch.equal(gradient[EXCAVATOR, is_object], gradient[MACHINERY_ID, is_object])
    assert gradient[EXCAVATOR, is_object].max() < ABSENT
    assert torch.allclose(gradient[BULLDOZER, is_object], torch.tensor(ABSENT))


def test_a_type_gives_its_box_no_double_weight(network: Any) -> None:
    generic, _ = PartialLabelLoss(network)(predictions(), batch(MACHINERY_ID))
    typed, _ = PartialLabelLoss(network)(predictions(), batch(EXCAVATOR))
    assert typed[[0, 2]].tolist() == pytest.approx(generic[[0, 2]].tolist())


def test_a_box_whose_edges_are_not_trusted_teaches_its_class_alone(network: Any) -> None:
    trusted, _ = PartialLabelLoss(network)(predictions(3), batch(PERSON_ID))
    doubtful, _ = PartialLabelLoss(network)(predictions(3), batch(PERSON_ID, has_box=False))
    assert doubtful[[0, 2]].tolist() == [0, 0]
    assert doubtful[1].item() == pytest.approx(trusted[1].item())
