"""The default detector: a YOLO through OpenVINO on the CPU."""

import queue
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np

from vision.detections import Detections, Label
from vision.detector import Image
from vision.errors import WeightsError
from vision.letterbox import STRIDE_PX, Letterbox
from vision.openvino_gate import ColorFormat, CompiledModel, Core, InferRequest, Layout, PrePostProcessor, Type
from vision.weights import VerifiedWeights
from vision.yolo_output import OutputLayout, to_detections

# `throughput` finishes the most pictures a second, each on few cores; `latency` one picture the soonest, on all.
Goal = Literal["throughput", "latency"]


class OpenVinoDetector:
    """Detects with verified weights; safe to call from several threads.

    Requests are pooled: each call borrows what it needs and gives it back, so as many calls run at
    once as callers come. A call with several pictures keeps as many in flight as the cores carry and
    prepares the next meanwhile; that is faster than one batch, and their shapes may differ. The
    network's input takes the shape of each picture, with the longer side at `image_size_px`: a wide
    picture costs no padding to a square. Float arithmetic is float32 on every CPU, so that the same
    picture gives the same boxes on machines with and without bfloat16.
    """

    def __init__(
        self,
        weights: VerifiedWeights,
        *,
        image_size_px: int | None = None,
        threshold: float | None = None,
        threads: int = 0,
        goal: Goal = "latency",
    ) -> None:
        """Compile the network.

        `image_size_px`, a multiple of 32, and `threshold` replace those the weights were made for;
        `threads` 0 leaves the number to OpenVINO.

        Raises:
            WeightsError: the files hold no YOLO detection network with the manifest's classes.
        """
        self._manifest = weights.manifest
        self._layout = OutputLayout.of(weights.manifest)
        self._weights_sha256 = weights.sha256
        self._image_size_px = image_size_px or weights.manifest.image_size_px
        self._threshold = threshold or weights.manifest.thresholds.counting
        if self._image_size_px % STRIDE_PX:
            raise ValueError(f"image_size_px is a multiple of {STRIDE_PX}, not {self._image_size_px}.")
        self._compiled = _compile(weights, threads, goal)
        # One more than run at once, so that no core waits for the next picture to be prepared.
        self._most_in_flight = int(self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")) + 1
        self._idle: queue.SimpleQueue[InferRequest] = queue.SimpleQueue()

    @property
    def name(self) -> str:
        """The manifest's name."""
        return self._manifest.name

    @property
    def weights_sha256(self) -> str:
        """Hex digest of the file of numbers."""
        return self._weights_sha256

    @property
    def labels(self) -> tuple[Label, ...]:
        """The classes, in class_id order."""
        return self._layout.labels

    @property
    def threshold(self) -> float:
        """The threshold for counting."""
        return self._threshold

    @property
    def image_size_px(self) -> int:
        """The longer side at which pictures are looked at."""
        return self._image_size_px

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        """Detect in each picture; with a `threshold` given, a box may come under several labels."""
        found: list[Detections] = []
        with self._looks() as looks:
            for image in images:
                if len(looks) == self._most_in_flight:
                    found.append(self._finish(looks, threshold))
                self._start(looks, image)
            while looks:
                found.append(self._finish(looks, threshold))
        return found

    @contextmanager
    def _looks(self) -> Iterator["deque[_Look]"]:
        looks: deque[_Look] = deque()
        try:
            yield looks
        finally:
            # Whatever went wrong, no request goes back while it still runs.
            for look in looks:
                look.request.wait()
                self._idle.put(look.request)

    def _start(self, looks: "deque[_Look]", image: Image) -> None:
        letterbox = Letterbox.fit(image.shape[1], image.shape[0], self._image_size_px)
        look = _Look(self._borrowed(), letterbox, letterbox.apply(image)[np.newaxis])
        look.request.start_async([look.batch], share_inputs=True)
        looks.append(look)

    def _finish(self, looks: "deque[_Look]", threshold: float | None) -> Detections:
        look = looks[0]
        look.request.wait()
        output = np.array(look.request.get_output_tensor(0).data[0], np.float32)
        self._idle.put(looks.popleft().request)
        return to_detections(
            output,
            self._layout,
            look.letterbox,
            nms_iou=self._manifest.nms_iou,
            shipped_threshold=self._threshold,
            threshold=threshold,
        )

    def _borrowed(self) -> InferRequest:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._compiled.create_infer_request()


@dataclass(frozen=True, slots=True)
class _Look:
    """One picture in flight; `batch`, (1, height, width, 3) uint8, is the request's own memory until it is done."""

    request: InferRequest
    letterbox: Letterbox
    batch: Image


def _compile(weights: VerifiedWeights, threads: int, goal: Goal) -> CompiledModel:
    core = Core()
    manifest = weights.manifest
    try:
        network = core.read_model(model=weights.structure, weights=weights.numbers)
    except RuntimeError as error:
        raise WeightsError(f"OpenVINO cannot read the weights {manifest.name}: {error}") from error
    channels = network.output(0).partial_shape[1]
    wanted = 4 + len(manifest.labels)
    if channels.is_static and channels.get_length() != wanted:
        raise WeightsError(
            f"The weights {manifest.name} put out {channels.get_length()} channels; {len(manifest.labels)} labels "
            f"need {wanted}. Correct the manifest's labels."
        )
    # Colour order, scale and axes are changed inside the network, where it costs least.
    steps = PrePostProcessor(network)
    steps.input().tensor().set_element_type(Type.u8).set_layout(Layout("NHWC")).set_color_format(ColorFormat.BGR)
    steps.input().preprocess().convert_element_type(Type.f32).convert_color(ColorFormat.RGB).scale(255.0)
    steps.input().model().set_layout(Layout("NCHW"))
    options: dict[str, str | int] = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": goal.upper()}
    if threads:
        options["INFERENCE_NUM_THREADS"] = threads
    return core.compile_model(steps.build(), "CPU", options)
