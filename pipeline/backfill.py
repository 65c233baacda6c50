"""Working through dated footage: the same looks and windows as a live stream, at full speed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from models.repositories.sites import SiteRepository
from models.tables.sites import Placement, Site
from pipeline.derivation import ProgressDeriver
from pipeline.errors import FootageError
from pipeline.progress.placement_progress import PlacementProgress
from pipeline.registry.sites import calendar_of
from pipeline.signals.site_rollup import days_of
from pipeline.signals.zones import ZoneMap
from pipeline.sun import Position
from pipeline.watch.look import Looker, privacy_masks
from pipeline.watch.recorder import PictureRule, Recorded, Recording, WindowRecorder
from pipeline.watch.view_watch import ViewWatch
from streams.errors import StreamError
from streams.frame import Frame

# Enough to follow what moves, and less work than every picture of a clip.
BURST_PICTURE_EVERY_S: Final = 0.4
# Clocks that are right differ by less.
MOST_AHEAD: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class BackfillReport:
    """How many looks were taken, over which of the site's days, and what went wrong at the end.

    `problem` is set where the footage broke off or its times can't be right; what came before it is kept.
    `first_at` and `last_at` are when it was taken, by the site's clock, so that a wrong time zone is seen.
    `windows_kept` counts the windows that stay as they were, since more had been seen of them before.
    """

    looks: int
    days: tuple[date, ...]
    problem: str | None
    first_at: datetime | None = None
    last_at: datetime | None = None
    windows_kept: int = 0


class Backfill:
    """Works footage of one camera through its placement."""

    def __init__(
        self, recording: Recording, deriver: ProgressDeriver, progress: PlacementProgress | None = None
    ) -> None:
        """Without `progress`, what is built is left to others to derive."""
        self._with = recording
        self._deriver = deriver
        self._progress = progress

    def run(
        self,
        camera_id: UUID,
        frames: Iterable[Frame],
        look_every_s: float,
        on_look: Callable[[int], None] | None = None,
        keeps_picture: PictureRule | None = None,
        burst_s: float = 0.0,
    ) -> BackfillReport:
        """Look at `frames`, oldest first, and derive each day they touch.

        Frames closer together than `look_every_s` are passed over, but for those of a burst: with `burst_s`, each
        look that is due is followed by so many seconds of pictures close enough together to tell what machines do.
        The same footage again writes nothing. `keeps_picture` says which windows keep a picture; all do if it is
        not given. A frame that is dated before the one it follows, or in the future, ends it, with the problem said.

        Raises:
            FootageError: the camera has no placement at the time of the first frame.
        """
        source = _Footage(frames, look_every_s, burst_s, self._with.clock.now)
        place: tuple[Placement, Site] | None = None
        recorder: WindowRecorder | None = None
        looker: Looker | None = None
        days: set[date] = set()
        worked: set[date] = set()
        windows_kept = 0
        first_at: datetime | None = None
        last_at: datetime | None = None
        for count, frame in enumerate(source, start=1):
            if place is None or recorder is None or looker is None or not _stands(place[0], frame.captured_at):
                if recorder is not None and place is not None:
                    recorder.finish()
                    windows_kept += recorder.windows_kept
                    self._derive(place, days)
                    days = set()
                place = self._place(camera_id, frame.captured_at)
                recorded = Recorded(
                    place[1].project_id,
                    place[0].id,
                    look_every_s,
                    zones=ZoneMap.of(place[0].zones),
                    in_bursts=burst_s > 0,
                    may_be_late=True,
                )
                recorder = WindowRecorder(
                    self._with, recorded, resumes=False, keeps_latest=False, keeps_picture=keeps_picture
                )
                looker = self._looker(*place)
            recorder.add(looker.look(frame))
            last_at = frame.captured_at.astimezone(ZoneInfo(place[1].time_zone))
            first_at = first_at or last_at
            worked.add(last_at.date())
            days.update(days_of(calendar_of(place[1]), frame.captured_at))
            if on_look is not None:
                on_look(count)
        if recorder is not None and place is not None:
            recorder.finish()
            windows_kept += recorder.windows_kept
            recorder.leave_latest()
            self._derive(place, days)
        return BackfillReport(source.looks, tuple(sorted(worked)), source.problem, first_at, last_at, windows_kept)

    def learn_reference(self, camera_id: UUID, frame: Frame) -> None:
        """Take a usable frame for what the placement is to look like, unless one is known already.

        Raises:
            FootageError: the camera has no placement at the time of the frame.
        """
        self._looker(*self._place(camera_id, frame.captured_at)).look(frame)

    def _looker(self, placement: Placement, site: Site) -> Looker:
        views = ViewWatch(self._with.database, self._with.clock, placement.id)
        position = Position(site.latitude, site.longitude)
        return Looker(self._with.detector, privacy_masks(placement), views, position, ZoneMap.of(placement.zones))

    def _place(self, camera_id: UUID, at: datetime) -> tuple[Placement, Site]:
        with self._with.database.reading() as session:
            for place in SiteRepository(session).watched(at):
                if place.camera.id == camera_id:
                    return place.placement, place.site
        raise FootageError(
            f"The camera had no placement at {at.isoformat()}; begin one that starts before the footage does."
        )

    def _derive(self, place: tuple[Placement, Site], days: set[date]) -> None:
        placement, site = place
        built = [] if self._progress is None else self._progress.derive(placement.id, days)
        self._deriver.derive(site.project_id, self._with.clock.now(), days.union(built))


def _stands(placement: Placement, at: datetime) -> bool:
    return placement.starts_at <= at and (placement.ends_at is None or at < placement.ends_at)


class _Footage:
    """Frames thinned to the looks that are due; remembers how many were looked at and why it ended."""

    def __init__(
        self, frames: Iterable[Frame], look_every_s: float, burst_s: float, now: Callable[[], datetime]
    ) -> None:
        self._frames = frames
        self._look_every = timedelta(seconds=look_every_s)
        self._burst = timedelta(seconds=burst_s)
        self._now = now
        self._due_from: datetime | None = None
        self._looked_at: datetime | None = None
        self._bursts = 0
        self.looks = 0
        self.problem: str | None = None

    def __iter__(self) -> Iterator[Frame]:
        followed: datetime | None = None
        try:
            for number, frame in enumerate(self._frames, start=1):
                self.problem = self._wrong_time(number, frame.captured_at, followed)
                if self.problem is not None:
                    return
                followed = frame.captured_at
                if not self._is_looked_at(frame.captured_at):
                    continue
                self._looked_at = frame.captured_at
                self.looks += 1
                yield replace(frame, burst=self._bursts) if self._burst else frame
        except StreamError as error:
            self.problem = str(error)

    def _is_looked_at(self, at: datetime) -> bool:
        if self._due_from is None or self._looked_at is None or at - self._due_from >= self._look_every:
            self._due_from = at
            self._bursts += 1
            return True
        is_apart = at - self._looked_at >= timedelta(seconds=BURST_PICTURE_EVERY_S)
        return is_apart and at - self._due_from <= self._burst

    def _wrong_time(self, number: int, at: datetime, followed: datetime | None) -> str | None:
        if followed is not None and at < followed:
            return (
                f"Picture {number} is dated {at.isoformat()}, before the one it follows ({followed.isoformat()}). "
                "Mend its times; where the recorder's clock was put back, give each time with its offset from UTC."
            )
        if at > self._now() + MOST_AHEAD:
            return (
                f"Picture {number} is dated {at.isoformat()}, and it is only {self._now().isoformat('T', 'seconds')}. "
                "Its clock was wrong or its time zone is another; mend its times and start again."
            )
        return None
