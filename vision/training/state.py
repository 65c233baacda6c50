"""What a training goes on from, small enough to travel: `state.safetensors` and `state.json`.

The averaged weights are kept in 16 bits, the raw ones as their difference from those in 8; the
optimiser's moments are dropped, and a short warm-up makes them again. No random state is needed:
what is shown is a function of seed and epoch (vision/training/batches.py). The best weights lie
beside them in `best.safetensors`; without it, the best of the epochs still to come is taken.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from vision.errors import WeightsError
from vision.training.settings import TrainingSettings

STATE, TABLE, BEST = "state.safetensors", "state.json", "best.safetensors"
_LARGEST_STEP = 127
_LARGEST_HALF = 65000.0

Numbers = dict[str, torch.Tensor]
LogRow = dict[str, float]


@dataclass(frozen=True, slots=True)
class BestEpoch:
    """The epoch that did best on the development split."""

    epoch: int
    fitness: float
    confidence: float


@dataclass(frozen=True, slots=True)
class TrainingState:
    """A training after `epochs_done` epochs; `start` says what it began from."""

    epochs_done: int
    settings: TrainingSettings
    start: str
    best: BestEpoch | None
    log: tuple[LogRow, ...]


def save_state(folder: Path, state: TrainingState, averaged: Mapping[str, torch.Tensor], raw: Numbers) -> None:
    """Write the pair; a reader sees the old one or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers: Numbers = {}
    for name, value in averaged.items():
        kept = as_half(value)
        numbers[f"averaged.{name}"] = kept
        if value.is_floating_point():
            difference = raw[name].float().cpu() - kept.float()
            scale = difference.abs().max() / _LARGEST_STEP
            numbers[f"scale.{name}"] = scale.reshape(1)
            numbers[f"step.{name}"] = torch.round(difference / scale.clamp(min=1e-12)).to(torch.int8)
    _save(folder / STATE, numbers)
    table = {**asdict(state), "sha256": _digest(folder / STATE)}
    fresh = folder / f"{TABLE}.new"
    fresh.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    fresh.replace(folder / TABLE)


def has_state(folder: Path) -> bool:
    """Whether there is something to go on from."""
    return (folder / TABLE).is_file()


def load_state_table(folder: Path) -> TrainingState:
    """Read the table alone.

    Raises:
        WeightsError: it is missing, or not of a training that this version knows.
    """
    try:
        table = json.loads((folder / TABLE).read_text(encoding="utf-8"))
        best = BestEpoch(**table["best"]) if table["best"] and (folder / BEST).is_file() else None
        return TrainingState(
            table["epochs_done"], TrainingSettings(**table["settings"]), table["start"], best, tuple(table["log"])
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(
            f"{folder / TABLE} is not a training's state: {error}. Name another --out, or train anew without --resume."
        ) from error


def load_numbers(folder: Path) -> tuple[Numbers, Numbers]:
    """Return the averaged and the raw weights.

    Raises:
        WeightsError: the file is missing, or not the one the table was written with.
    """
    path = folder / STATE
    try:
        wanted = json.loads((folder / TABLE).read_text(encoding="utf-8"))["sha256"]
        found = _digest(path)
    except (OSError, ValueError, KeyError) as error:
        raise WeightsError(f"{folder} holds no whole state to go on from: {error}") from error
    if found != wanted:
        raise WeightsError(f"{path} has the sha256 {found}, {TABLE} names {wanted}. Copy both of one epoch.")
    numbers = load_file(path)
    averaged = {name.removeprefix("averaged."): v for name, v in numbers.items() if name.startswith("averaged.")}
    averaged = {name: value.float() if value.is_floating_point() else value for name, value in averaged.items()}
    raw = {
        name: value + numbers[f"step.{name}"].float() * numbers[f"scale.{name}"]
        if f"step.{name}" in numbers
        else value.clone()
        for name, value in averaged.items()
    }
    return averaged, raw


def save_best(folder: Path, averaged: Mapping[str, torch.Tensor]) -> None:
    """Keep the averaged weights of the best epoch so far."""
    folder.mkdir(parents=True, exist_ok=True)
    _save(folder / BEST, {name: as_half(value) for name, value in averaged.items()})


def load_best(folder: Path) -> Numbers:
    """Return the best epoch's averaged weights.

    Raises:
        WeightsError: there are none, or the file is damaged.
    """
    try:
        return {n: v.float() if v.is_floating_point() else v for n, v in load_file(folder / BEST).items()}
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"{folder / BEST} cannot be read: {error}") from error


def as_half(value: torch.Tensor) -> torch.Tensor:
    """16 bits where a number fits into them."""
    value = value.detach().cpu().contiguous()
    if value.is_floating_point() and bool((value.abs() < _LARGEST_HALF).all()):
        return value.half()
    return value.clone()


def _save(path: Path, numbers: Numbers) -> None:
    fresh = path.with_name(f"{path.name}.new")
    save_file({name: value.contiguous() for name, value in numbers.items()}, fresh)
    fresh.chmod(0o644)  # safetensors writes for the owner alone
    fresh.replace(path)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
