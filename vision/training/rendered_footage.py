"""Rendered clips of sample sites as training pictures, by the truth files published beside them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vision.detector import Image
from vision.errors import DatasetError
from vision.taxonomy import NETWORK_LABELS
from vision.training.sample import BoxUse, SampleBox

# What the renderer's labels are called here.
_OUR_NAMES = {
    "person": "person",
    "excavator": "excavator",
    "bulldozer": "bulldozer",
    "loader": "loader",
    "dump_truck": "dump_truck",
    "mixer_truck": "mixer_truck",
    "tower_crane": "crane",
    "mobile_crane": "crane",
    "roller": "roller",
    "pickup": "vehicle",
    "car": "vehicle",
}
_CLASS_IDS = {label.name: index for index, label in enumerate(NETWORK_LABELS)}
# Of a thing hidden this far nothing is to be learnt, neither that it is there nor that it is not.
# A machine with a boom or a mast fills little of its box.
LEAST_VISIBLE_SHARE = {"person": 0.15, "vehicle": 0.2, "machine": 0.02}
LEAST_VISIBLE_PX = 24


@dataclass(frozen=True, slots=True)
class RenderedFrame:
    """One picture of a clip; `name` tells site, camera, clip and frame."""

    name: str
    image: Image
    boxes: tuple[SampleBox, ...]


def rendered_frames(folder: Path, every: int) -> Iterator[RenderedFrame]:
    """Yield every n-th usable frame of all clips under a sample site's folder.

    Raises:
        DatasetError: there are no truth files, one is not understood, or its clip cannot be read.
    """
    truths = sorted(folder.glob("*/*.truth.json"))
    if not truths:
        raise DatasetError(f"No clips with truth under {folder}; name a sample site's folder (CAMERA/*.truth.json).")
    for path in truths:
        yield from _frames_of(path, every)


def _frames_of(path: Path, every: int) -> Iterator[RenderedFrame]:
    document = _read(path)
    usable = [frame for frame in document["frames"] if frame["is_usable"] and "frozen" not in frame["faults"]]
    wanted = {frame["index"]: frame for frame in usable[::every]}
    clip = path.with_name(path.name.removesuffix(".truth.json") + ".mp4")
    capture = cv2.VideoCapture(str(clip))
    try:
        for index in range(max(wanted, default=-1) + 1):
            if not capture.grab():
                raise DatasetError(f"{clip} ends before picture {index} that {path.name} speaks of. Render it again.")
            if index in wanted:
                name = f"{document['site']}-{path.parent.name}-{clip.stem}-{index:05}"
                _, image = capture.retrieve()
                yield RenderedFrame(name, np.asarray(image, np.uint8), _boxes(wanted[index], path))
    finally:
        capture.release()


def _read(path: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} is not a clip's truth: {error}") from error
    if "frames" not in document or "site" not in document:
        raise DatasetError(f"{path} is not a clip's truth: it names no site or no frames.")
    return document


def _boxes(frame: dict[str, Any], path: Path) -> tuple[SampleBox, ...]:
    boxes: list[SampleBox] = []
    for thing in frame["objects"]:
        if thing["label"] not in _OUR_NAMES:
            raise DatasetError(f"{path}: no label of ours is known for {thing['label']}; add it to _OUR_NAMES.")
        left, top, right, bottom = thing["xyxy"]
        visible = thing["visible_px"]
        share = LEAST_VISIBLE_SHARE[thing["group"]]
        hidden = visible < max(LEAST_VISIBLE_PX, share * (right - left) * (bottom - top))
        use = BoxUse.IGNORED if hidden else BoxUse.WHOLE
        boxes.append(SampleBox(_CLASS_IDS[_OUR_NAMES[thing["label"]]], (left, top, right, bottom), use))
    return tuple(boxes)
