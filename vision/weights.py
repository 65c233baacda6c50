"""Shipped weights: what they are, where they come from, and the proof that they are unaltered.

Each set of weights is a manifest `NAME.json` with the files it names beside it. Nothing of a
file reaches a network before its sha256 has been compared with the manifest's.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vision.detections import Group, Label
from vision.errors import WeightsError

SHIPPED = Path(__file__).with_name("weights")

Share = Annotated[float, Field(gt=0, lt=1)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ManifestLabel(_Section):
    """A class of the network, in class_id order."""

    name: str
    group: Group


class Thresholds(_Section):
    """Confidences chosen on the development split."""

    counting: Share = Field(description="The best F1 over people and machines; what is counted and shown.")
    redaction: Share = Field(description="Recall first; what is made unrecognisable.")


class WeightsFile(_Section):
    """A file beside the manifest."""

    name: str = Field(pattern=r"^[\w.-]+$")
    sha256: Sha256


class OpenVinoFiles(_Section):
    """OpenVINO's pair: the network's structure and its numbers."""

    structure: WeightsFile
    numbers: WeightsFile


class DataOrigin(_Section):
    """A set of pictures that the weights have seen."""

    name: str
    pictures: int = Field(gt=0)
    origin: str
    licence: str


class Manifest(_Section):
    """All that is known of one set of weights; see docs/design/detector/README.md for figures."""

    name: str
    description: str
    architecture: str
    licence: str
    labels: tuple[ManifestLabel, ...] = Field(min_length=1)
    image_size_px: int = Field(gt=0, multiple_of=32)
    nms_iou: Share
    thresholds: Thresholds
    openvino: OpenVinoFiles
    state: WeightsFile | None = Field(
        None, description="The same numbers as a safetensors state dict, for torch on a GPU and for training on."
    )
    start: str = Field(description="What training started from, with its sha256.")
    data: tuple[DataOrigin, ...]

    @property
    def detection_labels(self) -> tuple[Label, ...]:
        """The classes as detections carry them."""
        return tuple(Label(label.name, label.group) for label in self.labels)

    @property
    def weights_sha256(self) -> str:
        """The digest by which results name these weights: that of the file of numbers."""
        return self.openvino.numbers.sha256


@dataclass(frozen=True, slots=True)
class VerifiedWeights:
    """OpenVINO's two files as bytes whose sha256 agreed with the manifest.

    The bytes themselves are handed on, so that a file changed after the check is of no effect.
    """

    manifest: Manifest
    structure: bytes
    numbers: bytes


def load_manifest(name: str, folder: Path = SHIPPED) -> Manifest:
    """Read `NAME.json` of a weights folder.

    Raises:
        WeightsError: there is none, or it is not a manifest.
    """
    path = folder / f"{name}.json"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        known = ", ".join(sorted(other.stem for other in folder.glob("*.json"))) or "none"
        raise WeightsError(f"No weights named {name} in {folder} (there: {known}). Name one of those.") from error
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise WeightsError(f"{path} is not a manifest of weights: {error}") from error


def load_weights(name: str, folder: Path = SHIPPED) -> VerifiedWeights:
    """Read a manifest and the files it names, all checked.

    Raises:
        WeightsError: a file is missing, or its sha256 is not the manifest's.
    """
    manifest = load_manifest(name, folder)
    return VerifiedWeights(
        manifest,
        verified_bytes(folder / manifest.openvino.structure.name, manifest.openvino.structure.sha256),
        verified_bytes(folder / manifest.openvino.numbers.name, manifest.openvino.numbers.sha256),
    )


def verified_bytes(path: Path, sha256: str) -> bytes:
    """Read a file whose sha256 is `sha256`.

    Raises:
        WeightsError: it is missing or another file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"Weights file {path} cannot be read: {error.strerror}. Install Nazar again.") from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise WeightsError(
            f"{path} is not the weights file it should be: its sha256 is {found}, expected {sha256}. "
            "Nothing of it was loaded. Restore the file from the release, or train again."
        )
    return data
