"""ultralytics' own `predict` on our weights, in torch and in ONNX, to hold our runtime against."""

import logging
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from vision.adapters.ultralytics_detector import load_network
from vision.adapters.ultralytics_gate import YOLO
from vision.detector import Image
from vision.errors import VisionError
from vision.letterbox import Letterbox
from vision.weights import Manifest

_PACKAGES_FOR_ONNX = ("onnx", "onnxruntime")


class Predict:
    """Calls ultralytics' `predict` on the CPU as its documentation does, at the weights' size and thresholds.

    torch gets one thread a core, its own default: ultralytics takes that down to one when it is imported.
    """

    def __init__(self, file: Path, manifest: Manifest, shape_px: tuple[int, int] | None = None) -> None:
        """Take a .pt or .onnx file that this process has written; `shape_px` is (height, width) if it is fixed."""
        logging.getLogger("ultralytics").setLevel(logging.ERROR)
        self._yolo = YOLO(str(file), task="detect")
        self._options: dict[str, Any] = {
            "imgsz": shape_px or manifest.image_size_px,
            "conf": manifest.thresholds.counting,
            "iou": manifest.nms_iou,
            "device": "cpu",
            "verbose": False,
        }

    def one_by_one(self, images: Sequence[Image]) -> int:
        """Look at the pictures one at a time; how many boxes there were."""
        _use_all_cores()
        return sum(self._boxes([image]) for image in images)

    def in_batches(self, images: Sequence[Image], size: int) -> int:
        """Look at `size` pictures at a time; how many boxes there were."""
        _use_all_cores()
        return sum(self._boxes(list(images[start : start + size])) for start in range(0, len(images), size))

    def _boxes(self, images: list[Image]) -> int:
        return sum(len(result.boxes) for result in self._yolo.predict(images, **self._options))


def torch_predict(manifest: Manifest, weights_folder: Path, scratch: Path) -> Predict:
    """Get `predict` in torch; `scratch` takes the checkpoint that ultralytics wants.

    Raises:
        WeightsError: the weights carry no state for torch, or it is not what the manifest says.
    """
    return Predict(_checkpoint(manifest, weights_folder, scratch), manifest)


def onnx_predict(manifest: Manifest, weights_folder: Path, scratch: Path, width_px: int, height_px: int) -> Predict:
    """Get `predict` in ONNX Runtime, exported by ultralytics for pictures of one shape: the best case for it.

    Raises:
        WeightsError: as for `torch_predict`.
        VisionError: the packages for ONNX are not installed.
    """
    missing = [name for name in _PACKAGES_FOR_ONNX if find_spec(name) is None]
    if missing:
        raise VisionError(f"{' and '.join(missing)} not installed: pip install 'nazar[bench]'")
    lies = Letterbox.fit(width_px, height_px, manifest.image_size_px)
    yolo = YOLO(str(_checkpoint(manifest, weights_folder, scratch)), task="detect")
    logging.getLogger("ultralytics").setLevel(logging.ERROR)
    shape_px = (lies.input_height_px, lies.input_width_px)
    file = yolo.export(format="onnx", imgsz=shape_px, simplify=False, device="cpu", verbose=False)
    return Predict(Path(file), manifest, shape_px)


def _checkpoint(manifest: Manifest, weights_folder: Path, scratch: Path) -> Path:
    file = scratch / f"{manifest.name}.pt"
    if not file.exists():
        network = load_network(manifest, weights_folder)
        network.names = dict(enumerate(label.name for label in manifest.labels))
        torch.save({"model": network, "train_args": {}}, file)
    return file


def _use_all_cores() -> None:
    torch.set_num_threads(len(os.sched_getaffinity(0)))
