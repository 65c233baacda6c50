"""Queries over runs, observations, evidence and latest views."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, aliased

from models.observed_window import ObservedWindow
from models.repositories.paging import Page, PageRequest, read_page
from models.tables.observations import Evidence, LatestView, Observation, Run
from models.tables.sites import Placement, Site


class ObservationRepository:
    """What was seen. Readers get the rows in force: the newest of each placement and window."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def in_force(self, placement_id: UUID, window_starts_at: datetime) -> Observation | None:
        """The newest observation of one window."""
        statement = select(Observation).where(
            Observation.placement_id == placement_id, Observation.window_starts_at == window_starts_at
        )
        return self._session.scalar(statement.order_by(Observation.id.desc()).limit(1))

    def by_key(self, row: Observation) -> Observation | None:
        """The stored observation with the same key, if there is one."""
        return self._session.scalar(
            select(Observation).where(
                Observation.placement_id == row.placement_id,
                Observation.window_starts_at == row.window_starts_at,
                Observation.input_sha256 == row.input_sha256,
                Observation.weights_sha256 == row.weights_sha256,
                Observation.rule_version == row.rule_version,
            )
        )

    def of_placements(
        self, placement_ids: Iterable[UUID], starts_at: datetime, ends_at: datetime
    ) -> Sequence[Observation]:
        """Observations in force of the named placements whose window starts in [starts_at, ends_at)."""
        statement = _in_force().where(
            Observation.placement_id.in_(list(placement_ids)),
            Observation.window_starts_at >= starts_at,
            Observation.window_starts_at < ends_at,
        )
        return self._session.scalars(statement.order_by(Observation.window_starts_at, Observation.id)).all()

    def windows(self, placement_ids: Iterable[UUID], starts_at: datetime, ends_at: datetime) -> list[ObservedWindow]:
        """What the observations in force say that begin in [starts_at, ends_at), in order of time."""
        statement = (
            _in_force()
            .with_only_columns(*(getattr(Observation, column.name) for column in fields(ObservedWindow)))
            .where(
                Observation.placement_id.in_(list(placement_ids)),
                Observation.window_starts_at >= starts_at,
                Observation.window_starts_at < ends_at,
            )
        )
        ordered = statement.order_by(Observation.window_starts_at, Observation.id)
        return [ObservedWindow(*row) for row in self._session.execute(ordered)]

    def of_project(
        self,
        project_id: UUID,
        request: PageRequest,
        *,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
    ) -> Page[Observation]:
        """A page of a project's observations in force, in the order they were written."""
        statement = (
            _in_force()
            .join(Placement, Placement.id == Observation.placement_id)
            .join(Site, Site.id == Placement.site_id)
            .where(Site.project_id == project_id)
        )
        if starts_at is not None:
            statement = statement.where(Observation.window_starts_at >= starts_at)
        if ends_at is not None:
            statement = statement.where(Observation.window_starts_at < ends_at)
        return read_page(self._session, statement, Observation.id, request)

    def evidence(self, evidence_id: UUID) -> Evidence | None:
        """One evidence row."""
        return self._session.get(Evidence, evidence_id)

    def project_of_evidence(self, evidence: Evidence) -> UUID | None:
        """The project that a piece of evidence belongs to."""
        statement = (
            select(Site.project_id)
            .join(Placement, Placement.site_id == Site.id)
            .where(Placement.id == evidence.placement_id)
        )
        return self._session.scalar(statement)

    def latest_views(self, placement_ids: Iterable[UUID]) -> dict[UUID, Evidence]:
        """The newest picture of each placement that has one."""
        statement = (
            select(LatestView.placement_id, Evidence)
            .join(Evidence, Evidence.id == LatestView.evidence_id)
            .where(LatestView.placement_id.in_(list(placement_ids)), Evidence.removed_at.is_(None))
        )
        return {row[0]: row[1] for row in self._session.execute(statement)}

    def replace_latest_view(self, evidence: Evidence) -> str | None:
        """Make `evidence` its placement's newest picture; return the path of the file it replaces."""
        self._session.add(evidence)
        self._session.flush()
        latest = self._session.get(LatestView, evidence.placement_id)
        if latest is None:
            self._session.add(LatestView(placement_id=evidence.placement_id, evidence_id=evidence.id))
            return None
        previous = self._session.get(Evidence, latest.evidence_id)
        latest.evidence_id = evidence.id
        self._session.flush()
        if previous is None:
            return None
        self._session.delete(previous)
        return None if previous.path == evidence.path else previous.path

    def runs(self, placement_id: UUID) -> Sequence[Run]:
        """The runs of a placement, oldest first."""
        return self._session.scalars(select(Run).where(Run.placement_id == placement_id).order_by(Run.started_at)).all()

    def end_open_runs(self, ended_at: datetime, reason: str) -> None:
        """Say of every run that is still open that it ended."""
        self._session.execute(update(Run).where(Run.ended_at.is_(None)).values(ended_at=ended_at, end_reason=reason))

    def end_run(self, run_id: UUID, ended_at: datetime, reason: str) -> None:
        """Say when and why a run ended."""
        self._session.execute(
            update(Run).where(Run.id == run_id, Run.ended_at.is_(None)).values(ended_at=ended_at, end_reason=reason)
        )

    def add(self, row: Run | Observation | Evidence) -> None:
        """Remember a new row."""
        self._session.add(row)

    def flush(self) -> None:
        """Send what is pending to the database, so that its constraints speak now."""
        self._session.flush()


def _in_force() -> Select[Observation]:
    newer = aliased(Observation)
    return select(Observation).where(
        ~select(newer.id)
        .where(
            newer.placement_id == Observation.placement_id,
            newer.window_starts_at == Observation.window_starts_at,
            newer.id > Observation.id,
        )
        .exists()
    )
