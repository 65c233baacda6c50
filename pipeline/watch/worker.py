"""Watching one camera: a retry loop around one run of its stream."""

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from models.camera_grade import HourCounts
from models.words import CameraState, RtspTransport, Sampling
from pipeline.signals.zones import ZoneMap
from pipeline.sun import Position
from pipeline.watch.backoff import Backoff
from pipeline.watch.clock_watch import ClockWatch
from pipeline.watch.due_looks import DueLooks
from pipeline.watch.health import HealthKeeper
from pipeline.watch.look import Looker
from pipeline.watch.pace import Pace
from pipeline.watch.recorder import Recorded, Recording, WindowRecorder
from pipeline.watch.view_watch import ViewWatch
from streams.address import StreamAddress
from streams.errors import StalledError, StreamError
from streams.source import Source


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """Which camera to watch, in which placement; a changed order is a new worker.

    A camera that pushes has no address.
    """

    camera_id: UUID
    camera_version: int
    placement_id: UUID
    placement_version: int
    project_id: UUID
    address: StreamAddress | None
    look_every_s: float
    masks: tuple[tuple[tuple[float, float], ...], ...]
    sampling: Sampling = Sampling.CONTINUOUS
    burst_s: float = 0.0
    rtsp_transport: RtspTransport = RtspTransport.AUTO
    # Where it changes with the hour.
    pace: Pace | None = None
    # Where the site is; None where nobody knows, and night is told by dusk alone.
    position: Position | None = None
    # As they are stored with the placement.
    zones: tuple[Mapping[str, Any], ...] = ()

    @property
    def pace_kept(self) -> Pace:
        """How often the camera is looked at, hour by hour."""
        return self.pace or Pace(self.look_every_s)


# Makes the source that an order's sampling policy asks for.
SourceMaker = Callable[[WatchOrder], Source]


@dataclass(frozen=True, slots=True)
class Pauses:
    """Limits of the pauses between reconnects, in seconds."""

    first_s: float
    most_s: float
    healthy_after_s: float


class CameraWorker:
    """Watches one camera until told to stop; runs in a thread that the supervisor owns."""

    def __init__(
        self, order: WatchOrder, recording: Recording, make_source: SourceMaker, pauses: Pauses, stop: threading.Event
    ) -> None:
        self._order = order
        self._with = recording
        self._make_source = make_source
        self._stop = stop
        # Jitter needs no secrecy, only that cameras differ.
        self._backoff = Backoff(
            pauses.first_s,
            pauses.most_s,
            pauses.healthy_after_s,
            random.Random(order.camera_id.int),  # noqa: S311
        )
        self._health = HealthKeeper(recording.database, recording.clock, order.camera_id)
        # One for all runs: a picture that repeats across reconnects is frozen all the same.
        views = ViewWatch(recording.database, recording.clock, order.placement_id)
        self._camera_clock = ClockWatch()
        self._due = DueLooks(order.pace_kept, recording.clock.monotonic_s())
        self._zones = ZoneMap.of(order.zones)
        self._looker = Looker(recording.detector, order.masks, views, order.position, self._zones)
        labelling = recording.labelling
        self._doubts = None if labelling is None else labelling.watch(order.placement_id)
        self._log = structlog.get_logger().bind(camera_id=str(order.camera_id))

    def run(self) -> None:
        """Watch, and try again after each failure, until the stop event is set."""
        try:
            while not self._stop.is_set():
                self._try_once()
        finally:
            self._health.close()

    def _try_once(self) -> None:
        started_s = self._with.clock.monotonic_s()
        try:
            self._health.change(*self._before_run())
            self._run_once()
        except StreamError as error:
            # Where a camera pushes there is no connection that could be lost.
            is_called = self._order.address is not None
            self._count(reconnects=int(is_called), stalls=int(isinstance(error, StalledError)))
            self._health.change(CameraState.DOWN, str(error))
        except Exception:  # noqa: BLE001 - the worker's outermost loop: this camera's failure is its own
            self._log.exception("camera worker failed; trying again")
            self._health.change(CameraState.DOWN, "Watching this camera failed; the log has the details.")
        ran_for_s = self._with.clock.monotonic_s() - started_s
        self._stop.wait(self._backoff.pause_s(ran_for_s))
        self._count()

    def _count(self, *, looks_taken: int = 0, reconnects: int = 0, stalls: int = 0, drops: int = 0) -> None:
        due = self._due.take(self._with.clock.monotonic_s(), self._with.clock.now())
        self._health.count(HourCounts(due, looks_taken, reconnects, stalls, drops))

    def _before_run(self) -> tuple[CameraState, str]:
        # A camera that was down stays so until a frame has come: flapping is not news.
        if self._health.is_down:
            return CameraState.DOWN, self._health.reason
        return CameraState.CONNECTING, ""

    def _run_once(self) -> None:
        order = self._order
        recorded = Recorded(
            order.project_id,
            order.placement_id,
            order.look_every_s,
            order.pace,
            self._zones,
            in_bursts=order.sampling is Sampling.BURST,
            burst_s=order.burst_s,
            # What a camera sends by itself waits while nobody watches.
            may_be_late=order.sampling is Sampling.PUSH,
        )
        recorder = WindowRecorder(self._with, recorded, resumes=True, keeps_latest=True)
        with self._make_source(order).open(self._stop) as run:
            has_begun = False
            burst: int | None = None
            reason = "stopped"
            try:
                for frame in run.frames:
                    if not has_begun:
                        has_begun = True
                        recorder.begin_run(run.run_id)
                    look = self._looker.look(frame)
                    fault, moved_since = self._looker.fault, self._looker.moved_since
                    wrong_clock = self._camera_clock.note(frame.clock_skew_s, frame.captured_at)
                    if fault is None:
                        self._health.note_frame(frame.captured_at, moved_since, wrong_clock=wrong_clock)
                    else:
                        self._health.note_frame(frame.captured_at, fault=fault.state, fault_reason=fault.reason)
                    # A burst is one look of those that are due, however many pictures it brings.
                    is_taken = order.sampling is not Sampling.BURST or frame.burst != burst
                    self._count(looks_taken=int(is_taken), drops=frame.left_out)
                    burst = frame.burst
                    recorder.add(look)
                    if self._doubts is not None:
                        self._doubts.consider(look)
            except StreamError as error:
                reason = str(error)
                raise
            finally:
                if has_begun:
                    recorder.end_run(run.run_id, reason)
