"""Queries over roadmap items, projects, plans, reports and rolled-up statuses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from models.repositories.paging import Page, PageRequest, read_page
from models.tables.accounts import Organisation
from models.tables.roadmap import (
    ItemStatus,
    PlanningDocument,
    PlanTask,
    PlanVersion,
    Project,
    Region,
    Report,
    RoadmapItem,
)


@dataclass(frozen=True, slots=True)
class PlanInForce:
    """A project's newest plan version with its tasks in order of start."""

    version: PlanVersion
    tasks: Sequence[PlanTask]


class RoadmapRepository:
    """The roadmap and the projects that serve it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def items(self) -> Sequence[tuple[RoadmapItem, Organisation]]:
        """All items by number, each with its responsible body."""
        statement = (
            select(RoadmapItem, Organisation)
            .join(Organisation, RoadmapItem.body_id == Organisation.id)
            .order_by(RoadmapItem.number)
        )
        return [(item, body) for item, body in self._session.execute(statement)]

    def item(self, number: int) -> RoadmapItem | None:
        """One item."""
        return self._session.get(RoadmapItem, number)

    def lock_item(self, number: int) -> None:
        """Lock an item's row until the transaction ends; on SQLite every writer waits already."""
        self._session.execute(select(RoadmapItem.number).where(RoadmapItem.number == number).with_for_update())

    def lock_project(self, project_id: UUID) -> None:
        """Lock a project's row until the transaction ends."""
        self._session.execute(select(Project.id).where(Project.id == project_id).with_for_update())

    def regions(self) -> Sequence[Region]:
        """All regions by code."""
        return self._session.scalars(select(Region).order_by(Region.code)).all()

    def document(self, document_id: UUID) -> PlanningDocument | None:
        """One planning document."""
        return self._session.get(PlanningDocument, document_id)

    def project(self, project_id: UUID, owner_id: UUID | None = None) -> Project | None:
        """One project that is not retired; where `owner_id` is given, only if it is that owner's."""
        return self._session.scalar(_visible_projects(owner_id).where(Project.id == project_id))

    def project_by_key(self, key: str) -> Project | None:
        """One project by its key, retired or not."""
        return self._session.scalar(select(Project).where(Project.key == key))

    def projects(
        self, request: PageRequest, *, owner_id: UUID | None = None, item_number: int | None = None
    ) -> Page[Project]:
        """A page of projects by key."""
        statement = _visible_projects(owner_id)
        if item_number is not None:
            statement = statement.where(Project.item_number == item_number)
        return read_page(self._session, statement, Project.key, request)

    def projects_of_items(self, numbers: Iterable[int], owner_id: UUID | None = None) -> Sequence[Project]:
        """All projects that serve the named items, by item and key."""
        statement = _visible_projects(owner_id).where(Project.item_number.in_(list(numbers)))
        return self._session.scalars(statement.order_by(Project.item_number, Project.key)).all()

    def plan_in_force(self, project_id: UUID) -> PlanInForce | None:
        """The newest plan version of a project."""
        version = self._session.scalar(
            select(PlanVersion).where(PlanVersion.project_id == project_id).order_by(PlanVersion.number.desc()).limit(1)
        )
        return None if version is None else PlanInForce(version, self._tasks([version.id]))

    def plan_versions(self, project_id: UUID) -> Sequence[PlanInForce]:
        """All plan versions of a project, oldest first."""
        versions = self._session.scalars(
            select(PlanVersion).where(PlanVersion.project_id == project_id).order_by(PlanVersion.number)
        ).all()
        tasks = self._tasks([version.id for version in versions])
        return [PlanInForce(version, [t for t in tasks if t.plan_version_id == version.id]) for version in versions]

    def plans_in_force(self, project_ids: Iterable[UUID]) -> dict[UUID, PlanInForce]:
        """The newest plan version of each of several projects, in two queries."""
        newest = (
            select(PlanVersion.project_id, func.max(PlanVersion.number).label("number"))
            .where(PlanVersion.project_id.in_(list(project_ids)))
            .group_by(PlanVersion.project_id)
            .subquery()
        )
        versions = self._session.scalars(
            select(PlanVersion).join(
                newest, (PlanVersion.project_id == newest.c.project_id) & (PlanVersion.number == newest.c.number)
            )
        ).all()
        tasks: dict[UUID, list[PlanTask]] = {version.id: [] for version in versions}
        for task in self._tasks(list(tasks)):
            tasks[task.plan_version_id].append(task)
        return {version.project_id: PlanInForce(version, tasks[version.id]) for version in versions}

    def latest_reports(self, project_ids: Iterable[UUID]) -> dict[UUID, Report]:
        """The newest report of each project that has one."""
        other = aliased(Report)
        newer = (
            select(other.id)
            .where(other.project_id == Report.project_id)
            .where(
                (other.reported_on > Report.reported_on)
                | ((other.reported_on == Report.reported_on) & (other.created_at > Report.created_at))
            )
        )
        statement = select(Report).where(Report.project_id.in_(list(project_ids)), ~newer.exists())
        return {report.project_id: report for report in self._session.scalars(statement)}

    def reports(self, project_id: UUID) -> Sequence[Report]:
        """All reports of a project, of the earliest day first and of a day the first written first."""
        statement = select(Report).where(Report.project_id == project_id)
        return self._session.scalars(statement.order_by(Report.reported_on, Report.created_at)).all()

    def item_statuses(self, numbers: Iterable[int] | None = None) -> dict[int, ItemStatus]:
        """The newest rolled-up status of each item that has one."""
        newest = select(ItemStatus.item_number, func.max(ItemStatus.version).label("version")).group_by(
            ItemStatus.item_number
        )
        if numbers is not None:
            newest = newest.where(ItemStatus.item_number.in_(list(numbers)))
        found = newest.subquery()
        statement = select(ItemStatus).join(
            found, (ItemStatus.item_number == found.c.item_number) & (ItemStatus.version == found.c.version)
        )
        return {status.item_number: status for status in self._session.scalars(statement)}

    def add(
        self, row: RoadmapItem | Project | PlanVersion | PlanTask | Report | ItemStatus | Region | PlanningDocument
    ) -> None:
        """Remember a new row."""
        self._session.add(row)

    def flush(self) -> None:
        """Send what is pending to the database, so that its constraints speak now."""
        self._session.flush()

    def _tasks(self, version_ids: list[UUID]) -> Sequence[PlanTask]:
        statement = select(PlanTask).where(PlanTask.plan_version_id.in_(version_ids))
        return self._session.scalars(statement.order_by(PlanTask.starts_on, PlanTask.key)).all()


def _visible_projects(owner_id: UUID | None) -> Select[Project]:
    statement = select(Project).where(Project.retired_at.is_(None))
    return statement if owner_id is None else statement.where(Project.owner_id == owner_id)
