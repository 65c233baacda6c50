"""Drawing trained weights back toward their start, so that what it knew of other cameras is kept.

Interpolation between a network and its fine-tuned form: Wortsman et al., Robust fine-tuning of
zero-shot models, CVPR 2022.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import torch

from vision.adapters.ultralytics_gate import DetectionModel
from vision.training.dev_figures import DevFigures

# How much of the trained weights is kept, from all to half.
SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
# The development split is of the sources trained on for the most part and flatters what was
# trained; so of shares that are alike there, that which is nearest to the start is taken.
ALIKE = 0.003


@dataclass(frozen=True, slots=True)
class Blend:
    """A network drawn back, what share of the trained weights it keeps, and how it does."""

    network: DetectionModel
    share: float
    figures: DevFigures


def blended(start: DetectionModel, trained: DetectionModel, share: float) -> DetectionModel:
    """Return `share` of `trained` and the rest of `start`; both are of one shape."""
    network = deepcopy(trained)
    began, ended = start.state_dict(), trained.state_dict()
    mixed = {
        name: torch.lerp(began[name].float(), value.float(), share).to(value.dtype)
        if value.is_floating_point()
        else value
        for name, value in ended.items()
    }
    network.load_state_dict(mixed)
    return network


def best_blend(
    start: DetectionModel,
    trained: DetectionModel,
    measure: Callable[[DetectionModel], DevFigures],
    on_note: Callable[[str], None],
) -> Blend:
    """Return the blend with the best fitness, or one nearly as good that is nearer to the start."""
    tried: list[Blend] = []
    for share in SHARES:
        network = blended(start, trained, share).eval()
        tried.append(Blend(network, share, measure(network)))
        on_note(
            f"{share:.0%} of the trained weights and the rest of the start: fitness {tried[-1].figures.fitness:.4f}"
        )
    best = max(one.figures.fitness for one in tried)
    return [one for one in tried if one.figures.fitness >= best - ALIKE][-1]
