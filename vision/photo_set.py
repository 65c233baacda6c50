"""Labelled photographs on disk, and how a set's own classes become ours.

The YOLO layout is `SET/images/{train,val}/NAME.jpg` with `SET/labels/{train,val}/NAME.txt`, a line
`class cx cy w h` for each box, relative to the picture.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from vision.detections import Label
from vision.errors import DatasetError
from vision.taxonomy import NETWORK_LABELS

CLASS_MAPS = Path(__file__).with_name("class_maps.yaml")


@dataclass(frozen=True, slots=True)
class ClassMap:
    """What a set's class numbers mean here; None is labelled there, but nothing of ours.

    `not_labelled` are labels of ours that its pictures may show without a box. `is_stretched`: the
    pictures were brought to a square; `is_mosaic`: those of its train split are four pieces of
    four sources each.
    """

    set_name: str
    origin: str
    licence: str
    labels: dict[int, Label | None]
    not_labelled: frozenset[Label] = frozenset()
    is_stretched: bool = False
    is_mosaic: bool = False


@dataclass(frozen=True, slots=True)
class TrueBox:
    """One labelled box; `cxcywh` is its centre and size relative to the picture."""

    label: Label
    cxcywh: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph and the boxes of our classes in it."""

    path: Path
    boxes: tuple[TrueBox, ...]

    def xyxy(self, width_px: int, height_px: int) -> NDArray[np.float64]:
        """The boxes as (n, 4) left, top, right, bottom in pixels, clipped to the picture."""
        relative = np.array([box.cxcywh for box in self.boxes], np.float64).reshape(-1, 4)
        half = relative[:, 2:] / 2
        corners = np.concatenate((relative[:, :2] - half, relative[:, :2] + half), axis=1)
        return np.clip(corners, 0, 1) * (width_px, height_px, width_px, height_px)


def load_class_maps(path: Path = CLASS_MAPS) -> dict[str, ClassMap]:
    """Read the maps of all known sets, by set name.

    Raises:
        DatasetError: a class is mapped to something that is no label of ours.
    """
    named = {label.name: label for label in NETWORK_LABELS}
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    maps: dict[str, ClassMap] = {}
    for set_name, entry in document.items():
        without_box = entry.get("not_labelled", [])
        unknown = {*entry["classes"].values(), *without_box} - {None, *named}
        if unknown:
            raise DatasetError(f"{path}: {set_name} maps to {unknown}; our labels are {[*named]} or null.")
        labels = {int(number): named.get(name) for number, name in entry["classes"].items()}
        maps[set_name] = ClassMap(
            set_name,
            entry["origin"],
            entry["licence"],
            labels,
            frozenset(named[name] for name in without_box),
            is_stretched=entry.get("is_stretched", False),
            is_mosaic=entry.get("is_mosaic", False),
        )
    return maps


def class_map_of(folder: Path) -> ClassMap:
    """Return the map of the set in `folder`, known by the folder's name.

    Raises:
        DatasetError: no set of that name is known.
    """
    maps = load_class_maps()
    if folder.name not in maps:
        raise DatasetError(f"No class map is known for {folder}; a folder is named {' or '.join(maps)}.")
    return maps[folder.name]


def read_photos(folder: Path, split: str, class_map: ClassMap) -> list[Photo]:
    """Read the photographs of one split of a set, in order of their names.

    Raises:
        DatasetError: there are none, a label file is missing, or a line of one is not understood.
    """
    paths = sorted((folder / "images" / split).glob("*.jpg"))
    if not paths:
        raise DatasetError(f"No photographs in {folder / 'images' / split}; name a folder laid out as YOLO sets are.")
    return [Photo(path, read_boxes(folder / "labels" / split / f"{path.stem}.txt", class_map)) for path in paths]


def read_boxes(path: Path, class_map: ClassMap) -> tuple[TrueBox, ...]:
    """Read the boxes of our classes from one label file.

    Raises:
        DatasetError: as `read_photos`.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DatasetError(
            f"{path} cannot be read: {error.strerror}. A photograph without objects has an empty file."
        ) from error
    boxes: list[TrueBox] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        class_number, *numbers = _fields(path, number, line)
        if class_number not in class_map.labels:
            raise DatasetError(
                f"{path}:{number}: class {class_number:g} is not in the class map of {class_map.set_name}."
            )
        label = class_map.labels[int(class_number)]
        if label is not None:
            centre_x, centre_y, width, height = numbers
            boxes.append(TrueBox(label, (centre_x, centre_y, width, height)))
    return tuple(boxes)


def _fields(path: Path, number: int, line: str) -> list[float]:
    try:
        fields = [float(field) for field in line.split()]
    except ValueError as error:
        raise DatasetError(f"{path}:{number}: not five numbers: {line!r}.") from error
    if len(fields) != 5 or not all(0 <= value <= 1 for value in fields[1:]):
        raise DatasetError(f"{path}:{number}: expected a class and four shares of the picture, got {line!r}.")
    return fields
