"""What an operator does about a placement whose camera was moved: confirm its view, or aim it anew.

The proposal lays the newest picture over the reference and takes what was drawn along; people look at it, and accept
or redraw it. Until then nothing of what is built is read from the placement.
"""

from collections.abc import Callable, Container, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import count
from typing import Any, Final
from uuid import UUID, uuid4

import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from models.changes import check_version
from models.database import Database
from models.errors import ConflictError, EvidenceError, NotFoundError
from models.evidence import EvidenceStore, StoredFile
from models.principal import Permission, Principal
from models.repositories.observations import ObservationRepository
from models.repositories.progress import ProgressRepository
from models.repositories.sites import SiteRepository
from models.repositories.views import ViewRepository
from models.tables.observations import Evidence
from models.tables.progress import ElementDayRow, WorkElementRow
from models.tables.sites import Placement
from models.words import ZonePurpose
from pipeline.progress.stored_finds import stored_look
from pipeline.registry.element_drawing import ElementDraft
from pipeline.registry.elements import ElementService
from pipeline.registry.placements import DrawnZones, PlacementView
from pipeline.registry.sites import calendar_of
from vision.daily_view import VIEW_WIDTH_PX
from vision.detector import Image
from vision.errors import UnreadableImageError
from vision.image import decode_image
from vision.registration import Registrar

# In shares of the picture; less, 14 px square of 1920 by 1080, is not carried over.
_LEAST_PIECE: Final = 1e-4
# A zone's name has at most 120 letters (pipeline/registry/placements.py); so many leave room for a number.
_LONGEST_NUMBERED: Final = 115


class ViewAnswer(StrEnum):
    """What the operator says of the view."""

    SAME_VIEW = "same_view"
    NEW_PLACEMENT = "new_placement"


