"""Reading what a site's hours and days came to, down to the evidence behind them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from models.database import Database
from models.errors import FieldProblem, InvalidError, NotFoundError
from models.principal import Permission, Principal
from models.repositories.paging import Page, PageRequest
from models.repositories.site_days import SiteDayRepository
from models.tables.site_days import SiteDayRow, SiteHourRow
from models.words import SiteDayState
from pipeline.registry.sites import visible_site


class EstimateView(BaseModel):
    """A figure with the interval that holds it at 95 % confidence."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float


class MachineHoursView(BaseModel):
    """Machine-hours of one type; what the looks were too far apart to tell is null."""

    model_config = ConfigDict(frozen=True)

    present: EstimateView
    working: EstimateView | None
    idle: EstimateView | None
    working_share: EstimateView | None


class HeldView(BaseModel):
    """A label in a zone: the mean over what was seen, and the most in one look."""

    model_config = ConfigDict(frozen=True)

    group: str
    mean: float
    most: int


class PassedView(BaseModel):
    """What passed a gate, as it was seen; not corrected for what was not."""

    model_config = ConfigDict(frozen=True)

    arrivals: int
    departures: int


class AfterHoursView(BaseModel):
    """What was seen outside scheduled hours: seconds with people, with machines, and machine-seconds at work."""

    model_config = ConfigDict(frozen=True)

    people_s: float
    machine_s: float
    machine_working_s: float
    people_hours: list[datetime]
    machine_hours: list[datetime]
    evidence_ids: list[UUID]


class CorrectionView(BaseModel):
    """Why a day that was final was judged anew: late_footage, weights, rules, calendar or placements."""

    model_config = ConfigDict(frozen=True)

    reason: str
    windows: int | None = Field(default=None, description="Of late footage: how many windows came.")
    first_came_at: datetime | None = None
    last_came_at: datetime | None = None
    before: list[str] | None = Field(default=None, alias="from")
    after: list[str] | None = Field(default=None, alias="to")


class SiteDayDetail(BaseModel):
    """One site's day as it was last derived; hours over its scheduled hours, corrected for coverage.

    Hours are null on a day that was not seen (OUTAGE, OBSTRUCTED) or has no scheduled hours. Of several placements the
    one that saw the most counts; an interval's upper end is as if each saw others.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    site_id: UUID
    day: date
    state: SiteDayState
    is_final: bool
    coverage: float
    usable_share: float
    reasons: list[str]
    scheduled_from: datetime | None
    scheduled_to: datetime | None
    due_s: float
    seen_s: float
    usable_s: float
    people_most: int | None
    person_hours: EstimateView | None
    machine_hours: dict[str, MachineHoursView]
    working_share: EstimateView | None
    zones: dict[str, dict[str, HeldView]]
    gates: dict[str, dict[str, PassedView]]
    after_hours: AfterHoursView
    evidence_ids: list[UUID]
    weights_sha256: list[str]
    observation_rules: list[str]
    rule_version: str
    supersedes_id: int | None
    corrected_because: list[CorrectionView]
    derived_at: datetime

    @classmethod
    def of(cls, row: SiteDayRow) -> Self:
        """Show a stored day."""
        stored: dict[str, Any] = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls.model_validate(
            stored
            | {
                "person_hours": _estimate(row.person_hours, row.person_hours_low, row.person_hours_high),
                "working_share": _estimate(row.working_share, row.working_share_low, row.working_share_high),
                "evidence_ids": [picture["id"] for picture in row.evidence],
            }
        )


class MachineHourView(BaseModel):
    """A machine type in one hour; how much of it worked is null where that could not be told."""

    model_config = ConfigDict(frozen=True)

    mean: float
    most: int
    working_s: float
    idle_s: float
    working_share: float | None


class SiteHourView(BaseModel):
    """One hour by the site's clock; `scheduled_s` of 0 is after hours, means are null where nothing usable was seen."""

    model_config = ConfigDict(frozen=True)

    starts_at: datetime
    scheduled_s: float
    due_s: float
    seen_s: float
    usable_s: float
    people_mean: float | None
    people_most: int | None
    machines: dict[str, MachineHourView]
    zones: dict[str, dict[str, HeldView]]
    evidence_ids: list[UUID]

    @classmethod
    def of(cls, row: SiteHourRow) -> Self:
        """Show a stored hour."""
        return cls.model_validate(row, from_attributes=True)


class SiteDayService:
    """Reading site days and hours, of retired sites too; an owner sees its own projects' only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def days(
        self,
        principal: Principal,
        site_id: UUID,
        request: PageRequest,
        first: date | None = None,
        last: date | None = None,
    ) -> Page[SiteDayDetail]:
        """A page of a site's days in force, oldest first, from `first` to `last`, both included."""
        principal.require(Permission.PROJECT_READ)
        if first is not None and last is not None and first > last:
            raise InvalidError(FieldProblem("to", "lies before from"))
        with self._database.reading() as session:
            visible_site(session, principal, site_id, may_be_retired=True)
            page = SiteDayRepository(session).page(site_id, request, first, last)
            return Page([SiteDayDetail.of(row) for row in page.rows], page.next_after)

    def history(self, principal: Principal, site_id: UUID, day: date) -> list[SiteDayDetail]:
        """All that was ever held of one day, the one in force last.

        Raises:
            NotFoundError: nothing was derived of that day.
        """
        principal.require(Permission.PROJECT_READ)
        with self._database.reading() as session:
            visible_site(session, principal, site_id, may_be_retired=True)
            rows = SiteDayRepository(session).history(site_id, day)
            if not rows:
                raise _no_day(day)
            return [SiteDayDetail.of(row) for row in rows]

    def hours(self, principal: Principal, site_id: UUID, day: date) -> list[SiteHourView]:
        """The hours of a day in force, from the site's midnight on; none where no camera sent anything all day.

        Raises:
            NotFoundError: nothing was derived of that day.
        """
        principal.require(Permission.PROJECT_READ)
        with self._database.reading() as session:
            visible_site(session, principal, site_id, may_be_retired=True)
            repository = SiteDayRepository(session)
            row = repository.in_force(site_id, day, day).get(day)
            if row is None:
                raise _no_day(day)
            return [SiteHourView.of(hour) for hour in repository.hours(row.id)]

    def of_sites(
        self, principal: Principal, site_ids: Iterable[UUID], first: date, last: date
    ) -> Mapping[tuple[UUID, date], SiteDayDetail]:
        """The days in force of some sites from `first` to `last`, both included, by site and day."""
        principal.require(Permission.PROJECT_READ)
        found = {}
        with self._database.reading() as session:
            repository = SiteDayRepository(session)
            for site_id in site_ids:
                visible_site(session, principal, site_id, may_be_retired=True)
                for day, row in repository.in_force(site_id, first, last).items():
                    found[site_id, day] = SiteDayDetail.of(row)
        return found


def _estimate(value: float | None, low: float | None, high: float | None) -> EstimateView | None:
    return None if value is None or low is None or high is None else EstimateView(value=value, low=low, high=high)


def _no_day(day: date) -> NotFoundError:
    return NotFoundError(f"Nothing was derived of {day.isoformat()} for this site: no camera stood there, or not yet.")
