"""Shipped weights: what they are, where they come from, and the proof that they are unaltered.

Each set of weights is a manifest `NAME.json` with the files it names beside it. Nothing of a
file reaches a network before its sha256 has been compared with the manifest's.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vision.detections import Group, Label
from vision.errors import WeightsError

SHIPPED = Path(__file__).with_name("weights")

Share = Annotated[float, Field(gt=0, lt=1)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Precision = Literal["fp32", "int8"]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ManifestLabel(_Section):
    """A class of the network, in class_id order."""

    name: str
    group: Group
    refines: str | None = Field(
        None, description="The label that this one is a type of: it names that label's boxes and has none of its own."
    )


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


class PrecisionFigures(_Section):
    """What each precision scored on the same pictures, by which the shipped one was chosen."""

    measured_on: str = Field(min_length=1, description="Set and split, in words.")
    fp32_map50: Annotated[float, Field(ge=0, le=1)]
    int8_map50: Annotated[float, Field(ge=0, le=1)]


class QuantisedFiles(OpenVinoFiles):
    """The same network with eight-bit integers, and how they were calibrated."""

    calibration: str = Field(description="Which pictures, how many, and what was left in float.")
    figures: PrecisionFigures | None = Field(None, description="None: not measured yet.")


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
    type_threshold: Share | None = Field(
        None, description="Score from which a type's label is taken; given if and only if a label refines another."
    )
    openvino: OpenVinoFiles
    int8: QuantisedFiles | None = None
    precision: Precision = Field("fp32", description="Which of the two ships.")
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
        """The digest by which results name the shipped precision: that of its file of numbers."""
        return self.files(self.precision).numbers.sha256

    def files(self, precision: Precision) -> OpenVinoFiles:
        """The pair of files of one precision.

        Raises:
            WeightsError: there is no such pair.
        """
        if precision == "fp32":
            return self.openvino
        if self.int8 is None:
            raise WeightsError(f"The weights {self.name} have no int8 files. Make them with nazar quantise make.")
        return self.int8

    @model_validator(mode="after")
    def _is_of_one_piece(self) -> Self:
        own = {label.name: label.group for label in self.labels if label.refines is None}
        types = [label for label in self.labels if label.refines is not None]
        if any(label.refines is not None for label in self.labels[: len(own)]):
            raise ValueError("labels that refine others stand after all that don't")
        for label in types:
            if own.get(label.refines or "") is not label.group:
                raise ValueError(f"the label {label.name} refines none of its group called {label.refines}")
        if bool(types) != (self.type_threshold is not None):
            raise ValueError("type_threshold is given if and only if a label refines another")
        if self.precision == "int8" and self.int8 is None:
            raise ValueError("precision is int8, but there are no int8 files")
        return self


@dataclass(frozen=True, slots=True)
class VerifiedWeights:
    """OpenVINO's two files as bytes whose sha256 agreed with the manifest.

    The bytes themselves are handed on, so that a file changed after the check is of no effect.
    `sha256` is that of `numbers`.
    """

    manifest: Manifest
    precision: Precision
    structure: bytes
    numbers: bytes
    sha256: str


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


def load_weights(name: str, folder: Path = SHIPPED, precision: Precision | None = None) -> VerifiedWeights:
    """Read a manifest and the files it names, all checked; the shipped precision if none is named.

    Raises:
        WeightsError: a file is missing, its sha256 is not the manifest's, or there is no such precision.
    """
    manifest = load_manifest(name, folder)
    chosen = precision or manifest.precision
    files = manifest.files(chosen)
    return VerifiedWeights(
        manifest,
        chosen,
        verified_bytes(folder / files.structure.name, files.structure.sha256),
        verified_bytes(folder / files.numbers.name, files.numbers.sha256),
        files.numbers.sha256,
    )


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write `NAME.json` beside the files it names; what it does not have is left out."""
    text = manifest.model_dump_json(indent=2, exclude_none=True)
    (folder / f"{manifest.name}.json").write_text(f"{text}\n", encoding="utf-8")


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
