"""The labelling queue for people: looking through it, opening it for unredacted frames, exporting it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from uuid import UUID, uuid4

import structlog
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from models.database import Database
from models.errors import ConflictError, FieldProblem, ForbiddenError, InvalidError, NotFoundError
from models.evidence import EvidenceStore, StoredFile
from models.principal import Permission, Principal, Role
from models.repositories.labelling import LabellingRepository
from models.repositories.paging import Page, PageRequest
from models.secrets import Seal
from models.tables.labelling import QueuedFrame, QueueEvent, QueueOpening, SealedPicture
from pipeline.labelling.export_forms import ExportedFrame, ExportForm, label_files
from pipeline.labelling.export_target import ExportTarget
from pipeline.labelling.settings import LabellingSettings

MOST_EXPORTED = 2000
# These pass through memory and never through a file of ours.
MOST_EXPORTED_UNREDACTED = 500


class QueuedFrameView(BaseModel):
    """A queued frame as it is shown; `has_unredacted` says that a sealed picture is kept beside it."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    placement_id: UUID
    taken_at: datetime
    doubt: float
    reasons: list[Any]
    proposals: list[Any]
    width_px: int
    height_px: int
    detector: str
    weights_sha256: str
    expires_at: datetime
    has_unredacted: bool

    @classmethod
    def of(cls, row: QueuedFrame, *, has_unredacted: bool) -> Self:
        """Show a stored frame."""
        values = {name: getattr(row, name) for name in cls.model_fields if name != "has_unredacted"}
        return cls(**values, has_unredacted=has_unredacted)


class OpeningDraft(BaseModel):
    """For how long, and why, the queue is to take in unredacted frames."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: Annotated[int, Field(ge=1, le=720)]
    reason: Annotated[str, Field(min_length=3, max_length=1000)]


class OpeningView(BaseModel):
    """An opening of the unredacted queue, past or present."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    opened_at: datetime
    opened_by: str
    reason: str
    closes_at: datetime
    closed_at: datetime | None
    closed_by: str | None

    @classmethod
    def of(cls, row: QueueOpening) -> Self:
        """Show a stored opening."""
        return cls.model_validate(row, from_attributes=True)


