"""Watching whether a placement's camera still looks where it did, look by look.

A look that shows a shifted view is not usable, whatever it shows. The camera is called moved once looks
over a while all said so, and no longer moved once as many said that it looks as before; a look that cannot
tell (dusk, rain, a lorry before the lens) is taken as the ones before it were. A look is compared where a
glance says that it is another picture than the one compared last, where the last one spoke against the state,
and once a minute anyway; the looks in between are taken as that one was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray

from models.database import Database
from models.repositories.views import ViewRepository
from models.tables.views import ReferenceView
from streams.clock import Clock
from vision.detections import Detections, Group
from vision.detector import Image
from vision.privacy_mask import Polygon
from vision.view_glance import Glance, GlanceCells, glance
from vision.view_shift import RULE_VERSION, UNMOVED, ViewFeatures, ViewShift, view_features, view_shift

# A mast sways by 0.2 % of the width; from this on, zones lie beside what they were drawn around.
MOVED_FROM_SHARE = 0.012
# A view is learnt only where it is surely the same.
SAME_UP_TO_SHARE = 0.005
CHECK_EVERY = timedelta(seconds=60)
# So soon again where something speaks for a move; looks every 10 s may be off by a little.
CHECK_AGAIN = timedelta(seconds=8)
# So long, and in so many looks in a row, a shift must be seen (or be gone) to be the camera's state.
PERSISTS = timedelta(seconds=20)
PERSISTS_LOOKS = 3
# Light and seasons change what a view looks like, so it is learnt again now and then.
LEARN_EVERY = timedelta(hours=6)
MOST_VIEWS = 10
FEWEST_CORNERS = 60
_READ_AGAIN = timedelta(minutes=2)
_NOTE_AGAIN = timedelta(minutes=5)
_HIDDEN_GROUPS = (Group.PERSON, Group.VEHICLE, Group.MACHINE)


@dataclass(frozen=True, slots=True, eq=False)
class KnownView:
    """A view that was learnt; `to_first` joins it to the placement's first (vision/view_shift.py)."""

    features: ViewFeatures
    taken_at: datetime
    to_first: NDArray[np.float64]


