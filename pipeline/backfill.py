"""Working through dated footage: the same looks and windows as a live stream, at full speed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from models.repositories.sites import SiteRepository
from models.tables.sites import Placement, Site
from pipeline.derivation import ProgressDeriver
from pipeline.errors import FootageError
from pipeline.sun import Position
from pipeline.watch.look import Looker, privacy_masks
from pipeline.watch.recorder import PictureRule, Recorded, Recording, WindowRecorder
from pipeline.watch.view_watch import ViewWatch
from streams.errors import StreamError
from streams.frame import Frame

_INSTANT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class BackfillReport:
    """How many looks were taken, over which of the site's days, and what went wrong at the end.

    `problem` is set where the footage broke off; what came before it is kept.
    """

    looks: int
    days: tuple[date, ...]
    problem: str | None


class Backfill:
    """Works footage of one camera through its placement."""

    def __init__(self, recording: Recording, deriver: ProgressDeriver) -> None:
        self._with = recording
        self._deriver = deriver

    def run(
        self,
        camera_id: UUID,
        frames: Iterable[Frame],
        look_every_s: float,
        on_look: Callable[[int], None] | None = None,
        keeps_picture: PictureRule | None = None,
    ) -> BackfillReport:
        """Look at `frames`, oldest first, and derive each day they touch.

        Frames closer together than `look_every_s` are passed over. The same footage again writes
        nothing. `keeps_picture` says which windows keep a picture; all do if it is not given.

        Raises:
            FootageError: the camera has no placement at the time of the first frame.
        """
        source = _Footage(frames, look_every_s)
        place: tuple[Placement, Site] | None = None
        recorder: WindowRecorder | None = None
        looker: Looker | None = None
        days: set[date] = set()
        worked: set[date] = set()
        for count, frame in enumerate(source, start=1):
            if place is None or recorder is None or looker is None or not _stands(place[0], frame.captured_at):
                if recorder is not None and place is not None:
                    recorder.write()
                    self._derive(place[1], days)
                    days = set()
                place = self._place(camera_id, frame.captured_at)
                recorded = Recorded(place[1].project_id, place[0].id, look_every_s)
                recorder = WindowRecorder(
                    self._with, recorded, resumes=False, keeps_latest=False, keeps_picture=keeps_picture
                )
                looker = self._looker(*place)
            recorder.add(looker.look(frame))
            worked.add(day := frame.captured_at.astimezone(ZoneInfo(place[1].time_zone)).date())
            days.add(day)
            if on_look is not None:
                on_look(count)
        if recorder is not None and place is not None:
            recorder.write()
            recorder.leave_latest()
            self._derive(place[1], days)
        return BackfillReport(source.looks, tuple(sorted(worked)), source.problem)

    def learn_reference(self, camera_id: UUID, frame: Frame) -> None:
        """Take a usable frame for what the placement is to look like, unless one is known already.

        Raises:
            FootageError: the camera has no placement at the time of the frame.
        """
        self._looker(*self._place(camera_id, frame.captured_at)).look(frame)

    def _looker(self, placement: Placement, site: Site) -> Looker:
        views = ViewWatch(self._with.database, self._with.clock, placement.id)
        position = Position(site.latitude, site.longitude)
        return Looker(self._with.detector, privacy_masks(placement), views, position)

    def _place(self, camera_id: UUID, at: datetime) -> tuple[Placement, Site]:
        with self._with.database.reading() as session:
            for place in SiteRepository(session).watched(at):
                if place.camera.id == camera_id:
                    return place.placement, place.site
        raise FootageError(
            f"The camera had no placement at {at.isoformat()}; begin one that starts before the footage does."
        )

    def _derive(self, site: Site, days: set[date]) -> None:
        zone = ZoneInfo(site.time_zone)
        for day in sorted(days):
            midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=zone)
            self._deriver.derive(site.project_id, min(midnight - _INSTANT, self._with.clock.now()))


def _stands(placement: Placement, at: datetime) -> bool:
    return placement.starts_at <= at and (placement.ends_at is None or at < placement.ends_at)


class _Footage:
    """Frames thinned to the look interval; remembers how many were looked at and why it ended."""

    def __init__(self, frames: Iterable[Frame], look_every_s: float) -> None:
        self._frames = frames
        self._look_every = timedelta(seconds=look_every_s)
        self.looks = 0
        self.problem: str | None = None

    def __iter__(self) -> Iterator[Frame]:
        last_at: datetime | None = None
        try:
            for frame in self._frames:
                if last_at is not None and frame.captured_at - last_at < self._look_every:
                    continue
                last_at = frame.captured_at
                self.looks += 1
                yield frame
        except StreamError as error:
            self.problem = str(error)
