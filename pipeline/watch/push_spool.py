"""Pictures that a camera sent by itself, on their way from the process that took them in to the one that looks."""

from typing import Final
from uuid import UUID

import structlog

from models.camera_grade import HourCounts
from models.database import Database
from models.errors import SealError
from models.repositories.health import HealthRepository
from models.repositories.push import PushRepository
from models.secrets import Seal
from pipeline.now_and_then import NowAndThen
from streams.clock import Clock
from streams.push_source import WaitingPicture

SWEEP_EVERY_S: Final = 600.0


class PushSpool:
    """The waiting pictures of one camera in one placement; owned by the camera's thread."""

    def __init__(self, database: Database, seal: Seal, clock: Clock, camera_id: UUID, placement_id: UUID) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock
        self._camera_id = camera_id
        self._placement_id = placement_id
        self._log = structlog.get_logger().bind(camera_id=str(camera_id))

    def oldest(self) -> WaitingPicture | None:
        """The picture that has waited longest; None where none waits."""
        while True:
            with self._database.reading() as session:
                row = PushRepository(session).oldest(self._camera_id, self._placement_id, self._clock.now())
            if row is None:
                return None
            try:
                data = self._seal.open_bytes(row.sealed)
            except SealError as error:
                self._log.error("pushed picture left out", reason=str(error))
                self._delete(row.id)
                continue
            return WaitingPicture(row.id, data, row.arrived_at, row.clock_skew_s)

    def remove(self, picture: WaitingPicture) -> None:
        """Delete a picture."""
        self._delete(picture.picture_id)

    def _delete(self, picture_id: UUID) -> None:
        with self._database.transaction() as session:
            PushRepository(session).remove(picture_id)


class PushSweep:
    """Deletes pictures that nobody looked at in time; runs in the supervisor's thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._turns = NowAndThen(clock, SWEEP_EVERY_S)

    def tick(self) -> None:
        """Sweep, if it is time."""
        if self._turns.is_time():
            self.sweep()

    def sweep(self) -> None:
        """Delete every picture whose time is over; each counts as a look that was had and left out."""
        now = self._clock.now()
        with self._database.transaction() as session:
            expired = PushRepository(session).remove_expired(now)
            for camera_id, count in expired.items():
                HealthRepository(session).count(camera_id, now, HourCounts(drops=count))
        for camera_id, count in expired.items():
            structlog.get_logger().warning("pushed pictures expired", camera_id=str(camera_id), pictures=count)
