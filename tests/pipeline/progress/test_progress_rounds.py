"""What is built is derived beside the cameras, after a backfill, and when somebody asks."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from models.repositories.progress import ProgressRepository
from models.tables.progress import DailyViewRow, ElementDayRow
from pipeline.deriving import DerivingService
from pipeline.progress.element_days import LookerSource
from pipeline.progress.placement_progress import PlacementProgress
from pipeline.progress.progress_rounds import ProgressRounds
from pipeline.registry.placements import PlacementService
from tests.support.builders import ADMIN
from tests.support.built_site import BuiltSite, day, looker, moment, pit
from vision.progress.element_progress import Looker

EVERY_S = 300.0


class Told:
    """What was said to have changed."""

    def __init__(self) -> None:
        self.days: list[tuple[UUID, list[date]]] = []
        self.came = threading.Event()

    def __call__(self, project_id: UUID, days: Sequence[date]) -> None:
        self.days.append((project_id, list(days)))
        self.came.set()


def rounds(site: BuiltSite, told: Told, make: Callable[[], PlacementProgress] | None = None) -> ProgressRounds:
    return ProgressRounds(site.database, make or site.progress, site.clock, EVERY_S, told)


def test_a_round_derives_what_is_due_and_tells_the_project(site: BuiltSite) -> None:
    site.work_through([0])
    site.draw(pit())
    told = Told()
    going = rounds(site, told)
    going.tick()
    assert told.days == [(site.planted.project_id, [day(0)])]
    site.work_through([1])
    site.clock.advance(EVERY_S / 2)
    going.tick()
    assert len(told.days) == 1
    for _ in range(2):
        site.clock.advance(EVERY_S / 2)
        going.tick()
    assert told.days[1:] == [(site.planted.project_id, [day(1)])]
    site.clock.advance(EVERY_S)
    going.tick()
    assert len(told.days) == 2


def test_what_failed_is_tried_again_in_the_next_round(site: BuiltSite) -> None:
    site.work_through([0])
    site.draw(pit())

    def broken() -> Looker:
        raise OSError("no weights")

    sources = [LookerSource("0" * 64, broken)]
    told = Told()

    def make() -> PlacementProgress:
        if not sources:
            return site.progress()
        return PlacementProgress(site.database, site.keeper, site.clock, sources.pop())

    going = rounds(site, told, make)
    going.tick()
    assert told.days == []
    site.clock.advance(EVERY_S)
    going.tick()
    assert told.days == [(site.planted.project_id, [day(0)])]


class Refused(Told):
    """Says no to the first that is told."""

    def __call__(self, project_id: UUID, days: Sequence[date]) -> None:
        super().__call__(project_id, days)
        if len(self.days) == 1:
            raise OSError("database is away")


def test_what_could_not_be_told_is_told_in_the_next_round_and_ends_no_round(site: BuiltSite) -> None:
    site.work_through([0])
    site.draw(pit())
    told = Refused()
    going = rounds(site, told)
    going.tick()
    site.clock.advance(EVERY_S)
    going.tick()
    site.clock.advance(EVERY_S)
    going.tick()
    assert told.days == [(site.planted.project_id, [day(0)])] * 2


def test_each_step_is_told_before_the_next(site: BuiltSite) -> None:
    site.work_through([0])
    site.draw(pit())
    told = Told()

    class Killed(PlacementProgress):
        def steps(self, placement_id: UUID, days: Iterable[date] = ()) -> Iterator[tuple[date, ...]]:
            yield from super().steps(placement_id, days)
            assert told.days == [(site.planted.project_id, [day(0)])]
            raise OSError("killed")

    source = LookerSource("0" * 64, looker)
    rounds(site, told, lambda: Killed(site.database, site.keeper, site.clock, source)).tick()
    assert told.days == [(site.planted.project_id, [day(0)])]


def test_what_was_stored_last_is_told_once_after_a_restart(site: BuiltSite) -> None:
    site.work_through([0, 1])
    site.draw(pit())
    site.progress().derive(site.placement_id)
    site.work_through([2])
    # Whoever derived this was killed before telling of it.
    assert site.progress().derive(site.placement_id) == [day(2)]
    told = Told()
    going = rounds(site, told)
    for _ in range(2):
        going.tick()
        site.clock.advance(EVERY_S)
    assert told.days == [(site.planted.project_id, [day(2)])]


def test_its_thread_begins_and_ends_with_whoever_minds_the_cameras(site: BuiltSite) -> None:
    site.work_through([0])
    site.draw(pit())
    told = Told()
    going = rounds(site, told)
    going.start()
    going.start()
    assert [thread.name for thread in threading.enumerate()].count("progress") == 1
    assert told.came.wait(120)
    going.stop()
    assert "progress" not in [thread.name for thread in threading.enumerate()]
    assert told.days == [(site.planted.project_id, [day(0)])]


def test_footage_that_was_worked_through_has_its_figures_at_once(site: BuiltSite) -> None:
    site.clock.move_to(moment(1, 2))
    site.draw(pit())
    site.work_through([0, 1], progress=site.progress())
    with site.database.reading() as session:
        (element,) = ProgressRepository(session).elements(site.placement_id)
        days = ProgressRepository(session).element_days([element.id])
    assert [row.on_day for row in days] == [day(0), day(1)]


def test_deriving_a_project_again_says_of_which_days_figures_changed(site: BuiltSite) -> None:
    site.work_through([0, 1, 2])
    site.draw(pit())
    service = DerivingService(site.database, lambda: site.deriver, site.clock.now, site.progress)
    done = service.derive(ADMIN, f"project-{site.planted.item_number}")
    assert done.progress == [day(0), day(1), day(2)]
    with site.database.reading() as session:
        before = session.scalar(sa.select(sa.func.count(ElementDayRow.id)))
    again = service.derive(ADMIN, f"project-{site.planted.item_number}", day(0), day(2))
    assert (again.progress, again.signals, again.days) == ([], [], [])
    with site.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(ElementDayRow.id))) == before == 3
        assert session.scalar(sa.select(sa.func.count(DailyViewRow.id))) == 3


def test_a_placement_that_has_just_ended_gets_its_last_day(site: BuiltSite) -> None:
    site.work_through([0])
    site.draw(pit())
    PlacementService(site.database, site.clock.now).end(ADMIN, site.placement_id)
    site.clock.advance(7200)
    told = Told()
    rounds(site, told).tick()
    assert told.days == [(site.planted.project_id, [day(0)])]
