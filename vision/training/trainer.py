"""Fine-tune a YOLO on site photographs, on a CPU or a GPU, resumable and seeded."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from vision.adapters.ultralytics_gate import DEFAULT_CFG_DICT, DetectionModel, DetectionTrainer
from vision.errors import WeightsError
from vision.weights import verified_bytes

ARCHITECTURE = "yolo11n"
COCO_CLASSES = 80
# The class branch of the start is carried over by name. COCO has no word for site machines;
# its lorries are the nearest look to them, its cars to our vehicles.
COCO_STAND_INS = {0: "person", 2: "vehicle", 7: "machinery"}


class MixedPrecisionDetectionModel(DetectionModel):  # type: ignore[misc]  # ultralytics is untyped
    """A detection network whose CPU forward pass runs in bfloat16 and whose loss stays float32.

    ultralytics refuses `amp` on a CPU; on one with bfloat16 instructions this halves an epoch.
    """

    def loss(self, batch: dict[str, Any], preds: Any = None) -> Any:
        """Return the training loss; `batch["img"]` is (N, 3, H, W) float RGB in 0..1."""
        if preds is None and batch["img"].device.type == "cpu" and self.training:
            with torch.autocast("cpu", torch.bfloat16):
                preds = self.forward(batch["img"])
            preds = _as_float32(preds)
        return super().loss(batch, preds)


class SiteTrainer(DetectionTrainer):  # type: ignore[misc]  # ultralytics is untyped
    """ultralytics' trainer, started from a plain state dict instead of a pickle."""

    def __init__(self, overrides: dict[str, Any], start: DetectionModel | None) -> None:
        self._start = start
        super().__init__(cfg=DEFAULT_CFG_DICT, overrides=overrides)
        self.add_callback("on_train_start", _use_all_cores)

    def get_model(
        self, cfg: Any = None, weights: nn.Module | None = None, verbose: bool = True
    ) -> MixedPrecisionDetectionModel:
        """Build the network for our classes and lay the start's weights into it."""
        network = MixedPrecisionDetectionModel(cfg, nc=self.data["nc"], ch=self.data["channels"], verbose=verbose)
        network.names = self.data["names"]
        if weights is not None:
            network.load(weights)
        elif self._start is not None:
            network.load(self._start)
        return network


def load_start(path: Path, sha256: str | None = None) -> DetectionModel:
    """Load a COCO-trained start: a safetensors state dict, or a .pt of ultralytics whose sha256 is given.

    A .pt is a pickle and may run any code while it loads, hence the digest.

    Raises:
        WeightsError: not the file that was meant, or one that does not fit the architecture.
    """
    if path.suffix == ".pt":
        if sha256 is None:
            raise WeightsError(f"{path} is a pickle: name the sha256 you trust beside it, or a .safetensors file.")
        contents = torch.load(BytesIO(verified_bytes(path, sha256)), map_location="cpu", weights_only=False)
        state = contents["model"].float().state_dict()
    else:
        try:
            state = load_file(path)
        except (OSError, SafetensorError) as error:
            raise WeightsError(f"{path} does not hold a state dict: {error}") from error
    start = DetectionModel(f"{ARCHITECTURE}.yaml", nc=COCO_CLASSES, verbose=False)
    start.names = {index: COCO_STAND_INS.get(index, f"coco-{index}") for index in range(COCO_CLASSES)}
    try:
        start.load_state_dict(state)
    except RuntimeError as error:
        raise WeightsError(f"{path} does not fit {ARCHITECTURE} with {COCO_CLASSES} classes: {error}") from error
    return start


def train(
    data_file: Path,
    out: Path,
    *,
    start: DetectionModel | None,
    image_size_px: int,
    epochs: int,
    seed: int,
    on_epoch: Callable[[int, dict[str, float]], None] | None = None,
) -> Path:
    """Train, or go on where an earlier run in `out` stopped; return the best checkpoint.

    A run that has ended is left as it is. "Best" is judged by ultralytics' fitness on the
    development part of `data_file`.
    """
    last, best = (out / "run" / "weights" / name for name in ("last.pt", "best.pt"))
    if last.is_file() and best.is_file() and _has_ended(last):
        return best
    overrides: dict[str, Any] = {
        "model": str(last) if last.is_file() else f"{ARCHITECTURE}.yaml",
        "resume": str(last) if last.is_file() else False,
        "data": str(data_file),
        "project": str(out),
        "name": "run",
        "exist_ok": True,
        "imgsz": image_size_px,
        "epochs": epochs,
        "seed": seed,
        "deterministic": True,
        "batch": 16,
        "workers": 2,
        "optimizer": "AdamW",
        "lr0": 0.001,
        "lrf": 0.02,
        "cos_lr": True,
        "warmup_epochs": 1,
        "warmup_bias_lr": 0.0,
        "close_mosaic": max(1, epochs // 5),
        "mosaic": 0.7,
        "degrees": 3.0,
        "hsv_v": 0.5,
        "scale": 0.6,
        "plots": False,
        "amp": False,
        "device": "0" if torch.cuda.is_available() else "cpu",
    }
    trainer = SiteTrainer(overrides, None if last.is_file() else start)
    if on_epoch is not None:
        trainer.add_callback("on_fit_epoch_end", lambda state: on_epoch(state.epoch, dict(state.metrics)))
    trainer.train()
    return Path(trainer.best)


def _has_ended(checkpoint: Path) -> bool:
    # A pickle, but one that an earlier call has written. ultralytics strips it when all epochs are done.
    return bool(torch.load(checkpoint, map_location="cpu", weights_only=False)["epoch"] < 0)


def _use_all_cores(_trainer: Any) -> None:
    # ultralytics sets torch to one thread on import, for loaders of many workers.
    torch.set_num_threads(os.cpu_count() or 1)


def _as_float32(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.float()
    if isinstance(value, dict):
        return {key: _as_float32(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_as_float32(item) for item in value)
    return value
