"""Looks at a committed clip with a detector that finds what is true in it: real pictures, and no guessing."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np

from sample_footage.footage import SITES, clip_of, decode, read_json, true_boxes
from streams.frame import Frame
from vision.detections import Detections, Group, Label, no_detections
from vision.detector import Image

# An excavator and a loader at work and a dump truck that stands, for 20 s at 5 pictures a second.
CLIP = SITES / "hospital" / "mast-1" / "clip-1.truth.json"
LABELS = tuple(
    Label(name, group)
    for group, names in (
        (Group.PERSON, ("person",)),
        (Group.MACHINE, ("excavator", "dump_truck", "loader")),
        (Group.VEHICLE, ("pickup",)),
    )
    for name in names
)


class TrueDetector:
    """Finds in a clip's picture what its truth says, whatever mask or copy of it is shown; elsewhere nothing."""

    name = "true"
    weights_sha256 = "e" * 64
    labels = LABELS
    threshold = 0.5

    def __init__(self, truth: Path = CLIP) -> None:
        self._known = {_key(image): found for image, found in zip(pictures(truth), true_detections(truth), strict=True)}
        self.looks = 0

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        self.looks += len(images)
        return [self._known.get(_key(image), no_detections(LABELS)) for image in images]


@cache
def pictures(truth: Path = CLIP) -> tuple[Image, ...]:
    """The pictures of a clip."""
    return tuple(decode(clip_of(truth)))


@cache
def true_detections(truth: Path = CLIP) -> tuple[Detections, ...]:
    """What is to be found in each of them."""
    names = {label.name: number for number, label in enumerate(LABELS)}
    found = []
    for boxes in true_boxes(read_json(truth)):
        known = [box for box in boxes if box.label in names]
        found.append(
            Detections(
                np.array([box.xyxy for box in known], np.float32).reshape(-1, 4),
                np.full(len(known), 0.9, np.float32),
                np.array([names[box.label] for box in known], np.int64),
                LABELS,
            )
        )
    return tuple(found)


def clip_frames(
    starts_at: datetime,
    every: int = 2,
    run_id: UUID | None = None,
    *,
    seconds: float = 20.0,
    burst: int = 0,
    spoil: Callable[[int, Image], Image] = lambda _number, image: image,
) -> list[Frame]:
    """Every so many of a clip's pictures, as a run that begins at a moment."""
    run = run_id or uuid4()
    frames: list[Frame] = []
    for number, image in enumerate(pictures()[: round(seconds * 5)]):
        if number % every == 0:
            at_s = number / 5
            at = starts_at + timedelta(seconds=at_s)
            frames.append(Frame(spoil(number, image), at, run, len(frames), at_s, True, burst))
    return frames


def later(frames: Sequence[Frame], seconds: float, burst: int = 0) -> list[Frame]:
    """The same pictures of the same run, so much later."""
    return [
        replace(
            frame, captured_at=frame.captured_at + timedelta(seconds=seconds), pts_s=frame.pts_s + seconds, burst=burst
        )
        for frame in frames
    ]


def _key(image: Image) -> bytes:
    return hashlib.sha256(image.tobytes()).digest()
