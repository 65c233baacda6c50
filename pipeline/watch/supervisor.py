"""Keeping one worker for every camera that is to be watched."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from models.database import Database
from models.errors import SealError
from models.repositories.observations import ObservationRepository
from models.repositories.sites import SiteRepository, Watched
from models.secrets import Seal
from models.words import CameraState, RtspTransport, Sampling
from pipeline.sun import Position
from pipeline.watch.look import privacy_masks
from pipeline.watch.pace import pace_of
from pipeline.watch.recorder import Recording
from pipeline.watch.worker import CameraWorker, Pauses, SourceMaker, WatchOrder
from streams.address import StreamAddress
from streams.errors import StreamError

_JOIN_S = 15.0


@dataclass(frozen=True, slots=True)
class _Running:
    order: WatchOrder
    thread: threading.Thread
    stop: threading.Event


class Supervisor:
    """Starts, replaces and stops camera workers as what is registered changes.

    Owned by the thread that calls `run`; that thread owns the workers' threads.
    """

    def __init__(
        self,
        recording: Recording,
        seal: Seal,
        make_source: SourceMaker,
        pauses: Pauses,
        refresh_s: float,
        on_tick: Callable[[], None],
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_tick` runs in this thread between looking after the workers, `on_end` when it is told to stop."""
        self._with = recording
        self._seal = seal
        self._make_source = make_source
        self._pauses = pauses
        self._refresh_s = refresh_s
        self._on_tick = on_tick
        self._on_end = on_end
        self._running: dict[UUID, _Running] = {}
        self._has_cleared = False
        self._log = structlog.get_logger()

    def run(self, stop: threading.Event) -> None:
        """Mind the workers until told to stop, then stop them all."""
        try:
            while not stop.is_set():
                if not self._has_cleared:
                    self._clear_what_was_left()
                self._refresh()
                stop.wait(self._refresh_s)
        finally:
            self._stop_workers(list(self._running))
            self._on_end()

    def _clear_what_was_left(self) -> None:
        """After a kill, runs are still open and cameras still said to be live; neither is so."""
        now = self._with.clock.now()
        try:
            with self._with.database.transaction() as session:
                ObservationRepository(session).end_open_runs(now, "the watching process ended")
                SiteRepository(session).forget_live(CameraState.CONNECTING.value, now)
            self._has_cleared = True
        except SQLAlchemyError:
            self._log.exception("database does not answer; trying again")

    def _refresh(self) -> None:
        try:
            self._follow(self._orders(self._with.database))
            self._on_tick()
        except Exception:  # noqa: BLE001 - the supervisor's outermost loop: a database restart must not end it
            self._log.exception("supervisor failed; trying again")

    def _orders(self, database: Database) -> dict[UUID, WatchOrder]:
        with database.reading() as session:
            watched = SiteRepository(session).watched(self._with.clock.now())
        orders = {}
        for place in watched:
            order = self._order(place)
            if order is not None:
                orders[place.camera.id] = order
        return orders

    def _order(self, place: Watched) -> WatchOrder | None:
        camera, placement = place.camera, place.placement
        # A camera that pushes calls, and has no address to be called at.
        address = None
        if camera.sampling != Sampling.PUSH.value:
            try:
                address = StreamAddress.parse(self._seal.open(camera.sealed_address))
            except (SealError, StreamError) as error:
                self._log.error("camera has no usable address", camera_id=str(camera.id), reason=str(error))
                return None
        return WatchOrder(
            camera_id=camera.id,
            camera_version=camera.version,
            placement_id=placement.id,
            placement_version=placement.version,
            project_id=place.site.project_id,
            address=address,
            look_every_s=camera.look_every_s,
            masks=tuple(tuple(mask) for mask in privacy_masks(placement)),
            sampling=Sampling(camera.sampling),
            burst_s=camera.burst_s,
            rtsp_transport=RtspTransport(camera.rtsp_transport),
            pace=pace_of(camera, place.site),
            position=Position(place.site.latitude, place.site.longitude),
            zones=tuple(placement.zones),
        )

    def _follow(self, orders: dict[UUID, WatchOrder]) -> None:
        # Identity and versions say all that can change; addresses are not compared.
        changed = [
            camera_id
            for camera_id, running in self._running.items()
            if camera_id not in orders
            or _identity(running.order) != _identity(orders[camera_id])
            or not running.thread.is_alive()
        ]
        self._stop_workers(changed)
        for camera_id, order in orders.items():
            if camera_id not in self._running:
                self._start_worker(order)

    def _start_worker(self, order: WatchOrder) -> None:
        stop = threading.Event()
        worker = CameraWorker(order, self._with, self._make_source, self._pauses, stop)
        thread = threading.Thread(target=worker.run, name=f"camera-{order.camera_id}", daemon=True)
        self._running[order.camera_id] = _Running(order, thread, stop)
        thread.start()

    def _stop_workers(self, camera_ids: list[UUID]) -> None:
        stopping = [self._running.pop(camera_id) for camera_id in camera_ids]
        for running in stopping:
            running.stop.set()
        for running in stopping:
            running.thread.join(_JOIN_S)
            if running.thread.is_alive():
                self._log.error("camera worker does not stop", camera_id=str(running.order.camera_id))


def _identity(order: WatchOrder) -> tuple[object, ...]:
    # The site's calendar, in the pace, and its position change while the camera's version stays.
    camera = (order.camera_id, order.camera_version)
    return *camera, order.placement_id, order.placement_version, order.project_id, order.pace, order.position
