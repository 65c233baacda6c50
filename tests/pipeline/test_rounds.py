"""Going round the projects: long work a step a tick, and nobody kept waiting by it."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from models.database import Database
from models.repositories.site_days import SiteDayRepository
from pipeline.derivation import ProgressDeriver
from pipeline.rounds import DerivationRounds
from tests.support.builders import Planted, plant
from tests.support.clocks import StandingClock
from tests.support.site_year import observation, write

FIRST = date(2026, 3, 1)
NOON = datetime(2026, 9, 14, 7, tzinfo=UTC)


def rolled(database: Database, planted: Planted) -> int:
    with database.reading() as session:
        return len(SiteDayRepository(session).in_force(planted.site_id, FIRST, NOON.date()))


def rounds_of(database: Database, clock: StandingClock) -> DerivationRounds:
    deriver = ProgressDeriver(database, lambda _session, _project: None)
    return DerivationRounds(database, deriver, clock, 3600.0, lambda: None)


def test_a_long_history_is_rolled_up_over_several_ticks_and_keeps_nobody_waiting(database: Database) -> None:
    clock = StandingClock()
    clock.move_to(NOON)
    old = plant(database, placed_at=NOON - timedelta(days=150))
    new = plant(database, number=18, placed_at=NOON - timedelta(days=2))
    rounds = rounds_of(database, clock)
    after = []
    for _ in range(7):
        rounds.tick()
        after.append((rolled(database, old), rolled(database, new)))
    assert after[0][0] <= 62
    assert all(later - earlier <= 62 for (earlier, _), (later, _) in pairwise(after))
    assert after[1][1] == 3
    assert after[-1] == (151, 3)


def test_what_comes_while_a_project_is_worked_through_is_taken_in_afterwards(database: Database) -> None:
    clock = StandingClock()
    clock.move_to(NOON)
    planted = plant(database, placed_at=NOON - timedelta(days=150))
    rounds = rounds_of(database, clock)
    rounds.tick()
    write(database, [observation(planted.placement_id, NOON, people=2.0)])
    clock.advance(600)
    rounds.mark(planted.project_id)
    for _ in range(9):
        rounds.tick()
    with database.reading() as session:
        today = SiteDayRepository(session).in_force(planted.site_id, NOON.date(), NOON.date())[NOON.date()]
    assert (today.windows, rolled(database, planted)) == (1, 151)
