"""Boxes that count neither way: things too unclear to label, that nobody should be blamed for finding or missing.

A class map's entry lists their class numbers under `ignored`; under `classes` they are `null`.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from vision.detections import Group, Label
from vision.errors import DatasetError
from vision.photo_set import ClassMap, Photo, read_boxes

# Stands for all of them; it is no label of any detector.
_IGNORED = Label("ignored", Group.PPE)


def ignored_classes(map_file: Path, set_name: str) -> frozenset[int]:
    """The class numbers that a set's entry in a map file lists as ignored.

    Raises:
        DatasetError: a class is both ignored and one of our labels, or is not in the map.
    """
    entry = yaml.safe_load(map_file.read_text(encoding="utf-8"))[set_name]
    ignored = frozenset(int(number) for number in entry.get("ignored", []))
    wrong = {number for number in ignored if number not in entry["classes"] or entry["classes"][number] is not None}
    if wrong:
        raise DatasetError(f"{map_file}: {set_name} ignores the classes {sorted(wrong)}; map them to null as well.")
    return ignored


def ignored_xyxy(
    photo: Photo, class_map: ClassMap, ignored: frozenset[int], width_px: int, height_px: int
) -> NDArray[np.float64]:
    """The ignored boxes of a photograph, (n, 4) in pixels."""
    if not ignored:
        return np.zeros((0, 4))
    only_ignored = replace(
        class_map, labels={number: _IGNORED if number in ignored else None for number in class_map.labels}
    )
    labels = photo.path.parents[2] / "labels" / photo.path.parent.name / f"{photo.path.stem}.txt"
    return Photo(photo.path, read_boxes(labels, only_ignored)).xyxy(width_px, height_px)
