"""Remembering what a camera's stream is doing; one change of state is one event, in its row and in the log.

A camera that keeps changing is degraded, and its further changes are told of together, once a minute: its
events carry how many there were, so that none is lost and none fills the log.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from models.camera_grade import HourCounts
from models.database import Database
from models.repositories.health import HealthRepository
from models.repositories.sites import SiteRepository
from models.tables.sites import CameraHealth
from models.words import CameraState
from pipeline.watch.flips import WINDOW_S, Flips
from pipeline.watch.hour_tally import HourTally
from streams.clock import Clock

_WRITTEN_EVERY_S = 15.0
# A wrong clock takes nothing from the picture.
_LIVE = frozenset({CameraState.LIVE, CameraState.WRONG_CLOCK})


@dataclass(frozen=True, slots=True)
class _Standing:
    """A state with its reason; empty where the camera is well."""

    state: CameraState
    reason: str

    def __str__(self) -> str:
        return f"{self.state.value}: {self.reason}" if self.reason else self.state.value


class HealthKeeper:
    """Keeps one camera's health row, its events and its hours; owned by the camera's thread."""

    def __init__(self, database: Database, clock: Clock, camera_id: UUID) -> None:
        self._database = database
        self._clock = clock
        self._camera_id = camera_id
        # What the camera's thread said last, and what of it is shown: of an intermittent camera, that it is one.
        self._told: _Standing | None = None
        self._shown: _Standing | None = None
        self._flips = Flips()
        self._tally = HourTally()
        self._live_counted_at_s: float | None = None
        self._written_at_s: float | None = None
        self._last_frame_at: datetime | None = None
        self._log = structlog.get_logger().bind(camera_id=str(camera_id))

    @property
    def is_down(self) -> bool:
        """Whether the camera was last said to be down."""
        return self._told is not None and self._told.state is CameraState.DOWN

    @property
    def reason(self) -> str:
        """Why the camera is in its state; empty where it is well."""
        return "" if self._told is None else self._told.reason

    def note_frame(
        self,
        captured_at: datetime,
        moved_since: datetime | None = None,
        *,
        fault: CameraState | None = None,
        fault_reason: str = "",
        wrong_clock: str = "",
    ) -> None:
        """A frame came: the stream is live, or its picture shows what is wrong (`fault`, or that it was moved).

        With a picture that is well, `wrong_clock` says what is wrong with the camera's clock.
        """
        self._last_frame_at = captured_at
        if fault is not None:
            self._tell(_Standing(fault, fault_reason))
        elif moved_since is not None:
            since = f"The view has been another one since {moved_since:%Y-%m-%d %H:%M} UTC."
            self._tell(_Standing(CameraState.MOVED, since))
        elif wrong_clock:
            self._tell(_Standing(CameraState.WRONG_CLOCK, wrong_clock))
        else:
            self._tell(_Standing(CameraState.LIVE, ""))

    def change(self, state: CameraState, reason: str) -> None:
        """Note a state with its reason, if either is new."""
        self._tell(_Standing(state, reason))

    def count(self, counts: HourCounts) -> None:
        """Count towards the camera's grade; it is written with what is written next, soon at the latest."""
        now_s = self._clock.monotonic_s()
        self._tally.add(self._clock.now(), counts)
        if self._shown is not None and self._is_time_to_write(now_s):
            self._count_live(now_s)
            self._write(self._shown, None, now_s)

    def close(self) -> None:
        """Write what was counted and not written yet; the camera is no longer watched."""
        now_s = self._clock.monotonic_s()
        self._count_live(now_s)
        if self._shown is not None and self._tally.hours:
            self._write(self._shown, None, now_s)

    def _tell(self, standing: _Standing) -> None:
        now_s = self._clock.monotonic_s()
        self._count_live(now_s)
        has_changed = self._told is not None and self._told.state is not standing.state
        flips = self._flips.after(now_s, has_changed=has_changed)
        shown, event = self._as_shown(standing, flips, now_s)
        if shown != self._shown or event is not None or self._is_time_to_write(now_s):
            self._write(shown, event, now_s)
        self._flips = flips.told(now_s) if flips.is_to_be_summed_up(now_s) else flips
        self._told, self._shown = standing, shown

    def _as_shown(self, standing: _Standing, flips: Flips, now_s: float) -> tuple[_Standing, str | None]:
        """What is shown, and the reason of the event that is to be written even where the state stays the same."""
        was_intermittent = self._flips.is_intermittent
        if not flips.is_intermittent:
            if was_intermittent and self._flips.untold > 0:
                steady = f"Steady again after {_changes(self._flips.untold)} more."
                return standing, f"{steady} {standing.reason}".strip()
            return standing, None
        if not was_intermittent:
            said = f"{_changes(flips.count)} of state within {WINDOW_S / 60:g} minutes, the last to {standing}"
        elif flips.is_to_be_summed_up(now_s):
            elapsed_s = now_s - flips.told_at_s
            said = f"{_changes(flips.untold)} of state more within {elapsed_s:.0f} s, the last to {standing}"
        else:
            assert self._shown is not None
            return self._shown, None
        return _Standing(CameraState.DEGRADED, said), said

    def _is_time_to_write(self, now_s: float) -> bool:
        return self._written_at_s is None or now_s - self._written_at_s >= _WRITTEN_EVERY_S

    def _count_live(self, now_s: float) -> None:
        if self._told is not None and self._told.state in _LIVE and self._live_counted_at_s is not None:
            self._tally.add_live(self._clock.now(), now_s - self._live_counted_at_s)
        self._live_counted_at_s = now_s

    def _write(self, shown: _Standing, event: str | None, now_s: float) -> None:
        """Write the row, and its event where the state is new or `event` is a reason of its own, in one transaction."""
        now = self._clock.now()
        with self._database.transaction() as session:
            repository, history = SiteRepository(session), HealthRepository(session)
            row = repository.health_of([self._camera_id]).get(self._camera_id)
            has_changed = row is None or row.state != shown.state.value
            if row is None:
                row = CameraHealth(camera_id=self._camera_id, last_frame_at=None, since=now)
                row.state, row.reason = shown.state.value, shown.reason
                repository.add(row)
            elif has_changed:
                row.since = now
            row.state, row.reason = shown.state.value, shown.reason
            if self._last_frame_at is not None:
                row.last_frame_at = self._last_frame_at
            is_event = has_changed or event is not None
            if is_event:
                history.append(self._camera_id, shown.state.value, event or shown.reason, now)
            for hour, counts in self._tally.hours.items():
                history.count(self._camera_id, hour, counts)
        self._tally.clear()
        self._written_at_s = now_s
        if is_event:
            self._log.info("camera state", state=shown.state.value, reason=event or shown.reason)


def _changes(count: int) -> str:
    return f"{count} change" if count == 1 else f"{count} changes"
