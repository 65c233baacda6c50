"""Working the sample footage through: every shown day of every camera, moved to the days that just passed.

What is done is noted beside the database, so that a run that was stopped goes on and a later one has
nothing to do.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event
from uuid import UUID

from api.footage_dates import last_working_day_before, moved, moved_moment, working_days_map
from api.sample_entry import DEAD_ADDRESS, enter_camera, enter_site, point_camera
from api.sample_sites import SampleCamera, SampleSite
from api.wiring import Instance
from models.principal import Principal
from pipeline.signals.activity_rule import DAYS_BACK
from pipeline.watch.tally import window_start
from streams.archive import ArchiveClip
from streams.replay import ReplayServer

_STALE_AFTER = timedelta(days=4)

# Shows how far a titled piece of work has come of so many looks; what it yields takes the count so far.
ShowProgress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True, slots=True)
class _Note:
    """What is known of a site from an earlier run: the day its footage ends on, and the cameras done."""

    anchor_on: date
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entered:
    site: SampleSite
    camera: SampleCamera
    camera_id: UUID
    days: dict[date, date]


class SampleWork:
    """The sample sites of one demo: entered at once, worked through camera by camera."""

    def __init__(self, instance: Instance, principal: Principal, sites: Sequence[SampleSite]) -> None:
        self._instance = instance
        self._principal = principal
        self._sites = sites
        self._entered: list[_Entered] = []

    def enter(self, replay: ReplayServer) -> None:
        """Enter sites, cameras and what their views look like; all that takes no looking through footage."""
        for site in self._sites:
            note = self._note(site)
            self._write(site, note)
            site_id = enter_site(self._instance, self._principal, site, note.anchor_on)
            for camera in site.cameras:
                days = _shown_days(site, camera, note.anchor_on)
                first_on = min(days.values())
                camera_id = enter_camera(self._instance, self._principal, site, camera, site_id, first_on)
                address = DEAD_ADDRESS if camera.is_offline else replay.url(camera.replay_key)
                point_camera(self._instance, self._principal, camera_id, address)
                self._entered.append(_Entered(site, camera, camera_id, days))

    @property
    def remaining(self) -> int:
        """How many cameras' footage is still to be worked through."""
        return sum(one.camera.card["key"] not in self._note(one.site).done for one in self._entered)

    def run(self, stop: Event, show: ShowProgress) -> None:
        """Work through what is not done yet; once told to stop, what is under way is done again next time."""
        for one in self._entered:
            note, key = self._note(one.site), one.camera.card["key"]
            if key in note.done:
                continue
            self._work_through(one, stop, show)
            if stop.is_set():
                return
            self._write(one.site, replace(note, done=(*note.done, key)))

    def _work_through(self, one: _Entered, stop: Event, show: ShowProgress) -> None:
        # What is built follows with the watching, once all cameras have their activity.
        backfill, zone = self._instance.backfill(with_progress=False), one.site.time_zone
        with ArchiveClip(one.camera.time_lapse).open(stop) as run:
            frames = moved(run.frames, one.days, zone)
            reference_at = moved_moment(one.camera.reference_at, one.days, zone)
            for frame in frames:
                if reference_at is not None and frame.captured_at >= reference_at:
                    backfill.learn_reference(one.camera_id, frame)
                    break
        looks = [at for moment in one.camera.times if (at := moved_moment(moment, one.days, zone)) is not None]
        with (
            ArchiveClip(one.camera.time_lapse).open(stop) as run,
            show(f"Working through {one.camera.name}", len(looks)) as advance,
        ):
            kept = _windows_with_pictures(one.site, looks)
            frames = moved(run.frames, one.days, zone)
            look_every_s = one.site.look_every_s(one.camera)
            backfill.run(one.camera_id, frames, look_every_s, advance, kept.__contains__)

    def _note(self, site: SampleSite) -> _Note:
        path = self._path(site)
        today = self._instance.clock.now().astimezone(site.time_zone).date()
        newest = last_working_day_before(today, site.working_weekdays)
        if path.is_file():
            known = json.loads(path.read_text(encoding="utf-8"))
            anchor_on = date.fromisoformat(known["anchor_on"])
            # The first run fixes the dates, so that later ones find the same rows; a demo that was left
            # alone for long is moved to the present, or all it had seen would be days without footage.
            if newest - anchor_on <= _STALE_AFTER:
                return _Note(anchor_on, tuple(known.get("done", ())))
        return _Note(newest, ())

    def _write(self, site: SampleSite, note: _Note) -> None:
        path = self._path(site)
        part = path.with_suffix(".part")
        part.write_text(json.dumps({"anchor_on": note.anchor_on.isoformat(), "done": note.done}), encoding="utf-8")
        part.replace(path)

    def _path(self, site: SampleSite) -> Path:
        return self._instance.settings.models.data_dir / f"footage-{site.key}.json"


def _shown_days(site: SampleSite, camera: SampleCamera, anchor_on: date) -> dict[date, date]:
    days = working_days_map(site.footage_days(camera), anchor_on, site.working_weekdays)
    # A camera that is down now went down before the last day began.
    return {day: target for day, target in days.items() if target < anchor_on or not camera.is_offline}


def _windows_with_pictures(site: SampleSite, looks: Sequence[datetime]) -> frozenset[datetime]:
    """All windows of the days that a status looks back over; of each day before them, the middle one."""
    by_day: dict[date, list[datetime]] = {}
    for at in looks:
        by_day.setdefault(site.day_of(at), []).append(at)
    recent = set(sorted(by_day)[-DAYS_BACK:])
    kept = [at for day, moments in by_day.items() for at in (moments if day in recent else [_middle(moments)])]
    return frozenset(window_start(at) for at in kept)


def _middle(moments: Sequence[datetime]) -> datetime:
    return sorted(moments)[len(moments) // 2]
