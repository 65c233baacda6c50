"""What a sample site is: where it lies, when it works, what it builds and what its plan says."""

from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from sample_footage.render.building import Structure
from sample_footage.render.ground_plan import GroundPlan

# Both sites keep the time of all Kazakhstan.
TIME_ZONE = ZoneInfo("Asia/Almaty")


@dataclass(frozen=True, slots=True)
class Title:
    """A name in the three languages that pages speak."""

    kk: str
    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the plan; days count from the last footage day, so that a loader may shift the dates."""

    key: str
    title: Title
    start_day: int
    finish_day: int
    weight: float


@dataclass(frozen=True, slots=True)
class Element:
    """A work element: its structure, the task it belongs to, and how far it gets during the footage."""

    structure: Structure
    task: str
    title: Title
    grows: str
    share_from: float
    share_to: float


@dataclass(frozen=True, slots=True)
class SitePlan:
    """One site as a seed lays it out. `stalls_after` is the last day on which anyone works."""

    key: str
    title: Title
    latitude_deg: float
    longitude_deg: float
    view_azimuth_deg: float
    first_on: date
    days: int
    looks_at: tuple[time, ...]
    live_at: time
    working_weekdays: tuple[int, ...]
    works_from: time
    works_until: time
    stalls_after: date | None
    tasks: tuple[Task, ...]
    elements: tuple[Element, ...]
    ground: GroundPlan

    def is_working_day(self, on: date) -> bool:
        """Whether the calendar has work on this day, stalled or not."""
        return on.isoweekday() in self.working_weekdays

    def is_active_day(self, on: date) -> bool:
        """Whether people really work on this day."""
        return self.is_working_day(on) and (self.stalls_after is None or on <= self.stalls_after)
