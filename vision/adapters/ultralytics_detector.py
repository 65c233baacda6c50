"""Any ultralytics detection weights through torch, on a GPU where there is one.

The network's own forward pass is run and its output decoded as for OpenVINO; ultralytics'
`predict`, which needs torchvision's compiled operators, is not.
"""

import threading
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors

from vision.adapters.class_branch import network_of_width
from vision.adapters.ultralytics_gate import DetectionModel
from vision.detections import Detections, Group, Label
from vision.detector import Image
from vision.errors import DeviceError, WeightsError
from vision.letterbox import STRIDE_PX, Letterbox
from vision.weights import Manifest, verified_bytes
from vision.yolo_output import OutputLayout, to_detections

DEFAULT_IMAGE_SIZE_PX = 640
DEFAULT_THRESHOLD = 0.4
DEFAULT_NMS_IOU = 0.6


class UltralyticsDetector:
    """Runs an ultralytics network in torch; safe to call from several threads, one at a time."""

    def __init__(
        self,
        network: DetectionModel,
        *,
        name: str,
        weights_sha256: str,
        layout: OutputLayout,
        class_numbers: Sequence[int],
        image_size_px: int = DEFAULT_IMAGE_SIZE_PX,
        threshold: float = DEFAULT_THRESHOLD,
        nms_iou: float = DEFAULT_NMS_IOU,
        device: str | None = None,
    ) -> None:
        """Take over `network`; use `load_pt` or `load_state` to get here from a file.

        `class_numbers` says which of the network's classes are reported, `layout` as what.
        `device` is torch's name of one; a GPU if there is one by default.

        Raises:
            DeviceError: the device is not there.
        """
        if image_size_px % STRIDE_PX:
            raise ValueError(f"image_size_px is a multiple of {STRIDE_PX}, not {image_size_px}.")
        self._device = _device(device)
        self._network = _ready(network).to(self._device)
        self._name = name
        self._weights_sha256 = weights_sha256
        self._rows = [0, 1, 2, 3, *(4 + number for number in class_numbers)]
        self._layout = layout
        self._image_size_px = image_size_px
        self._threshold = threshold
        self._nms_iou = nms_iou
        # The network's head keeps the grid of the last input size, so calls take turns.
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        """What people call the weights."""
        return self._name

    @property
    def weights_sha256(self) -> str:
        """Hex digest of the file the weights came from."""
        return self._weights_sha256

    @property
    def labels(self) -> tuple[Label, ...]:
        """The classes that are reported, in class_id order."""
        return self._layout.labels

    @property
    def threshold(self) -> float:
        """The threshold for counting."""
        return self._threshold

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        """Detect in each picture; with a `threshold` given, a box may come under several labels."""
        return [self._detect(image, threshold) for image in images]

    def _detect(self, image: Image, threshold: float | None) -> Detections:
        letterbox = Letterbox.fit(image.shape[1], image.shape[0], self._image_size_px)
        rgb = np.ascontiguousarray(letterbox.apply(image)[:, :, ::-1])
        with self._turn, torch.inference_mode():
            batch = torch.from_numpy(rgb).to(self._device).permute(2, 0, 1)[None].float() / 255
            output = self._network(batch)[0]
        return to_detections(
            output[self._rows].cpu().numpy(),
            self._layout,
            letterbox,
            nms_iou=self._nms_iou,
            shipped_threshold=self._threshold,
            threshold=threshold,
        )


def load_state(
    manifest: Manifest,
    folder: Path,
    *,
    image_size_px: int | None = None,
    threshold: float | None = None,
    device: str | None = None,
) -> UltralyticsDetector:
    """Load weights of our own from the safetensors file their manifest names.

    `image_size_px` and `threshold` replace those the weights were made for.

    Raises:
        WeightsError: the manifest names no such file, or it is not what the manifest says.
        DeviceError: the device is not there.
    """
    network = load_network(manifest, folder)
    assert manifest.state is not None
    return UltralyticsDetector(
        network,
        name=manifest.name,
        weights_sha256=manifest.state.sha256,
        layout=OutputLayout.of(manifest),
        class_numbers=range(len(manifest.labels)),
        image_size_px=image_size_px or manifest.image_size_px,
        threshold=threshold or manifest.thresholds.counting,
        nms_iou=manifest.nms_iou,
        device=device,
    )


def load_network(manifest: Manifest, folder: Path) -> DetectionModel:
    """Load the network itself; `load_state` makes a detector of it.

    Raises:
        WeightsError: the manifest names no file for torch, or it is not what the manifest says.
    """
    if manifest.state is None:
        raise WeightsError(f"The weights {manifest.name} carry no state for torch. Use device = cpu for them.")
    data = verified_bytes(folder / manifest.state.name, manifest.state.sha256)
    try:
        return _filled_network(manifest, load_safetensors(data))
    except (RuntimeError, SafetensorError, StopIteration) as error:
        raise WeightsError(f"{manifest.state.name} does not fit {manifest.architecture}: {error}") from error


def load_pt(path: Path, sha256: str, groups: Mapping[str, Group], **options: Any) -> UltralyticsDetector:
    """Load a .pt checkpoint of ultralytics, of a detection network with any classes.

    A .pt file is a pickle and may run any code while it loads, so it is loaded only if its sha256
    is the one that the caller trusts. `groups` says which classes are reported, by name.

    Raises:
        WeightsError: another file than the caller trusts, not a checkpoint, or without such classes.
    """
    data = verified_bytes(path, sha256)
    try:
        checkpoint = torch.load(BytesIO(data), map_location="cpu", weights_only=False)
        network = checkpoint.get("ema") or checkpoint["model"]
        names: dict[int, str] = dict(network.names)
    except (RuntimeError, KeyError, AttributeError, ImportError) as error:
        raise WeightsError(f"{path} is not a checkpoint of an ultralytics detection network: {error}") from error
    labels = {number: Label(name, groups[name]) for number, name in names.items() if name in groups}
    if not labels:
        raise WeightsError(f"{path} has none of the classes {', '.join(groups)}; it has {', '.join(names.values())}.")
    return UltralyticsDetector(
        network,
        name=path.stem,
        weights_sha256=sha256,
        layout=OutputLayout.plain(tuple(labels.values())),
        class_numbers=list(labels),
        **options,
    )


def _device(name: str | None) -> torch.device:
    if name is not None and name.startswith("cuda") and not torch.cuda.is_available():
        raise DeviceError(
            f"torch finds no GPU for the device {name}. Set device = cpu, or install a CUDA build of torch."
        )
    return torch.device(name or ("cuda" if torch.cuda.is_available() else "cpu"))


def _filled_network(manifest: Manifest, state: Mapping[str, torch.Tensor]) -> DetectionModel:
    width = next(len(tensor) for name, tensor in state.items() if name.endswith(".cv3.0.0.1.conv.weight"))
    network = network_of_width(manifest.architecture, len(manifest.labels), width)
    network.load_state_dict({name: tensor.float() for name, tensor in state.items()})
    return network


def _ready(network: DetectionModel) -> DetectionModel:
    network = network.float().eval()
    head = network.model[-1]
    # YOLO26 carries two heads; the one-to-many head answers in the same layout as YOLO11's.
    if hasattr(head, "end2end"):
        head.end2end = False
    head.export = True  # the decoded tensor alone, without the raw feature maps
    return network.fuse(verbose=False)
