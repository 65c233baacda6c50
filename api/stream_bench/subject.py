"""The process that is measured: `python -m api.stream_bench.subject JSON`, until it is told to end.

The JSON object is an `Assignment`. Every look is written down as it is through (api/stream_bench/looks.py).
"""

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Self

from api.settings import InstanceSettings
from api.stream_bench.looks import LookLog
from api.stream_bench.policy import Policy, Watcher
from api.stream_bench.registration import bench_settings
from api.wiring import Instance, open_instance, watch
from models.words import Sampling
from pipeline.settings import load_settings
from pipeline.watch.worker import WatchOrder
from streams.bench.av_looks import decode_everything, least_looks
from streams.errors import StreamEndedError
from streams.frame import Frame
from streams.source import Run, Source
from vision.detector import Image
from vision.sight import open_detector
from vision.weights import load_manifest


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who looks at which addresses how often; Nazar's cameras are registered in the database of `folder`.

    With `breaks_off`, each connection breaks off after its first look.
    """

    watcher: Watcher
    policy: Policy
    addresses: tuple[str, ...]
    folder: Path
    breaks_off: bool = False

    @property
    def looks_file(self) -> Path:
        """Where looks are written down."""
        return self.folder / "looks"

    def as_json(self) -> str:
        """As the process takes it."""
        return json.dumps({**asdict(self), "folder": str(self.folder)})

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read it back."""
        read = json.loads(text)
        policy = Policy(**{**read["policy"], "sampling": Sampling(read["policy"]["sampling"])})
        return cls(Watcher(read["watcher"]), policy, tuple(read["addresses"]), Path(read["folder"]), read["breaks_off"])


@dataclass(frozen=True)
class NotingInstance(Instance):
    """An instance as `nazar watch` has it, whose sources write each look down."""

    looks: LookLog
    breaks_off: bool

    def source(self, order: WatchOrder) -> Source:
        """What an order's sampling policy asks for."""
        return _NotingSource(super().source(order), self.looks, str(order.camera_id), self.breaks_off)


class _NotingSource:
    def __init__(self, source: Source, looks: LookLog, camera: str, breaks_off: bool) -> None:
        self._source = source
        self._looks = looks
        self._camera = camera
        self._breaks_off = breaks_off

    @contextmanager
    def open(self, stop: threading.Event) -> Iterator[Run]:
        with self._source.open(stop) as run:
            yield Run(run.run_id, self._noted(run.frames))

    def _noted(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            yield frame
            # Only now: whoever takes the frames asks for the next one when the look is through.
            self._looks.note(self._camera)
            if self._breaks_off:
                raise StreamEndedError("The bench broke the connection off.")


def main() -> int:
    """Watch until told to stop."""
    assignment = Assignment.parse(sys.argv[1])
    stop = threading.Event()

    def _on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _on_signal)
    signal.signal(signal.SIGINT, _on_signal)
    settings = bench_settings(load_settings(InstanceSettings), assignment.folder)
    with LookLog(assignment.looks_file) as looks:
        if assignment.watcher is Watcher.NAZAR:
            _watch_as_shipped(assignment, settings, looks, stop)
        elif assignment.watcher is Watcher.ULTRALYTICS:
            _watch_as_ultralytics(assignment, settings, looks, stop)
        else:
            _watch_with_av(assignment, settings, looks, stop)
    return 0


def _watch_as_shipped(a: Assignment, settings: InstanceSettings, looks: LookLog, stop: threading.Event) -> None:
    if a.breaks_off:
        # No pause between two tries, which are what is measured.
        quick = {"backoff_first_s": 0.01, "backoff_most_s": 0.01}
        settings = settings.model_copy(update={"pipeline": settings.pipeline.model_copy(update=quick)})
    with open_instance(settings) as plain:
        instance = NotingInstance(plain.settings, plain.clock, plain.database, looks, a.breaks_off)
        with closing(instance.decoder):
            watch(instance, stop)


def _watch_as_ultralytics(a: Assignment, settings: InstanceSettings, looks: LookLog, stop: threading.Event) -> None:
    # torch is loaded only where it is measured: it takes seconds and half a gigabyte.
    from vision.adapters.ultralytics_streams import watch_streams  # noqa: PLC0415

    vision = settings.vision
    manifest = load_manifest(vision.weights, vision.weights_folder)
    manifest = manifest.model_copy(update={"image_size_px": vision.image_size_px or manifest.image_size_px})
    every_s = a.policy.look_every_s
    watch_streams(manifest, vision.weights_folder, a.addresses, every_s, lambda n: looks.note(str(n)), stop, a.folder)


def _watch_with_av(a: Assignment, settings: InstanceSettings, looks: LookLog, stop: threading.Event) -> None:
    detector = open_detector(settings.vision)

    def _looking(number: int) -> Callable[[Image], None]:
        def _look(image: Image) -> None:
            detector.detect([image])
            looks.note(str(number))

        return _look

    def _run(number: int, address: str) -> None:
        every_s, look_at = a.policy.look_every_s, _looking(number)
        if a.watcher is Watcher.DECODE_ALL:
            decode_everything(address, every_s, look_at, stop)
        else:
            least_looks(address, every_s, a.policy.burst_s, look_at, stop)

    threads = [
        threading.Thread(target=_run, args=(number, address), name=f"camera-{number}")
        for number, address in enumerate(a.addresses)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
