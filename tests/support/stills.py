"""Photographs of one view made from the sample footage, with the file in which elements are drawn on them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sample_footage.footage import SITES, read_json
from tests.support.cut_clips import pictures_of
from tests.support.jpegs import jpeg
from tests.support.video import Image

HOME = SITES / "hospital"
LOOKS_A_DAY, NOON = 3, 1
REFERENCE = "day-0.jpg"


def noons(count: int) -> tuple[list[Image], list[str]]:
    """The midday pictures of the hospital's first days, with their times."""
    clip = HOME / "mast-1" / "time_lapse.mp4"
    times = read_json(clip.with_suffix(".times.json"))["times"]
    chosen = range(NOON, count * LOOKS_A_DAY, LOOKS_A_DAY)
    looks = pictures_of(clip, count * LOOKS_A_DAY)
    return [looks[index] for index in chosen], [times[index] for index in chosen]


def drawn(*keys: str, scale: float = 1.0) -> list[dict[str, Any]]:
    """The hospital's elements as a person draws them on a picture `scale` times as wide."""
    (camera,) = read_json(HOME / "site.json")["cameras"]
    return [
        {
            "id": element["key"],
            "polygon": [
                [round(x * camera["width_px"] * scale, 1), round(y * camera["height_px"] * scale, 1)]
                for x, y in element["polygon"]
            ],
            "reference_share": element["reference_share"],
            "growth": element["grows"],
        }
        for element in camera["elements"]
        if element["key"] in keys
    ]


def write_photographs(folder: Path, images: Sequence[Image]) -> list[str]:
    """Write `day-N.jpg` for each; give back their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"day-{number}.jpg" for number in range(len(images))]
    for name, image in zip(names, images, strict=True):
        (folder / name).write_bytes(jpeg(image))
    return names


def write_elements(path: Path, times: Mapping[str, str], **changed: Any) -> Path:
    """Write the file of elements; `changed` fields stand in the place of its own."""
    content = {"reference": REFERENCE, "times": dict(times), "elements": drawn("pit", "frame"), **changed}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path
