"""What a sample site is: where it lies, when it works, what it builds and what its plan says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sample_footage.render.ground_plan import GroundPlan
from sample_footage.render.structure import Structure

# All sites keep the time of all Kazakhstan.
TIME_ZONE = ZoneInfo("Asia/Almaty")


class Phase(StrEnum):
    """What kind of work a view shows, which decides who and what is there."""

    EARTHWORKS = "earthworks"
    CONCRETE = "concrete"
    LIFTING = "lifting"
    ENVELOPE = "envelope"
    PAVING = "paving"


class Backdrop(StrEnum):
    """What lies behind the works."""

    TOWN = "town"
    NEIGHBOURS = "neighbours"
    STEPPE = "steppe"
    RIVER = "river"


@dataclass(frozen=True, slots=True)
class Title:
    """A name in the three languages that pages speak."""

    kk: str
    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the plan and the stage it belongs to; days count from the last footage day."""

    key: str
    title: Title
    stage: str
    start_day: int
    finish_day: int
    weight: float


@dataclass(frozen=True, slots=True)
class Element:
    """A work element: its structure, its task, and when it is built.

    `begins` and `ends` are shares of the work done during the footage: below 0 it was begun
    before the first day, above 1 it ends after the last.
    """

    structure: Structure
    task: str
    title: Title
    grows: str
    begins: float
    ends: float

    @property
    def key(self) -> str:
        """The element's name."""
        return self.structure.element

    def share_at(self, progress: float) -> float:
        """Return the share built once `progress` (0..1) of the footage's work is done."""
        return min(1.0, max(0.0, (progress - self.begins) / (self.ends - self.begins)))


@dataclass(frozen=True, slots=True)
class View:
    """What one camera sees; `phases` name the share of the footage's work up to which each lasts."""

    key: str
    ground: GroundPlan
    backdrop: Backdrop
    elements: tuple[Element, ...]
    phases: tuple[tuple[float, Phase], ...]

    def phase_at(self, progress: float) -> Phase:
        """Return what is going on once `progress` of the work is done."""
        return next((phase for until, phase in self.phases if progress <= until), self.phases[-1][1])


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """A clip of unbroken pictures: its view, the share of the footage's days gone by, and its hour.

    It is filmed on the nearest day on which people are at work, or on which none are.
    """

    key: str
    view: str
    day_share: float
    at: time
    is_at_work: bool = True


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """Which troubles a view has; the days are drawn."""

    outage_days: int
    is_frozen_once: bool
    is_blocked_once: bool
    gets_dirty: bool
    is_nudged: bool
    nudge_stays: bool


@dataclass(frozen=True, slots=True)
class DemoHint:
    """How a demonstration shows the site: up to which share of the days, and which cameras go dark."""

    shown_until_share: float = 1.0
    offline_cameras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SitePlan:
    """One site as a seed lays it out. `stall` holds the shares of the days between which nobody works."""

    key: str
    title: Title
    latitude_deg: float
    longitude_deg: float
    view_azimuth_deg: float
    first_on: date
    days: int
    looks_at: tuple[time, ...]
    working_weekdays: tuple[int, ...]
    works_from: time
    works_until: time
    stall_days: tuple[int, int] | None
    tasks: tuple[Task, ...]
    views: tuple[View, ...]
    clips: tuple[ClipPlan, ...]
    faults: FaultPlan
    demo: DemoHint = DemoHint()

    @property
    def last_on(self) -> date:
        """The last footage day, from which the plan's days count."""
        return self.first_on + timedelta(days=self.days - 1)

    @property
    def elements(self) -> tuple[Element, ...]:
        """Every work element over all views."""
        return tuple(element for view in self.views for element in view.elements)

    def view(self, key: str) -> View:
        """Return a view by its key."""
        return next(view for view in self.views if view.key == key)

    def day(self, index: int) -> date:
        """Return the footage day `index`, 0 for the first."""
        return self.first_on + timedelta(days=index)

    def day_index(self, share: float) -> int:
        """Return the index of the day by which `share` of the footage has gone by."""
        return min(self.days - 1, round(share * (self.days - 1)))

    def is_working_day(self, index: int) -> bool:
        """Whether the calendar has work on this day, stalled or not."""
        return self.day(index).isoweekday() in self.working_weekdays

    def is_active_day(self, index: int) -> bool:
        """Whether people really work on this day."""
        is_stalled = self.stall_days is not None and self.stall_days[0] <= index < self.stall_days[1]
        return self.is_working_day(index) and not is_stalled


MakeSite = Callable[[int, int], SitePlan]
