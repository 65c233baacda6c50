"""The sample sites as their cards describe them: cameras, clips, plan, and what the demo does with them."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SITES = Path(__file__).parents[1] / "sample_footage" / "sites"


@dataclass(frozen=True, slots=True)
class SampleCamera:
    """One camera of a site's card with its footage.

    `times` are those of the time-lapse's frames. An offline camera has no live clip: the demo shows
    it as it looks when it is down.
    """

    site_key: str
    card: dict[str, Any]
    time_lapse: Path
    live_clip: Path | None
    times: tuple[datetime, ...]

    @property
    def name(self) -> str:
        """What the camera is called."""
        return f"{self.site_key} {self.card['key']}"

    @property
    def replay_key(self) -> str:
        """What its live clip is called where it is played."""
        return f"{self.site_key}-{self.card['key']}"

    @property
    def is_offline(self) -> bool:
        """Whether the demo shows it down."""
        return self.live_clip is None

    @property
    def reference_at(self) -> datetime:
        """When the frame was taken that shows what the camera is to look like."""
        return datetime.fromisoformat(self.card["reference_at"])


@dataclass(frozen=True, slots=True)
class SampleSite:
    """A site's card with the footage that stands beside it; `shown_until` is the last day that is shown."""

    key: str
    card: dict[str, Any]
    cameras: tuple[SampleCamera, ...]
    shown_until: date

    @property
    def time_zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.card["time_zone"])

    @property
    def working_weekdays(self) -> frozenset[int]:
        """ISO weekdays on which work is scheduled."""
        return frozenset(self.card["calendar"]["working_weekdays"])

    @property
    def last_footage_on(self) -> date:
        """The day that the plan's days count from."""
        return date.fromisoformat(self.card["last_footage_on"])

    @property
    def last_shown_on(self) -> date:
        """The last working day that is shown."""
        days = {day for camera in self.cameras for day in self.footage_days(camera)}
        return max(day for day in days if day.isoweekday() in self.working_weekdays)

    def shown_times(self, camera: SampleCamera) -> tuple[datetime, ...]:
        """When the time-lapse's frames were taken that are shown."""
        return tuple(moment for moment in camera.times if self.day_of(moment) <= self.shown_until)

    def footage_days(self, camera: SampleCamera) -> list[date]:
        """The local days of the time-lapse that are shown, in order."""
        return sorted({self.day_of(moment) for moment in self.shown_times(camera)})

    def look_every_s(self, camera: SampleCamera) -> float:
        """What one look of the time-lapse stands for: its share of the scheduled hours, in seconds."""
        calendar = self.card["calendar"]
        opens, closes = time.fromisoformat(calendar["works_from"]), time.fromisoformat(calendar["works_until"])
        scheduled_s = (closes.hour - opens.hour) * 3600 + (closes.minute - opens.minute) * 60
        return scheduled_s * len(self.footage_days(camera)) / len(self.shown_times(camera))

    def day_of(self, moment: datetime) -> date:
        """The site's own day."""
        return moment.astimezone(self.time_zone).date()


def sample_sites(folder: Path = SITES) -> list[SampleSite]:
    """The sample sites that are shipped, by key."""
    return [_read(path.parent) for path in sorted(folder.glob("*/site.json"))]


def _read(folder: Path) -> SampleSite:
    card = json.loads((folder / "site.json").read_text(encoding="utf-8"))
    demo = card.get("demo", {})
    cameras = tuple(_camera(folder, card["key"], one, demo) for one in card["cameras"])
    shown_until = date.fromisoformat(demo.get("shown_until", card["last_footage_on"]))
    return SampleSite(card["key"], card, cameras, shown_until)


def _camera(folder: Path, site_key: str, card: dict[str, Any], demo: dict[str, Any]) -> SampleCamera:
    (time_lapse,) = (folder / clip["file"] for clip in card["clips"] if clip["kind"] == "time_lapse")
    sidecar = json.loads(time_lapse.with_suffix(".times.json").read_text(encoding="utf-8"))
    times = tuple(datetime.fromisoformat(text) for text in sidecar["times"])
    return SampleCamera(site_key, card, time_lapse, _live_clip(folder, card, demo), times)


def _live_clip(folder: Path, card: dict[str, Any], demo: dict[str, Any]) -> Path | None:
    """The clip that the demo names for a camera, or else its first."""
    files = [clip["file"] for clip in card["clips"] if clip["kind"] == "live"]
    if card["key"] in demo.get("offline_cameras", ()) or not files:
        return None
    file: str = demo.get("live_clip", {}).get(card["key"], files[0])
    return folder / file
