"""From a trained network to weights as they are shipped: OpenVINO's pair, a state dict, a manifest."""

import hashlib
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from vision.adapters.ultralytics_gate import DetectionModel
from vision.detections import Label
from vision.openvino_gate import openvino
from vision.taxonomy import MACHINE_TYPES, MACHINERY
from vision.weights import DataOrigin, Manifest, ManifestLabel, OpenVinoFiles, Thresholds, WeightsFile, write_manifest

LICENCE = "AGPL-3.0"  # the networks and their COCO start are ultralytics'


def export(
    network: DetectionModel,
    folder: Path,
    *,
    name: str,
    description: str,
    labels: Sequence[Label],
    image_size_px: int,
    nms_iou: float,
    thresholds: Thresholds,
    start: str,
    data: Sequence[DataOrigin],
    type_threshold: float | None = None,
    with_state: bool = True,
) -> Manifest:
    """Write `network`, whose classes are `labels` in order, into `folder` and return its manifest.

    With a `type_threshold`, those of `labels` that are MACHINE_TYPES refine machinery. Numbers are
    kept in 16 bits, which halves the files; arithmetic stays in 32.
    """
    folder.mkdir(parents=True, exist_ok=True)
    structure, numbers = folder / f"{name}.xml", folder / f"{name}.bin"
    openvino.save_model(_converted(network, image_size_px), structure, compress_to_fp16=True)
    state = folder / f"{name}.safetensors"
    if with_state:
        save_file({key: _half(value).contiguous() for key, value in network.state_dict().items()}, state)
        state.chmod(0o644)  # safetensors writes for the owner alone
    manifest = Manifest(
        name=name,
        description=description,
        architecture=Path(str(network.yaml["yaml_file"])).stem,
        licence=LICENCE,
        labels=tuple(_described_label(label, has_types=type_threshold is not None) for label in labels),
        image_size_px=image_size_px,
        nms_iou=nms_iou,
        thresholds=thresholds,
        type_threshold=type_threshold,
        openvino=OpenVinoFiles(structure=_described(structure), numbers=_described(numbers)),
        state=_described(state) if with_state else None,
        start=start,
        data=tuple(data),
    )
    write_manifest(manifest, folder)
    return manifest


def _converted(network: DetectionModel, image_size_px: int) -> Any:
    """Trace with free batch, height and width."""
    traced = deepcopy(network).float().eval().fuse(verbose=False).requires_grad_(requires_grad=False)
    head: Any = traced.model[-1]
    head.export, head.dynamic, head.format = True, True, "openvino"
    example = torch.zeros(1, 3, image_size_px, image_size_px)
    return openvino.convert_model(traced, input=[-1, 3, -1, -1], example_input=example)


def _described_label(label: Label, *, has_types: bool) -> ManifestLabel:
    refines = MACHINERY.name if has_types and label in MACHINE_TYPES else None
    return ManifestLabel(name=label.name, group=label.group, refines=refines)


def _half(value: torch.Tensor) -> torch.Tensor:
    return value.half() if value.is_floating_point() else value


def _described(path: Path) -> WeightsFile:
    return WeightsFile(name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
