import pytest
import torch

from vision.adapters.ultralytics_gate import DetectionModel
from vision.training.blend import SHARES, best_blend, blended
from vision.training.dev_figures import DevFigures
from vision.training.start import site_network


@pytest.fixture(scope="module")
def start() -> DetectionModel:
    return filled(0.0)


@pytest.fixture(scope="module")
def trained() -> DetectionModel:
    return filled(1.0)


def filled(value: float) -> DetectionModel:
    network = site_network(None)
    network.load_state_dict(
        {name: torch.full_like(one, value) for name, one in network.state_dict().items()}, strict=True
    )
    return network


def first_number(network: DetectionModel) -> float:
    return float(next(network.parameters()).detach().flatten()[0])


def fitting(fitness: float) -> DevFigures:
    return DevFigures({"person": fitness}, {"person": fitness}, 0.4, 0.5)


def test_a_blend_lies_between_its_two_networks(start: DetectionModel, trained: DetectionModel) -> None:
    assert first_number(blended(start, trained, 0.7)) == pytest.approx(0.7)
    assert (first_number(start), first_number(trained)) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("by_share", "wanted"),
    [
        ({1.0: 0.5, 0.8: 0.6}, 0.8),
        ({1.0: 0.6, 0.5: 0.598}, 0.5),
        ({1.0: 0.6, 0.9: 0.59, 0.5: 0.4}, 1.0),
    ],
)
def test_of_blends_that_are_alike_the_nearest_to_the_start_is_taken(
    start: DetectionModel, trained: DetectionModel, by_share: dict[float, float], wanted: float
) -> None:
    notes: list[str] = []
    chosen = best_blend(
        start, trained, lambda network: fitting(by_share.get(round(first_number(network), 1), 0.0)), notes.append
    )
    assert chosen.share == wanted
    assert first_number(chosen.network) == pytest.approx(wanted)
    assert len(notes) == len(SHARES)
