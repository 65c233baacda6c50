"""Fakes at the declared seams: a detector that is told what to see, and a source that is told what to send."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import numpy as np

from streams.errors import StreamError
from streams.frame import Frame
from streams.source import Run
from vision.detections import Detections, Group, Label, no_detections
from vision.detector import Image

PERSON = Label("person", Group.PERSON)
MACHINERY = Label("machinery", Group.MACHINE)
VEHICLE = Label("vehicle", Group.VEHICLE)


class ToldDetector:
    """Sees as many people as it is told for a picture, side by side."""

    name = "told"
    weights_sha256 = "d" * 64
    labels = (PERSON, MACHINERY, VEHICLE)
    threshold = 0.5

    def __init__(self, people: Callable[[Image], int] = lambda _image: 0) -> None:
        self._people = people
        self.seen: list[Image] = []

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        self.seen += list(images)
        return [self._boxes(self._people(image)) for image in images]

    def _boxes(self, count: int) -> Detections:
        if count == 0:
            return no_detections(self.labels)
        boxes = [[20.0 + 40 * index, 40.0, 50.0 + 40 * index, 160.0] for index in range(count)]
        return Detections(
            np.array(boxes, np.float32),
            np.full(count, 0.9, np.float32),
            np.zeros(count, np.int64),
            self.labels,
        )


def picture(seed: int) -> Image:
    """A textured picture that differs from every other seed's, as a live camera's noise makes it."""
    return np.random.default_rng(seed).integers(40, 215, (180, 320, 3), np.uint8)


def frames(
    starts_at: datetime, count: int, every_s: float, run_id: UUID | None = None, first_seed: int = 0
) -> Iterator[Frame]:
    """A run of textured frames at even times."""
    run = run_id or uuid4()
    for index in range(count):
        at = starts_at + timedelta(seconds=index * every_s)
        yield Frame(picture(first_seed + index), at, run, index, index * every_s, True)


class ToldSource:
    """Each opening plays the next of the scripts; a StreamError in a script ends that run with it."""

    def __init__(self, scripts: Sequence[Sequence[Frame | StreamError]]) -> None:
        self._scripts = list(scripts)

    @contextmanager
    def open(self, stop: threading.Event) -> Iterator[Run]:
        script = self._scripts.pop(0)
        first = next((item for item in script if isinstance(item, Frame)), None)
        if first is None:
            for item in script:
                if isinstance(item, StreamError):
                    raise item
            stop.set()
        yield Run(uuid4() if first is None else first.run_id, self._play(script, stop))

    def _play(self, script: Sequence[Frame | StreamError], stop: threading.Event) -> Iterator[Frame]:
        for item in script:
            if isinstance(item, StreamError):
                raise item
            yield item
        if not self._scripts:
            stop.set()
