"""Remembering what a camera's stream is doing; one change of state is one write and one event."""

from datetime import datetime
from uuid import UUID

import structlog

from models.database import Database
from models.repositories.sites import SiteRepository
from models.tables.sites import CameraHealth
from models.words import CameraState
from streams.clock import Clock

_FRAME_NOTED_EVERY_S = 15.0


class HealthKeeper:
    """Keeps one camera's health row; owned by the camera's thread."""

    def __init__(self, database: Database, clock: Clock, camera_id: UUID) -> None:
        self._database = database
        self._clock = clock
        self._camera_id = camera_id
        self._state: CameraState | None = None
        self._reason = ""
        self._frame_noted_at_s: float | None = None
        self._last_frame_at: datetime | None = None
        self._log = structlog.get_logger().bind(camera_id=str(camera_id))

    @property
    def is_down(self) -> bool:
        """Whether the camera was last said to be down."""
        return self._state is CameraState.DOWN

    @property
    def reason(self) -> str:
        """Why the camera is in its state; empty where it is well."""
        return self._reason

    def note_frame(self, captured_at: datetime, moved_since: datetime | None = None) -> None:
        """A frame came: the stream is live, or shows that the camera was moved."""
        self._last_frame_at = captured_at
        now_s = self._clock.monotonic_s()
        state = CameraState.LIVE if moved_since is None else CameraState.MOVED
        reason = "" if moved_since is None else f"The view has been another one since {moved_since:%Y-%m-%d %H:%M} UTC."
        if (state, reason) == (self._state, self._reason):
            if self._frame_noted_at_s is not None and now_s - self._frame_noted_at_s < _FRAME_NOTED_EVERY_S:
                return
            self._frame_noted_at_s = now_s
            self._write(state, reason)
            return
        self._frame_noted_at_s = now_s
        self.change(state, reason)

    def change(self, state: CameraState, reason: str) -> None:
        """Note a state with its reason, if either is new."""
        if state is self._state and reason == self._reason:
            return
        if state is not self._state:
            self._log.info("camera state", state=state.value, reason=reason)
        self._write(state, reason)
        self._state, self._reason = state, reason

    def _write(self, state: CameraState, reason: str) -> None:
        with self._database.transaction() as session:
            repository = SiteRepository(session)
            row = repository.health_of([self._camera_id]).get(self._camera_id)
            if row is None:
                row = CameraHealth(camera_id=self._camera_id, last_frame_at=None, since=self._clock.now())
                row.state, row.reason = state.value, reason
                repository.add(row)
            elif row.state != state.value:
                row.since = self._clock.now()
            row.state, row.reason = state.value, reason
            if self._last_frame_at is not None:
                row.last_frame_at = self._last_frame_at
