"""A labelling set as files: pictures with proposed boxes, in YOLO's or COCO's form.

YOLO's is that of ultralytics, which CVAT takes as "Ultralytics YOLO Detection" and `nazar train` and `nazar eval`
read, with `map.yaml` beside it in the form of vision/class_maps.yaml. In redacted pictures people and vehicles are
blocks, which nobody should be trained to find: the map leaves them out and says that they are not labelled.
COCO's is what CVAT takes as "COCO 1.0" and Label Studio's converter reads.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import yaml

from vision.redaction import HIDDEN_GROUPS
from vision.taxonomy import NETWORK_LABELS

# The name of the set in its class map, and of the folder that a set is to be put in for training.
SET_NAME = "labelled-frames"
_SUBSET = "train"


class ExportForm(StrEnum):
    """How boxes are written."""

    YOLO = "yolo"
    COCO = "coco"


@dataclass(frozen=True, slots=True)
class ExportedFrame:
    """A picture to be labelled; `proposals` as evidence carries them: label, group, confidence, xyxy in pixels."""

    name: str
    width_px: int
    height_px: int
    taken_at: datetime
    proposals: Sequence[dict[str, Any]]

    @property
    def picture_path(self) -> str:
        """Where its picture lies in the export, in either form."""
        return f"images/{_SUBSET}/{self.name}.jpg"


def label_files(frames: Sequence[ExportedFrame], form: ExportForm, *, is_redacted: bool) -> dict[str, bytes]:
    """All files of an export but the pictures, by path."""
    names = _class_names(frames)
    texts = _yolo(frames, names, is_redacted=is_redacted) if form is ExportForm.YOLO else _coco(frames, names)
    return {path: text.encode() for path, text in texts.items()}


def _class_names(frames: Sequence[ExportedFrame]) -> list[str]:
    """Our labels in class_id order, then those of other weights that proposed a box."""
    ours = [label.name for label in NETWORK_LABELS]
    others = {str(box["label"]) for frame in frames for box in frame.proposals} - set(ours)
    return [*ours, *sorted(others)]


def _yolo(frames: Sequence[ExportedFrame], names: Sequence[str], *, is_redacted: bool) -> dict[str, str]:
    numbers = {name: number for number, name in enumerate(names)}
    hidden = [label.name for label in NETWORK_LABELS if is_redacted and label.group in HIDDEN_GROUPS]
    taught = {label.name for label in NETWORK_LABELS} - set(hidden)
    files = {
        "data.yaml": yaml.safe_dump(
            {"path": "./", "train": f"{_SUBSET}.txt", "names": dict(enumerate(names))}, sort_keys=False
        ),
        f"{_SUBSET}.txt": "".join(f"{frame.picture_path}\n" for frame in frames),
        "classes.txt": "".join(f"{name}\n" for name in names),
        "map.yaml": yaml.safe_dump(
            {
                SET_NAME: {
                    "origin": "frames queued for labelling by this installation",
                    "licence": "belongs to whoever runs the cameras",
                    "not_labelled": hidden,
                    "classes": {number: name if name in taught else None for number, name in enumerate(names)},
                }
            },
            sort_keys=False,
        ),
    }
    for frame in frames:
        lines = [_yolo_line(frame, box, numbers[str(box["label"])]) for box in frame.proposals]
        files[f"labels/{_SUBSET}/{frame.name}.txt"] = "".join(f"{line}\n" for line in lines)
    return files


def _yolo_line(frame: ExportedFrame, box: dict[str, Any], number: int) -> str:
    left, top, right, bottom = _inside(frame, box)
    shares = (
        (left + right) / 2 / frame.width_px,
        (top + bottom) / 2 / frame.height_px,
        (right - left) / frame.width_px,
        (bottom - top) / frame.height_px,
    )
    return f"{number} " + " ".join(f"{share:.6f}" for share in shares)


def _coco(frames: Sequence[ExportedFrame], names: Sequence[str]) -> dict[str, str]:
    numbers = {name: number for number, name in enumerate(names, start=1)}
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for image_id, frame in enumerate(frames, start=1):
        images.append(
            {
                "id": image_id,
                "file_name": f"{frame.name}.jpg",
                "width": frame.width_px,
                "height": frame.height_px,
                "date_captured": frame.taken_at.isoformat(),
            }
        )
        for box in frame.proposals:
            left, top, right, bottom = _inside(frame, box)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image_id,
                    "category_id": numbers[str(box["label"])],
                    "bbox": [left, top, right - left, bottom - top],
                    "area": (right - left) * (bottom - top),
                    "iscrowd": 0,
                    "segmentation": [],
                    "score": box["confidence"],
                }
            )
    document = {
        "info": {"description": "Frames queued for labelling, with boxes proposed by a detector"},
        "licenses": [],
        "categories": [{"id": number, "name": name, "supercategory": ""} for name, number in numbers.items()],
        "images": images,
        "annotations": annotations,
    }
    return {f"annotations/instances_{_SUBSET}.json": json.dumps(document, ensure_ascii=False)}


def _inside(frame: ExportedFrame, box: dict[str, Any]) -> tuple[float, float, float, float]:
    left, top, right, bottom = (float(value) for value in box["xyxy"])
    return max(0.0, left), max(0.0, top), min(float(frame.width_px), right), min(float(frame.height_px), bottom)
