"""A detection loss that learns only from what a picture's labels say.

Two things set it apart from ultralytics' v8DetectionLoss. A box of a machine is positive for
"machinery" and, where its type is told, for the type as well; where it is not told, the types
learn nothing at that place. And where a class may be present without a label, its absence is no
target. Boxes whose edges are not to be trusted teach their class alone.
"""

from typing import Any

import torch

from vision.adapters.ultralytics_training import make_anchors, v8DetectionLoss
from vision.taxonomy import MACHINERY_ID, SITE_LABELS, TYPE_IDS

GROUPS = len(SITE_LABELS)
NO_TYPE = -1


class PartialLabelLoss(v8DetectionLoss):  # type: ignore[misc]  # ultralytics is untyped
    """Box, class and distribution loss of a batch as `vision.training.batches.as_batch` makes it."""

    def get_assigned_targets_and_loss(
        self, preds: dict[str, Any], batch: dict[str, torch.Tensor], **assign_kwargs: Any
    ) -> tuple[Any, torch.Tensor, dict[str, torch.Tensor]]:
        """Return the assignment, the three weighted losses per picture, and the same detached by name."""
        distances = preds["boxes"].permute(0, 2, 1).contiguous()
        scores = preds["scores"].permute(0, 2, 1).contiguous()
        anchors, strides = make_anchors(preds["feats"], self.stride, 0.5)
        size = torch.tensor(preds["feats"][0].shape[2:], device=self.device, dtype=scores.dtype) * self.stride[0]
        targets = self.preprocess(_targets(batch).to(self.device), len(scores), scale_tensor=size[[1, 0, 1, 0]])
        groups, corners, types, has_box = targets.split((1, 4, 1, 1), 2)
        boxes = self.bbox_decode(anchors, distances)
        _, target_boxes, group_targets, is_object, target_index = self.assigner(
            scores.detach().sigmoid(),
            (boxes.detach() * strides).type(corners.dtype),
            anchors * strides,
            groups,
            corners,
            corners.sum(2, keepdim=True).gt_(0.0),
            **assign_kwargs,
        )
        total = group_targets.sum().clamp_(min=1)
        type_of = _of_anchor(types, target_index, NO_TYPE)
        score_targets = _with_types(group_targets, is_object, type_of)
        weights = self._weights(group_targets, is_object, type_of, anchors * strides, batch)
        loss = torch.zeros(3, device=self.device)
        loss[1] = (self.bce(scores, score_targets.to(scores.dtype)) * weights).sum() / total
        has_edges = is_object & (_of_anchor(has_box, target_index, 0) > 0)
        loss[0], loss[2] = self.bbox_loss(
            distances, boxes, anchors, target_boxes / strides, group_targets, total, has_edges, size, strides
        )
        loss *= torch.tensor([self.hyp.box, self.hyp.cls, self.hyp.dfl], device=self.device)
        assigned = (is_object, target_index, target_boxes, anchors, strides)
        return assigned, loss, dict(zip(self.loss_names, loss.detach(), strict=True))

    def _weights(
        self,
        group_targets: torch.Tensor,
        is_object: torch.Tensor,
        type_of: torch.Tensor,
        centres: torch.Tensor,
        batch: dict[str, torch.Tensor],
    ) -> torch.Tensor:
        """0 where a score has no known target, else 1: (pictures, anchors, classes)."""
        weights = torch.ones_like(group_targets, dtype=torch.float32)
        for picture in range(len(weights)):
            of_picture = batch["blank_idx"].to(self.device) == picture
            areas = batch["blank_xyxy"].to(self.device)[of_picture]
            if not len(areas):
                continue
            inside = (centres[:, None] >= areas[None, :, :2]).all(2) & (centres[:, None] <= areas[None, :, 2:]).all(2)
            blank = (inside.float() @ batch["blank_classes"].to(self.device)[of_picture].float()) > 0
            weights[picture][blank & ~is_object[picture][:, None]] = 0
        # A person in the cab of a machine whose type is not told still is no machine of any type.
        is_machine = group_targets[..., MACHINERY_ID] > 0
        untold = is_object & is_machine & (type_of < 0)
        weights[..., list(TYPE_IDS)] *= (~untold)[..., None]
        return weights


def _targets(batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Rows of picture, group, box, type (NO_TYPE where untold) and whether the box is to be learnt."""
    classes = batch["cls"].view(-1, 1)
    is_type = classes >= GROUPS
    groups = torch.where(is_type, float(MACHINERY_ID), classes)
    types = torch.where(is_type, classes, float(NO_TYPE))
    has_box = batch["has_box"].view(-1, 1)
    return torch.cat((batch["batch_idx"].view(-1, 1), groups, batch["bboxes"], types, has_box), 1)


def _of_anchor(values: torch.Tensor, target_index: torch.Tensor, otherwise: float) -> torch.Tensor:
    """Spread a target's value (pictures, targets, 1) to its anchors: (pictures, anchors)."""
    if not values.shape[1]:
        return torch.full(target_index.shape, float(otherwise), device=values.device)
    return values.squeeze(2).gather(1, target_index.long())


def _with_types(group_targets: torch.Tensor, is_object: torch.Tensor, type_of: torch.Tensor) -> torch.Tensor:
    quality = group_targets.sum(2, keepdim=True)
    is_told = (is_object & (type_of >= 0))[..., None]
    at = type_of.clamp(min=0).long()[..., None]
    return group_targets.scatter_add(2, at, torch.where(is_told, quality, 0.0).to(group_targets.dtype))
