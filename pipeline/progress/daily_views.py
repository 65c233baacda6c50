"""Making a placement's daily views from the evidence that its windows kept.

The first good picture becomes what all views of the placement are laid over. It is kept as evidence of its own, since
the windows' pictures are removed after a while; views are kept for the life of the project.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from models.database import Database
from models.errors import EvidenceError
from models.repositories.progress import ProgressRepository, StoredPictureRef
from models.tables.observations import Evidence
from models.tables.progress import DailyViewRow
from models.tables.sites import Placement, Site
from models.words import ZonePurpose
from pipeline.evidence import EvidenceKeeper
from pipeline.progress.day_pictures import chosen, view_hours
from pipeline.progress.stored_finds import StoredFinds, nothing_hidden, stored_look
from pipeline.progress.suspension import UNKNOWN_PICTURES, shows_another_view
from pipeline.registry.sites import calendar_of
from pipeline.sun import Position
from streams.clock import Clock
from vision.daily_view import DailyView, DailyViewMaker, LeftOut
from vision.detections import Detections
from vision.detector import Image
from vision.errors import UnreadableImageError
from vision.image import decode_image
from vision.privacy_mask import MASK_COLOUR, apply_privacy_masks
from vision.seen_mask import decode_seen, encode_seen
from vision.view_traits import view_traits

RULE_VERSION: Final = "daily-view-1"
# So many views before a day are shown to a maker that begins with it, as it would have seen them itself.
PRIMED_BY: Final = 4
# Makers that are held for the placements' next days; another is made when it is needed.
MOST_MAKERS: Final = 64


@dataclass(frozen=True, slots=True)
class DayInputs:
    """What a day's view is made of: the pictures, and the digest by which it is known again."""

    pictures: tuple[StoredPictureRef, ...]
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """A stored picture at the view's width, with what hides the works in it."""

    evidence: Evidence
    image: Image
    finds: Detections


@dataclass(slots=True, eq=False)
class _Maker:
    """A maker with what it is told of pictures, and the day it has come to."""

    reference_id: UUID
    maker: DailyViewMaker
    finds: StoredFinds
    came_to: date


