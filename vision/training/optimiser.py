"""AdamW with a rate for each part of the network, its schedule, and the running average of the weights."""

import math
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import torch
from torch import nn

from vision.adapters.ultralytics_gate import DetectionModel
from vision.training.settings import TrainingSettings

# Layers 0 to 10 of YOLO11 look at the picture; those after bring the scales together.
BACKBONE_LAYERS = 11
# After going on from a state, the optimiser's moments are made again over this part of an epoch.
RESUMED_WARMUP_EPOCHS = 0.3
GRADIENT_LIMIT = 10.0


def rate_share(settings: TrainingSettings, progress_epochs: float, since_resume_epochs: float | None) -> float:
    """Return the share of the full learning rate: a warm-up, then half a cosine down to the final share."""
    final = settings.final_rate_share
    turn = (1 + math.cos(math.pi * min(progress_epochs / settings.epochs, 1))) / 2
    share = final + (1 - final) * turn
    if settings.warmup_epochs:
        share *= min(1.0, progress_epochs / settings.warmup_epochs)
    if since_resume_epochs is not None:
        share *= min(1.0, since_resume_epochs / RESUMED_WARMUP_EPOCHS)
    return share


class SiteOptimiser:
    """AdamW over the network's parts; biases and normalisation are not decayed."""

    def __init__(self, network: DetectionModel, settings: TrainingSettings) -> None:
        self._network = network
        self._settings = settings
        groups: dict[tuple[float, float], list[nn.Parameter]] = {}
        for name, parameter in network.named_parameters():
            if name.endswith("dfl.conv.weight"):
                parameter.requires_grad_(requires_grad=False)  # the fixed numbers 0 to 15
                continue
            decay = settings.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((self._share_of(name), decay), []).append(parameter)
        self._shares = [share for share, _ in groups]
        self._adam = torch.optim.AdamW(
            [{"params": parameters, "weight_decay": decay, "lr": 0.0} for (_, decay), parameters in groups.items()]
        )

    def set_rate(self, share: float) -> float:
        """Set the rates to `share` of their full ones; return that of the neck and class branch."""
        rate = self._settings.learning_rate * share
        for group, part in zip(self._adam.param_groups, self._shares, strict=True):
            group["lr"] = rate * part
        return rate

    def step(self, loss: torch.Tensor) -> bool:
        """Learn from one batch; False if its loss or gradient is not finite, and nothing was learnt."""
        self._adam.zero_grad(set_to_none=True)
        if not torch.isfinite(loss):
            return False
        loss.backward()  # type: ignore[no-untyped-call]  # torch ships it unannotated
        norm = nn.utils.clip_grad_norm_(self._network.parameters(), GRADIENT_LIMIT)
        if not torch.isfinite(norm):
            return False
        self._adam.step()
        return True

    def _share_of(self, name: str) -> float:
        layer = int(name.split(".")[1])
        if layer < BACKBONE_LAYERS:
            return self._settings.backbone_rate_share
        return self._settings.box_head_rate_share if ".cv2." in name and layer == self._last_layer else 1.0

    @property
    def _last_layer(self) -> int:
        return len(self._network.model) - 1


class AveragedWeights:
    """The running average by which a network is judged and shipped."""

    def __init__(self, network: DetectionModel, decay: float, updates: int = 0) -> None:
        self.network: DetectionModel = deepcopy(network).eval()
        self._decay = decay
        self._updates = updates
        for parameter in self.network.parameters():
            parameter.requires_grad_(requires_grad=False)

    def update(self, network: DetectionModel) -> None:
        """Move the average toward `network`; quickly in the first steps."""
        self._updates += 1
        decay = min(self._decay, (1 + self._updates) / (10 + self._updates))
        latest: dict[str, Any] = network.state_dict()
        with torch.no_grad():
            for name, value in self.network.state_dict().items():
                if value.is_floating_point():
                    value.lerp_(latest[name].to(value.dtype), 1 - decay)
                else:
                    value.copy_(latest[name])


def set_training(network: DetectionModel, *, is_backbone_frozen: bool) -> None:
    """Put the network into training; a frozen backbone keeps its weights and its statistics."""
    network.train()
    for layer in _backbone(network):
        if is_backbone_frozen:
            layer.eval()
        for parameter in layer.parameters():
            parameter.requires_grad = not is_backbone_frozen


def _backbone(network: DetectionModel) -> Iterator[nn.Module]:
    yield from list(network.model)[:BACKBONE_LAYERS]
