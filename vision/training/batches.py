"""What is shown to the network, batch by batch: a function of seed, epoch and position alone.

So a training that goes on elsewhere sees what it would have seen here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.random import Generator
from torch.utils.data import DataLoader, Dataset

from vision.letterbox import STRIDE_PX
from vision.training.camera_look import as_cameras_see
from vision.training.canvas import Canvas, collage, composed, mosaic, shelf, single
from vision.training.sample import BoxUse, Sample
from vision.training.settings import TrainingSettings

# Of the epoch's canvas size; the middle ones more often.
SCALES = (0.75, 0.85, 1.0, 1.0, 1.0, 1.0, 1.15, 1.25)
# Height to width of what wide cameras send, 16:9, laid into whole strides.
WIDE_SHARE_OF_HEIGHT = 0.575
# Pictures from this width to height on share a canvas one above the other.
WIDE_FROM = 1.25

Batch = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """The samples a batch begins with, its shape (height, width), and where it stands in the training."""

    primary: tuple[Sample, ...]
    shape: tuple[int, int]
    epoch: int
    number: int


def planned_epoch(samples: Sequence[Sample], settings: TrainingSettings, epoch: int) -> list[PlannedBatch]:
    """Return the batches of one epoch; each set is gone through in full before it is repeated."""
    rng = np.random.default_rng((settings.seed, epoch))
    drawn: list[Sample] = []
    for set_name, share in set_shares(samples, settings).items():
        of_set = [sample for sample in samples if sample.set_name == set_name]
        drawn += _next_of(of_set, round(share * settings.pictures_per_epoch), settings.seed, epoch)
    order = rng.permutation(len(drawn))
    starts = range(0, len(drawn), settings.batch)
    return [
        PlannedBatch(
            tuple(drawn[index] for index in order[start : start + settings.batch]),
            _shape(rng, settings, epoch),
            epoch,
            number,
        )
        for number, start in enumerate(starts)
    ]


def set_shares(samples: Sequence[Sample], settings: TrainingSettings) -> dict[str, float]:
    """Return each present set's share of the drawn pictures; they sum to 1."""
    given = {
        "excavators": settings.excavators_share,
        "ppe": settings.ppe_share,
        "rendered-footage": settings.footage_share,
    }
    present = sorted({sample.set_name for sample in samples})
    left = 1 - sum(given.get(name, 0) for name in present)
    others = [name for name in present if name not in given]
    shares = {name: given.get(name, left / max(1, len(others))) for name in present}
    total = sum(shares.values())
    if not total:
        return {name: 1 / len(present) for name in present}
    return {name: share / total for name, share in shares.items()}


def loader(folder: Path, samples: Sequence[Sample], settings: TrainingSettings, epoch: int) -> "DataLoader[Batch]":
    """Return the batches of one epoch as tensors, made by `loader_workers` processes."""
    planned = planned_epoch(samples, settings, epoch)
    made = _Batches(folder, tuple(samples), planned, settings)
    return DataLoader(
        made, batch_size=None, shuffle=False, num_workers=settings.loader_workers, worker_init_fn=_one_thread
    )


def as_batch(canvases: Sequence[Canvas]) -> Batch:
    """Return tensors as the loss takes them.

    img (n, 3, h, w) uint8 RGB; batch_idx, cls, has_box (boxes,) and bboxes (boxes, 4) centre and
    size relative to the canvas; blank_idx (m,), blank_xyxy (m, 4) pixels and blank_classes
    (m, classes), where absence proves nothing.
    """
    height, width = canvases[0].image.shape[:2]
    rgb = np.stack([canvas.image[:, :, ::-1].transpose(2, 0, 1) for canvas in canvases])
    truths = [canvas.truth for canvas in canvases]
    corners = np.concatenate([truth.xyxy for truth in truths]) / np.array([width, height] * 2, np.float32)
    centred = np.concatenate(((corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]), axis=1)
    uses = np.concatenate([truth.uses for truth in truths])
    return {
        "img": torch.from_numpy(np.ascontiguousarray(rgb)),
        "batch_idx": _places([len(truth.class_ids) for truth in truths]),
        "cls": torch.from_numpy(np.concatenate([truth.class_ids for truth in truths])).float(),
        "has_box": torch.from_numpy(uses == BoxUse.WHOLE).float(),
        "bboxes": torch.from_numpy(centred).float(),
        "blank_idx": _places([len(truth.blank_xyxy) for truth in truths]),
        "blank_xyxy": torch.from_numpy(np.concatenate([truth.blank_xyxy for truth in truths])),
        "blank_classes": torch.from_numpy(np.concatenate([truth.blank_classes for truth in truths])),
    }


