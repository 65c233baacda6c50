"""How a camera fares, as it is shown: its state, its last hour and its history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from models.camera_grade import CameraGrade
from models.repositories.paging import Page
from models.words import CameraState, Grade


class HealthView(BaseModel):
    """What a camera's stream is doing, and why it is said so."""

    model_config = ConfigDict(frozen=True)

    state: CameraState
    reason: str
    since: datetime
    last_frame_at: datetime | None


class GradeView(BaseModel):
    """How well a camera did over the last sixty minutes."""

    model_config = ConfigDict(frozen=True)

    grade: Annotated[Grade, Field(description="none: no look was due.")]
    coverage: Annotated[float | None, Field(description="Looks taken of looks due, 0 to 1; null where none was due.")]
    reconnects: int
    stalls: int
    drops: Annotated[int, Field(description="Looks that were had and left out: came damaged, or could not be kept.")]
    seconds_live: float

    @classmethod
    def of(cls, grade: CameraGrade) -> Self:
        """Show a grade."""
        return cls.model_validate(grade, from_attributes=True)


class HealthEventView(BaseModel):
    """One change of a camera's state; it has not ended where it is the present one."""

    model_config = ConfigDict(frozen=True)

    id: int
    state: CameraState
    reason: str
    at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CameraHealthReport:
    """Everything about how a camera fares; `health` is None where it was never watched."""

    health: HealthView | None
    last_hour: GradeView
    history: Page[HealthEventView]
