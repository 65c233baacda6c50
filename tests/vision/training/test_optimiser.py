from dataclasses import replace
from typing import Any

import pytest
import torch

from vision.training.optimiser import AveragedWeights, SiteOptimiser, rate_share, set_training
from vision.training.settings import TrainingSettings
from vision.training.start import site_network

SETTINGS = replace(TrainingSettings(), epochs=10, warmup_epochs=1.0, final_rate_share=0.02)


@pytest.fixture
def network() -> Any:
    return site_network(None)


def test_the_rate_warms_up_and_falls_to_its_final_share() -> None:
    assert rate_share(SETTINGS, 0.0, None) == 0
    assert rate_share(SETTINGS, 0.5, None) == pytest.approx(0.5, abs=0.01)
    assert rate_share(SETTINGS, 5.0, None) == pytest.approx(0.51)
    assert rate_share(SETTINGS, 10.0, None) == pytest.approx(0.02)


def test_after_a_stop_the_rate_warms_up_to_where_it_was() -> None:
    assert rate_share(SETTINGS, 5.0, 0.0) == 0
    assert rate_share(SETTINGS, 5.0, 0.15) == pytest.approx(0.51 / 2)
    assert rate_share(SETTINGS, 5.0, 1.0) == rate_share(SETTINGS, 5.0, None)


def test_parts_of_the_network_learn_at_their_own_rates(network: Any) -> None:
    before = {name: value.clone() for name, value in network.named_parameters()}
    optimiser = SiteOptimiser(network, replace(SETTINGS, weight_decay=0.0))
    assert optimiser.set_rate(0.5) == pytest.approx(SETTINGS.learning_rate / 2)
    # Adam's first step is the rate itself wherever there is a gradient.
    assert optimiser.step(sum(p.sum() for p in network.parameters() if p.requires_grad))
    moved = {name: (value - before[name]).abs().max().item() for name, value in network.named_parameters()}
    rate = SETTINGS.learning_rate / 2
    assert moved["model.23.cv3.0.2.weight"] == pytest.approx(rate, rel=0.05)
    assert moved["model.23.cv2.0.2.weight"] == pytest.approx(rate * SETTINGS.box_head_rate_share, rel=0.05)
    assert moved["model.0.conv.weight"] == pytest.approx(rate * SETTINGS.backbone_rate_share, rel=0.05)
    assert moved["model.23.dfl.conv.weight"] == 0


def test_a_batch_without_a_finite_loss_teaches_nothing(network: Any) -> None:
    before = network.model[0].conv.weight.clone()
    optimiser = SiteOptimiser(network, SETTINGS)
    optimiser.set_rate(1.0)
    assert not optimiser.step(network.model[0].conv.weight.sum() * float("nan"))
    assert torch.equal(network.model[0].conv.weight, before)


def test_the_average_follows_quickly_at_first(network: Any) -> None:
    average = AveragedWeights(network, decay=0.999)
    with torch.no_grad():
        network.model[0].conv.weight.fill_(1.0)
    first = average.network.model[0].conv.weight.clone()
    average.update(network)
    expected = first + (1 - 2 / 11) * (1 - first)
    assert torch.allclose(average.network.model[0].conv.weight, expected, atol=1e-6)


def test_a_frozen_backbone_keeps_weights_and_statistics(network: Any) -> None:
    set_training(network, is_backbone_frozen=True)
    statistics = network.model[0].bn.running_mean.clone()
    network(torch.rand(2, 3, 64, 64))
    assert torch.equal(network.model[0].bn.running_mean, statistics)
    assert not network.model[10].cv1.conv.weight.requires_grad
    assert network.model[13].cv1.conv.weight.requires_grad
    set_training(network, is_backbone_frozen=False)
    assert network.model[0].conv.weight.requires_grad
