"""Flags as people and systems read them: what rules raised on a project, and when it was cleared."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from models.database import Database
from models.principal import Permission, Principal
from models.repositories.flags import FlagRepository
from models.tables.flags import Flag
from roadmap.projects import visible_project


class FlagView(BaseModel):
    """Something about a project that a rule wants looked at.

    `kind` is behind_plan, stalled, report_disagrees, camera_down, camera_moved or work_outside_hours.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    kind: str
    escalated: bool
    placement_id: UUID | None
    reason_kk: str
    reason_ru: str
    reason_en: str
    evidence_ids: list[UUID]
    raised_at: datetime
    cleared_at: datetime | None
    rule_version: str

    @classmethod
    def of(cls, flag: Flag) -> Self:
        """Show a stored flag."""
        return cls.model_validate(flag, from_attributes=True)


class FlagService:
    """Reading flags; an owner sees those of its own projects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, principal: Principal, project_id: UUID) -> "list[FlagView]":
        """All flags of a project, open and cleared, the oldest first."""
        principal.require(Permission.PROJECT_READ)
        with self._database.reading() as session:
            project = visible_project(session, principal, project_id)
            return [FlagView.of(flag) for flag in FlagRepository(session).flags(project.id)]
