"""The training itself: epoch by epoch, on a CPU or a GPU, until it is done or its minutes are over."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from vision.adapters.ultralytics_gate import DetectionModel
from vision.errors import WeightsError
from vision.training.batches import loader, to_device
from vision.training.dataset import TrainingSet
from vision.training.dev_figures import DevFigures, dev_figures
from vision.training.log import write_log
from vision.training.optimiser import AveragedWeights, SiteOptimiser, rate_share, set_training
from vision.training.partial_loss import PartialLabelLoss
from vision.training.sample import DEVELOPMENT, TRAIN
from vision.training.settings import TrainingSettings
from vision.training.start import site_network
from vision.training.state import (
    BestEpoch,
    LogRow,
    TrainingState,
    has_state,
    load_best,
    load_numbers,
    load_state_table,
    save_best,
    save_state,
)

# After so many batches the pace is known well enough to say how long the rest will take.
BATCHES_BEFORE_FORECAST = 8
# A training may be cut short, drawn out or shown more of one set where it stands; `--footage` may name more, too.
MAY_CHANGE = ("epochs", "closing_share", "excavators_share", "ppe_share", "footage_share", "footage_every")
LOSS_NAMES = ("box_loss", "cls_loss", "dfl_loss")


def _say_nothing(_text: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Progress:
    """Who is told what while a training runs, and how long it may, by a monotonic clock in seconds."""

    on_epoch: Callable[[LogRow], None] = field(default=lambda _row: None)
    on_note: Callable[[str], None] = field(default=_say_nothing)
    limit_s: float | None = None
    monotonic_s: Callable[[], float] = time.monotonic
    began_s: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Trained:
    """Where a training stands; `network` are the best weights, None while it is not done."""

    state: TrainingState
    network: DetectionModel | None


def train(
    training_set: TrainingSet,
    out: Path,
    *,
    start: DetectionModel | None,
    start_text: str,
    settings: TrainingSettings,
    resume: bool,
    progress: Progress,
) -> Trained:
    """Train in `out`, or go on with the state there if `resume`; stop at an epoch's end when time is over.

    Raises:
        WeightsError: the state in `out` is damaged, of other settings, or not asked to be gone on with.
        DatasetError: a picture of the training set cannot be read.
    """
    torch.manual_seed(settings.seed)
    # ultralytics sets torch to one thread on import, for loaders of many workers.
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    if has_state(out) and not resume:
        raise WeightsError(f"{out} holds a training already. Go on with it by --resume, or name another --out.")
    state = load_state_table(out) if has_state(out) else TrainingState(0, settings, start_text, None, ())
    state = _as_asked_now(state, settings, progress)
    if state.settings != settings or state.start != start_text:
        raise WeightsError(
            f"The training in {out} was begun with other settings or another start; repeat those. Only "
            f"{', '.join(MAY_CHANGE)} may change on the way."
        )
    run = _Run(training_set, out, start, state, progress)
    if start is not None and not state.log:
        run.measure_start()
    while run.state.epochs_done < settings.epochs:
        if run.is_time_over():
            return Trained(run.state, network=None)
        run.one_epoch()
    return Trained(run.state, run.best_network())


def _as_asked_now(state: TrainingState, settings: TrainingSettings, to: Progress) -> TrainingState:
    """The state with the length and the shares of sets that are asked for now: these may change where it stands."""
    changed = replace(state.settings, **{name: getattr(settings, name) for name in MAY_CHANGE})
    if changed != settings or changed == state.settings:
        return state
    shares = ", ".join(f"{name} {getattr(settings, name):g}" for name in MAY_CHANGE if name.endswith("_share"))
    to.on_note(
        f"after {state.epochs_done} of {state.settings.epochs} epochs it now goes to {settings.epochs}, the last "
        f"{settings.epochs - settings.closing_epoch} at full size; {shares}; of rendered frames one in "
        f"{settings.footage_every}"
    )
    return replace(state, settings=changed)


class _Run:
    """One call's part of a training."""

    def __init__(
        self, training_set: TrainingSet, out: Path, start: DetectionModel | None, state: TrainingState, to: Progress
    ) -> None:
        self.state = state
        self._set = training_set
        self._out = out
        self._to = to
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        # In this order of axes a step takes a quarter less time on a CPU.
        network = site_network(start).to(self._device, memory_format=torch.channels_last)
        settings = state.settings
        self._began_with = state.epochs_done
        if state.epochs_done:
            averaged, raw = load_numbers(out)
            network.load_state_dict(averaged)
            batches = -(-settings.pictures_per_epoch // settings.batch)
            self._average = AveragedWeights(network, settings.ema_decay, state.epochs_done * batches)
            network.load_state_dict(raw)
        else:
            self._average = AveragedWeights(network, settings.ema_decay)
        self._network = network
        self._optimiser = SiteOptimiser(network, settings)
        self._loss = PartialLabelLoss(network)
        self._longest_epoch_s = 0.0

    def is_time_over(self) -> bool:
        """Whether the next epoch would outrun the limit; the first of a call is always run."""
        if self._to.limit_s is None or self.state.epochs_done == self._began_with:
            return False
        return self._longest_epoch_s > self._time_left_s()

    def measure_start(self) -> None:
        """Log as epoch 0 what the start sees: people's boxes may not get looser than these."""
        row: LogRow = {"epoch": 0.0, **self._measure().as_row()}
        self.state = replace(self.state, log=(row,))
        self._to.on_epoch(row)

    def one_epoch(self) -> None:
        """Train over one epoch, measure, and write state, best weights and log."""
        began_s = self._to.monotonic_s()
        settings, epoch = self.state.settings, self.state.epochs_done
        row: LogRow = {"epoch": float(epoch + 1), **self._learn(epoch, began_s)}
        best = self.state.best
        if (epoch + 1) % settings.dev_every == 0 or epoch + 1 == settings.epochs:
            figures = self._measure()
            row |= figures.as_row()
            if best is None or figures.fitness > best.fitness:
                best = BestEpoch(epoch + 1, figures.fitness, figures.best_confidence)
                save_best(self._out, self._average.network.state_dict())
        row["seconds"] = self._to.monotonic_s() - began_s
        self._longest_epoch_s = max(self._longest_epoch_s, row["seconds"])
        self.state = replace(self.state, epochs_done=epoch + 1, best=best, log=(*self.state.log, row))
        save_state(self._out, self.state, self._average.network.state_dict(), self._network.state_dict())
        write_log(self._out, self.state.log)
        self._to.on_epoch(row)

    def best_network(self) -> DetectionModel:
        """The best epoch's weights, on the CPU."""
        network = self._average.network.to("cpu", memory_format=torch.contiguous_format)
        if self.state.best is not None:
            network.load_state_dict(load_best(self._out))
        return network

    def _learn(self, epoch: int, began_s: float) -> LogRow:
        settings = self.state.settings
        set_training(self._network, is_backbone_frozen=epoch < settings.frozen_epochs)
        batches = loader(self._set.folder, self._set.of_part(TRAIN), settings, epoch)
        totals, rate, skipped = torch.zeros(len(LOSS_NAMES)), 0.0, 0
        for number, batch in enumerate(batches):
            done = epoch + (number + 1) / len(batches)
            since_resume = done - self._began_with if self._began_with else None
            rate = self._optimiser.set_rate(rate_share(settings, done, since_resume))
            shown = to_device(batch, self._device)
            loss, parts = self._loss(self._forward(shown["img"]), shown)
            # ultralytics' loss is a sum over pictures; a step should not grow with them.
            if self._optimiser.step(loss.sum() / len(batch["img"]) * settings.batch):
                self._average.update(self._network)
                totals += torch.stack([parts[name] for name in LOSS_NAMES]).cpu()
            else:
                skipped += 1
            if epoch == self._began_with and number + 1 == min(BATCHES_BEFORE_FORECAST, len(batches)):
                self._forecast((self._to.monotonic_s() - began_s) / (number + 1) * len(batches))
        if skipped:
            self._to.on_note(f"{skipped} batches of epoch {epoch + 1} had no finite loss and taught nothing")
        means = (totals / max(1, len(batches) - skipped)).tolist()
        return {**dict(zip(LOSS_NAMES, means, strict=True)), "learning_rate": rate}

    def _forward(self, images: torch.Tensor) -> Any:
        # ultralytics' `amp` refuses a CPU; with bfloat16 instructions this halves an epoch.
        with torch.autocast(self._device.type, torch.bfloat16):
            found = self._network(images.contiguous(memory_format=torch.channels_last))
        return _as_float32(found)

    def _measure(self) -> DevFigures:
        samples, size_px = self._set.of_part(DEVELOPMENT), self.state.settings.image_size_px
        return dev_figures(self._average.network, self._set.folder, samples, size_px)

    def _time_left_s(self) -> float:
        limit_s = float("inf") if self._to.limit_s is None else self._to.limit_s
        return limit_s - (self._to.monotonic_s() - self._to.began_s)

    def _forecast(self, epoch_s: float) -> None:
        left = self.state.settings.epochs - self.state.epochs_done
        text = f"an epoch takes about {epoch_s / 60:.1f} min, the {left} left {left * epoch_s / 3600:.1f} h"
        if self._to.limit_s is not None:
            text += f"; about {max(1, min(left, int(self._time_left_s() // epoch_s)))} fit in this call"
        self._to.on_note(f"{text} (measuring on the development split not counted)")


def _as_float32(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.float()
    if isinstance(value, dict):
        return {key: _as_float32(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_as_float32(item) for item in value)
    return value
