from dataclasses import replace
from pathlib import Path

import pytest
import torch

from vision.errors import WeightsError
from vision.training.log import write_log
from vision.training.settings import TrainingSettings
from vision.training.start import site_network
from vision.training.state import (
    BestEpoch,
    TrainingState,
    load_best,
    load_numbers,
    load_state_table,
    save_best,
    save_state,
)

STATE = TrainingState(
    3, replace(TrainingSettings(), epochs=9), "start", BestEpoch(2, 0.5, 0.3), ({"epoch": 1.0, "box_loss": 1.5},)
)
AVERAGED = {"0.weight": torch.tensor([0.5, -1.25]), "0.count": torch.tensor(7)}
RAW = {"0.weight": torch.tensor([0.627, -1.25]), "0.count": torch.tensor(7)}


def test_numbers_come_back_to_a_step_of_their_difference(tmp_path: Path) -> None:
    save_state(tmp_path, STATE, AVERAGED, RAW)
    averaged, raw = load_numbers(tmp_path)
    assert averaged["0.weight"].tolist() == [0.5, -1.25]
    assert raw["0.weight"].tolist() == pytest.approx([0.627, -1.25], abs=0.0005)
    assert averaged["0.count"].item() == raw["0.count"].item() == 7


def test_numbers_too_large_for_16_bits_are_kept_whole(tmp_path: Path) -> None:
    large = {"0.running_var": torch.tensor([3e5, 1.0])}
    save_state(tmp_path, STATE, large, large)
    assert load_numbers(tmp_path)[0]["0.running_var"].tolist() == [3e5, 1.0]


def test_the_table_comes_back_with_settings_best_and_log(tmp_path: Path) -> None:
    save_state(tmp_path, STATE, AVERAGED, RAW)
    save_best(tmp_path, AVERAGED)
    assert load_state_table(tmp_path) == STATE
    assert load_best(tmp_path)["0.weight"].tolist() == [0.5, -1.25]


def test_without_its_weights_the_best_epoch_is_forgotten(tmp_path: Path) -> None:
    save_state(tmp_path, STATE, AVERAGED, RAW)
    assert load_state_table(tmp_path) == replace(STATE, best=None)


def test_files_of_two_epochs_are_not_mixed(tmp_path: Path) -> None:
    save_state(tmp_path, STATE, AVERAGED, RAW)
    path = tmp_path / "state.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    with pytest.raises(WeightsError, match="Copy both of one epoch"):
        load_numbers(tmp_path)


@pytest.mark.parametrize("text", ["{", "{}", '{"epochs_done": 1, "settings": {"flavour": 3}, "best": null}'])
def test_a_table_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text, encoding="utf-8")
    with pytest.raises(WeightsError, match="not a training's state"):
        load_state_table(tmp_path)


@pytest.mark.bar("a training's state, to be committed while it lasts: under 15 MB")
def test_a_state_with_its_best_weights_is_under_15_mb(tmp_path: Path) -> None:
    numbers = site_network(None).state_dict()
    raw = {
        name: value + torch.rand_like(value) if value.is_floating_point() else value for name, value in numbers.items()
    }
    save_state(tmp_path, STATE, numbers, raw)
    save_best(tmp_path, numbers)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 15_000_000


def test_the_log_is_a_table_and_curves(tmp_path: Path) -> None:
    rows = [{"epoch": 1.0, "box_loss": 1.5}, {"epoch": 2.0, "box_loss": 0.75, "person_ap50": 0.5}]
    write_log(tmp_path, rows)
    assert (tmp_path / "results.csv").read_text(encoding="utf-8") == "epoch,box_loss,person_ap50\n1,1.5,\n2,0.75,0.5\n"
    drawn = (tmp_path / "curves.svg").read_text(encoding="utf-8")
    assert drawn.count("<polyline") == 6
    # Half way down from the first epoch's loss to nothing.
    assert "210.0,36.0 384.0,120.0" in drawn
