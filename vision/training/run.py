"""From photographs to shipped weights in one call: build the set, train, choose thresholds, export."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import torch

from vision.adapters.ultralytics_gate import DetectionModel
from vision.taxonomy import SITE_LABELS
from vision.training.coco_start import NAME as COCO_START
from vision.training.dataset import DEVELOPMENT, build_training_set
from vision.training.export import export, write_manifest
from vision.training.operating_point import choose_counting_threshold, choose_redaction_threshold
from vision.training.trainer import load_start, train
from vision.weights import Manifest, Thresholds, load_weights

NAME = "nazar-site-n"
DEFAULT_EPOCHS = 22
DEFAULT_IMAGE_SIZE_PX = 640
DEFAULT_SEED = 7
NMS_IOU = 0.6

_DESCRIPTION = (
    "People, site machinery and vehicles in photographs of construction sites; figures in docs/design/detector."
)
# Replaced before the manifest is final, when there are weights to choose them with.
_UNCHOSEN = Thresholds(counting=0.5, redaction=0.05)


def reproduce(
    data: Path,
    start: Path | None,
    out: Path,
    *,
    epochs: int = DEFAULT_EPOCHS,
    image_size_px: int = DEFAULT_IMAGE_SIZE_PX,
    seed: int = DEFAULT_SEED,
    name: str = NAME,
    start_sha256: str | None = None,
    on_epoch: Callable[[int, dict[str, float]], None] | None = None,
) -> Manifest:
    """Train on the photograph sets under `data` and leave shippable weights in `out`/weights.

    `start` is a COCO-trained safetensors state dict, a .pt of ultralytics with `start_sha256` beside
    it, or None to train from scratch. Called again
    with the same `out`, it goes on where it was stopped. `on_epoch` is told each epoch's number
    and figures on the development split.

    Raises:
        DatasetError: no known photograph set is there, or one is not laid out as documented.
        WeightsError: the start does not fit the network.
    """
    training_set = build_training_set(data, out / "dataset", seed)
    checkpoint = train(
        training_set.data_file,
        out,
        start=None if start is None else load_start(start, start_sha256),
        image_size_px=image_size_px,
        epochs=epochs,
        seed=seed,
        on_epoch=on_epoch,
    )
    folder = out / "weights"
    manifest = export(
        _trained_network(checkpoint),
        folder,
        name=name,
        description=_DESCRIPTION,
        labels=SITE_LABELS,
        image_size_px=image_size_px,
        nms_iou=NMS_IOU,
        thresholds=_UNCHOSEN,
        start=_described_start(start),
        data=training_set.origins,
    )
    thresholds = Thresholds(
        counting=choose_counting_threshold(checkpoint, training_set.data_file, image_size_px),
        redaction=choose_redaction_threshold(
            load_weights(name, folder), load_weights(COCO_START), out / "dataset", DEVELOPMENT
        ),
    )
    manifest = manifest.model_copy(update={"thresholds": thresholds})
    write_manifest(manifest, folder)
    return manifest


def _trained_network(checkpoint: Path) -> DetectionModel:
    # A pickle, but one that this very call has written.
    contents = torch.load(checkpoint, map_location="cpu", weights_only=False)
    network: DetectionModel = (contents.get("ema") or contents["model"]).float()
    return network


def _described_start(start: Path | None) -> str:
    if start is None:
        return "none: trained from scratch"
    return f"{start.name}, sha256 {hashlib.sha256(start.read_bytes()).hexdigest()}"
