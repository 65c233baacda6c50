"""Queries over site days, their hours and what they have taken in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import Session, aliased

from models.repositories.paging import Page, PageRequest, read_page
from models.tables.observations import Observation
from models.tables.site_days import SiteDayRow, SiteHourRow, SiteWatermark


@dataclass(frozen=True, slots=True)
class Arrival:
    """An observation that came since a site's days were last brought up to date."""

    id: int
    window_starts_at: datetime
    window_s: int
    created_at: datetime


class SiteDayRepository:
    """What a site's hours and days came to."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def in_force(self, site_id: UUID, first: date, last: date) -> dict[date, SiteDayRow]:
        """The rows in force of a site's days from `first` to `last`, both included."""
        statement = _in_force().where(SiteDayRow.site_id == site_id, SiteDayRow.day >= first, SiteDayRow.day <= last)
        return {row.day: row for row in self._session.scalars(statement.order_by(SiteDayRow.day))}

    def known_days(self, site_id: UUID) -> tuple[date, date] | None:
        """The first and the last day of a site that has a row."""
        statement = select(func.min(SiteDayRow.day), func.max(SiteDayRow.day)).where(SiteDayRow.site_id == site_id)
        first, last = self._session.execute(statement).one()
        return None if first is None else (first, last)

    def holes(self, site_id: UUID) -> list[date]:
        """The days between the first and the last of a site's that have no row."""
        of_site = SiteDayRow.site_id == site_id
        columns = (func.min(SiteDayRow.day), func.max(SiteDayRow.day), func.count(SiteDayRow.day.distinct()))
        first, last, count = self._session.execute(select(*columns).where(of_site)).one()
        if first is None or count == (last - first).days + 1:
            return []
        known = set(self._session.scalars(select(SiteDayRow.day).where(of_site)))
        days = (first + timedelta(days=number) for number in range((last - first).days))
        return [day for day in days if day not in known]

    def open_days(self, site_id: UUID) -> Sequence[date]:
        """The days of a site that are not final yet."""
        statement = select(SiteDayRow.day).where(SiteDayRow.site_id == site_id, SiteDayRow.is_final.is_(False))
        return self._session.scalars(statement.order_by(SiteDayRow.day)).all()

    def page(
        self, site_id: UUID, request: PageRequest, first: date | None = None, last: date | None = None
    ) -> Page[SiteDayRow]:
        """A page of a site's days in force, by day."""
        statement = _in_force().where(SiteDayRow.site_id == site_id)
        if first is not None:
            statement = statement.where(SiteDayRow.day >= first)
        if last is not None:
            statement = statement.where(SiteDayRow.day <= last)
        return read_page(self._session, statement, SiteDayRow.day, request)

    def history(self, site_id: UUID, day: date) -> Sequence[SiteDayRow]:
        """All rows of one day, the one in force last."""
        statement = select(SiteDayRow).where(SiteDayRow.site_id == site_id, SiteDayRow.day == day)
        return self._session.scalars(statement.order_by(SiteDayRow.id)).all()

    def hours(self, site_day_id: int) -> Sequence[SiteHourRow]:
        """The hours of one row, in order."""
        statement = select(SiteHourRow).where(SiteHourRow.site_day_id == site_day_id)
        return self._session.scalars(statement.order_by(SiteHourRow.starts_at)).all()

    def put_hours(self, site_day_ids: Iterable[int], hours: Sequence[dict[str, object]]) -> None:
        """Store the hours of some rows in the place of those they have."""
        self._session.execute(delete(SiteHourRow).where(SiteHourRow.site_day_id.in_(list(site_day_ids))))
        if hours:
            self._session.execute(insert(SiteHourRow), hours)

    def watermark(self, site_id: UUID) -> int:
        """Up to which observation everything of a site has been taken in."""
        return self._session.scalar(select(SiteWatermark.observation_id).where(SiteWatermark.site_id == site_id)) or 0

    def move_watermark(self, site_id: UUID, observation_id: int) -> None:
        """Remember that everything up to an observation has been taken in; it never goes back."""
        row = self._session.get(SiteWatermark, site_id)
        if row is None:
            self._session.add(SiteWatermark(site_id=site_id, observation_id=observation_id))
        elif row.observation_id < observation_id:
            row.observation_id = observation_id

    def arrivals(self, placement_ids: Iterable[UUID], after_id: int) -> Sequence[Arrival]:
        """The observations of some placements that were written after one, in the order they were written."""
        columns = (Observation.id, Observation.window_starts_at, Observation.window_s, Observation.created_at)
        statement = select(*columns).where(Observation.placement_id.in_(list(placement_ids)), Observation.id > after_id)
        return [Arrival(*row) for row in self._session.execute(statement.order_by(Observation.id))]

    def add(self, row: SiteDayRow) -> None:
        """Remember a new row."""
        self._session.add(row)

    def flush(self) -> None:
        """Send what is pending to the database, so that its constraints speak now."""
        self._session.flush()


def _in_force() -> Select[SiteDayRow]:
    newer = aliased(SiteDayRow)
    return select(SiteDayRow).where(
        ~select(newer.id)
        .where(newer.site_id == SiteDayRow.site_id, newer.day == SiteDayRow.day, newer.id > SiteDayRow.id)
        .exists()
    )
