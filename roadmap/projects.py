"""Projects and their plans: what is being built, by whom, and by when."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.orm import Session

from models.changes import apply_patch, check_version
from models.database import Database
from models.errors import ConflictError, FieldProblem, InvalidError, NotFoundError
from models.principal import Permission, Principal
from models.repositories.accounts import AccountRepository
from models.repositories.paging import Page, PageRequest
from models.repositories.roadmap import PlanInForce, RoadmapRepository
from models.tables.roadmap import PlanTask, PlanVersion, Project
from roadmap.refresh import refresh_item

Key = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9][a-z0-9-]*$")]
Title = Annotated[str, Field(min_length=1, max_length=500)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Budget = Annotated[int, Field(ge=0, le=10**18)]
Weight = Annotated[float, Field(gt=0, le=1e9)]


class ProjectDraft(BaseModel):
    """A project to be added to an item."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Key
    item_number: Annotated[int, Field(ge=1, le=100_000)]
    owner: Annotated[str, Field(description="Key of the organisation that owns it.")]
    title_kk: Title
    title_ru: Title
    title_en: Title
    region: Annotated[str, Field(description="ISO 3166-2 code of the region, such as KZ-71.")]
    latitude: Latitude
    longitude: Longitude
    budget_kzt: Budget | None = None
    starts_on: date
    finishes_on: date

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.finishes_on < self.starts_on:
            raise ValueError("finishes_on must not come before starts_on")
        return self


class ProjectPatch(BaseModel):
    """What is to change about a project; what is left out stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title_kk: Title | None = None
    title_ru: Title | None = None
    title_en: Title | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    budget_kzt: Budget | None = None
    starts_on: date | None = None
    finishes_on: date | None = None


class ProjectView(BaseModel):
    """A project as it is shown."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    key: str
    item_number: int
    owner_id: UUID
    title_kk: str
    title_ru: str
    title_en: str
    region: str
    latitude: float
    longitude: float
    budget_kzt: int | None
    starts_on: date
    finishes_on: date
    version: int

    @classmethod
    def of(cls, project: Project) -> Self:
        """Show a stored project."""
        return cls.model_validate(project, from_attributes=True)


class TaskDraft(BaseModel):
    """A task of a plan; its weight is its share of the project, in any unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Key
    title_kk: Title
    title_ru: Title
    title_en: Title
    starts_on: date
    finishes_on: date
    weight: Weight

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.finishes_on < self.starts_on:
            raise ValueError(f"task {self.key} finishes on {self.finishes_on}, before it starts on {self.starts_on}")
        return self


class PlanDraft(BaseModel):
    """A new baseline; it replaces the one in force and edits none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    tasks: Annotated[tuple[TaskDraft, ...], Field(min_length=1, max_length=1000)]

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        keys = [task.key for task in self.tasks]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"task keys stand twice: {', '.join(twice)}")
        return self


class TaskView(BaseModel):
    """A task as it is shown."""

    model_config = ConfigDict(frozen=True)

    key: str
    title_kk: str
    title_ru: str
    title_en: str
    starts_on: date
    finishes_on: date
    weight: float


class PlanView(BaseModel):
    """One plan version as it is shown."""

    model_config = ConfigDict(frozen=True)

    number: int
    reason: str
    created_at: datetime
    created_by: str
    tasks: list[TaskView]

    @classmethod
    def of(cls, plan: PlanInForce) -> Self:
        """Show a stored plan version."""
        return cls(
            number=plan.version.number,
            reason=plan.version.reason,
            created_at=plan.version.created_at,
            created_by=plan.version.created_by,
            tasks=[TaskView.model_validate(task, from_attributes=True) for task in plan.tasks],
        )


