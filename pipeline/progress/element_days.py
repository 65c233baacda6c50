"""Replaying a placement's daily views through its work elements, and storing what each comes to by day.

An element's figure rests on all views up to its day, so its key holds a chain over them. What has been followed so far
is held in memory for the next day; after a restart, and where an earlier day or a drawing changed, the stored views
are replayed from the reference on.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import structlog

from models.database import Database
from models.errors import EvidenceError
from models.repositories.progress import ProgressRepository, ViewKey
from models.tables.progress import DailyViewRow, ElementDayRow, WorkElementRow
from pipeline.progress.daily_views import DailyViews
from pipeline.registry.element_order import in_build_order
from streams.clock import Clock
from vision.daily_view import VIEW_WIDTH_PX, DailyView
from vision.errors import UnreadableImageError
from vision.progress.cell_view import CELL_PX
from vision.progress.element_progress import RULE_VERSION, ElementDay, ElementProgress, Looker
from vision.progress.work_element import Growth, WorkElement, cell_shares
from vision.progress.work_kind import WorkKind

# What is followed is held for so many placements; it takes about 30 MB each.
MOST_FOLLOWED: Final = 16
# So many days are written at a time.
MONTH: Final = 31


@dataclass(frozen=True, slots=True)
class LookerSource:
    """What reads daily views by cells: the digest of its weights, and how it is opened once something is to be seen."""

    weights_sha256: str
    open: Callable[[], Looker]


@dataclass(frozen=True, slots=True)
class _Link:
    """One day of the chain: its view, and the digest of the drawing and all views up to it."""

    view: ViewKey
    sha256: str


@dataclass(slots=True, eq=False)
class _Followed:
    """Elements as they were followed up to a link of their chain."""

    progress: ElementProgress
    came_to: str


class ElementDays:
    """Derives the days of work elements; owned by one thread."""

    def __init__(self, database: Database, views: DailyViews, clock: Clock, source: LookerSource) -> None:
        self._database = database
        self._views = views
        self._clock = clock
        self._source = source
        self._looker: Looker | None = None
        self._followed: OrderedDict[tuple[UUID, date], _Followed] = OrderedDict()
        self._log = structlog.get_logger()

    def steps(self, placement_id: UUID) -> Iterator[tuple[date, ...]]:
        """Bring the days of a placement's elements up to its daily views; yield the days that were written.

        A step is a day that was looked at; most yield nothing. Who leaves off between them loses nothing.
        """
        with self._database.reading() as session:
            repository = ProgressRepository(session)
            elements = repository.elements(placement_id)
            keys = repository.view_keys(placement_id) if elements else []
        by_reference: dict[date, list[WorkElementRow]] = {}
        for element in elements:
            by_reference.setdefault(element.reference_on, []).append(element)
        for reference_on, group in sorted(by_reference.items()):
            yield from self._steps_of(placement_id, reference_on, in_build_order(group), keys)

    def _steps_of(
        self, placement_id: UUID, reference_on: date, group: Sequence[WorkElementRow], keys: Sequence[ViewKey]
    ) -> Iterator[tuple[date, ...]]:
        since = next((key.on_day for key in keys if key.on_day >= reference_on and key.pictures), None)
        if since is None:
            return
        chain = _chain(group, [key for key in keys if key.on_day >= since])
        if not self._is_due(group, chain):
            return
        reference = self._view(chain[0].view)[1]
        elements = self._elements(group, reference)
        seen = [row for row in group if str(row.id) in {element.id for element in elements}]
        if not seen or not self._is_due(seen, chain):
            return
        due_from = self._due_from(seen, chain)
        followed = self._begin(placement_id, reference_on, chain, due_from)
        place = (
            0 if followed is None else 1 + next(at for at, one in enumerate(chain) if one.sha256 == followed.came_to)
        )
        written: list[ElementDayRow] = []
        days: list[date] = []
        for link in chain[place:]:
            row, view = self._view(link.view)
            if followed is None:
                followed = _Followed(ElementProgress(reference, elements, self._opened()), "")
            found = followed.progress.add_day(view)
            followed.came_to = link.sha256
            if link.view.on_day >= due_from:
                written += [self._row(day, link, row) for day in found]
            if len(written) >= MONTH * len(group):
                days, written = self._write(placement_id, written), []
                yield tuple(days)
            else:
                yield ()
        yield tuple(self._write(placement_id, written))
        if followed is not None:
            self._hold((placement_id, reference_on), followed)

    def _is_due(self, group: Sequence[WorkElementRow], chain: Sequence[_Link]) -> bool:
        """Whether some element's last day doesn't rest on what there is now."""
        with self._database.reading() as session:
            repository = ProgressRepository(session)
            rows = [repository.latest_day(element.id) for element in group]
        last = chain[-1]
        expected = (last.view.on_day, last.sha256, self._source.weights_sha256, RULE_VERSION)
        return any(
            row is None or (row.on_day, row.input_sha256, row.weights_sha256, row.rule_version) != expected
            for row in rows
        )

    def _due_from(self, group: Sequence[WorkElementRow], chain: Sequence[_Link]) -> date:
        """The first day of which some element has no row that rests on what there is now."""
        sha256 = self._source.weights_sha256
        with self._database.reading() as session:
            rows = ProgressRepository(session).element_days([element.id for element in group], chain[0].view.on_day)
        known = {_key(row) for row in rows}
        for link in chain:
            day = link.view.on_day
            if any((one.id, day, link.sha256, sha256, RULE_VERSION) not in known for one in group):
                return day
        return chain[-1].view.on_day

    def _begin(
        self, placement_id: UUID, reference_on: date, chain: Sequence[_Link], due_from: date
    ) -> _Followed | None:
        """What is held, if it has come no farther than the day before the first that is due."""
        held = self._followed.pop((placement_id, reference_on), None)
        before = {link.sha256 for link in chain if link.view.on_day < due_from}
        return held if held is not None and held.came_to in before else None

    def _elements(self, group: Sequence[WorkElementRow], reference: DailyView) -> list[WorkElement]:
        """As they are followed; without those that the reference can't show."""
        height = int(reference.image.shape[0])
        elements: list[WorkElement] = []
        for row in group:
            element = WorkElement(
                str(row.id),
                [(x * VIEW_WIDTH_PX, y * height) for x, y in row.polygon],
                Growth(row.growth),
                row.reference_share,
                None if row.kind is None else WorkKind(row.kind),
            )
            try:
                cell_shares(element, 1.0, height // CELL_PX)
            except ValueError as error:
                # The picture is of another shape than it was drawn for; the others are followed all the same.
                self._log.warning("work element can't be followed", element=row.key, why=str(error))
                continue
            elements.append(element)
        return elements

    def _view(self, key: ViewKey) -> tuple[DailyViewRow, DailyView]:
        with self._database.reading() as session:
            repository = ProgressRepository(session)
            (row,) = repository.view_rows([key.id])
            evidence = next(iter(repository.evidence_of([row.evidence_id])), None)
        try:
            return row, self._views.restore(row, evidence)
        except (EvidenceError, UnreadableImageError) as error:
            self._log.error("daily view can't be read; it shows nothing", day=str(row.on_day), why=str(error))
            return row, self._views.restore(row, None)

    def _row(self, day: ElementDay, link: _Link, view: DailyViewRow) -> ElementDayRow:
        return ElementDayRow(
            element_id=UUID(day.element_id),
            on_day=day.on,
            share=day.share,
            low=day.low,
            high=day.high,
            visible_share=day.visible_share,
            state=day.state.value,
            reason=day.reason.value,
            unseen_days=day.unseen_days,
            input_sha256=link.sha256,
            weights_sha256=self._source.weights_sha256,
            rule_version=RULE_VERSION,
            evidence_id=view.evidence_id,
        )

    def _write(self, placement_id: UUID, rows: Sequence[ElementDayRow]) -> list[date]:
        """Store what isn't in force yet, all at one time; the days of which something was."""
        if not rows:
            return []
        days = [row.on_day for row in rows]
        with self._database.transaction() as session:
            repository = ProgressRepository(session)
            # Another process may derive the same placement.
            repository.lock_placement(placement_id)
            in_force = repository.element_days({row.element_id for row in rows}, min(days), max(days))
            known = {_key(row) for row in in_force}
            fresh = [row for row in rows if _key(row) not in known]
            now = self._clock.now()
            for row in fresh:
                row.created_at = now
                repository.add(row)
            return sorted({row.on_day for row in fresh})

    def _opened(self) -> Looker:
        if self._looker is None:
            self._looker = self._source.open()
        return self._looker

    def _hold(self, key: tuple[UUID, date], followed: _Followed) -> None:
        self._followed[key] = followed
        while len(self._followed) > MOST_FOLLOWED:
            self._followed.popitem(last=False)


def _key(row: ElementDayRow) -> tuple[UUID, date, str, str, str]:
    return row.element_id, row.on_day, row.input_sha256, row.weights_sha256, row.rule_version


def _chain(group: Sequence[WorkElementRow], keys: Sequence[ViewKey]) -> list[_Link]:
    """Links from the reference's day on; each holds the drawing of all elements that are followed together."""
    drawn = [
        [str(row.id), row.polygon, row.growth, row.kind, row.reference_share, row.reference_on.isoformat()]
        for row in group
    ]
    digest = hashlib.sha256(json.dumps(drawn, sort_keys=True).encode()).hexdigest()
    links: list[_Link] = []
    for key in keys:
        document = f"{digest}|{key.on_day.isoformat()}|{key.id}|{key.input_sha256}"
        digest = hashlib.sha256(document.encode()).hexdigest()
        links.append(_Link(key, digest))
    return links
