"""Cameras that fail side by side under one supervisor, each in its own way, and what is told of them.

Real servers, wires, decoders and database, composed as `nazar watch` composes them; only the detector is told what
to see.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path

import cv2
import numpy as np
from sqlalchemy import select

from api.settings import InstanceSettings
from api.wiring import Instance
from models.database import Database
from models.repositories.sites import SiteRepository
from models.settings import ModelsSettings
from models.tables.health import CameraHealthEvent, CameraHour
from models.tables.observations import Observation
from pipeline.clock import SystemClock
from pipeline.settings import PipelineSettings
from streams.settings import StreamSettings
from tests.streams.hls_camera import encode_segments
from tests.streams.scripted_server import ScriptedServer, rtsp_answer
from tests.support.builders import Planted, plant
from tests.support.fakes import ToldDetector
from tests.support.faulty_cameras import LiveHls, MjpegCamera
from tests.support.faulty_wire import Fault, FaultyWire
from tests.support.instance import eventually
from tests.support.rtsp_server import Login, RtspServer
from tests.support.scenes import view
from tests.support.video import encode_clip
from vision.detections import Detections
from vision.detector import Detector, Image
from vision.redaction import RedactionPass, Redactor

LOOK_EVERY_S = 2.0
# Without a picture for so long, a stream has stalled; the stall and the gap last longer.
READ_TIMEOUT_S, SILENT_FOR_S = 8.0, 10.0
FAULTS_LAST_S = 33.0
# A clip's pictures are well for so long after its client has come, and black or frozen from then on.
WELL_FOR_S, FAULTY_FOR_S = 20, 60
# What is done to the wire of each camera that has one.
WIRES = {
    "half-open": Fault.HELD,
    "stall": Fault.HELD,
    "noise": Fault.NOISE,
    "spoilt": Fault.SPOILT,
    "turned back": Fault.TURNED_BACK,
}
NEVER_LIVE = frozenset({"refusing", "wrong password", "redirect"})
BY_THEMSELVES = frozenset({"black", "frozen"})
_FRAMES_A_SECOND = 5
_SIZE = (640, 360)
_SMALL = (320, 180)


@dataclass(frozen=True, slots=True)
class Told:
    """A camera's change of state."""

    state: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one camera; `faulty_from` is when the faults were made."""

    events: list[Told]
    observations: list[Observation]
    looks_due: int
    looks_taken: int
    faulty_from: datetime

    @property
    def states(self) -> list[str]:
        """Its states in order."""
        return [event.state for event in self.events]

    def first(self, *states: str) -> Told:
        """The first time that it was in one of these states."""
        return next(event for event in self.events if event.state in states)


class SiteDetector(ToldDetector):
    """Sees somebody wherever a site is seen, and nobody in the dark; remembers the sizes of what it saw."""

    def __init__(self) -> None:
        super().__init__(lambda image: int(float(image.mean()) > 60))
        self.sizes: set[tuple[int, int]] = set()

    def detect(self, images: Sequence[Image], threshold: float | None = None) -> list[Detections]:
        """As ToldDetector, without keeping the pictures."""
        found = super().detect(images, threshold)
        self.seen.clear()
        self.sizes |= {(image.shape[1], image.shape[0]) for image in images}
        return found


class ToldInstance(Instance):
    """An instance that is told what its cameras see."""

    @cached_property
    def site_detector(self) -> SiteDetector:
        """The detector, as what it is."""
        return SiteDetector()

    @cached_property
    def detector(self) -> Detector:
        """The detector."""
        return self.site_detector

    @cached_property
    def redactor(self) -> Redactor:
        """Hides what the detector is told."""
        return Redactor([RedactionPass(ToldDetector(), 0.1)])


class FaultRig:
    """The cameras, their servers and the supervisor; all is closed with `stack`."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        clips, enter = _Clips(folder), stack.enter_context
        self._shared = enter(
            RtspServer(
                {
                    "/well": clips.well,
                    "/black": clips.black,
                    "/frozen": clips.frozen,
                    "/sizes": (clips.well, clips.small),
                }
            )
        )
        self._killed = enter(RtspServer({"/cam": clips.well}))
        locked = enter(RtspServer({"/cam": clips.well}, Login("watcher", "p@:/#?%41")))
        self._wires = {name: enter(FaultyWire(self._shared.port)) for name in WIRES}
        self._mjpeg = enter(MjpegCamera([cv2.imencode(".jpg", scene(number))[1].tobytes() for number in range(30)]))
        self._hls = LiveHls(encode_segments((scene(number) for number in range(60)), folder / "hls"))
        hls = enter(ScriptedServer(self._hls))
        moved = enter(ScriptedServer(_moved_to_metadata))
        self._database = Database(f"sqlite:///{folder / 'nazar.sqlite3'}")
        stack.callback(self._database.close)
        self._database.upgrade()
        settings = InstanceSettings(
            models=ModelsSettings(data_dir=folder),
            streams=StreamSettings(allowed_networks=(ip_network("127.0.0.0/8"),), read_timeout_s=READ_TIMEOUT_S),
            pipeline=PipelineSettings(backoff_most_s=4.0, first_record_s=3.0),
        )
        self.instance = ToldInstance(settings, SystemClock(), self._database)
        stack.callback(self.instance.decoder.close)
        addresses = {
            "neighbour": self._shared.url("/well"),
            "neighbour with a log-in": locked.url("/cam"),
            "killed": self._killed.url("/cam"),
            "refusing": "rtsp://127.0.0.1:9/live",
            "wrong password": f"rtsp://watcher:12345@127.0.0.1:{locked.port}/cam",
            "redirect": f"rtsp://127.0.0.1:{moved.port}/cam",
            "black": self._shared.url("/black"),
            "frozen": self._shared.url("/frozen"),
            "size": self._shared.url("/sizes"),
            "broken parts": f"http://127.0.0.1:{self._mjpeg.port}/video",
            "gap": f"http://127.0.0.1:{hls.port}/live.m3u8",
        }
        addresses |= {name: f"rtsp://127.0.0.1:{wire.port}/well" for name, wire in self._wires.items()}
        self._planted = {name: self._plant(number, text) for number, (name, text) in enumerate(addresses.items(), 1)}

    def run(self) -> dict[str, Seen]:
        """Watch all cameras until they are well, make the faults, unmake them, and watch until all are well again."""
        stop = threading.Event()
        watching = threading.Thread(target=self.instance.supervisor().run, args=(stop,), name="fault-rig")
        watching.start()
        try:
            is_well = set(self._planted) - NEVER_LIVE
            eventually(lambda: self._ever("live"), lambda live: live == is_well, limit_s=90)
            eventually(lambda: self._ever("down"), lambda down: down == NEVER_LIVE, limit_s=30)
            faulty_from = self.instance.clock.now()
            self._break()
            stop.wait(FAULTS_LAST_S - SILENT_FOR_S)
            self._mend()
            recovering = is_well - BY_THEMSELVES
            eventually(lambda: recovering - self._now("live"), lambda ailing: not ailing, limit_s=60)
            ends_s = self.instance.clock.monotonic_s() + FAULTY_FOR_S
            while self.instance.clock.monotonic_s() < ends_s and not all(self._ever(name) for name in BY_THEMSELVES):
                stop.wait(0.5)
        finally:
            stop.set()
            watching.join(60)
        assert not watching.is_alive()
        return {name: self._seen(planted, faulty_from) for name, planted in self._planted.items()}

    def _break(self) -> None:
        self._killed.stop()
        for name, fault in WIRES.items():
            self._wires[name].fault = fault
        self._mjpeg.is_faulty = self._hls.is_stopped = True
        threading.Event().wait(SILENT_FOR_S)
        self._wires["stall"].fault = Fault.NONE
        self._hls.is_stopped = False

    def _mend(self) -> None:
        self._killed.start()
        for wire in self._wires.values():
            wire.fault = Fault.NONE

    def _plant(self, number: int, address: str) -> Planted:
        planted = plant(self._database, number=number, sealed_address=self.instance.seal.close_over(address))
        with self._database.transaction() as session:
            repository = SiteRepository(session)
            camera, site = repository.camera(planted.camera_id), repository.site(planted.site_id)
            assert camera is not None
            assert site is not None
            camera.look_every_s = LOOK_EVERY_S
            # Where it is noon now: by night a black picture is no fault.
            now = self.instance.clock.now()
            site.latitude, site.longitude = 0.0, 15 * (12 - now.hour - now.minute / 60)
        return planted

    def _now(self, state: str) -> set[str]:
        ids = {planted.camera_id: name for name, planted in self._planted.items()}
        with self._database.reading() as session:
            rows = SiteRepository(session).health_of(list(ids))
            return {ids[camera_id] for camera_id, row in rows.items() if row.state == state}

    def _ever(self, state: str) -> set[str]:
        return {
            name
            for name, planted in self._planted.items()
            if any(event.state == state for event in self._events(planted))
        }

    def _events(self, planted: Planted) -> list[Told]:
        mine = CameraHealthEvent.camera_id == planted.camera_id
        with self._database.reading() as session:
            rows = session.scalars(select(CameraHealthEvent).where(mine).order_by(CameraHealthEvent.id))
            return [Told(row.state, row.reason, row.at) for row in rows]

    def _seen(self, planted: Planted, faulty_from: datetime) -> Seen:
        with self._database.reading() as session:
            rows = session.scalars(select(Observation).where(Observation.placement_id == planted.placement_id)).all()
            hours = session.scalars(select(CameraHour).where(CameraHour.camera_id == planted.camera_id)).all()
            session.expunge_all()
        return Seen(
            events=self._events(planted),
            observations=list(rows),
            looks_due=sum(hour.looks_due for hour in hours),
            looks_taken=sum(hour.looks_taken for hour in hours),
            faulty_from=faulty_from,
        )


