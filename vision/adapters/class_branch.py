"""The part of a YOLO network that tells classes apart."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from torch import nn

from vision.adapters.ultralytics_gate import DetectionModel


def keep_classes(network: DetectionModel, class_numbers: Sequence[int]) -> DetectionModel:
    """Return a copy of `network` that answers for some of its classes only, in this order."""
    kept = deepcopy(network)
    head: Any = kept.model[-1]
    for branch in head.cv3:
        branch[-1] = _with_channels(branch[-1], class_numbers)
    head.nc = len(class_numbers)
    head.no = head.nc + head.reg_max * 4
    kept.names = {index: network.names[number] for index, number in enumerate(class_numbers)}
    kept.yaml["nc"] = head.nc
    return kept


def network_of_width(architecture: str, classes: int, width: int) -> DetectionModel:
    """Build a network for `classes` whose class branch is `width` channels wide.

    The branch is as wide as the network that training started from, which had more classes;
    ultralytics derives the width from the number of classes, so it is built with as many.
    """
    return keep_classes(DetectionModel(f"{architecture}.yaml", nc=max(classes, width), verbose=False), range(classes))


def _with_channels(convolution: nn.Conv2d, channels: Sequence[int]) -> nn.Conv2d:
    chosen = nn.Conv2d(convolution.in_channels, len(channels), kernel_size=1)
    chosen.weight = nn.Parameter(convolution.weight[list(channels)].detach().clone())
    if convolution.bias is not None:
        chosen.bias = nn.Parameter(convolution.bias[list(channels)].detach().clone())
    return chosen
