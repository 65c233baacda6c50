"""Taking in pictures that cameras send by themselves: checked, sealed, and left for their look."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Final
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from models.camera_grade import HourCounts
from models.database import Database
from models.errors import ConflictError, UnauthenticatedError
from models.repositories.health import HealthRepository
from models.repositories.push import PushRepository
from models.repositories.sites import SiteRepository, Watched
from models.secrets import Seal
from models.tables.push import PushedPicture
from models.tables.sites import Camera
from models.words import Sampling
from pipeline.errors import NotJpegError, PictureTooLargeError, PushedTooSoonError, UnusablePictureError
from pipeline.registry.push_key import is_push_key
from pipeline.watch.pace import pace_of
from streams.decoding.decoder_pool import PictureDecoder
from streams.errors import StreamError
from streams.exif_time import exif_time
from streams.look_schedule import LookSchedule
from streams.still_picture import still_codec

MOST_BYTES: Final = 8 * 1024 * 1024
# Fewer pixels show no site.
LEAST_SIDE_PX: Final = 64
# What waits of one camera while nobody watches: an hour at a look every 10 s, or as much as a disk can bear of many.
MOST_WAITING: Final = 360
MOST_WAITING_BYTES: Final = 64 * 1024 * 1024
_JPEG_START: Final = b"\xff\xd8\xff"
_ACCEPTED: Final = f"Accepted is one JPEG picture of at most {MOST_BYTES // 1024**2} MB, as the body by itself."


class TakenIn(BaseModel):
    """That a picture was taken in: stored, and looked at as soon as the camera is watched."""

    model_config = ConfigDict(frozen=True)

    arrived_at: datetime = Field(description="Which dates the picture.")
    next_due_at: datetime = Field(description="A picture before this is refused.")
    clock_skew_s: float | None = Field(
        description="How far the camera's clock is ahead of ours, by X-Captured-At or else by the picture's EXIF; null "
        "without a readable time with an offset from UTC."
    )


@dataclass(frozen=True, slots=True, repr=False)
class Admission:
    """A camera that showed its key, and whose next picture is due."""

    camera_id: UUID
    key: str

    def __repr__(self) -> str:
        """Leave the key out."""
        return f"Admission({self.camera_id})"


class PushIntake:
    """Takes pictures in; safe to share between threads.

    A picture is in the database, sealed, before the camera is answered. How often one is taken in is the camera's
    sampling policy; what comes more often is refused and nothing that was due is lost by it.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        seal: Seal,
        decoder: PictureDecoder,
        *,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._database = database
        self._now = now
        self._seal = seal
        self._decoder = decoder
        self._most_waiting = most_waiting

    def admit(self, camera_id: UUID, key: str | None) -> Admission:
        """Say whether a camera may send its picture now; asked before the picture is read.

        Raises:
            UnauthenticatedError: the key is not this camera's; whether there is such a camera is not said.
            ConflictError: the camera stands nowhere.
            PushedTooSoonError: its next look is not due yet.
        """
        if key is None:
            raise UnauthenticatedError("Send the camera's own key: as a bearer token, or as the password of a log-in.")
        admission = Admission(camera_id, key)
        with self._database.reading() as session:
            self._turn(session, SiteRepository(session).camera(camera_id), admission, self._now())
        return admission

    def take(self, admission: Admission, data: bytes, captured_at: datetime | None = None) -> TakenIn:
        """Take a picture in; `captured_at` is the camera's own word, or its EXIF's, and tells its clock's skew only.

        Raises:
            PushError: it is no picture that can be looked at, or came too soon.
            UnauthenticatedError, ConflictError: the camera was changed since it was admitted.
        """
        arrived_at = self._now()
        self._require_picture(data)
        sealed = self._seal.close_over_bytes(data)
        captured_at = captured_at or exif_time(data)
        skew_s = None if captured_at is None else (captured_at - arrived_at).total_seconds()
        with self._database.transaction() as session:
            # Pictures of one camera come in turn, and none after its key was changed.
            camera = SiteRepository(session).lock_camera(admission.camera_id)
            place, schedule = self._turn(session, camera, admission, arrived_at)
            schedule.take(arrived_at.timestamp())
            counted_from = datetime.fromtimestamp(schedule.counted_from_s or 0.0, UTC)
            repository = PushRepository(session)
            repository.count_from(admission.camera_id, counted_from)
            repository.add(
                PushedPicture(
                    id=uuid4(),
                    camera_id=admission.camera_id,
                    placement_id=place.placement.id,
                    arrived_at=arrived_at,
                    clock_skew_s=skew_s,
                    size_bytes=len(sealed),
                    sealed=sealed,
                )
            )
            dropped = repository.trim(admission.camera_id, self._most_waiting, MOST_WAITING_BYTES)
            if dropped:
                HealthRepository(session).count(admission.camera_id, arrived_at, HourCounts(drops=dropped))
        wait_s = max(0.0, schedule.due_in_s(arrived_at.timestamp()))
        return TakenIn(arrived_at=arrived_at, next_due_at=arrived_at + timedelta(seconds=wait_s), clock_skew_s=skew_s)

    def _turn(
        self, session: Session, camera: Camera | None, admission: Admission, now: datetime
    ) -> tuple[Watched, LookSchedule]:
        """Where the camera stands, and its schedule, by which a look is due."""
        is_known = camera is not None and camera.sampling == Sampling.PUSH.value
        digest = camera.push_key_sha256 if is_known and camera is not None else None
        if not is_push_key(admission.key, digest):
            raise UnauthenticatedError(
                "This is not the key of this camera. A new one is made with POST .../push-key, and shown once."
            )
        places = SiteRepository(session).watched(now, admission.camera_id)
        if not places:
            raise ConflictError("This camera is aimed at no site now; begin a placement, and it is taken in.")
        place = places[0]
        every_s = pace_of(place.camera, place.site).at(now)
        counted_from = PushRepository(session).counted_from(admission.camera_id)
        if counted_from is not None and counted_from > now + timedelta(seconds=every_s):
            # Our clock was put back; what was counted by the old one holds no longer.
            counted_from = None
        schedule = LookSchedule(every_s, None if counted_from is None else counted_from.timestamp())
        wait_s = schedule.due_in_s(now.timestamp())
        if wait_s > 0:
            raise PushedTooSoonError(
                f"This camera is looked at every {every_s:g} s; its next picture is due in {wait_s:.1f} s. "
                f"Set it to send one every {every_s:g} s.",
                math.ceil(wait_s),
            )
        return place, schedule

    def _require_picture(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise too_large()
        if not data.startswith(_JPEG_START):
            raise not_a_jpeg()
        try:
            # In a process of its own, which a picture may crash.
            image = self._decoder.decode(still_codec(data, "The camera"), data, Event())
        except StreamError as error:
            raise UnusablePictureError(f"{error} {_ACCEPTED}") from error
        if image is None:
            raise UnusablePictureError(f"The picture is damaged. {_ACCEPTED}")
        height_px, width_px = image.shape[:2]
        if min(width_px, height_px) < LEAST_SIDE_PX:
            raise UnusablePictureError(
                f"The picture is {width_px} x {height_px}. It needs {LEAST_SIDE_PX} pixels each way at least; "
                "640 x 360 and more show people well."
            )


def too_large() -> PictureTooLargeError:
    """The refusal of a picture with too many bytes."""
    return PictureTooLargeError(f"The picture is too large. {_ACCEPTED} Choose a lower resolution or quality.")


def not_a_jpeg() -> NotJpegError:
    """The refusal of what is no JPEG."""
    return NotJpegError(f"This is no JPEG. {_ACCEPTED}")


def cut_short() -> UnusablePictureError:
    """The refusal of a picture that did not come whole."""
    return UnusablePictureError(f"The picture did not come whole. {_ACCEPTED}")
