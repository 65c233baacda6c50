"""From how many points of slippage an item's projects are at risk, behind and escalated: presets and their changes."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.orm import Session

from models.changes import apply_patch, check_version
from models.database import Database
from models.errors import NotFoundError
from models.principal import Permission, Principal
from models.repositories.flags import FlagRepository
from models.repositories.roadmap import RoadmapRepository
from models.tables.flags import ItemRule
from models.tables.roadmap import Project
from pipeline.signals.slippage import Preset, Thresholds

Points = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]


class ItemRuleDraft(BaseModel):
    """The preset of an item, and points of its own where those of the preset don't fit.

    steps: AT_RISK from 5 points of slippage, BEHIND from 10, an escalated flag from 15. phase: BEHIND from 10 points
    while less than 70 % are planned, from 5 after.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    preset: Preset = Preset.STEPS
    at_risk_points: Points | None = None
    behind_points: Points | None = None
    escalate_points: Points | None = None

    @model_validator(mode="after")
    def _follow_each_other(self) -> Self:
        Thresholds.of(self.preset, self.at_risk_points, self.behind_points, self.escalate_points)
        return self


class ItemRuleView(BaseModel):
    """The thresholds of an item as they hold, and what of them is its own; version 0 is the default."""

    model_config = ConfigDict(frozen=True)

    item_number: int
    preset: Preset
    at_risk_points: float | None
    behind_points: float | None
    escalate_points: float | None
    # As they hold: null is never. The late ones hold from 70 % planned on.
    at_risk_from: float | None
    behind_from: float
    behind_from_late: float
    escalated_from: float | None
    changed_by: str | None
    changed_at: datetime | None
    version: int

    @classmethod
    def of(cls, item_number: int, rule: ItemRule | None) -> Self:
        """Show an item's rule, or the default where it has none."""
        held = _thresholds(rule)
        return cls(
            item_number=item_number,
            preset=Preset.STEPS if rule is None else Preset(rule.preset),
            at_risk_points=None if rule is None else rule.at_risk_points,
            behind_points=None if rule is None else rule.behind_points,
            escalate_points=None if rule is None else rule.escalate_points,
            at_risk_from=held.at_risk_points,
            behind_from=held.behind_points,
            behind_from_late=held.behind_late_points,
            escalated_from=held.escalate_points,
            changed_by=None if rule is None else rule.changed_by,
            changed_at=None if rule is None else rule.changed_at,
            version=0 if rule is None else rule.version,
        )


class ItemRuleService:
    """Items' thresholds. A change holds for the days that are derived from then on: those of its projects, soon."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def get(self, principal: Principal, number: int) -> ItemRuleView:
        """The thresholds of an item.

        Raises:
            NotFoundError: there is no such item, or none of its projects is the owner's.
        """
        principal.require(Permission.ROADMAP_READ)
        with self._database.reading() as session:
            _require_item(session, principal, number)
            return ItemRuleView.of(number, FlagRepository(session).item_rule(number))

    def put(self, principal: Principal, number: int, draft: ItemRuleDraft, version: int | None) -> ItemRuleView:
        """Change the thresholds of an item; with `version`, only if they are still those.

        Raises:
            NotFoundError: there is no such item.
            ConflictError: somebody else has changed them since.
        """
        principal.require(Permission.STATUS_DECIDE)
        with self._database.transaction() as session:
            _require_item(session, principal, number)
            RoadmapRepository(session).lock_item(number)
            flags = FlagRepository(session)
            rule = flags.item_rule(number)
            check_version(0 if rule is None else rule.version, version)
            values = {**draft.model_dump(), "changed_by": principal.name, "changed_at": self._now()}
            values["preset"] = draft.preset.value
            if rule is None:
                rule = ItemRule(item_number=number, **values)
                flags.add(rule)
            else:
                apply_patch(rule, values)
            flags.flush()
            return ItemRuleView.of(number, rule)


def thresholds_of(flags: FlagRepository, project: Project | None) -> Thresholds:
    """The thresholds of a project: those of its item, or the default preset."""
    return _thresholds(None if project is None else flags.item_rule(project.item_number))


def _thresholds(rule: ItemRule | None) -> Thresholds:
    if rule is None:
        return Thresholds.of()
    return Thresholds.of(Preset(rule.preset), rule.at_risk_points, rule.behind_points, rule.escalate_points)


def _require_item(session: Session, principal: Principal, number: int) -> None:
    repository = RoadmapRepository(session)
    owner_id = principal.sees_only_organisation
    is_theirs = owner_id is None or repository.projects_of_items([number], owner_id)
    if repository.item(number) is None or not is_theirs:
        raise NotFoundError(f"There is no roadmap item {number}.")
