"""A sample site's folder as the programs beside it read it: clips and what is true in them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

# First seeds, for looking at, demonstrating and tuning; and the second ones, on which nothing is tuned.
SITES = Path(__file__).with_name("sites")
HELD_BACK = Path(__file__).with_name("held_back")


@dataclass(frozen=True, slots=True)
class TrueBox:
    """One thing in one picture; `xyxy` in pixels, right and bottom just outside."""

    id: str
    label: str
    group: str
    xyxy: tuple[int, int, int, int]
    work: str | None

    @property
    def height_px(self) -> int:
        """How tall it stands in the picture."""
        return self.xyxy[3] - self.xyxy[1]


def site_folders(root: Path = SITES) -> list[Path]:
    """Return the folders of all sites below `root`."""
    return sorted(path.parent for path in root.glob("*/truth.json"))


def clip_truths(folder: Path) -> list[Path]:
    """Return the truth files of all clips of one site."""
    return sorted(folder.glob("*/*.truth.json"))


def clip_of(truth: Path) -> Path:
    """Return the clip that a truth file speaks of."""
    return truth.with_name(truth.name.removesuffix(".truth.json") + ".mp4")


def read_json(path: Path) -> Any:
    """Read a truth file, card or sidecar."""
    return json.loads(path.read_text(encoding="utf-8"))


def decode(clip: Path) -> Iterator[NDArray[np.uint8]]:
    """Yield the clip's pictures, (height, width, 3) uint8 BGR."""
    with av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def true_boxes(truth: dict[str, Any]) -> Iterator[list[TrueBox]]:
    """Yield each picture's boxes from a clip's truth."""
    for frame in truth["frames"]:
        yield [
            TrueBox(thing["id"], thing["label"], thing["group"], tuple(thing["xyxy"]), thing["work"])
            for thing in frame["objects"]
        ]
