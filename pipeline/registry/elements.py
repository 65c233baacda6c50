"""Work elements: drawn on a placement's picture, redrawn and retired; what was drawn before stays as it was.

Redrawing adds a row and retires the one before it, so that the days that were seen through the old drawing stay what
they were. The whole history is then seen through the new one.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from models.changes import check_version
from models.database import Database
from models.errors import FieldProblem, InvalidError, NotFoundError
from models.principal import Permission, Principal
from models.repositories.paging import Page, PageRequest
from models.repositories.progress import PlacedElement, ProgressRepository
from models.repositories.roadmap import RoadmapRepository
from models.repositories.sites import SiteRepository
from models.tables.progress import WorkElementRow
from models.tables.sites import Placement, Site
from pipeline.registry.element_drawing import (
    MOST_ELEMENTS,
    ElementBody,
    ElementDayView,
    ElementDraft,
    ElementPatch,
    ElementView,
    PlacementElements,
)
from pipeline.registry.element_order import BuiltInCircleError, in_build_order
from pipeline.registry.element_warnings import share_of_task, warnings_of, work_weights
from pipeline.registry.sites import calendar_of

# What is another drawing when it changes; order, title, task and weight are not.
_DRAWN = ("polygon", "growth", "kind", "reference_on", "reference_share")


class ElementService:
    """Drawing the work elements of placements, and reading what they came to."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def list(self, principal: Principal, placement_id: UUID) -> PlacementElements:
        """All work elements of a placement that are in force."""
        principal.require(Permission.CAMERA_READ)
        with self._database.reading() as session:
            return _Drawing(session, placement_id, self._now()).shown()

    def get(self, principal: Principal, placement_id: UUID, key: str) -> ElementView:
        """One work element."""
        principal.require(Permission.CAMERA_READ)
        with self._database.reading() as session:
            return _Drawing(session, placement_id, self._now()).shown_one(key)

    def draw_all(
        self, principal: Principal, placement_id: UUID, drafts: Sequence[ElementDraft], version: int | None
    ) -> PlacementElements:
        """Make these a placement's work elements, in this order; what is not among them is retired.

        Raises:
            InvalidError: two have one key, or one names a task, a date or an element that there isn't.
            ConflictError: somebody changed them since `version` was read.
        """
        principal.require(Permission.CAMERA_WRITE)
        with self._database.transaction() as session:
            return self.draw_within(session, placement_id, drafts, version)

    def draw_within(
        self,
        session: Session,
        placement_id: UUID,
        drafts: Sequence[ElementDraft],
        version: int | None = None,
        carried_from: UUID | None = None,
    ) -> PlacementElements:
        """The same within a caller's transaction, who has asked what the principal may.

        What is carried over from another placement may keep its task, also one that the plan has dropped since.
        """
        drawing = _Drawing(session, placement_id, self._now(), is_locked=True, carried_from=carried_from)
        check_version(drawing.version, version)
        _require_keys_differ(drafts)
        for number, draft in enumerate(drafts):
            drawing.draw(draft.key, draft, f"{number}.", position=number)
        for key in drawing.keys - {draft.key for draft in drafts}:
            drawing.retire(key)
        drawing.check_order([draft.key for draft in drafts])
        return drawing.shown()

    def draw(
        self, principal: Principal, placement_id: UUID, key: str, body: ElementBody, version: int | None
    ) -> ElementView:
        """Draw or redraw one work element; a new one is taken to be built after those that are there.

        Raises:
            InvalidError: it names a task, a date or an element that there isn't, or there are too many.
            ConflictError: somebody changed it since `version` was read.
        """
        principal.require(Permission.CAMERA_WRITE)
        with self._database.transaction() as session:
            drawing = _Drawing(session, placement_id, self._now(), is_locked=True)
            check_version(drawing.version_of(key), version)
            if key not in drawing.keys and len(drawing.keys) >= MOST_ELEMENTS:
                raise InvalidError(FieldProblem("key", f"a placement has at most {MOST_ELEMENTS} work elements"))
            drawing.draw(key, body, "")
            drawing.check_order([key])
            return drawing.shown_one(key)

    def change(
        self, principal: Principal, placement_id: UUID, key: str, patch: ElementPatch, version: int | None
    ) -> ElementView:
        """Give an element another title, task or weight; `task_key` null takes it out of the plan's count."""
        principal.require(Permission.CAMERA_WRITE)
        with self._database.transaction() as session:
            drawing = _Drawing(session, placement_id, self._now(), is_locked=True)
            row = drawing.element(key)
            check_version(drawing.version_of(key), version)
            if patch.task_key is not None:
                drawing.require_task(patch.task_key, "task_key")
            for name in patch.model_fields_set:
                value = getattr(patch, name)
                if value is not None or name == "task_key":
                    setattr(row, name, value)
            drawing.flush()
            return drawing.shown_one(key)

    def retire(self, principal: Principal, placement_id: UUID, key: str) -> None:
        """Take an element out of use; its days stay."""
        principal.require(Permission.CAMERA_WRITE)
        with self._database.transaction() as session:
            drawing = _Drawing(session, placement_id, self._now(), is_locked=True)
            drawing.element(key)
            drawing.retire(key)

    def days(
        self,
        principal: Principal,
        project_id: UUID,
        request: PageRequest,
        first: date | None = None,
        last: date | None = None,
    ) -> Page[ElementDayView]:
        """A page of a project's element days in force, from `first` to `last`, both included."""
        principal.require(Permission.PROJECT_READ)
        if first is not None and last is not None and first > last:
            raise InvalidError(FieldProblem("to", "lies before from"))
        with self._database.reading() as session:
            if RoadmapRepository(session).project(project_id, principal.sees_only_organisation) is None:
                raise NotFoundError(f"There is no project {project_id}.")
            repository = ProgressRepository(session)
            elements = {one.element.id: one.element for one in repository.elements_of_project(project_id)}
            page = repository.page_of_project(project_id, request, first, last)
            shown = [
                ElementDayView.of(row, elements[row.element_id]) for row in page.rows if row.element_id in elements
            ]
            return Page(shown, page.next_after)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What an element is held against: its project's other elements, and the tasks of the plan in force."""

    in_project: Sequence[PlacedElement]
    task_keys: Collection[str] | None


