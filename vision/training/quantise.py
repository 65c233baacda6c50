"""From float weights to eight-bit ones: NNCF's post-training quantisation, calibrated with pictures.

The arithmetic that turns the head's output into boxes always stays in float: its ranges, pixels
beside probabilities, fit no common scale. The head's convolutions can be left in float too, where
eight bits cost accuracy.
"""

import hashlib
import logging
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# Before nncf, whose own telemetry would otherwise be OpenVINO's.
from vision.openvino_gate import Core, openvino  # isort: skip

import nncf
import numpy as np
from numpy.typing import NDArray

from vision.errors import DatasetError
from vision.image import read_image
from vision.letterbox import Letterbox
from vision.weights import Manifest, QuantisedFiles, VerifiedWeights, WeightsFile, write_manifest

PICTURES = frozenset({".jpg", ".jpeg", ".png"})
DEFAULT_SEED = 7


def quantise(
    weights: VerifiedWeights, folder: Path, pictures: Sequence[Path], *, keeps_float_head: bool = False
) -> Manifest:
    """Write `NAME-int8.xml` and `.bin` into the weights' own `folder`, and name them in the manifest.

    The float weights ship until figures of these files speak for them (vision/precision.py).

    Raises:
        DatasetError: there are no pictures.
        UnreadableImageError: a picture cannot be read.
    """
    if not pictures:
        raise DatasetError("Quantising is calibrated with pictures, and there are none. Name folders with some.")
    nncf.set_log_level(logging.WARNING)
    manifest = weights.manifest
    network = Core().read_model(model=weights.structure, weights=weights.numbers)
    quantised = nncf.quantize(
        network,
        nncf.Dataset(pictures, lambda path: _input(path, manifest.image_size_px)),
        subset_size=len(pictures),
        # Activations after SiLU are lopsided around zero; weights are not.
        preset=nncf.QuantizationPreset.MIXED,
        ignored_scope=nncf.IgnoredScope(patterns=_float_parts(network, keeps_float_head), validate=False),
    )
    structure, numbers = folder / f"{manifest.name}-int8.xml", folder / f"{manifest.name}-int8.bin"
    openvino.save_model(quantised, structure, compress_to_fp16=True)
    left = "head and decoding" if keeps_float_head else "decoding"
    described = QuantisedFiles(
        structure=_described(structure),
        numbers=_described(numbers),
        calibration=f"NNCF {nncf.__version__}, {len(pictures)} pictures, {left} left in float",
    )
    changed = manifest.model_copy(update={"int8": described, "precision": "fp32"})
    write_manifest(changed, folder)
    return changed


def calibration_pictures(folders: Sequence[Path], count: int, seed: int = DEFAULT_SEED) -> list[Path]:
    """Choose pictures at random from `folders` and all below them, evenly from each.

    Raises:
        DatasetError: a folder holds none.
    """
    chosen: list[Path] = []
    for number, folder in enumerate(folders):
        found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURES)
        if not found:
            raise DatasetError(f"{folder} holds no pictures ({', '.join(sorted(PICTURES))}).")
        share = (count - len(chosen)) // (len(folders) - number)
        chosen += random.Random(seed).sample(found, min(share, len(found)))  # noqa: S311 - nothing secret
    return chosen


def _input(path: Path, image_size_px: int) -> NDArray[np.float32]:
    """What the network itself takes, before the steps that the detector folds into it: (1, 3, h, w) RGB in 0..1."""
    image = read_image(path)
    laid = Letterbox.fit(image.shape[1], image.shape[0], image_size_px).apply(image)
    return np.ascontiguousarray(laid[:, :, ::-1].transpose(2, 0, 1)[np.newaxis], np.float32) / np.float32(255)


def _float_parts(network: Any, keeps_float_head: bool) -> list[str]:
    """Patterns over the names of the network's nodes; the head is the last of its numbered layers."""
    names = [node.get_friendly_name() for node in network.get_ops()]
    numbers = [int(found[1]) for name in names if (found := re.match(r"__module\.model\.(\d+)\b", name))]
    if not numbers:
        return []
    head = rf"__module\.model\.{max(numbers)}"
    # Activations of all layers carry names of the head's, since they share one function: never match those.
    convolutions = [rf"{head}\..*/aten::_convolution/.*"] if keeps_float_head else []
    return [rf"{head}/.*", rf"{head}\.dfl.*", *convolutions]


def _described(path: Path) -> WeightsFile:
    return WeightsFile(name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