class ViewWatch:
    """Judges the looks of one placement in order of time; owned by one thread."""

    def __init__(self, database: Database, clock: Clock, placement_id: UUID) -> None:
        self._database = database
        self._clock = clock
        self._placement_id = placement_id
        self._views: list[KnownView] = []
        self._moved_since: datetime | None = None
        self._is_shifted = False
        self._checked_at: datetime | None = None
        # What the look that was checked last showed at a glance.
        self._checked: GlanceCells | None = None
        self._read_at: datetime | None = None
        self._noted: tuple[datetime | None, datetime] | None = None
        # The looks in a row that spoke against the state: since when, and how many.
        self._against_since: datetime | None = None
        self._against = 0
        self._to_learn: KnownView | None = None
        self._log = structlog.get_logger().bind(placement_id=str(placement_id))

    @property
    def moved_since(self) -> datetime | None:
        """Since when the camera has been moved, or None while it stands as it did."""
        return self._moved_since

    def shows_another_view(
        self, image: Image, at: datetime, masks: Sequence[Polygon] = (), *, seen: Glance | None = None
    ) -> bool:
        """Whether the camera was moved when it took a usable look, its privacy masks in pixels.

        `seen` is the glance at the picture, from a caller who has it already.
        """
        cells = (seen or glance(image)).cells
        if not self._is_due(cells, at):
            return self._is_shifted
        self._checked_at, self._checked = at, cells
        self._read(at)
        features = view_features(image, masks)
        if not self._views:
            if len(features) >= FEWEST_CORNERS:
                self._to_learn = KnownView(features, at, UNMOVED)
            return self._is_shifted
        shift = self._shift(features)
        if shift.is_known:
            self._is_shifted = shift.shift_px_share >= MOVED_FROM_SHARE
            self._weigh(at)
            if shift.shift_px_share <= SAME_UP_TO_SHARE and self._is_time_to_learn(at):
                self._to_learn = KnownView(features, at, shift.to_reference)
        else:
            self._is_shifted = self._moved_since is not None
        self._note(at)
        return self._is_shifted

    def learn(self, image: Image, detections: Detections) -> None:
        """Keep the view that was just judged, if it is worth it, without whoever and whatever moves on it."""
        view, self._to_learn = self._to_learn, None
        if view is None:
            return
        boxes = np.concatenate([detections.of_group(group).xyxy for group in _HIDDEN_GROUPS])
        features = view.features.outside(boxes, int(image.shape[1]))
        if len(features) < FEWEST_CORNERS:
            return
        is_first = not self._views
        row = ReferenceView(
            placement_id=self._placement_id,
            taken_at=view.taken_at,
            to_first=view.to_first.ravel().tolist(),
            features=features.as_bytes(),
            rule_version=RULE_VERSION,
            created_at=self._clock.now(),
        )
        with self._database.transaction() as session:
            repository = ViewRepository(session)
            if is_first and repository.reference_views(self._placement_id, RULE_VERSION):
                # Somebody was quicker; theirs is the reference.
                self._read_at = None
                return
            repository.learn(row, MOST_VIEWS)
        self._views.append(KnownView(features, view.taken_at, view.to_first))
        del self._views[1 : max(1, len(self._views) + 1 - MOST_VIEWS)]

    def _is_due(self, cells: GlanceCells, at: datetime) -> bool:
        """Whether a look is to be compared."""
        if self._checked_at is None or self._checked is None:
            return True
        elapsed = abs(at - self._checked_at)
        if elapsed < CHECK_AGAIN or elapsed >= CHECK_EVERY:
            return elapsed >= CHECK_EVERY
        speaks_against = self._is_shifted is not (self._moved_since is not None)
        return speaks_against or not self._views or not cells.shows(self._checked)

    def _shift(self, features: ViewFeatures) -> ViewShift:
        """The shift against the first of the views that the look can be told by, those nearest in time first."""
        at = self._checked_at
        ordered = self._views if at is None else sorted(self._views, key=lambda view: abs(view.taken_at - at))
        shift = None
        for view in ordered:
            shift = view_shift(view.features, features)
            if shift.is_known:
                return shift.after(view.to_first)
        assert shift is not None
        return shift

    def _weigh(self, at: datetime) -> None:
        if self._is_shifted is (self._moved_since is not None):
            self._against_since, self._against = None, 0
            return
        self._against_since = self._against_since or at
        self._against += 1
        if self._against < PERSISTS_LOOKS or abs(at - self._against_since) < PERSISTS:
            return
        self._moved_since = self._against_since if self._is_shifted else None
        self._against_since, self._against = None, 0
        self._log.info("camera moved" if self._is_shifted else "camera looks as before", at=at.isoformat())

    def _is_time_to_learn(self, at: datetime) -> bool:
        return min(abs(at - view.taken_at) for view in self._views) >= LEARN_EVERY

    def _read(self, at: datetime) -> None:
        """Take over what was learnt before, and by others: footage may be worked through beside a live stream."""
        now = self._clock.now()
        if self._read_at is not None and now - self._read_at < _READ_AGAIN:
            return
        is_first_time = self._read_at is None
        self._read_at = now
        with self._database.reading() as session:
            repository = ViewRepository(session)
            rows = repository.reference_views(self._placement_id, RULE_VERSION)
            state = repository.state(self._placement_id)
        self._views = [
            KnownView(ViewFeatures.from_bytes(row.features), row.taken_at, np.array(row.to_first).reshape(2, 3))
            for row in rows
        ]
        if is_first_time and state is not None and state.judged_at <= at:
            self._moved_since = state.moved_since
            self._is_shifted = state.moved_since is not None

    def _note(self, at: datetime) -> None:
        if self._noted is not None:
            moved_since, noted_at = self._noted
            if moved_since == self._moved_since and abs(at - noted_at) < _NOTE_AGAIN:
                return
        self._noted = (self._moved_since, at)
        with self._database.transaction() as session:
            ViewRepository(session).note(self._placement_id, self._moved_since, at)