class ViewConfirmation(BaseModel):
    """The operator's answer; zones and elements are those of the new placement, as proposed where they are left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: ViewAnswer
    zones: DrawnZones | None = None
    elements: tuple[ElementDraft, ...] | None = None


class MovedView(BaseModel):
    """How far a camera was moved, and what was drawn, carried over to what it shows now.

    Without a `transform` too little of the old view was found again: then what was drawn is as it was, to be drawn
    anew. `transform` (3 by 3) takes shares of the old picture to shares of the new one. What lies outside the new
    picture is left out of zones and named in `lost`. Where the border cuts a zone into pieces the largest is it; of a
    privacy mask each is a zone, with a number behind its name.
    """

    model_config = ConfigDict(frozen=True)

    placement_id: UUID
    suspended_since: datetime | None
    evidence_id: UUID | None = Field(description="The newest picture, which the proposal is drawn on.")
    reference_id: UUID | None = Field(description="The picture that was drawn on.")
    shift_share: float | None = Field(description="How far it was moved, in shares of the picture's width.")
    transform: list[list[float]] | None
    zones: list[dict[str, Any]]
    elements: list[dict[str, Any]]
    lost: list[str]


class MovedViewService:
    """Ending a placement's suspension."""

    def __init__(
        self, database: Database, store: EvidenceStore, elements: ElementService, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._store = store
        self._elements = elements
        self._now = now

    def propose(self, principal: Principal, placement_id: UUID) -> MovedView:
        """What a new placement of the camera would carry over. Looks at two pictures, for a part of a second."""
        principal.require(Permission.CAMERA_READ)
        with self._database.reading() as session:
            placement = _placement(SiteRepository(session).placement(placement_id), placement_id)
            site = SiteRepository(session).site(placement.site_id, may_be_retired=True)
            repository = ProgressRepository(session)
            reference = repository.reference_evidence(placement_id)
            newest = ObservationRepository(session).latest_views([placement_id]).get(placement_id)
            elements = repository.elements(placement_id)
            days = {row.id: repository.latest_day(row.id) for row in elements}
        way, shift = self._way(reference, newest)
        today = self._now().date() if site is None else calendar_of(site).day_of(self._now())
        zones, lost = _carried(placement.zones, way)
        drafts = []
        for row in elements:
            polygon = row.polygon if way is None else _taken(way, row.polygon)
            draft = _draft(row, days[row.id], polygon)
            if _is_drawable(draft):
                drafts.append(draft | {"reference_on": today.isoformat()})
            else:
                lost.append(row.key)
        known = {draft["key"] for draft in drafts}
        for draft in drafts:
            draft["built_after"] = [key for key in draft["built_after"] if key in known]
        return MovedView(
            placement_id=placement_id,
            suspended_since=placement.suspended_since,
            evidence_id=None if newest is None else newest.id,
            reference_id=None if reference is None else reference.id,
            shift_share=shift,
            transform=None if way is None else [[round(float(value), 6) for value in row] for row in way],
            zones=zones,
            elements=drafts,
            lost=lost,
        )

    def confirm(
        self, principal: Principal, placement_id: UUID, answer: ViewConfirmation, version: int | None
    ) -> PlacementView:
        """End a suspension: the view is the same again, or the camera has a new placement from now on.

        Raises:
            ConflictError: the placement is not suspended, has ended, or its camera still looks elsewhere; or nothing
                can be carried over, and zones or elements are left out.
        """
        principal.require(Permission.CAMERA_WRITE)
        if answer.answer is ViewAnswer.SAME_VIEW:
            return self._same(placement_id, version)
        return self._anew(principal, placement_id, answer, version)

    def _same(self, placement_id: UUID, version: int | None) -> PlacementView:
        with self._database.transaction() as session:
            placement = _suspended(ProgressRepository(session).lock_placement(placement_id), placement_id, version)
            state = ViewRepository(session).state(placement_id)
            if state is not None and state.moved_since is not None:
                raise ConflictError(
                    "Its newest looks still show another view. Turn the camera back and wait a minute, "
                    "or begin a new placement and carry over what was drawn."
                )
            placement.suspended_since, placement.confirmed_at = None, self._now()
            session.flush()
            return PlacementView.of(placement)

    def _anew(
        self, principal: Principal, placement_id: UUID, answer: ViewConfirmation, version: int | None
    ) -> PlacementView:
        proposed = self.propose(principal, placement_id)
        if proposed.transform is None and (answer.zones is None or answer.elements is None):
            # As they were, privacy masks too, they would lie over something else.
            raise ConflictError(
                "Too little of the old view was found again to carry over what was drawn. Draw zones and elements anew "
                "on what the camera shows now, and send both; an empty list says that there are none."
            )
        elements = answer.elements
        if elements is None:
            elements = tuple(ElementDraft.model_validate(draft) for draft in proposed.elements)
        zones = proposed.zones if answer.zones is None else [zone.model_dump(mode="json") for zone in answer.zones]
        now = self._now()
        with self._database.transaction() as session:
            old = _suspended(ProgressRepository(session).lock_placement(placement_id), placement_id, version)
            if old.ends_at is not None:
                raise ConflictError("This placement has ended; begin another one.")
            old.ends_at = now
            session.flush()
            placement = Placement(
                id=uuid4(),
                camera_id=old.camera_id,
                site_id=old.site_id,
                starts_at=now,
                ends_at=None,
                zones=zones,
                created_at=now,
            )
            SiteRepository(session).add(placement)
            session.flush()
            self._elements.draw_within(session, placement.id, elements, carried_from=old.id)
            return PlacementView.of(placement)

    def _way(
        self, reference: Evidence | None, newest: Evidence | None
    ) -> tuple[NDArray[np.float64] | None, float | None]:
        """What takes shares of the reference to shares of the newest picture, and how far that is."""
        old, new = self._image(reference), self._image(newest)
        if old is None or new is None:
            return None, None
        found = Registrar(old).register(new)
        if not found.is_known:
            return None, None
        to_px = np.diag([VIEW_WIDTH_PX, float(old.shape[0]), 1.0])
        from_px = np.diag([1 / VIEW_WIDTH_PX, 1 / float(new.shape[0]), 1.0])
        way = from_px @ np.linalg.inv(found.to_reference) @ to_px
        return way / way[2, 2], round(found.shift_px_share, 4)

    def _image(self, evidence: Evidence | None) -> Image | None:
        if evidence is None:
            return None
        try:
            image = decode_image(self._store.read(StoredFile(evidence.path, evidence.sha256)))
        except (EvidenceError, UnreadableImageError):
            return None
        return stored_look(evidence, image)[0]


def _taken(way: NDArray[np.float64], polygon: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    corners = np.hstack([np.asarray(polygon, np.float64), np.ones((len(polygon), 1))]) @ way.T
    return [(round(float(x / w), 4), round(float(y / w), 4)) for x, y, w in corners]


def _carried(
    zones: Sequence[dict[str, Any]], way: NDArray[np.float64] | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """The zones as they lie in the new picture, as they were without a way; and the names of those outside it."""
    if way is None:
        return list(zones), []
    carried: list[dict[str, Any]] = []
    lost: list[str] = []
    names = {zone["name"] for zone in zones}
    for zone in zones:
        pieces = _inside(_taken(way, zone["polygon"]))
        if not pieces:
            lost.append(zone["name"])
            continue
        carried.append({**zone, "polygon": pieces[0]})
        if zone["purpose"] != ZonePurpose.PRIVACY_MASK.value:
            continue
        # What may not be looked at is hidden wherever it still shows.
        for piece in pieces[1:]:
            name = _free_name(zone["name"], names)
            names.add(name)
            carried.append({**zone, "name": name, "polygon": piece})
    return carried, lost


def _free_name(name: str, names: Container[str]) -> str:
    """The name with the first number behind it that no other has, within a name's length."""
    numbered = (f"{name[:_LONGEST_NUMBERED]} {number}" for number in count(2))
    return next(one for one in numbered if one not in names)


def _inside(polygon: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """The pieces of a polygon that lie in the picture, the largest first; none where there is nothing of it."""
    part = shapely.Polygon(polygon).buffer(0).intersection(shapely.box(0.0, 0.0, 1.0, 1.0))
    pieces = [piece for piece in getattr(part, "geoms", [part]) if isinstance(piece, shapely.Polygon)]
    pieces = [piece for piece in pieces if piece.area >= _LEAST_PIECE]
    pieces.sort(key=lambda piece: piece.area, reverse=True)
    return [[(round(x, 4), round(y, 4)) for x, y in list(piece.exterior.coords)[:-1]] for piece in pieces]


def _draft(row: WorkElementRow, day: ElementDayRow | None, polygon: Sequence[Sequence[float]]) -> dict[str, Any]:
    """An element as it would be drawn now: what stands by the last figure is its reference."""
    return {
        "key": row.key,
        "title": row.title,
        "task_key": row.task_key,
        "weight": row.weight,
        "polygon": [tuple(corner) for corner in polygon],
        "growth": row.growth,
        "kind": row.kind,
        "reference_share": row.reference_share if day is None else round(day.share, 3),
        "built_after": list(row.built_after),
    }


def _is_drawable(draft: dict[str, Any]) -> bool:
    try:
        ElementDraft.model_validate(draft)
    except ValueError:
        return False
    return True


def _suspended(placement: Placement | None, placement_id: UUID, version: int | None) -> Placement:
    found = _placement(placement, placement_id)
    check_version(found.version, version)
    if found.suspended_since is None:
        raise ConflictError("This placement is not suspended; nothing waits for its view to be confirmed.")
    return found


def _placement(placement: Placement | None, placement_id: UUID) -> Placement:
    if placement is None:
        raise NotFoundError(f"There is no placement {placement_id}.")
    return placement
