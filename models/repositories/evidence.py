"""Queries over the life of evidence: which files rows name, what rests on them, and what is gone by policy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from models.tables.flags import Flag
from models.tables.labelling import QueuedFrame
from models.tables.observations import Evidence, LatestView
from models.tables.progress import DailyViewRow
from models.tables.roadmap import Project
from models.tables.signals import Decision, ProgressSignal, ProposedStatus
from models.tables.site_days import SiteDayRow
from models.tables.sites import Placement, Site

QUEUED_FRAME = "labelling"


@dataclass(frozen=True, slots=True)
class PicturedPlacement:
    """A placement that pictures are kept of, with when it and its project ended."""

    id: UUID
    project_id: UUID
    ends_at: datetime | None
    project_retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file of the store that a row names; of the labelling queue the kind is `labelling`."""

    id: UUID
    kind: str
    path: str
    sha256: str
    created_at: datetime


class EvidenceRepository:
    """What is kept in the evidence store, and why."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def placements(self) -> list[PicturedPlacement]:
        """Every placement there ever was, of retired projects too."""
        columns = (Placement.id, Site.project_id, Placement.ends_at, Project.retired_at)
        statement = select(*columns).join(Site, Site.id == Placement.site_id)
        statement = statement.join(Project, Project.id == Site.project_id).order_by(Placement.id)
        return [PicturedPlacement(*row) for row in self._session.execute(statement)]

    def kept_before(
        self, placement_id: UUID, before: datetime, after: tuple[datetime, UUID] | None, most: int
    ) -> list[NamedFile]:
        """The oldest pictures of a placement that were stored before a moment and are kept, after a (time, id)."""
        statement = select(*_NAMED).where(
            Evidence.placement_id == placement_id, Evidence.removed_at.is_(None), Evidence.created_at < before
        )
        if after is not None:
            statement = statement.where(tuple_(Evidence.created_at, Evidence.id) > after)
        statement = statement.order_by(Evidence.created_at, Evidence.id).limit(most)
        return [NamedFile(*row) for row in self._session.execute(statement)]

    def cited(self, project_id: UUID) -> set[UUID]:
        """The pictures that a project's site days and signals in force, proposals, decisions and flags rest on."""
        signals = select(ProgressSignal.evidence_ids)
        proposed = (
            select(ProposedStatus.signal_id)
            .outerjoin(Decision, Decision.proposed_status_id == ProposedStatus.id)
            .where(ProposedStatus.project_id == project_id, Decision.id.is_not(None) | ~_has_newer_proposal())
        )
        flagged = select(Flag.signal_id).where(Flag.project_id == project_id, Flag.signal_id.is_not(None))
        lists = [
            *self._session.scalars(signals.where(ProgressSignal.project_id == project_id, ~_has_newer_signal())),
            *self._session.scalars(signals.where(ProgressSignal.id.in_(proposed))),
            *self._session.scalars(signals.where(ProgressSignal.id.in_(flagged))),
            *self._session.scalars(select(Flag.evidence_ids).where(Flag.project_id == project_id)),
        ]
        days = (
            select(SiteDayRow.evidence, SiteDayRow.after_hours)
            .join(Site, Site.id == SiteDayRow.site_id)
            .where(Site.project_id == project_id, ~_has_newer_day())
        )
        for pictures, after_hours in self._session.execute(days):
            lists += [[picture["id"] for picture in pictures], after_hours.get("evidence_ids", [])]
        return {UUID(str(name)) for names in lists for name in names}

    def daily_views(self, placement_id: UUID) -> set[UUID]:
        """A placement's daily views, and the picture that they were laid over."""
        statement = select(DailyViewRow.evidence_id, DailyViewRow.reference_id)
        rows = self._session.execute(statement.where(DailyViewRow.placement_id == placement_id))
        return {name for row in rows for name in row if name is not None}

    def viewed_days(self, placement_id: UUID) -> dict[date, UUID]:
        """The days of a placement on which its daily view in force shows something, in order, with its picture."""
        columns = (DailyViewRow.on_day, DailyViewRow.evidence_id)
        statement = select(*columns).where(DailyViewRow.placement_id == placement_id).order_by(DailyViewRow.id)
        newest: dict[date, UUID | None] = {}
        for day, name in self._session.execute(statement):
            newest[day] = name
        return {day: name for day, name in sorted(newest.items()) if name is not None}

    def latest_view(self, placement_id: UUID) -> UUID | None:
        """The newest picture of a placement."""
        return self._session.scalar(select(LatestView.evidence_id).where(LatestView.placement_id == placement_id))

    def remove(self, names: Iterable[UUID], at: datetime, because: str) -> None:
        """Say of pictures that their files are gone; of one that is gone already it stays as it was."""
        statement = update(Evidence).where(Evidence.id.in_(list(names)), Evidence.removed_at.is_(None))
        self._session.execute(statement.values(removed_at=at, removed_because=because))

    def named(self, paths: Sequence[str]) -> set[str]:
        """Those of some paths that a row names whose file is to be there."""
        kept = select(Evidence.path).where(Evidence.path.in_(paths), Evidence.removed_at.is_(None))
        queued = select(QueuedFrame.path).where(QueuedFrame.path.in_(paths))
        return {*self._session.scalars(kept), *self._session.scalars(queued)}

    def removed(self, paths: Sequence[str]) -> set[str]:
        """Those of some paths whose row says that the file is gone."""
        return set(
            self._session.scalars(
                select(Evidence.path).where(Evidence.path.in_(paths), Evidence.removed_at.is_not(None))
            )
        )

    def pictures(self, after: UUID | None, most: int) -> list[NamedFile]:
        """Pictures that are kept, by id, after one."""
        statement = select(*_NAMED).where(Evidence.removed_at.is_(None))
        if after is not None:
            statement = statement.where(Evidence.id > after)
        return [NamedFile(*row) for row in self._session.execute(statement.order_by(Evidence.id).limit(most))]

    def queued_frames(self, after: UUID | None, most: int) -> list[NamedFile]:
        """Frames of the labelling queue, by id, after one."""
        columns = (QueuedFrame.id, QueuedFrame.path, QueuedFrame.sha256, QueuedFrame.created_at)
        statement = select(*columns).order_by(QueuedFrame.id).limit(most)
        if after is not None:
            statement = statement.where(QueuedFrame.id > after)
        return [
            NamedFile(row.id, QUEUED_FRAME, row.path, row.sha256, row.created_at)
            for row in self._session.execute(statement)
        ]

    def count_named(self) -> int:
        """How many files rows name that are to be there."""
        kept = select(func.count()).select_from(Evidence).where(Evidence.removed_at.is_(None))
        queued = select(func.count()).select_from(QueuedFrame)
        return (self._session.scalar(kept) or 0) + (self._session.scalar(queued) or 0)

    def count_removed(self) -> int:
        """How many pictures are gone by policy."""
        statement = select(func.count()).select_from(Evidence).where(Evidence.removed_at.is_not(None))
        return self._session.scalar(statement) or 0


_NAMED = (Evidence.id, Evidence.kind, Evidence.path, Evidence.sha256, Evidence.created_at)


def _has_newer_signal() -> ColumnElement[bool]:
    newer = aliased(ProgressSignal)
    return (
        select(newer.id)
        .where(
            newer.project_id == ProgressSignal.project_id,
            newer.signal_on == ProgressSignal.signal_on,
            newer.id > ProgressSignal.id,
        )
        .exists()
    )


def _has_newer_proposal() -> ColumnElement[bool]:
    newer = aliased(ProposedStatus)
    return (
        select(newer.id)
        .where(newer.project_id == ProposedStatus.project_id, newer.signal_id > ProposedStatus.signal_id)
        .exists()
    )


def _has_newer_day() -> ColumnElement[bool]:
    newer = aliased(SiteDayRow)
    return (
        select(newer.id)
        .where(newer.site_id == SiteDayRow.site_id, newer.day == SiteDayRow.day, newer.id > SiteDayRow.id)
        .exists()
    )
