"""One picture of two days of a view: its work elements outlined in both, with what of each stood then.

It is drawn when it is asked for, from two daily views that are kept, and is not stored itself. Daily views are made
of redacted pictures alone, and nothing but lines and letters is added.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from models.database import Database
from models.errors import FieldProblem, InvalidError, NotFoundError
from models.evidence import EvidenceStore
from models.principal import Permission, Principal
from models.repositories.evidence import EvidenceRepository
from models.repositories.observations import ObservationRepository
from models.repositories.progress import ProgressRepository
from models.repositories.roadmap import RoadmapRepository
from models.repositories.sites import SiteRepository
from models.tables.observations import Evidence
from models.tables.progress import ElementDayRow, WorkElementRow
from pipeline.evidence import JPEG_QUALITY
from pipeline.kept_evidence import read_kept
from vision.before_after import RULE_VERSION, MarkedElement, before_after
from vision.image import decode_image, encode_jpeg

# More is not readable in a picture of this size.
_MOST_LETTERS = 40


@dataclass(frozen=True, slots=True)
class ViewPair:
    """Two daily views that are to be shown together, with what is drawn on them."""

    before: Evidence
    after: Evidence
    before_on: date
    after_on: date
    elements: tuple[MarkedElement, ...]

    @property
    def digest(self) -> str:
        """The same for the same picture; hex."""
        drawn = (RULE_VERSION, self.before.sha256, self.after.sha256, self.before_on, self.after_on, self.elements)
        return hashlib.sha256(repr(drawn).encode()).hexdigest()


class BeforeAfterService:
    """Shows what two days' views show of work elements; an owner sees its own projects only."""

    def __init__(self, database: Database, store: EvidenceStore) -> None:
        self._database = database
        self._store = store

    def find(
        self,
        principal: Principal,
        project_id: UUID,
        element_ids: Sequence[UUID] = (),
        first: date | None = None,
        last: date | None = None,
    ) -> ViewPair:
        """The views of two days that show something: the last up to each of `first` and `last`.

        Without days they are a placement's first view and its newest; where nothing was seen up to `first`, the first
        view. Without elements they are all of the placement that the project was first seen from.

        Raises:
            NotFoundError: no such project or element, or no two days' views.
            InvalidError: the elements are of several placements, or `last` lies before `first`.
        """
        principal.require(Permission.EVIDENCE_READ)
        if first is not None and last is not None and first > last:
            raise InvalidError(FieldProblem("to", "lies before from"))
        with self._database.reading() as session:
            if RoadmapRepository(session).project(project_id, principal.sees_only_organisation) is None:
                raise NotFoundError(f"There is no project {project_id}.")
            elements = _elements(session, project_id, element_ids)
            pictures = EvidenceRepository(session).viewed_days(elements[0].placement_id)
            before_on, after_on = _days(list(pictures), first, last)
            before, after = (_evidence(session, pictures[on]) for on in (before_on, after_on))
            return ViewPair(before, after, before_on, after_on, _marked(session, elements, before_on, after_on))

    def draw(self, pair: ViewPair) -> bytes:
        """The picture as a JPEG.

        Raises:
            EvidenceRemovedError: a view was kept as long as policy asks, and is gone.
            EvidenceError: a view's file is missing or was altered.
        """
        before, after = (decode_image(read_kept(self._store, row)) for row in (pair.before, pair.after))
        titles = (pair.before_on.isoformat(), pair.after_on.isoformat())
        return encode_jpeg(before_after(before, after, pair.elements, titles), JPEG_QUALITY)


def _elements(session: Session, project_id: UUID, element_ids: Sequence[UUID]) -> Sequence[WorkElementRow]:
    repository = ProgressRepository(session)
    if not element_ids:
        placed = repository.elements_of_project(project_id)
        if not placed:
            raise NotFoundError(f"Project {project_id} has no work elements.")
        return [one.element for one in placed if one.placement.id == placed[0].placement.id]
    found = []
    # One that was redrawn is shown as it was drawn then: a signal may rest on it.
    for element_id in dict.fromkeys(element_ids):
        element = repository.element(element_id)
        if element is None or _project_of(session, element) != project_id:
            raise NotFoundError(f"Project {project_id} has no work element {element_id}.")
        found.append(element)
    if len({element.placement_id for element in found}) > 1:
        raise InvalidError(FieldProblem("element", "names work elements of several placements; ask for each by itself"))
    return found


def _project_of(session: Session, element: WorkElementRow) -> UUID | None:
    sites = SiteRepository(session)
    placement = sites.placement(element.placement_id)
    site = None if placement is None else sites.site(placement.site_id, may_be_retired=True)
    return None if site is None else site.project_id


def _days(viewed: Sequence[date], first: date | None, last: date | None) -> tuple[date, date]:
    """The days to show, of those that were seen, in order."""
    if not viewed:
        raise NotFoundError("There is no daily view of these work elements yet.")
    before = max((on for on in viewed if first is not None and on <= first), default=viewed[0])
    after = max((on for on in viewed if last is None or on <= last), default=viewed[0])
    if before >= after:
        raise NotFoundError(f"Between these days there is one daily view only, of {before}; ask for other days.")
    return before, after


def _marked(
    session: Session, elements: Sequence[WorkElementRow], before_on: date, after_on: date
) -> tuple[MarkedElement, ...]:
    repository, names = ProgressRepository(session), [element.id for element in elements]
    days = {
        (row.element_id, row.on_day): row
        for on in (before_on, after_on)
        for row in repository.element_days(names, on, on)
    }
    return tuple(
        MarkedElement(
            tuple((x, y) for x, y in element.polygon),
            _said(element, days.get((element.id, before_on))),
            _said(element, days.get((element.id, after_on))),
        )
        for element in elements
    )


def _said(element: WorkElementRow, day: ElementDayRow | None) -> str:
    """Title and share, in letters and figures that need no language."""
    title = element.title or element.key
    if len(title) > _MOST_LETTERS:
        title = f"{title[: _MOST_LETTERS - 1]}…"
    if day is None:
        return title
    return f"{title} · {100 * day.share:.0f} % ({100 * day.low:.0f}–{100 * day.high:.0f})"


def _evidence(session: Session, name: UUID) -> Evidence:
    row = ObservationRepository(session).evidence(name)
    assert row is not None
    return row