class _Batches(Dataset[Batch]):
    """Makes the n-th batch of an epoch when asked for it."""

    def __init__(
        self, folder: Path, samples: tuple[Sample, ...], planned: list[PlannedBatch], settings: TrainingSettings
    ) -> None:
        self._folder = folder
        self._samples = samples
        self._planned = planned
        self._settings = settings
        shares = set_shares(samples, settings)
        counts = {name: sum(sample.set_name == name for sample in samples) for name in shares}
        self._odds = np.array([shares[sample.set_name] / counts[sample.set_name] for sample in samples])
        self._kinds = np.array([_kind(sample) for sample in samples])

    def __len__(self) -> int:
        return len(self._planned)

    def __getitem__(self, number: int) -> Batch:
        if number >= len(self._planned):
            raise IndexError(number)
        planned = self._planned[number]
        return as_batch([self._canvas(planned, place) for place in range(len(planned.primary))])

    def _canvas(self, planned: PlannedBatch, place: int) -> Canvas:
        settings = self._settings
        rng = np.random.default_rng((settings.seed, planned.epoch, planned.number, place))
        first, is_closing = planned.primary[place], planned.epoch >= settings.closing_epoch
        height, width = planned.shape
        layout, odds = rng.random(), self._odds
        if not is_closing and layout < settings.mosaic_share:
            cells = mosaic(height, width, rng)
        elif not is_closing and layout < settings.mosaic_share + settings.collage_share:
            cells = collage(height, width)
        elif rng.random() < settings.shelf_share:
            cells, odds = shelf(height, width, first), self._odds * (self._kinds == _kind(first))
        else:
            cells = single(height, width, is_closing=is_closing)
        partners = rng.choice(len(self._samples), size=len(cells) - 1, p=odds / odds.sum())
        chosen = [first, *(self._samples[index] for index in partners)]
        canvas = composed(self._folder, chosen, cells, planned.shape, rng, settings)
        return Canvas(as_cameras_see(canvas.image, rng, settings), canvas.truth)


def _next_of(of_set: Sequence[Sample], count: int, seed: int, epoch: int) -> list[Sample]:
    """The epoch's `count` from an endless deck of passes, each shuffled anew."""
    first = epoch * count
    passes = range(first // len(of_set), (first + count - 1) // len(of_set) + 1)
    orders = [np.random.default_rng((seed, 1, number)).permutation(len(of_set)) for number in passes]
    deck = np.concatenate(orders)[first % len(of_set) :] if orders else np.zeros(0, np.int64)
    return [of_set[int(index)] for index in deck[:count]]


def _shape(rng: Generator, settings: TrainingSettings, epoch: int) -> tuple[int, int]:
    scale = float(rng.choice(SCALES)) if settings.multi_scale else 1.0
    width = _whole_strides(settings.canvas_size_px(epoch) * scale)
    is_wide = rng.random() < settings.wide_share
    return (_whole_strides(width * WIDE_SHARE_OF_HEIGHT) if is_wide else width), width


def _whole_strides(length_px: float) -> int:
    return max(1, round(length_px / STRIDE_PX)) * STRIDE_PX


def _kind(sample: Sample) -> int:
    """Tells pictures that may stand on one shelf: pieces, wide ones, others."""
    if sample.is_piece:
        return 0
    return 1 if sample.width_px > WIDE_FROM * sample.height_px else 2


def _places(counts: Sequence[int]) -> torch.Tensor:
    return torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts)).float()


def _one_thread(_worker: int) -> None:
    cv2.setNumThreads(1)


def to_device(batch: Batch, device: torch.device) -> dict[str, Any]:
    """Move a batch, pictures as float in 0..1."""
    moved = {name: value.to(device) for name, value in batch.items()}
    return {**moved, "img": moved["img"].float() / 255}