def scene(number: int, size: tuple[int, int] = _SIZE) -> Image:
    """A site with something that moves across it, as a sensor sees it."""
    picture = view(noise=number)
    left = 40 + 12 * (number % 60)
    cv2.rectangle(picture, (left, 300), (left + 90, 380), (30, 190, 230), -1)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


class _Clips:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        well = [scene(number) for number in range(WELL_FOR_S * _FRAMES_A_SECOND)]
        dark = np.full_like(well[0], 12)
        ending = FAULTY_FOR_S * _FRAMES_A_SECOND
        self.well = self._clip("well", len(well), lambda number: well[number])
        self.black = self._clip("black", len(well) + ending, lambda number: (well + [dark] * ending)[number])
        self.frozen = self._clip("frozen", len(well) + ending, lambda number: well[min(number, len(well) - 1)])
        self.small = self._clip("small", len(well), lambda number: scene(number, _SMALL))

    def _clip(self, name: str, count: int, picture: Callable[[int], Image]) -> Path:
        pictures = (picture(number) for number in range(count))
        rate = Fraction(_FRAMES_A_SECOND)
        return encode_clip(pictures, self._folder / f"{name}.mp4", frame_rate=rate, gop=_FRAMES_A_SECOND)


def _moved_to_metadata(request: str) -> bytes:
    return rtsp_answer(request, "302 Found", ("Location: rtsp://169.254.169.254/latest",))
