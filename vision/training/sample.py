"""One training picture on disk and what is true in it, as the list of a training set holds it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TRAIN = "train"
DEVELOPMENT = "dev"


class BoxUse(IntEnum):
    """What a box teaches."""

    WHOLE = 0  # what is there and where it ends
    CLASS_ONLY = 1  # what is there; its edges are not to be trusted
    IGNORED = 2  # nothing: neither that it is there nor that it is not


@dataclass(frozen=True, slots=True)
class SampleBox:
    """A box in pixels; `class_id` indexes NETWORK_LABELS, 1 being machinery of a type that is not told."""

    class_id: int
    xyxy: tuple[float, float, float, float]
    use: BoxUse = BoxUse.WHOLE


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture; `path` is relative to the training set's folder.

    `not_labelled` are the class_ids that the picture may show without a box. A piece is a part of
    a picture, about half as wide and half as high.
    """

    path: str
    part: str
    set_name: str
    width_px: int
    height_px: int
    boxes: tuple[SampleBox, ...]
    not_labelled: tuple[int, ...] = ()
    is_stretched: bool = False
    is_piece: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """The boxes of one canvas: class_ids (n,) int64, uses (n,) int64, xyxy (n, 4) float32 in pixels.

    `blank_xyxy` (m, 4) are areas in which absence proves nothing, for the classes in
    `blank_classes` (m, classes) bool.
    """

    class_ids: NDArray[np.int64]
    uses: NDArray[np.int64]
    xyxy: NDArray[np.float32]
    blank_xyxy: NDArray[np.float32]
    blank_classes: NDArray[np.bool_]

    def __post_init__(self) -> None:
        count, blanks = len(self.class_ids), len(self.blank_xyxy)
        if self.uses.shape != (count,) or self.xyxy.shape != (count, 4) or len(self.blank_classes) != blanks:
            raise ValueError("The arrays of a truth are parallel.")


def write_samples(path: Path, key: str, samples: Sequence[Sample]) -> None:
    """Write the list of a training set; `key` says of what it was made."""
    rows = [asdict(sample) for sample in samples]
    path.write_text(json.dumps({"key": key, "samples": rows}), encoding="utf-8")


def read_samples(path: Path, key: str) -> list[Sample] | None:
    """Read the list back; None if there is none, or one that was made of something else."""
    if not path.is_file():
        return None
    document = json.loads(path.read_text(encoding="utf-8"))
    if document["key"] != key:
        return None
    return [_sample(row) for row in document["samples"]]


def _sample(row: dict[str, object]) -> Sample:
    boxes = row.pop("boxes")
    not_labelled = row.pop("not_labelled")
    assert isinstance(boxes, list)
    assert isinstance(not_labelled, list)
    return Sample(
        **row,  # type: ignore[arg-type]  # as asdict has written it
        boxes=tuple(SampleBox(box["class_id"], tuple(box["xyxy"]), BoxUse(box["use"])) for box in boxes),
        not_labelled=tuple(not_labelled),
    )
