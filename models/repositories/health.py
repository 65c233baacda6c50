"""Queries over the history of cameras' health."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.camera_grade import HOUR, CameraGrade, HourCounts, camera_grade, hour_of
from models.repositories.paging import Page, PageRequest, read_page
from models.tables.health import CameraHealthEvent, CameraHour


class HealthRepository:
    """What cameras' states were, and how well they did."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, camera_id: UUID, state: str, reason: str, at: datetime) -> None:
        """Remember a change of state; it ends the one before."""
        present = self._session.scalar(
            select(CameraHealthEvent).where(
                CameraHealthEvent.camera_id == camera_id, CameraHealthEvent.ended_at.is_(None)
            )
        )
        if present is not None:
            # A machine's clock may be put back.
            present.ended_at = max(at, present.at)
            self._session.flush()
        self._session.add(CameraHealthEvent(camera_id=camera_id, state=state, reason=reason, at=at, ended_at=None))

    def history(self, camera_id: UUID, request: PageRequest) -> Page[CameraHealthEvent]:
        """A page of a camera's changes of state, newest first."""
        statement = select(CameraHealthEvent).where(CameraHealthEvent.camera_id == camera_id)
        return read_page(self._session, statement, CameraHealthEvent.id, request, descending=True)

    def count(self, camera_id: UUID, at: datetime, counts: HourCounts) -> None:
        """Add to the counts of the hour that `at` lies in."""
        key = (camera_id, hour_of(at))
        row = self._session.get(CameraHour, key, with_for_update=True)
        if row is None:
            try:
                with self._session.begin_nested():
                    self._session.add(CameraHour(camera_id=camera_id, starts_at=hour_of(at), **asdict(counts)))
                return
            except IntegrityError:
                # The process that takes pictures in counts too, and began the hour at the same moment.
                row = self._session.get_one(CameraHour, key, with_for_update=True)
        for name, count in asdict(counts).items():
            setattr(row, name, getattr(row, name) + count)

    def grade(self, camera_id: UUID, at: datetime) -> CameraGrade:
        """How well a camera did over the sixty minutes before `at`."""
        statement = select(CameraHour).where(
            CameraHour.camera_id == camera_id, CameraHour.starts_at > at - 2 * HOUR, CameraHour.starts_at <= at
        )
        return camera_grade(self._session.scalars(statement), at)
