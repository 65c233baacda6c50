"""What the parts of a look cost, each by itself: what the forecast of a camera's cost is made of."""

import itertools
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from api.settings import InstanceSettings
from api.stream_bench.policy import Policy
from api.stream_bench.registration import Registration, bench_settings
from api.stream_bench.usage import usage_of
from api.wiring import Instance, open_instance
from models.words import Sampling
from pipeline.evidence import EvidenceKeeper, EvidenceKind, Shown
from pipeline.watch.look import Looker
from pipeline.watch.view_watch import ViewWatch
from streams.bench.clip import keyframes
from streams.decoding.video_codec import VideoCodec
from streams.frame import Frame
from streams.stream_kind import StreamKind
from vision.detections import Detections, no_detections
from vision.detector import Detector, Image
from vision.marking import draw

_ROUNDS = 3
# Processor time is counted in hundredths of a second, of which one picture takes less.
_DECODING_ROUNDS = 16
_KEPT = 2
_APART = timedelta(seconds=10)
# Only registered, never opened.
_NOWHERE = "rtsp://127.0.0.1:9/none"
_HOW_OFTEN = Policy(Sampling.CONTINUOUS, _APART.total_seconds())

_Given = TypeVar("_Given")


@dataclass(frozen=True, slots=True)
class Parts:
    """CPU-ms: of one keyframe decoded, one look judged and searched, and one window's picture kept."""

    decode_ms: float
    judge_ms: float
    search_ms: float
    keep_ms: float


def measure_parts(kind: StreamKind, pictures: Path, settings: InstanceSettings, folder: Path) -> Parts:
    """Measure on the pictures of one kind, with this machine's settings; `folder` is empty."""
    with open_instance(bench_settings(settings, folder)) as instance:
        images, decode_ms = _decoded(instance, kind, pictures)
        detector = instance.detector
        search_ms = _ms_each(lambda image: detector.detect([image]), images * _ROUNDS)
        judge_ms = _judge_ms(instance, images * _ROUNDS)
        keep_ms = _keep_ms(instance, images[:_KEPT])
    return Parts(decode_ms, judge_ms, search_ms, keep_ms)


def _decoded(instance: Instance, kind: StreamKind, pictures: Path) -> tuple[list[Image], float]:
    encoded, codec, stop = keyframes(kind, pictures), VideoCodec(kind.codec), threading.Event()
    images = [instance.decoder.decode(codec, one, stop) for one in encoded]
    decode_ms = _ms_each(lambda one: instance.decoder.decode(codec, one, stop), encoded * _DECODING_ROUNDS)
    return [image for image in images if image is not None], decode_ms


def _judge_ms(instance: Instance, images: Sequence[Image]) -> float:
    placement_id = Registration(instance).add(_NOWHERE, _HOW_OFTEN)
    looker = Looker(_Blind(instance.detector), [], ViewWatch(instance.database, instance.clock, placement_id))
    run_id, began_at, numbers = uuid4(), instance.clock.now(), itertools.count()

    def _look(image: Image) -> None:
        number = next(numbers)
        looker.look(Frame(image, began_at + number * _APART, run_id, number, 10.0 * number, is_keyframe=True))

    return _ms_each(_look, images)


class _Blind:
    """The detector without its search, which is measured apart."""

    def __init__(self, detector: Detector) -> None:
        self.name = detector.name
        self.weights_sha256 = detector.weights_sha256
        self.labels = detector.labels
        self.threshold = detector.threshold

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:  # noqa: ARG002 - the protocol's signature
        return [no_detections(self.labels) for _ in images]


def _keep_ms(instance: Instance, images: Sequence[Image]) -> float:
    keeper, detector, now = EvidenceKeeper(instance.store), instance.detector, instance.clock.now()

    def _keep(image: Image) -> None:
        found = no_detections(detector.labels)
        shown = Shown(draw(instance.redactor.redact(image), found), found, detector.weights_sha256, now)
        keeper.keep(shown, uuid4(), EvidenceKind.WINDOW, now)

    return _ms_each(_keep, images)


def _ms_each(work: Callable[[_Given], object], given: Sequence[_Given]) -> float:
    """CPU-ms of one piece of work, of this process and those that it started; the first, which warms up, is apart."""
    work(given[0])
    before_s = _cpu_s()
    for one in given:
        work(one)
    return (_cpu_s() - before_s) * 1000 / len(given)


def _cpu_s() -> float:
    # Its own time a process knows much finer than it knows that of others.
    others = usage_of(os.getpid()).cpu_s - sum(os.times()[:2])
    return time.process_time() + round(others, 2)