class _Drawing:
    """The work elements of one placement within a transaction."""

    def __init__(
        self,
        session: Session,
        placement_id: UUID,
        now: datetime,
        *,
        is_locked: bool = False,
        carried_from: UUID | None = None,
    ) -> None:
        self._session = session
        self._repository = ProgressRepository(session)
        self._now = now
        found = self._repository.lock_placement(placement_id) if is_locked else None
        placement = found or SiteRepository(session).placement(placement_id)
        if placement is None:
            raise NotFoundError(f"There is no placement {placement_id}.")
        self._placement: Placement = placement
        site = SiteRepository(session).site(placement.site_id, may_be_retired=True)
        assert site is not None
        self._site: Site = site
        self._around: _Surroundings | None = None
        self._elements = {row.key: row for row in self._repository.elements(placement_id)}
        carried = [] if carried_from is None else self._repository.elements(carried_from)
        self._carried = {row.key: row for row in carried}

    @property
    def keys(self) -> set[str]:
        """Of the elements in force."""
        return set(self._elements)

    @property
    def version(self) -> int:
        """Goes up with each change of any element."""
        return sum(self._repository.versions(self._placement.id).values())

    def version_of(self, key: str) -> int:
        """Goes up with each change of one element, and when it is drawn anew."""
        return self._repository.versions(self._placement.id).get(key, 0)

    def element(self, key: str) -> WorkElementRow:
        """One element in force."""
        row = self._elements.get(key)
        if row is None:
            raise NotFoundError(f"Placement {self._placement.id} has no work element {key!r}.")
        return row

    def draw(self, key: str, draft: ElementBody, at: str, position: int | None = None) -> None:
        """Store a drawing, as a row of its own unless what is drawn is as before."""
        before = self._elements.get(key)
        known = before or self._carried.get(key)
        # A plan that dropped its task since stands in no drawing's way: that is shown as a warning.
        if draft.task_key is not None and (known is None or draft.task_key != known.task_key):
            self.require_task(draft.task_key, f"{at}task_key")
        values = self._values(draft, at, before)
        if position is None:
            position = before.position if before is not None else 1 + max(self._positions(), default=-1)
        if before is not None and all(getattr(before, name) == values[name] for name in _DRAWN):
            for name, value in (values | {"position": position}).items():
                setattr(before, name, value)
        else:
            self.retire(key)
            row = WorkElementRow(
                id=uuid4(),
                placement_id=self._placement.id,
                key=key,
                position=position,
                created_at=self._now,
                retired_at=None,
                **values,
            )
            self._repository.add(row)
            self._elements[key] = row
        self.flush()

    def retire(self, key: str) -> None:
        """Take an element out of use, if there is one."""
        row = self._elements.pop(key, None)
        if row is not None:
            row.retired_at = self._now
            self.flush()

    def require_task(self, task_key: str, field: str) -> None:
        """Stop unless the plan in force has a task, or there is no plan yet."""
        known = self._surroundings().task_keys
        if known is not None and task_key not in known:
            said = ", ".join(sorted(known))
            raise InvalidError(FieldProblem(field, f"the plan in force has no task {task_key!r}; it has {said}"))

    def check_order(self, drawn: Sequence[str]) -> None:
        """Stop if elements are built after each other in a circle, or those just drawn after one that there isn't.

        Others may name one that was retired since: that is shown as a warning.
        """
        for row in (self._elements[key] for key in drawn):
            missing = [key for key in row.built_after if key not in self._elements or key == row.key]
            if missing:
                problem = f"{row.key!r} is to be built after {missing[0]!r}, which is no other element drawn here"
                raise InvalidError(FieldProblem("built_after", problem))
        try:
            in_build_order(list(self._elements.values()))
        except BuiltInCircleError as error:
            said = f"{', '.join(error.keys)} would be built after each other; leave one of them out"
            raise InvalidError(FieldProblem("built_after", said)) from error

    def flush(self) -> None:
        """Send what is pending to the database."""
        self._repository.flush()
        self._around = None

    def shown(self) -> PlacementElements:
        """All elements as they are shown."""
        rows = in_build_order(list(self._elements.values()))
        versions = self._repository.versions(self._placement.id)
        around = self._surroundings()
        warnings = warnings_of(rows, around.in_project, around.task_keys)
        weights = work_weights(around.in_project)
        items = [
            ElementView.of(
                row,
                versions[row.key],
                None if row.task_key is None else share_of_task(row, weights),
                warnings[row.key],
            )
            for row in rows
        ]
        return PlacementElements(placement_id=self._placement.id, items=items, version=sum(versions.values()))

    def shown_one(self, key: str) -> ElementView:
        """One element as it is shown."""
        self.element(key)
        return next(item for item in self.shown().items if item.key == key)

    def _values(self, draft: ElementBody, at: str, before: WorkElementRow | None) -> dict[str, Any]:
        calendar = calendar_of(self._site)
        today, began = calendar.day_of(self._now), calendar.day_of(self._placement.starts_at)
        # Drawn again without a date it keeps the one it had.
        on = draft.reference_on or (today if before is None else before.reference_on)
        if on > today:
            raise InvalidError(FieldProblem(f"{at}reference_on", f"lies in the future; it is {today} at the site"))
        if on < began:
            problem = f"lies before {began}, when the camera was placed: it has no picture of that day"
            raise InvalidError(FieldProblem(f"{at}reference_on", problem))
        stored = draft.model_dump(mode="json", exclude={"key"})
        return stored | {"reference_on": on}

    def _positions(self) -> list[int]:
        return [row.position for row in self._elements.values()]

    def _surroundings(self) -> _Surroundings:
        if self._around is None:
            project_id = self._site.project_id
            plan = RoadmapRepository(self._session).plan_in_force(project_id)
            in_project = self._repository.elements_of_project(project_id)
            self._around = _Surroundings(in_project, None if plan is None else {task.key for task in plan.tasks})
        return self._around


def _require_keys_differ(drafts: Sequence[ElementDraft]) -> None:
    keys: set[str] = set()
    for number, draft in enumerate(drafts):
        if draft.key in keys:
            problem = f"{draft.key!r} is the key of another element too; give each a key of its own"
            raise InvalidError(FieldProblem(f"{number}.key", problem))
        keys.add(draft.key)
