"""Decisions: a person confirms, rejects or returns what the cameras propose."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.database import Database
from models.errors import ConflictError, FieldProblem, InvalidError
from models.principal import Permission, Principal
from models.repositories.signals import SignalRepository
from models.tables.signals import Decision
from models.words import Status, Verdict
from roadmap.projects import visible_project
from roadmap.refresh import refresh_item


class DecisionDraft(BaseModel):
    """What is decided on a project.

    Confirming takes the proposed status over. Rejecting names the status that holds instead.
    Returning asks a question and leaves the status as it is. Setting gives a status to a project
    for which none is proposed, since nobody watches it, or completes one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    verdict: Verdict
    proposed_status_id: UUID | None = None
    status: Status | None = None
    reason: Annotated[str, Field(min_length=1, max_length=2000)]

    @model_validator(mode="after")
    def _fits_its_verdict(self) -> Self:
        names_proposal = self.proposed_status_id is not None
        if names_proposal != (self.verdict is not Verdict.SET):
            raise ValueError("a proposal is confirmed, rejected or returned by its proposed_status_id; set needs none")
        if (self.status is not None) != (self.verdict in (Verdict.REJECTED, Verdict.SET)):
            raise ValueError("rejecting and setting name the status that holds; the others name none")
        return self


class DecisionView(BaseModel):
    """A decision as it is shown."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    verdict: Verdict
    proposed_status_id: UUID | None
    status: Status | None
    reason: str
    decided_by: str
    decided_at: datetime

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """Show a stored decision."""
        return cls.model_validate(decision, from_attributes=True)


class DecisionService:
    """Deciding on proposed statuses."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def list(self, principal: Principal, project_id: UUID) -> Sequence[DecisionView]:
        """All decisions on a project, oldest first."""
        principal.require(Permission.PROJECT_READ)
        with self._database.reading() as session:
            project = visible_project(session, principal, project_id)
            return [DecisionView.of(row) for row in SignalRepository(session).decisions(project.id)]

    def decide(self, principal: Principal, project_id: UUID, draft: DecisionDraft) -> DecisionView:
        """Decide; the item's status follows in the same transaction.

        Raises:
            InvalidError: the proposal is not one of this project.
            ConflictError: a newer proposal has come since.
        """
        principal.require(Permission.STATUS_DECIDE)
        now = self._now()
        with self._database.transaction() as session:
            project = visible_project(session, principal, project_id)
            repository = SignalRepository(session)
            newest = repository.latest_proposals([project.id]).get(project.id)
            status = draft.status
            if draft.proposed_status_id is not None:
                proposal = repository.proposal(draft.proposed_status_id)
                if proposal is None or proposal.project_id != project.id:
                    raise InvalidError(FieldProblem("proposed_status_id", "names no proposal of this project"))
                if newest is not None and newest.id != proposal.id:
                    raise ConflictError(f"A newer proposal ({newest.status}) has come since; look at that one.")
                if draft.verdict is Verdict.CONFIRMED:
                    status = Status(proposal.status)
            elif newest is not None and draft.status is not Status.COMPLETED:
                raise ConflictError("This project has a proposed status; confirm, reject or return that one.")
            decision = Decision(
                id=uuid4(),
                project_id=project.id,
                proposed_status_id=draft.proposed_status_id,
                verdict=draft.verdict.value,
                status=None if status is None else status.value,
                reason=draft.reason,
                decided_by=principal.name,
                decided_at=now,
            )
            repository.add(decision)
            repository.flush()
            refresh_item(session, project.item_number, now)
            return DecisionView.of(decision)