class EventView(BaseModel):
    """Something that was done with unredacted frames."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    actor: str
    action: str
    detail: dict[str, Any]

    @classmethod
    def of(cls, row: QueueEvent) -> Self:
        """Show a stored event."""
        return cls.model_validate(row, from_attributes=True)


@dataclass(frozen=True, slots=True)
class Exported:
    """How many pictures and boxes an export holds."""

    frames: int
    proposals: int


class LabellingService:
    """Frames that people are asked to label."""

    def __init__(
        self,
        database: Database,
        store: EvidenceStore,
        seal: Seal,
        now: Callable[[], datetime],
        settings: LabellingSettings,
    ) -> None:
        self._database = database
        self._store = store
        self._seal = seal
        self._now = now
        self._settings = settings

    def frames(self, principal: Principal, request: PageRequest) -> Page[QueuedFrameView]:
        """A page of the queue."""
        principal.require(Permission.LABELLING_WORK)
        now = self._now()
        with self._database.reading() as session:
            repository = LabellingRepository(session)
            page = repository.frames(request, now)
            sealed = repository.with_sealed([row.id for row in page.rows], now)
        views = [QueuedFrameView.of(row, has_unredacted=row.id in sealed) for row in page.rows]
        return Page(views, page.next_after)

    def picture(self, principal: Principal, frame_id: UUID) -> bytes:
        """A frame's redacted picture, JPEG.

        Raises:
            EvidenceError: the file is missing or was altered.
        """
        principal.require(Permission.LABELLING_WORK)
        with self._database.reading() as session:
            row = self._frame(session, frame_id)
        return self._store.read(StoredFile(row.path, row.sha256))

    def unredacted_picture(self, principal: Principal, frame_id: UUID) -> bytes:
        """A frame's picture as the camera sent it, JPEG; it is remembered who saw it.

        Raises:
            ConflictError: the queue is not open.
        """
        principal.require(Permission.LABELLING_UNREDACTED)
        with self._database.transaction() as session:
            self._require_open(session)
            self._frame(session, frame_id)
            sealed = LabellingRepository(session).sealed(frame_id, self._now())
            if sealed is None:
                raise NotFoundError(f"No unredacted picture is kept of frame {frame_id}.")
            self._remember(session, principal, "shown", {"frame_id": str(frame_id)})
            return self._seal.open_bytes(sealed.sealed)

    def drop(self, principal: Principal, frame_id: UUID) -> None:
        """Take a frame off the queue, for it is labelled or of no use."""
        principal.require(Permission.LABELLING_WORK)
        with self._database.transaction() as session:
            row = self._frame(session, frame_id)
            LabellingRepository(session).remove(row)
        self._store.discard(row.path)

    def open(self, principal: Principal, draft: OpeningDraft) -> OpeningView:
        """Have the queue keep unredacted pictures too, for a time.

        Raises:
            ConflictError: the settings don't allow it, or it is open already.
            InvalidError: the time is longer than the settings allow.
        """
        principal.require(Permission.LABELLING_UNREDACTED)
        if principal.role is not Role.ADMIN:
            raise ForbiddenError("Only an admin opens the queue for unredacted frames; a token doesn't.")
        if not self._settings.unredacted_is_allowed:
            raise ConflictError("This installation keeps no unredacted frames (labelling.unredacted_is_allowed).")
        if draft.hours > self._settings.unredacted_most_hours:
            most = self._settings.unredacted_most_hours
            raise InvalidError(FieldProblem("hours", f"at most {most} (labelling.unredacted_most_hours)"))
        now = self._now()
        with self._database.transaction() as session:
            repository = LabellingRepository(session)
            if repository.opening_in_force(now) is not None:
                raise ConflictError("The queue is open already. Close it first.")
            row = QueueOpening(
                id=uuid4(),
                opened_at=now,
                opened_by=principal.name,
                opened_by_id=principal.id,
                reason=draft.reason,
                closes_at=now + timedelta(hours=draft.hours),
                closed_at=None,
                closed_by=None,
            )
            repository.add(row)
            detail = {"opening_id": str(row.id), "hours": draft.hours, "reason": draft.reason}
            self._remember(session, principal, "opened", detail)
        return OpeningView.of(row)

    def close(self, principal: Principal, opening_id: UUID) -> None:
        """Close the queue for unredacted frames before its time; one that is closed stays as it is."""
        principal.require(Permission.LABELLING_UNREDACTED)
        now = self._now()
        with self._database.transaction() as session:
            row = LabellingRepository(session).opening(opening_id)
            if row is None:
                raise NotFoundError(f"There is no opening {opening_id}.")
            if row.closed_at is None and row.closes_at > now:
                row.closed_at, row.closed_by = now, principal.name
                self._remember(session, principal, "closed", {"opening_id": str(opening_id)})

    def openings(self, principal: Principal) -> list[OpeningView]:
        """Every opening there ever was, newest first."""
        principal.require(Permission.LABELLING_UNREDACTED)
        with self._database.reading() as session:
            return [OpeningView.of(row) for row in LabellingRepository(session).openings()]

    def events(self, principal: Principal, request: PageRequest) -> Page[EventView]:
        """A page of what was done with unredacted frames, oldest first."""
        principal.require(Permission.LABELLING_UNREDACTED)
        with self._database.reading() as session:
            page = LabellingRepository(session).events(request)
            return Page([EventView.of(row) for row in page.rows], page.next_after)

    def export(
        self, principal: Principal, form: ExportForm, target: ExportTarget, *, unredacted: bool = False
    ) -> Exported:
        """Write the newest frames with their proposed boxes; `unredacted`, those that are kept so, as they were sent.

        Raises:
            ConflictError: unredacted frames are asked for while the queue is not open.
        """
        principal.require(Permission.LABELLING_WORK)
        if unredacted:
            principal.require(Permission.LABELLING_UNREDACTED)
        now = self._now()
        with self._database.reading() as session:
            if unredacted:
                self._require_open(session)
            most = MOST_EXPORTED_UNREDACTED if unredacted else MOST_EXPORTED
            rows = LabellingRepository(session).newest(most, now, only_sealed=unredacted)
        if unredacted:
            with self._database.transaction() as session:
                # Remembered before the first picture leaves, whatever becomes of the rest.
                self._remember(session, principal, "exported", {"form": form.value, "frames": len(rows)})
        frames = [_exported(row) for row in rows]
        for path, data in label_files(frames, form, is_redacted=not unredacted).items():
            target.add(path, data)
        for row, frame in zip(rows, frames, strict=True):
            target.add(frame.picture_path, self._picture_of(row, unredacted=unredacted))
        return Exported(len(frames), sum(len(frame.proposals) for frame in frames))

    def _picture_of(self, row: QueuedFrame, *, unredacted: bool) -> bytes:
        if not unredacted:
            return self._store.read(StoredFile(row.path, row.sha256))
        with self._database.reading() as session:
            sealed: SealedPicture | None = LabellingRepository(session).sealed(row.id, self._now())
        if sealed is None:
            raise ConflictError("A frame expired while it was exported. Export again.")
        return self._seal.open_bytes(sealed.sealed)

    def _frame(self, session: Session, frame_id: UUID) -> QueuedFrame:
        row = LabellingRepository(session).frame(frame_id, self._now())
        if row is None:
            raise NotFoundError(f"There is no queued frame {frame_id}.")
        return row

    def _require_open(self, session: Session) -> None:
        opening = LabellingRepository(session).opening_in_force(self._now())
        if opening is None or not self._settings.unredacted_is_allowed:
            raise ConflictError("The queue is not open for unredacted frames. An admin opens it, for a time.")

    def _remember(self, session: Session, principal: Principal, action: str, detail: dict[str, Any]) -> None:
        event = QueueEvent(at=self._now(), actor=principal.name, actor_id=principal.id, action=action, detail=detail)
        LabellingRepository(session).add(event)
        structlog.get_logger().info("unredacted labelling queue", action=action, actor=principal.name, **detail)


def _exported(row: QueuedFrame) -> ExportedFrame:
    name = f"{row.placement_id.hex[:8]}-{row.taken_at:%Y%m%dT%H%M%SZ}-{row.id.hex[:8]}"
    proposals: Sequence[dict[str, Any]] = row.proposals
    return ExportedFrame(name, row.width_px, row.height_px, row.taken_at, proposals)
