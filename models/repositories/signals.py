"""Queries over progress signals, proposed statuses and decisions."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from models.repositories.paging import Page, PageRequest, read_page
from models.tables.signals import Decision, ProgressSignal, ProposedStatus


class SignalRepository:
    """What rules derived and people decided."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def in_force(self, project_id: UUID, on: date) -> ProgressSignal | None:
        """The newest signal of a project's day."""
        statement = select(ProgressSignal).where(
            ProgressSignal.project_id == project_id, ProgressSignal.signal_on == on
        )
        return self._session.scalar(statement.order_by(ProgressSignal.id.desc()).limit(1))

    def in_force_between(self, project_id: UUID, first: date, last: date) -> dict[date, ProgressSignal]:
        """The newest signal of each day from `first` to `last`, both included, that has one."""
        statement = _in_force().where(
            ProgressSignal.project_id == project_id, ProgressSignal.signal_on >= first, ProgressSignal.signal_on <= last
        )
        return {signal.signal_on: signal for signal in self._session.scalars(statement)}

    def days_with_signal(self, project_id: UUID, first: date, last: date) -> Sequence[date]:
        """The days from `first` to `last`, both included, that have a signal."""
        statement = select(ProgressSignal.signal_on).where(
            ProgressSignal.project_id == project_id, ProgressSignal.signal_on >= first, ProgressSignal.signal_on <= last
        )
        return self._session.scalars(statement.distinct().order_by(ProgressSignal.signal_on)).all()

    def signals(self, project_id: UUID, request: PageRequest) -> Page[ProgressSignal]:
        """A page of a project's signals in force, in the order they were written."""
        statement = _in_force().where(ProgressSignal.project_id == project_id)
        return read_page(self._session, statement, ProgressSignal.id, request)

    def latest_signals(self, project_ids: Iterable[UUID], until: date | None = None) -> dict[UUID, ProgressSignal]:
        """The newest signal of each project that has one."""
        statement = _in_force().where(ProgressSignal.project_id.in_(list(project_ids)))
        if until is not None:
            statement = statement.where(ProgressSignal.signal_on <= until)
        newest: dict[UUID, ProgressSignal] = {}
        for signal in self._session.scalars(statement.order_by(ProgressSignal.signal_on)):
            newest[signal.project_id] = signal
        return newest

    def latest_proposals(self, project_ids: Iterable[UUID]) -> dict[UUID, ProposedStatus]:
        """The newest proposed status of each project that has one."""
        # By the signal that it came with: a clock may have been wrong.
        return self._newest(ProposedStatus, ProposedStatus.signal_id, project_ids)

    def latest_decisions(self, project_ids: Iterable[UUID]) -> dict[UUID, Decision]:
        """The newest decision of each project that has one."""
        return self._newest(Decision, Decision.decided_at, project_ids)

    def latest_settling_decisions(self, project_ids: Iterable[UUID]) -> dict[UUID, Decision]:
        """The newest decision of each project that settled on a status; a question settles none."""
        statement = select(Decision).where(Decision.project_id.in_(list(project_ids)), Decision.status.is_not(None))
        return {row.project_id: row for row in self._session.scalars(statement.order_by(Decision.decided_at))}

    def decisions(self, project_id: UUID) -> Sequence[Decision]:
        """All decisions on a project, oldest first."""
        return self._session.scalars(
            select(Decision).where(Decision.project_id == project_id).order_by(Decision.decided_at)
        ).all()

    def proposals(self, project_id: UUID) -> Sequence[ProposedStatus]:
        """All proposed statuses of a project, oldest first."""
        return self._session.scalars(
            select(ProposedStatus).where(ProposedStatus.project_id == project_id).order_by(ProposedStatus.signal_id)
        ).all()

    def signal_on(self, proposed: ProposedStatus) -> date:
        """The day of the signal that a proposed status rests on."""
        statement = select(ProgressSignal.signal_on).where(ProgressSignal.id == proposed.signal_id)
        return self._session.execute(statement).scalar_one()

    def proposal(self, proposal_id: UUID) -> ProposedStatus | None:
        """One proposed status."""
        return self._session.get(ProposedStatus, proposal_id)

    def add(self, row: ProgressSignal | ProposedStatus | Decision) -> None:
        """Remember a new row."""
        self._session.add(row)

    def flush(self) -> None:
        """Send what is pending to the database, so that its constraints speak now."""
        self._session.flush()

    def _newest(self, table: type[Any], at: InstrumentedAttribute[Any], project_ids: Iterable[UUID]) -> dict[UUID, Any]:
        statement = select(table).where(table.project_id.in_(list(project_ids))).order_by(at)
        return {row.project_id: row for row in self._session.scalars(statement)}


def _in_force() -> Select[ProgressSignal]:
    newer = aliased(ProgressSignal)
    return select(ProgressSignal).where(
        ~select(newer.id)
        .where(
            newer.project_id == ProgressSignal.project_id,
            newer.signal_on == ProgressSignal.signal_on,
            newer.id > ProgressSignal.id,
        )
        .exists()
    )
