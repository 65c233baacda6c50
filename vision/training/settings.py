"""All that can be switched or tuned about a training, in one value that its state remembers."""

from dataclasses import dataclass, fields, replace
from typing import Any

from vision.errors import DatasetError
from vision.letterbox import STRIDE_PX


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """One training; docs/adr/0009 says why each switch is there."""

    epochs: int = 60
    image_size_px: int = 640
    pictures_per_epoch: int = 1536
    batch: int = 16
    seed: int = 7
    loader_workers: int = 2

    # The data. The shares are of the drawn pictures; site-photos takes what the others leave.
    split_mosaics: bool = True
    widen_stretched: bool = True
    drop_cut_boxes: bool = True
    refine_boxes: bool = True
    teach_unlabelled: bool = True
    spare_unlabelled: bool = True
    excavators_share: float = 0.15
    ppe_share: float = 0.1
    footage_share: float = 0.15
    footage_every: int = 8

    # The augmentation; `closing_share` of the epochs, at the end, is without mosaics and collages, at
    # full size. Those before are shown at a share of it, which halves their cost. What is no mosaic
    # and no collage is a shelf of pictures as large as detectors see them, or a single one.
    opening_size_share: float = 0.7
    shelf_share: float = 0.7
    mosaic_share: float = 0.35
    collage_share: float = 0.15
    wide_share: float = 0.3
    multi_scale: bool = True
    night_share: float = 0.12
    poor_camera_share: float = 0.3
    closing_share: float = 1 / 3

    # The optimiser.
    learning_rate: float = 0.0006
    final_rate_share: float = 0.02
    box_head_rate_share: float = 0.3
    backbone_rate_share: float = 0.5
    frozen_epochs: int = 1
    warmup_epochs: float = 1.0
    weight_decay: float = 0.0005
    ema_decay: float = 0.998
    dev_every: int = 2

    def __post_init__(self) -> None:
        if self.image_size_px % STRIDE_PX:
            raise ValueError(f"image_size_px is a multiple of {STRIDE_PX}, not {self.image_size_px}.")
        if not 0 <= self.excavators_share + self.ppe_share + self.footage_share < 1:
            raise ValueError("The shares of excavators, ppe and footage leave nothing for site-photos.")
        if min(self.epochs, self.pictures_per_epoch, self.batch, self.footage_every, self.dev_every) < 1:
            raise ValueError("epochs, pictures_per_epoch, batch, footage_every and dev_every are at least 1.")

    def canvas_size_px(self, epoch: int) -> float:
        """The longer side of an epoch's canvases, before they are scaled at random."""
        return self.image_size_px * (self.opening_size_share if epoch < self.closing_epoch else 1.0)

    @property
    def closing_epoch(self) -> int:
        """The first epoch without mosaics and collages."""
        return self.epochs - max(1, round(self.epochs * self.closing_share)) if self.closing_share else self.epochs


def quick_try() -> TrainingSettings:
    """A training of some minutes, for holding one switch against another."""
    return replace(TrainingSettings(), epochs=6, image_size_px=320, pictures_per_epoch=768, batch=16)


def changed(settings: TrainingSettings, changes: dict[str, str]) -> TrainingSettings:
    """Return `settings` with fields replaced from their names and written values.

    Raises:
        DatasetError: there is no such field, or the value is not of its kind.
    """
    known = {field.name: type(getattr(settings, field.name)) for field in fields(settings)}
    values: dict[str, Any] = {}
    for name, text in changes.items():
        if name not in known:
            raise DatasetError(f"There is no training setting {name}; there are {', '.join(known)}.")
        values[name] = _parsed(name, text, known[name])
    try:
        return replace(settings, **values)
    except ValueError as error:
        raise DatasetError(f"These settings do not go together: {error}") from error


def _parsed(name: str, text: str, kind: type) -> bool | int | float:
    if kind is bool:
        if text not in ("true", "false"):
            raise DatasetError(f"{name} is true or false, not {text}.")
        return text == "true"
    try:
        return int(text) if kind is int else float(text)
    except ValueError as error:
        raise DatasetError(f"{name} is a number, not {text}.") from error
