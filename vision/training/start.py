"""The network that training starts from: COCO's, with its class branch turned to our classes."""

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from vision.adapters.class_branch import keep_classes, network_of_width
from vision.adapters.ultralytics_gate import DetectionModel
from vision.errors import WeightsError
from vision.taxonomy import MACHINERY, NETWORK_LABELS, PERSON, TYPE_IDS, VEHICLE
from vision.weights import verified_bytes

ARCHITECTURE = "yolo11n"
COCO_CLASSES = 80
# COCO has no word for site machines; its lorries are the nearest look to them.
_COCO_PERSON, _COCO_CAR, _COCO_TRUCK = 0, 2, 7
_COCO_ROW = {PERSON: _COCO_PERSON, VEHICLE: _COCO_CAR, MACHINERY: _COCO_TRUCK}
# Which type a lorry might be is open: at the start each is rarer than machinery by this, in logits.
_TYPE_BIAS = -2.0
# ultralytics' own gains of the three losses.
_GAINS = SimpleNamespace(box=7.5, cls=0.5, dfl=1.5)


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
    start.names = {index: f"coco-{index}" for index in range(COCO_CLASSES)}
    try:
        start.load_state_dict(state)
    except RuntimeError as error:
        raise WeightsError(f"{path} does not fit {ARCHITECTURE} with {COCO_CLASSES} classes: {error}") from error
    return start


def site_network(start: DetectionModel | None) -> DetectionModel:
    """Return a network for NETWORK_LABELS, from `start` or from scratch, ready for the loss."""
    if start is None:
        network = network_of_width(ARCHITECTURE, len(NETWORK_LABELS), COCO_CLASSES)
    else:
        network = keep_classes(start, [_COCO_ROW.get(label, _COCO_TRUCK) for label in NETWORK_LABELS])
        with torch.no_grad():
            for branch in network.model[-1].cv3:
                branch[-1].bias[list(TYPE_IDS)] += _TYPE_BIAS
    network.names = {index: label.name for index, label in enumerate(NETWORK_LABELS)}
    network.args = _GAINS
    return network