class DailyViews:
    """Makes daily views; owned by one thread. Nothing is read or seen within a transaction that writes."""

    def __init__(self, database: Database, keeper: EvidenceKeeper, clock: Clock) -> None:
        self._database = database
        self._keeper = keeper
        self._clock = clock
        self._makers: OrderedDict[UUID, _Maker] = OrderedDict()
        self._log = structlog.get_logger()

    def inputs(
        self, session: Session, placement: Placement, site: Site, first: date, last: date
    ) -> dict[date, DayInputs]:
        """What the views of some days are to be made of, those without pictures too."""
        calendar, position = calendar_of(site), Position(site.latitude, site.longitude)
        hours = {day: view_hours(calendar, day) for day in _from_to(first, last)}
        refs = ProgressRepository(session).picture_refs(
            placement.id, hours[first].starts_at, max(hours[last].ends_at, hours[first].ends_at)
        )
        suspended = placement.suspended_since
        by_day: dict[date, list[StoredPictureRef]] = {day: [] for day in hours}
        for row in refs:
            day = calendar.day_of(row.taken_at)
            if day in hours and hours[day].holds(row.taken_at) and (suspended is None or row.taken_at < suspended):
                by_day[day].append(row)
        masks = _masks(placement)
        found: dict[date, DayInputs] = {}
        for day, pictures in by_day.items():
            taken = chosen(pictures, position)
            document = [RULE_VERSION, masks if taken else [], [str(one.evidence_id) for one in taken]]
            found[day] = DayInputs(tuple(taken), _sha256(document))
        return found

    def make(self, placement: Placement, on: date, inputs: DayInputs) -> bool:
        """Make and store a day's view; whether its clear pictures all show something else.

        Nothing is made, and nothing told, where it is known already or stands though its pictures are gone.
        """
        with self._database.reading() as session:
            repository = ProgressRepository(session)
            known = repository.daily_view(placement.id, on)
            reference = repository.reference_evidence(placement.id)
            rows = repository.evidence_of([one.evidence_id for one in inputs.pictures if not one.is_removed])
        if known is not None and known.input_sha256 == inputs.sha256:
            return False
        if known is not None and len(rows) < len(inputs.pictures):
            # Pictures are thinned out after a while; the view stands as it was made with them.
            return False
        looks = self._looks(rows)
        new_reference = None
        maker: _Maker | None = None
        if reference is not None:
            maker = self._maker(placement.id, reference, on)
        elif looks:
            clearest = max(looks, key=_clearness)
            new_reference = replace(clearest, image=_masked(clearest.image, placement))
            maker = _begun(new_reference.evidence.id, new_reference.image, on)
        view = None
        if maker is not None:
            maker.finds.tell([(look.image, look.finds) for look in looks])
            view = _without(maker.maker.view(on, [look.image for look in looks]), placement)
        if view is not None and view.pictures == 0:
            new_reference = None
        is_stored = self._store(placement, on, inputs, known, looks, view, new_reference)
        if not is_stored or view is None:
            return False
        return shows_another_view(view, [look.image for look in looks], UNKNOWN_PICTURES)

    def restore(self, row: DailyViewRow, evidence: Evidence | None) -> DailyView:
        """A stored view as it was made, of which `evidence` is the picture.

        Raises:
            EvidenceError: its file is missing or was altered.
            UnreadableImageError: it can't be read.
        """
        left_out = tuple(LeftOut(reason) for reason in row.left_out)
        if evidence is None or row.seen is None:
            empty = np.zeros((1, 1, 3), np.uint8)
            return DailyView(row.on_day, empty, np.zeros((1, 1), np.bool_), 0, left_out, 0.0, 0.0)
        image, seen = decode_image(self._keeper.read(evidence)), decode_seen(row.seen)
        return DailyView(row.on_day, image, seen, row.pictures, left_out, row.shift_px_share, row.outline_levels)

    def _looks(self, rows: Sequence[Evidence]) -> list[_Look]:
        looks: list[_Look] = []
        for evidence in rows:
            try:
                image = decode_image(self._keeper.read(evidence))
            except (EvidenceError, UnreadableImageError) as error:
                # The rest of the day says what it says; the store's own check names what is missing.
                self._log.error("evidence can't be read for a daily view", evidence=str(evidence.id), why=str(error))
                continue
            looks.append(_Look(evidence, *stored_look(evidence, image)))
        return sorted(looks, key=lambda look: look.evidence.taken_at)

    def _maker(self, placement_id: UUID, reference: Evidence, on: date) -> _Maker:
        held = self._makers.pop(placement_id, None)
        if held is None or held.reference_id != reference.id or held.came_to >= on:
            held = self._primed(placement_id, reference, on)
        held.came_to = on
        self._makers[placement_id] = held
        while len(self._makers) > MOST_MAKERS:
            self._makers.popitem(last=False)
        return held

    def _primed(self, placement_id: UUID, reference: Evidence, on: date) -> _Maker:
        """A maker that has seen the views of the days before, which remembers them beside the reference."""
        made = _begun(reference.id, decode_image(self._keeper.read(reference)), on)
        with self._database.reading() as session:
            repository = ProgressRepository(session)
            before = repository.views_before(placement_id, on, PRIMED_BY)
            pictures = {one.id: one for one in repository.evidence_of([row.evidence_id for row in before])}
        for row in before:
            view = self.restore(row, None if row.evidence_id is None else pictures.get(row.evidence_id))
            if not view.pictures:
                continue
            made.finds.tell([(view.image, nothing_hidden())])
            made.maker.view(row.on_day, [view.image])
        return made

    def _store(
        self,
        placement: Placement,
        on: date,
        inputs: DayInputs,
        known: DailyViewRow | None,
        looks: Sequence[_Look],
        view: DailyView | None,
        new_reference: _Look | None,
    ) -> bool:
        """Files first, then the rows; false where another process was quicker."""
        now = self._clock.now()
        made_of = [look.evidence for look in looks]
        picture = reference = None
        if new_reference is not None:
            at = new_reference.evidence.taken_at
            reference = self._keeper.keep_made_of([new_reference.evidence], new_reference.image, at, now)
        if view is not None and view.pictures:
            picture = self._keeper.keep_made_of(made_of, view.image, made_of[len(made_of) // 2].taken_at, now)
        row = DailyViewRow(
            placement_id=placement.id,
            on_day=on,
            pictures=0 if view is None else view.pictures,
            picture_ids=[str(one.id) for one in made_of],
            left_out=[] if view is None else [reason.value for reason in view.left_out],
            shift_px_share=0.0 if view is None else view.shift_px_share,
            outline_levels=0.0 if view is None else view.outline_levels,
            seen_share=0.0 if view is None else float(view.seen.mean()),
            seen=None if view is None or not view.pictures else encode_seen(view.seen),
            input_sha256=inputs.sha256,
            weights_sha256=sorted({one.weights_sha256 for one in made_of}),
            rule_version=RULE_VERSION,
            created_at=now,
        )
        with self._database.transaction() as session:
            repository = ProgressRepository(session)
            repository.lock_placement(placement.id)
            present = repository.daily_view(placement.id, on)
            fixed = repository.reference_evidence(placement.id)
            if (None if present is None else present.id) != (None if known is None else known.id):
                return False
            if reference is not None and fixed is not None:
                return False
            for evidence in (reference, picture):
                if evidence is not None:
                    repository.add(evidence)
            repository.flush()
            laid_over = fixed or reference
            row.evidence_id = None if picture is None else picture.id
            row.reference_id = None if laid_over is None else laid_over.id
            repository.add(row)
        return True


def _begun(reference_id: UUID, image: Image, on: date) -> _Maker:
    finds = StoredFinds()
    return _Maker(reference_id, DailyViewMaker(image, finds), finds, on)


def _clearness(look: _Look) -> tuple[bool, float]:
    """Daylight first, then the strongest outlines."""
    traits = view_traits(look.image)
    return traits.light >= 60.0, traits.outline_levels


def _masks(placement: Placement) -> list[list[list[float]]]:
    return [zone["polygon"] for zone in placement.zones if zone["purpose"] == ZonePurpose.PRIVACY_MASK.value]


def _masked(image: Image, placement: Placement) -> Image:
    """A picture under the privacy masks of now: its own may be older than they are."""
    height, width = image.shape[:2]
    return apply_privacy_masks(image, [[(x * width, y * height) for x, y in polygon] for polygon in _masks(placement)])


def _without(view: DailyView, placement: Placement) -> DailyView:
    """The view under its privacy masks, which are not seen: nothing is known of what is under them."""
    if not _masks(placement):
        return view
    blank: NDArray[np.uint8] = np.full(view.image.shape, 255, np.uint8)
    is_masked = (_masked(blank, placement) == np.array(MASK_COLOUR, np.uint8)).all(axis=2)
    return replace(view, image=_masked(view.image, placement), seen=view.seen & ~is_masked)


def _from_to(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _sha256(document: object) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
