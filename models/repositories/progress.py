"""Queries over work elements, daily views and what each element came to by day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, aliased

from models.repositories.paging import Page, PageRequest, read_page
from models.tables.observations import Evidence, Observation
from models.tables.progress import DailyViewRow, ElementDayRow, WorkElementRow
from models.tables.sites import Placement, Site


@dataclass(frozen=True, slots=True)
class PlacedElement:
    """A work element with the placement it is drawn on and that one's site."""

    element: WorkElementRow
    placement: Placement
    site: Site


@dataclass(frozen=True, slots=True)
class StoredPictureRef:
    """An evidence picture of a window, with how many of the window's looks were usable."""

    evidence_id: UUID
    taken_at: datetime
    looks_usable: int
    is_removed: bool


@dataclass(frozen=True, slots=True)
class ViewKey:
    """A daily view by what tells it from others; `pictures` is 0 where it shows nothing."""

    id: int
    on_day: date
    input_sha256: str
    pictures: int


class ProgressRepository:
    """What is built. Readers get the rows in force: the newest of each placement or element and day."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def element(self, element_id: UUID) -> WorkElementRow | None:
        """One work element, retired or not."""
        return self._session.get(WorkElementRow, element_id)

    def elements(self, placement_id: UUID) -> Sequence[WorkElementRow]:
        """The work elements of a placement that are not retired, in the order in which they are built."""
        statement = select(WorkElementRow).where(
            WorkElementRow.placement_id == placement_id, WorkElementRow.retired_at.is_(None)
        )
        return self._session.scalars(_ordered(statement)).all()

    def versions(self, placement_id: UUID) -> dict[str, int]:
        """Of each key that was ever drawn on a placement a number that goes up with each change of its drawings."""
        statement = (
            select(WorkElementRow.key, func.sum(WorkElementRow.version))
            .where(WorkElementRow.placement_id == placement_id)
            .group_by(WorkElementRow.key)
        )
        return {key: int(total) for key, total in self._session.execute(statement)}

    def elements_of_project(self, project_id: UUID) -> Sequence[PlacedElement]:
        """All work elements of a project's sites in use that are not retired, on placements past and present."""
        statement = (
            select(WorkElementRow, Placement, Site)
            .join(Placement, Placement.id == WorkElementRow.placement_id)
            .join(Site, Site.id == Placement.site_id)
            .where(Site.project_id == project_id, Site.retired_at.is_(None), WorkElementRow.retired_at.is_(None))
            .order_by(Placement.starts_at, Placement.id, WorkElementRow.position, WorkElementRow.key)
        )
        return [
            PlacedElement(element, placement, site) for element, placement, site in self._session.execute(statement)
        ]

    def daily_view(self, placement_id: UUID, on_day: date) -> DailyViewRow | None:
        """The daily view in force of one day."""
        statement = select(DailyViewRow).where(DailyViewRow.placement_id == placement_id, DailyViewRow.on_day == on_day)
        return self._session.scalar(statement.order_by(DailyViewRow.id.desc()).limit(1))

    def daily_views(
        self, placement_id: UUID, first: date | None = None, last: date | None = None
    ) -> Sequence[DailyViewRow]:
        """The daily views in force of a placement from `first` to `last`, both included, by day."""
        statement = _views_in_force().where(DailyViewRow.placement_id == placement_id)
        if first is not None:
            statement = statement.where(DailyViewRow.on_day >= first)
        if last is not None:
            statement = statement.where(DailyViewRow.on_day <= last)
        return self._session.scalars(statement.order_by(DailyViewRow.on_day)).all()

    def reference_evidence(self, placement_id: UUID) -> Evidence | None:
        """The picture that a placement's daily views are laid over, once there is one."""
        statement = (
            select(Evidence)
            .join(DailyViewRow, DailyViewRow.reference_id == Evidence.id)
            .where(DailyViewRow.placement_id == placement_id)
        )
        return self._session.scalar(statement.order_by(DailyViewRow.id).limit(1))

    def views_before(self, placement_id: UUID, on_day: date, count: int) -> Sequence[DailyViewRow]:
        """The latest `count` daily views in force before a day that show something, oldest first."""
        statement = _views_in_force().where(
            DailyViewRow.placement_id == placement_id,
            DailyViewRow.on_day < on_day,
            DailyViewRow.evidence_id.is_not(None),
        )
        rows = self._session.scalars(statement.order_by(DailyViewRow.on_day.desc()).limit(count)).all()
        return rows[::-1]

    def view_keys(self, placement_id: UUID) -> list[ViewKey]:
        """The daily views in force of a placement by day, without their pictures."""
        columns = (DailyViewRow.id, DailyViewRow.on_day, DailyViewRow.input_sha256, DailyViewRow.pictures)
        statement = _views_in_force().with_only_columns(*columns).where(DailyViewRow.placement_id == placement_id)
        return [ViewKey(*row) for row in self._session.execute(statement.order_by(DailyViewRow.on_day))]

    def view_rows(self, view_ids: Iterable[int]) -> Sequence[DailyViewRow]:
        """Some daily views by day."""
        statement = select(DailyViewRow).where(DailyViewRow.id.in_(list(view_ids)))
        return self._session.scalars(statement.order_by(DailyViewRow.on_day)).all()

    def first_picture_at(self, placement_id: UUID) -> datetime | None:
        """When the first window of a placement began that kept a picture."""
        statement = select(func.min(Observation.window_starts_at)).where(
            Observation.placement_id == placement_id, Observation.evidence_id.is_not(None)
        )
        return self._session.scalar(statement)

    def picture_refs(self, placement_id: UUID, starts_at: datetime, ends_at: datetime) -> list[StoredPictureRef]:
        """The pictures of a placement's windows in force that begin in [starts_at, ends_at), by window."""
        newer = aliased(Observation)
        columns = (Evidence.id, Evidence.taken_at, Observation.looks_usable, Evidence.removed_at)
        statement = (
            select(*columns)
            .select_from(Observation)
            .join(Evidence, Evidence.id == Observation.evidence_id)
            .where(
                Observation.placement_id == placement_id,
                Observation.window_starts_at >= starts_at,
                Observation.window_starts_at < ends_at,
                ~select(newer.id)
                .where(
                    newer.placement_id == Observation.placement_id,
                    newer.window_starts_at == Observation.window_starts_at,
                    newer.id > Observation.id,
                )
                .exists(),
            )
            .order_by(Observation.window_starts_at)
        )
        return [
            StoredPictureRef(evidence_id, taken_at, usable, removed_at is not None)
            for evidence_id, taken_at, usable, removed_at in self._session.execute(statement)
        ]

    def evidence_of(self, evidence_ids: Iterable[UUID | None]) -> Sequence[Evidence]:
        """Some evidence, oldest first; of ids that are none, nothing."""
        wanted = [one for one in evidence_ids if one is not None]
        statement = select(Evidence).where(Evidence.id.in_(wanted))
        return self._session.scalars(statement.order_by(Evidence.taken_at, Evidence.id)).all()

    def element_days(
        self, element_ids: Iterable[UUID], first: date | None = None, last: date | None = None
    ) -> Sequence[ElementDayRow]:
        """The days in force of some elements from `first` to `last`, both included, by day."""
        statement = _days_in_force().where(ElementDayRow.element_id.in_(list(element_ids)))
        if first is not None:
            statement = statement.where(ElementDayRow.on_day >= first)
        if last is not None:
            statement = statement.where(ElementDayRow.on_day <= last)
        return self._session.scalars(statement.order_by(ElementDayRow.on_day, ElementDayRow.id)).all()

    def latest_day(self, element_id: UUID) -> ElementDayRow | None:
        """The row in force of an element's last day."""
        statement = _days_in_force().where(ElementDayRow.element_id == element_id)
        return self._session.scalar(statement.order_by(ElementDayRow.on_day.desc()).limit(1))

    def page_of_project(
        self, project_id: UUID, request: PageRequest, first: date | None = None, last: date | None = None
    ) -> Page[ElementDayRow]:
        """A page of the days in force of a project's elements that are not retired, in the order they were written."""
        statement = (
            _days_in_force()
            .join(WorkElementRow, WorkElementRow.id == ElementDayRow.element_id)
            .join(Placement, Placement.id == WorkElementRow.placement_id)
            .join(Site, Site.id == Placement.site_id)
            .where(Site.project_id == project_id, WorkElementRow.retired_at.is_(None))
        )
        if first is not None:
            statement = statement.where(ElementDayRow.on_day >= first)
        if last is not None:
            statement = statement.where(ElementDayRow.on_day <= last)
        return read_page(self._session, statement, ElementDayRow.id, request)

    def last_written_days(self, placement_id: UUID) -> Sequence[date]:
        """The days of a placement's elements, retired or not, that were written last, all at one time."""
        elements = select(WorkElementRow.id).where(WorkElementRow.placement_id == placement_id)
        of_placement = ElementDayRow.element_id.in_(elements)
        newest = select(ElementDayRow.created_at).where(of_placement).order_by(ElementDayRow.id.desc()).limit(1)
        statement = select(ElementDayRow.on_day).where(
            of_placement, ElementDayRow.created_at == newest.scalar_subquery()
        )
        return self._session.scalars(statement.distinct().order_by(ElementDayRow.on_day)).all()

    def forget(self, placement_id: UUID) -> None:
        """Take back the drawings of a placement that has not begun; nothing has been seen through them."""
        self._session.execute(delete(WorkElementRow).where(WorkElementRow.placement_id == placement_id))

    def lock_placement(self, placement_id: UUID) -> Placement | None:
        """One placement, locked until the transaction ends; on SQLite every writer waits already."""
        return self._session.scalar(select(Placement).where(Placement.id == placement_id).with_for_update())

    def add(self, row: WorkElementRow | DailyViewRow | ElementDayRow | Evidence) -> None:
        """Remember a new row."""
        self._session.add(row)

    def flush(self) -> None:
        """Send what is pending to the database, so that its constraints speak now."""
        self._session.flush()


def _ordered(statement: Select[WorkElementRow]) -> Select[WorkElementRow]:
    return statement.order_by(WorkElementRow.position, WorkElementRow.key)


def _views_in_force() -> Select[DailyViewRow]:
    newer = aliased(DailyViewRow)
    return select(DailyViewRow).where(
        ~select(newer.id)
        .where(
            newer.placement_id == DailyViewRow.placement_id,
            newer.on_day == DailyViewRow.on_day,
            newer.id > DailyViewRow.id,
        )
        .exists()
    )


def _days_in_force() -> Select[ElementDayRow]:
    newer = aliased(ElementDayRow)
    return select(ElementDayRow).where(
        ~select(newer.id)
        .where(
            newer.element_id == ElementDayRow.element_id,
            newer.on_day == ElementDayRow.on_day,
            newer.id > ElementDayRow.id,
        )
        .exists()
    )
