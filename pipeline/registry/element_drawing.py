"""What is said of a work element when it is drawn, and how it is shown."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from models.tables.progress import ElementDayRow, WorkElementRow
from pipeline.registry.element_warnings import ElementWarning
from pipeline.registry.placements import Share
from pipeline.registry.zone_shape import shape_problem
from vision.daily_view import VIEW_WIDTH_PX
from vision.progress.cell_view import CELL_PX
from vision.progress.work_element import Growth, WorkElement, cell_shares
from vision.progress.work_kind import WorkKind

MOST_ELEMENTS = 60
# A tower may end above the picture; what is drawn farther out than a picture's side is a mistake.
Outward = Annotated[float, Field(ge=-1.0, le=2.0)]
# Drawn elements are asked for what can be seen of them in a picture of this shape, the most frequent one.
_ROWS_OF_16_9 = round(VIEW_WIDTH_PX * 9 / 16) // CELL_PX


def _can_be_seen(polygon: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    problem = shape_problem(polygon)
    if problem is not None:
        raise ValueError(problem)
    corners = [(x * VIEW_WIDTH_PX, y * VIEW_WIDTH_PX * 9 / 16) for x, y in polygon]
    if all(x <= 0 for x, _ in polygon) or all(x >= 1 for x, _ in polygon):
        raise ValueError("lies outside the picture; draw it over what the camera sees of it")
    if all(y <= 0 for _, y in polygon) or all(y >= 1 for _, y in polygon):
        raise ValueError("lies outside the picture; draw it over what the camera sees of it")
    try:
        cell_shares(WorkElement("drawn", corners), 1.0, _ROWS_OF_16_9)
    except ValueError as error:
        across = round(100 * CELL_PX / VIEW_WIDTH_PX, 1)
        raise ValueError(
            f"is too small or too thin to be seen; what grows can be told in squares of {across:g} % of the "
            "picture's width: draw it larger, around its whole finished extent, or aim a camera closer"
        ) from error
    return polygon


ElementPolygon = Annotated[
    tuple[tuple[Outward, Outward], ...],
    Field(
        min_length=3,
        max_length=200,
        description="Corners of the finished extent in shares of the picture's width and height; they may lie outside.",
    ),
    AfterValidator(_can_be_seen),
]
Key = Annotated[
    str,
    Field(
        min_length=1,
        max_length=80,
        pattern=r"^\w[\w.-]*$",
        description="What it is called among the elements of its placement: letters, digits, dots and dashes.",
    ),
]
Title = Annotated[str, Field(min_length=1, max_length=200)]
TaskKey = Annotated[
    str, Field(min_length=1, max_length=80, description="The plan's task that it is a part of; null: counted nowhere.")
]
Weight = Annotated[float, Field(gt=0, le=1e6, description="Its share of the task, among the task's elements.")]


class ElementPatch(BaseModel):
    """Another title, task or weight: what changes nothing of what is seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title | None = None
    task_key: TaskKey | None = None
    weight: Weight | None = None


class ElementBody(BaseModel):
    """A work element as it is drawn over its finished extent.

    Without `reference_on` what is drawn now is the reference: how much stands today, by the site's clock.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title
    task_key: TaskKey | None = None
    weight: Weight = 1.0
    polygon: ElementPolygon
    growth: Growth = Growth.UP
    kind: Annotated[WorkKind | None, Field(description="By it a share is told better from what is seen.")] = None
    reference_on: Annotated[date | None, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))] = None
    reference_share: Annotated[Share, Field(description="How much of it stood on the reference date.")] = 0.0
    built_after: Annotated[
        tuple[Key, ...],
        Field(max_length=MOST_ELEMENTS, description="Elements of this placement that stand before it is begun."),
    ] = ()


class ElementDraft(ElementBody):
    """A work element with its key, as one of all those of a placement."""

    key: Key


class ElementView(BaseModel):
    """A work element as it is shown; `share_of_task` is its weight among its task's elements, null without a task."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    placement_id: UUID
    key: str
    title: str
    task_key: str | None
    weight: float
    share_of_task: float | None
    polygon: list[tuple[float, float]]
    growth: Growth
    kind: WorkKind | None
    reference_on: date
    reference_share: float
    built_after: list[str]
    position: int
    created_at: datetime
    version: int
    warnings: list[ElementWarning]

    @classmethod
    def of(cls, row: WorkElementRow, version: int, share_of_task: float | None, warnings: list[ElementWarning]) -> Self:
        """Show a stored element; `version` counts all drawings of its key."""
        stored: dict[str, Any] = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        shown = {"version": version, "share_of_task": share_of_task, "warnings": warnings}
        return cls.model_validate(stored | shown)


class PlacementElements(BaseModel):
    """All work elements of a placement, in the order in which they are built; `version` is of all of them together."""

    model_config = ConfigDict(frozen=True)

    placement_id: UUID
    items: list[ElementView]
    version: int


class ElementDayView(BaseModel):
    """How much of an element stood on a day, as far as could be told then; shares are 0..1, the interval 90 %."""

    model_config = ConfigDict(frozen=True)

    id: int
    element_id: UUID
    placement_id: UUID
    element_key: str
    task_key: str | None
    on_day: date
    share: float
    low: float
    high: float
    visible_share: float
    state: str
    reason: str
    unseen_days: int
    evidence_id: UUID | None
    weights_sha256: str
    rule_version: str
    input_sha256: str
    created_at: datetime

    @classmethod
    def of(cls, row: ElementDayRow, element: WorkElementRow) -> Self:
        """Show a stored day of an element."""
        stored: dict[str, Any] = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        of_element = {
            "element_key": element.key,
            "task_key": element.task_key,
            "placement_id": element.placement_id,
        }
        return cls.model_validate(stored | of_element)