class ProjectService:
    """Projects and their plan versions."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def list(self, principal: Principal, request: PageRequest, item_number: int | None = None) -> Page[ProjectView]:
        """A page of the projects that the principal may see."""
        principal.require(Permission.PROJECT_READ)
        with self._database.reading() as session:
            page = RoadmapRepository(session).projects(
                request, owner_id=principal.sees_only_organisation, item_number=item_number
            )
            return Page([ProjectView.of(project) for project in page.rows], page.next_after)

    def get(self, principal: Principal, project_id: UUID) -> ProjectView:
        """One project."""
        principal.require(Permission.PROJECT_READ)
        with self._database.reading() as session:
            return ProjectView.of(visible_project(session, principal, project_id))

    def add(self, principal: Principal, draft: ProjectDraft) -> ProjectView:
        """Add a project to an item.

        Raises:
            ConflictError: the key is taken.
            InvalidError: the item, owner or region does not exist.
        """
        principal.require(Permission.PROJECT_WRITE)
        with self._database.transaction() as session:
            repository = RoadmapRepository(session)
            owner = AccountRepository(session).organisation_by_key(draft.owner)
            problems = []
            if repository.item(draft.item_number) is None:
                problems.append(FieldProblem("item_number", f"there is no item {draft.item_number}"))
            if owner is None:
                problems.append(FieldProblem("owner", f"there is no organisation {draft.owner!r}"))
            if draft.region not in {region.code for region in repository.regions()}:
                problems.append(FieldProblem("region", f"there is no region {draft.region!r}"))
            if problems or owner is None:
                raise InvalidError(*problems)
            if repository.project_by_key(draft.key) is not None:
                raise ConflictError(f"The project key {draft.key!r} is taken.")
            project = Project(
                id=uuid4(),
                owner_id=owner.id,
                created_at=self._now(),
                retired_at=None,
                **draft.model_dump(exclude={"owner"}),
            )
            repository.add(project)
            repository.flush()
            refresh_item(session, project.item_number, self._now())
            return ProjectView.of(project)

    def change(self, principal: Principal, project_id: UUID, patch: ProjectPatch, version: int | None) -> ProjectView:
        """Change some of a project; with `version`, only if it is still that one."""
        principal.require(Permission.PROJECT_WRITE)
        with self._database.transaction() as session:
            RoadmapRepository(session).lock_project(project_id)
            project = visible_project(session, principal, project_id)
            check_version(project.version, version)
            apply_patch(project, patch.model_dump(exclude_unset=True, exclude_none=True))
            if project.finishes_on < project.starts_on:
                raise InvalidError(FieldProblem("finishes_on", "must not come before starts_on"))
            RoadmapRepository(session).flush()
            refresh_item(session, project.item_number, self._now())
            return ProjectView.of(project)

    def retire(self, principal: Principal, project_id: UUID) -> None:
        """Take a project off the roadmap; its history stays."""
        principal.require(Permission.PROJECT_WRITE)
        with self._database.transaction() as session:
            project = visible_project(session, principal, project_id)
            project.retired_at = self._now()
            RoadmapRepository(session).flush()
            refresh_item(session, project.item_number, self._now())

    def plans(self, principal: Principal, project_id: UUID) -> Sequence[PlanView]:
        """All plan versions of a project, oldest first."""
        principal.require(Permission.PROJECT_READ)
        with self._database.reading() as session:
            project = visible_project(session, principal, project_id)
            return [PlanView.of(plan) for plan in RoadmapRepository(session).plan_versions(project.id)]

    def baseline(self, principal: Principal, project_id: UUID, draft: PlanDraft) -> PlanView:
        """Put a new plan version in force."""
        principal.require(Permission.PROJECT_WRITE)
        with self._database.transaction() as session:
            repository = RoadmapRepository(session)
            repository.lock_project(project_id)
            project = visible_project(session, principal, project_id)
            previous = repository.plan_in_force(project.id)
            version = PlanVersion(
                id=uuid4(),
                project_id=project.id,
                number=1 if previous is None else previous.version.number + 1,
                reason=draft.reason,
                created_at=self._now(),
                created_by=principal.name,
            )
            repository.add(version)
            repository.flush()
            for task in draft.tasks:
                repository.add(PlanTask(id=uuid4(), plan_version_id=version.id, **task.model_dump()))
            repository.flush()
            refresh_item(session, project.item_number, self._now())
            plan = repository.plan_in_force(project.id)
            assert plan is not None
            return PlanView.of(plan)


def visible_project(session: Session, principal: Principal, project_id: UUID) -> Project:
    """One project that the principal may know of.

    Raises:
        NotFoundError: there is none, or it is another owner's.
    """
    project = RoadmapRepository(session).project(project_id, principal.sees_only_organisation)
    if project is None:
        raise NotFoundError(f"There is no project {project_id}.")
    return project
