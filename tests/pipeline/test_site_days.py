"""Site days as they are kept: in progress, final, corrected, and read."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from models.database import Database
from models.errors import InvalidError, NotFoundError
from models.principal import Role
from models.repositories.paging import PageRequest
from models.repositories.signals import SignalRepository
from models.repositories.site_days import SiteDayRepository
from models.repositories.sites import SiteRepository
from models.tables.observations import Observation
from models.tables.roadmap import PlanVersion
from models.tables.signals import ProgressSignal
from models.tables.site_days import SiteDayRow
from models.tables.sites import Placement, Site
from pipeline.derivation import Derived, ProgressDeriver
from pipeline.deriving import DerivingService
from pipeline.site_days import SiteDayService
from tests.support.builders import ADMIN, Planted, plant, principal, report
from tests.support.site_year import observation, windows_of, write, write_year

ALMATY = ZoneInfo("Asia/Almaty")
MONDAY, TUESDAY, WEDNESDAY = date(2026, 9, 14), date(2026, 9, 15), date(2026, 9, 16)
THURSDAY = date(2026, 9, 17)
SUNDAY = date(2026, 9, 20)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ALMATY).astimezone(UTC)


PLACED = at(MONDAY, 0)


def days_until(first: date, last: date) -> list[date]:
    """The days from `first` until before `last`."""
    return [first + timedelta(days=number) for number in range((last - first).days)]


def deriver(database: Database) -> ProgressDeriver:
    return ProgressDeriver(database, lambda _session, _project: None)


def derive(database: Database, planted: Planted, when: datetime) -> bool:
    return deriver(database).derive(planted.project_id, when)


def watched(database: Database, placement_id: UUID, first: datetime, last: datetime, **told: Any) -> None:
    write(database, [observation(placement_id, start, **{"people": 4.0, **told}) for start in windows_of(first, last)])


def days(database: Database, planted: Planted) -> dict[date, SiteDayRow]:
    with database.reading() as session:
        return SiteDayRepository(session).in_force(planted.site_id, MONDAY, SUNDAY)


def history(database: Database, planted: Planted, day: date) -> list[SiteDayRow]:
    with database.reading() as session:
        return list(SiteDayRepository(session).history(planted.site_id, day))


def signals(database: Database, planted: Planted) -> dict[date, ProgressSignal]:
    with database.reading() as session:
        return SignalRepository(session).in_force_between(planted.project_id, MONDAY, SUNDAY)


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database, placed_at=PLACED)


def test_a_day_in_progress_is_replaced_and_final_shortly_after_its_end(database: Database, planted: Planted) -> None:
    watched(database, planted.placement_id, at(MONDAY, 9), at(MONDAY, 12))
    derive(database, planted, at(MONDAY, 12))
    (noon,) = history(database, planted, MONDAY)
    assert (noon.is_final, noon.state, noon.windows, noon.due_s) == (False, "ACTIVE", 36, 3 * 3600)
    watched(database, planted.placement_id, at(MONDAY, 12), at(MONDAY, 18))
    derive(database, planted, at(MONDAY, 18))
    (evening,) = history(database, planted, MONDAY)
    assert (evening.id, evening.is_final, evening.windows) == (noon.id, False, 108)
    # Nothing further comes.
    derive(database, planted, at(TUESDAY, 0, 5))
    assert not history(database, planted, MONDAY)[0].is_final
    derive(database, planted, at(TUESDAY, 0, 10))
    (final,) = history(database, planted, MONDAY)
    assert (final.id, final.is_final, final.supersedes_id, final.corrected_because) == (noon.id, True, None, [])
    assert final.person_hours == pytest.approx(36.0)
    with database.reading() as session:
        hours = SiteDayRepository(session).hours(final.id)
    assert [hour.starts_at for hour in hours] == [at(MONDAY, hour) for hour in range(24)]
    assert [hours[hour].people_mean for hour in (8, 9, 17, 18)] == [None, 4.0, 4.0, None]


def test_the_same_inputs_write_nothing(database: Database, planted: Planted) -> None:
    watched(database, planted.placement_id, at(MONDAY, 9), at(MONDAY, 18))
    assert derive(database, planted, at(TUESDAY, 8))
    before = {day: row.derived_at for day, row in days(database, planted).items()}
    assert not derive(database, planted, at(TUESDAY, 8))
    assert not derive(database, planted, at(TUESDAY, 8, 30))
    after = days(database, planted)
    assert {day: row.derived_at for day, row in after.items()} == {**before, TUESDAY: at(TUESDAY, 8, 30)}
    # Nobody had asked for Monday's signal yet.
    assert deriver(database).rederive(planted.project_id, at(TUESDAY, 8, 30)) == Derived((), (MONDAY,))
    assert deriver(database).rederive(planted.project_id, at(TUESDAY, 8, 30)) == Derived((), ())


def test_a_site_without_any_observation_has_outages_and_days_off(database: Database, planted: Planted) -> None:
    derive(database, planted, at(SUNDAY + timedelta(days=1), 1))
    found = days(database, planted)
    assert [found[MONDAY + timedelta(days=number)].state for number in range(7)] == ["OUTAGE"] * 6 + ["NON_WORKING"]
    assert all(row.is_final and row.person_hours is None and row.coverage == 0 for row in found.values())


def test_late_footage_corrects_exactly_its_days_and_says_so(database: Database, planted: Planted) -> None:
    watched(database, planted.placement_id, at(TUESDAY, 9), at(TUESDAY, 18))
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        derive(database, planted, at(day, 20))
    derive(database, planted, at(WEDNESDAY, 21))
    old = signals(database, planted)
    assert [old[MONDAY].status, old[TUESDAY].coverage] == ["NO_EVIDENCE", 0.5]
    came = at(WEDNESDAY, 21, 30)
    watched(database, planted.placement_id, at(MONDAY, 9), at(MONDAY, 18), created_at=came, late_by_s=2.5 * 86400.0)
    derive(database, planted, came + timedelta(minutes=15))
    outage, seen = history(database, planted, MONDAY)
    assert (outage.state, outage.is_final, outage.person_hours) == ("OUTAGE", True, None)
    assert (seen.state, seen.supersedes_id, seen.is_final) == ("ACTIVE", outage.id, True)
    assert seen.person_hours == pytest.approx(36.0)
    told = {"reason": "late_footage", "windows": 108, "first_came_at": came.isoformat()}
    assert seen.corrected_because == [told | {"last_came_at": came.isoformat()}]
    assert len(history(database, planted, TUESDAY)) == 1
    new = signals(database, planted)
    # The signals of that day and of those after it look back on it.
    assert [new[day].id > old[day].id for day in (MONDAY, TUESDAY, WEDNESDAY)] == [True, True, True]
    assert (new[MONDAY].status, new[TUESDAY].coverage) == ("ON_TRACK", 1.0)
    assert not derive(database, planted, came + timedelta(minutes=20))
    assert len(history(database, planted, MONDAY)) == 2


def test_late_footage_that_still_comes_is_waited_for(database: Database, planted: Planted) -> None:
    derive(database, planted, at(WEDNESDAY, 9))
    for minute, hour in ((0, 9), (8, 12), (16, 15)):
        came = at(WEDNESDAY, 10, minute)
        watched(database, planted.placement_id, at(MONDAY, hour), at(MONDAY, hour + 3), created_at=came, late_by_s=1e5)
        derive(database, planted, came)
    assert len(history(database, planted, MONDAY)) == 1
    derive(database, planted, at(WEDNESDAY, 10, 26))
    _, corrected = history(database, planted, MONDAY)
    (reason,) = corrected.corrected_because
    assert (reason["windows"], reason["first_came_at"]) == (108, at(WEDNESDAY, 10).isoformat())
    assert reason["last_came_at"] == at(WEDNESDAY, 10, 16).isoformat()


def test_other_weights_correct_a_day_and_are_named(database: Database, planted: Planted) -> None:
    watched(database, planted.placement_id, at(MONDAY, 9), at(MONDAY, 18))
    derive(database, planted, at(TUESDAY, 9))
    later = at(TUESDAY, 10)
    watched(
        database, planted.placement_id, at(MONDAY, 9), at(MONDAY, 18),
        people=5.0, weights_sha256="c" * 64, created_at=later,
    )  # fmt: skip
    derive(database, planted, later + timedelta(minutes=10))
    _, corrected = history(database, planted, MONDAY)
    assert corrected.corrected_because == [{"reason": "weights", "from": ["a" * 64], "to": ["c" * 64]}]
    assert corrected.person_hours == pytest.approx(45.0)


def test_a_holiday_that_is_declared_later_corrects_that_day_alone(database: Database, planted: Planted) -> None:
    derive(database, planted, at(WEDNESDAY, 20))
    with database.transaction() as session:
        site = SiteRepository(session).site(planted.site_id)
        assert site is not None
        site.holidays = [TUESDAY.isoformat()]
    derive(database, planted, at(WEDNESDAY, 20, 5))
    outage, free = history(database, planted, TUESDAY)
    assert (outage.state, free.state) == ("OUTAGE", "NON_WORKING")
    scheduled = [at(TUESDAY, 9).isoformat(), at(TUESDAY, 18).isoformat()]
    assert free.corrected_because == [{"reason": "calendar", "from": scheduled, "to": None}]
    assert len(history(database, planted, MONDAY)) == 1


def change_site(database: Database, planted: Planted, **columns: Any) -> None:
    with database.transaction() as session:
        session.execute(sa.update(Site).where(Site.id == planted.site_id).values(**columns))


def test_a_night_shift_that_becomes_a_day_shift_corrects_the_days_looked_back_over_once(
    database: Database, planted: Planted
) -> None:
    change_site(database, planted, opens_at=time(20), closes_at=time(6))
    watched(database, planted.placement_id, at(MONDAY, 0), at(THURSDAY, 0))
    derive(database, planted, at(THURSDAY, 9))
    assert [row.windows for row in days(database, planted).values()] == [360, 360, 288, 0]
    change_site(database, planted, opens_at=time(9), closes_at=time(18))
    derive(database, planted, at(THURSDAY, 9, 5))
    night, day = history(database, planted, MONDAY)
    assert [night.person_hours, day.person_hours] == pytest.approx([40.0, 36.0])
    assert day.windows == 288
    assert [one["reason"] for one in day.corrected_because] == ["calendar"]
    # And back again: what lies after midnight is not late.
    change_site(database, planted, opens_at=time(20), closes_at=time(6))
    derive(database, planted, at(THURSDAY, 9, 10))
    assert [one["reason"] for one in history(database, planted, MONDAY)[2].corrected_because] == ["calendar"]
    derive(database, planted, at(THURSDAY, 9, 15))
    assert len(history(database, planted, MONDAY)) == 3


def test_another_time_zone_corrects_days_and_takes_nothing_for_thinned_out(
    database: Database, planted: Planted
) -> None:
    watched(database, planted.placement_id, at(MONDAY, 8), at(MONDAY, 18))
    derive(database, planted, at(WEDNESDAY, 9))
    change_site(database, planted, time_zone="Pacific/Auckland")
    derive(database, planted, at(WEDNESDAY, 9, 5))
    almaty, auckland = history(database, planted, MONDAY)
    # The day there ends at 17:00 in Almaty.
    assert (almaty.windows, auckland.windows) == (120, 108)
    assert [one["reason"] for one in auckland.corrected_because] == ["calendar"]


def test_a_camera_that_turns_out_to_have_left_corrects_its_days_by_itself(database: Database, planted: Planted) -> None:
    for day in (MONDAY, TUESDAY):
        watched(database, planted.placement_id, at(day, 9), at(day, 22))
    derive(database, planted, at(WEDNESDAY, 9))
    with database.transaction() as session:
        session.execute(sa.update(Placement).values(ends_at=at(TUESDAY, 12)))
    derive(database, planted, at(WEDNESDAY, 9, 5))
    assert len(history(database, planted, MONDAY)) == 1
    before, after = history(database, planted, TUESDAY)
    assert after.corrected_because == [{"reason": "placements"}]
    assert (before.due_s, after.due_s) == (9 * 3600, 3 * 3600)
    assert after.person_hours == pytest.approx(12.0)
    assert (before.after_hours["people_s"], after.after_hours["people_s"]) == (4 * 3600, 0.0)
    derive(database, planted, at(WEDNESDAY, 9, 10))
    assert len(history(database, planted, TUESDAY)) == 2


def test_days_that_were_left_out_between_two_that_were_asked_for_follow(database: Database, planted: Planted) -> None:
    for day in (MONDAY, WEDNESDAY):
        deriver(database).rederive(planted.project_id, at(SUNDAY, 9), day, day)
    assert list(days(database, planted)) == [MONDAY, WEDNESDAY]
    derive(database, planted, at(SUNDAY, 9))
    assert list(days(database, planted)) == days_until(MONDAY, SUNDAY + timedelta(days=1))


def test_what_came_since_is_found_without_reading_what_came_before(database: Database, planted: Planted) -> None:
    watched(database, planted.placement_id, at(MONDAY, 9), at(MONDAY, 18))
    with database.reading() as session:
        first, *_, last = SiteDayRepository(session).arrivals([planted.placement_id], 0)
        assert [one.id for one in SiteDayRepository(session).arrivals([planted.placement_id], last.id - 1)] == [last.id]
    assert first.window_starts_at == at(MONDAY, 9)
    indexes = {index["name"]: index["column_names"] for index in sa.inspect(database.engine).get_indexes("observation")}
    assert indexes["ix_observation_arrival"] == ["placement_id", "id"]
    if database.engine.dialect.name == "sqlite":
        asked = "SELECT id FROM observation WHERE placement_id IN (:here) AND id > 7 ORDER BY id"
        with database.engine.connect() as connection:
            plan = connection.execute(sa.text(f"EXPLAIN QUERY PLAN {asked}"), {"here": planted.placement_id.hex}).all()
        assert "ix_observation_arrival (placement_id=? AND id>?)" in plan[0][3]


def test_another_rule_corrects_a_day_and_is_named(database: Database, planted: Planted) -> None:
    watched(database, planted.placement_id, at(MONDAY, 9), at(MONDAY, 18))
    derive(database, planted, at(TUESDAY, 9))
    with database.transaction() as session:
        session.execute(sa.update(SiteDayRow).values(rule_version="roll-up-0", inputs_sha256="0" * 64))
    derive(database, planted, at(TUESDAY, 9))
    _, corrected = history(database, planted, MONDAY)
    (reason,) = corrected.corrected_because
    assert (reason["reason"], reason["from"][0]) == ("rules", "roll-up-0")


def test_the_signal_of_a_past_day_keeps_the_plan_and_the_report_of_its_time(
    database: Database, planted: Planted
) -> None:
    report(database, planted.project_id, 20.0, MONDAY)
    report(database, planted.project_id, 60.0, WEDNESDAY, at=at(WEDNESDAY, 8))
    with database.transaction() as session:
        session.add(
            PlanVersion(
                id=uuid4(), project_id=planted.project_id, number=2, reason="later",
                created_at=at(WEDNESDAY, 8), created_by="test",
            )
        )  # fmt: skip
    deriver(database).rederive(planted.project_id, at(WEDNESDAY, 9))
    found = signals(database, planted)
    assert [(one.plan_version, one.reported_percent) for one in found.values()] == [(1, 20.0), (1, 20.0), (2, 60.0)]
    assert {one.created_at for one in found.values()} == {at(WEDNESDAY, 9)}
    # What the owner says later of a day since is no news of the days before it.
    report(database, planted.project_id, 70.0, TUESDAY, at=at(WEDNESDAY, 10))
    assert deriver(database).rederive(planted.project_id, at(WEDNESDAY, 10)).signals == (TUESDAY,)


def test_days_from_before_a_plan_was_entered_are_judged_by_the_first(database: Database, planted: Planted) -> None:
    with database.transaction() as session:
        session.execute(sa.update(PlanVersion).values(created_at=at(WEDNESDAY, 8)))
    deriver(database).rederive(planted.project_id, at(WEDNESDAY, 9))
    assert [one.plan_version for one in signals(database, planted).values()] == [1, 1, 1]


def test_a_proposal_that_a_wrong_clock_dated_ahead_stands_in_nobodys_way(database: Database, planted: Planted) -> None:
    derive(database, planted, at(SUNDAY, 9))
    for day in (MONDAY, TUESDAY):
        watched(database, planted.placement_id, at(day, 9), at(day, 18))
    # The clock was right again on Tuesday.
    derive(database, planted, at(TUESDAY, 18, 20))
    with database.reading() as session:
        repository = SignalRepository(session)
        newest = repository.latest_proposals([planted.project_id])[planted.project_id]
        assert [one.status for one in repository.proposals(planted.project_id)] == ["NO_EVIDENCE", "ON_TRACK"]
    assert (newest.status, newest.proposed_at) == ("ON_TRACK", at(TUESDAY, 18, 20))


def test_a_day_that_is_derived_again_proposes_nothing_over_what_later_days_told(
    database: Database, planted: Planted
) -> None:
    watched(database, planted.placement_id, at(WEDNESDAY, 9), at(WEDNESDAY, 18))
    derive(database, planted, at(WEDNESDAY, 20))
    with database.transaction() as session:
        session.execute(sa.delete(Observation))
    deriver(database).rederive(planted.project_id, at(WEDNESDAY, 20), MONDAY, TUESDAY)
    assert {day: one.status for day, one in signals(database, planted).items()} == {
        MONDAY: "NO_EVIDENCE", TUESDAY: "NO_EVIDENCE", WEDNESDAY: "ON_TRACK",
    }  # fmt: skip
    with database.reading() as session:
        assert len(SignalRepository(session).proposals(planted.project_id)) == 1


def test_days_outlive_observations_that_were_thinned_out(database: Database, planted: Planted) -> None:
    watched(database, planted.placement_id, at(MONDAY, 9), at(MONDAY, 18))
    derive(database, planted, at(TUESDAY, 9))
    with database.transaction() as session:
        session.execute(sa.delete(Observation))
    assert deriver(database).rederive(planted.project_id, at(TUESDAY, 9)).days == ()
    assert days(database, planted)[MONDAY].person_hours == pytest.approx(36.0)


def test_a_camera_that_turns_out_to_have_stood_there_earlier_adds_the_days_before(
    database: Database, planted: Planted
) -> None:
    derive(database, planted, at(WEDNESDAY, 20))
    with database.transaction() as session:
        placement = SiteRepository(session).placement(planted.placement_id)
        assert placement is not None
        placement.starts_at = PLACED - timedelta(days=2)
    derive(database, planted, at(WEDNESDAY, 20, 5))
    with database.reading() as session:
        assert SiteDayRepository(session).known_days(planted.site_id) == (MONDAY - timedelta(days=2), WEDNESDAY)


def test_footage_from_before_a_camera_was_entered_is_no_correction(database: Database, planted: Planted) -> None:
    entered = at(WEDNESDAY, 12)
    with database.transaction() as session:
        placement = SiteRepository(session).placement(planted.placement_id)
        assert placement is not None
        placement.created_at = entered
    derive(database, planted, entered)
    assert [row.is_final for row in days(database, planted).values()] == [False, False, False]
    for hour, day in ((13, MONDAY), (14, TUESDAY)):
        watched(database, planted.placement_id, at(day, 9), at(day, 18), created_at=at(WEDNESDAY, hour), late_by_s=1e5)
        derive(database, planted, at(WEDNESDAY, hour))
    (monday,) = history(database, planted, MONDAY)
    assert (monday.state, monday.is_final, monday.corrected_because) == ("ACTIVE", False, [])
    derive(database, planted, entered + timedelta(days=1, minutes=10))
    found = days(database, planted)
    assert [found[day].is_final for day in (MONDAY, TUESDAY, WEDNESDAY)] == [True, True, True]
    assert found[MONDAY].id == monday.id


def test_a_calendar_without_working_days_is_kept_and_said(database: Database, planted: Planted) -> None:
    with database.transaction() as session:
        site = SiteRepository(session).site(planted.site_id)
        assert site is not None
        site.work_days = []
    watched(database, planted.placement_id, at(MONDAY, 9), at(MONDAY, 18))
    derive(database, planted, at(TUESDAY, 9))
    assert {row.state for row in days(database, planted).values()} == {"NON_WORKING"}
    assert days(database, planted)[MONDAY].after_hours["people_s"] == pytest.approx(9 * 3600)
    signal = signals(database, planted)[TUESDAY]
    assert signal.status == "NO_EVIDENCE"
    assert "check the calendar" in signal.reason_en


def test_sites_in_other_zones_have_their_own_days(database: Database, planted: Planted) -> None:
    with database.transaction() as session:
        site = SiteRepository(session).site(planted.site_id)
        assert site is not None
        columns = {column.key: getattr(site, column.key) for column in sa.inspect(Site).columns}
        west = Site(**(columns | {"id": uuid4(), "time_zone": "America/New_York", "version": 1}))
        session.add(west)
        session.flush()
        west_id = west.id
        placement = SiteRepository(session).placement(planted.placement_id)
        assert placement is not None
        placement.site_id = west_id
        placement.starts_at = PLACED
    starts = datetime(2026, 9, 14, 9, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
    watched(database, planted.placement_id, starts, starts + timedelta(hours=9))
    derive(database, planted, starts + timedelta(hours=20))
    with database.reading() as session:
        found = SiteDayRepository(session).in_force(west_id, SUNDAY - timedelta(days=8), SUNDAY)
    # The camera came on Sunday afternoon there.
    assert {day: row.state for day, row in found.items()} == {
        MONDAY - timedelta(days=1): "NON_WORKING",
        MONDAY: "ACTIVE",
        TUESDAY: "OUTAGE",
    }
    assert found[MONDAY].person_hours == pytest.approx(36.0)


def test_what_was_missed_while_nothing_ran_is_caught_up(database: Database, planted: Planted) -> None:
    derive(database, planted, at(MONDAY, 20))
    later = MONDAY + timedelta(days=70)
    watched(database, planted.placement_id, at(later, 9), at(later, 12))
    derive(database, planted, at(later, 12))
    with database.reading() as session:
        found = SiteDayRepository(session).in_force(planted.site_id, MONDAY, later)
    assert len(found) == 71
    assert [row.is_final for row in found.values()] == [True] * 70 + [False]
    assert found[later].windows == 36


def test_days_come_out_the_same_as_they_pass_and_all_at_once(database: Database, planted: Planted) -> None:
    other = plant(database, number=18, placed_at=PLACED)
    for site in (planted, other):
        write_year(database, site.placement_id, MONDAY, days=6)
    for day in days_until(MONDAY, SUNDAY):
        for hour in (8, 13, 23):
            derive(database, planted, at(day, hour))
    derive(database, planted, at(SUNDAY, 1))
    deriver(database).rederive(other.project_id, at(SUNDAY, 1))
    passed, at_once = days(database, planted), days(database, other)
    told_apart = {"id", "site_id", "newest_observation_id", "evidence", "inputs_sha256", "derived_at", "after_hours"}
    told_apart |= {"placed_sha256"}
    compared = [column.key for column in sa.inspect(SiteDayRow).columns if column.key not in told_apart]
    for day in days_until(MONDAY, SUNDAY):
        assert passed[day].is_final
        assert [getattr(passed[day], name) for name in compared] == [getattr(at_once[day], name) for name in compared]
        assert passed[day].corrected_because == []
        assert set(passed[day].machine_hours) == {"crane", "excavator", "truck"}
    theirs, ours = signals(database, other)[SUNDAY], signals(database, planted)[SUNDAY]
    assert [day["state"] for day in ours.site_days] == [day["state"] for day in theirs.site_days]


def test_deriving_again_on_request_says_what_changed(database: Database, planted: Planted) -> None:
    derive(database, planted, at(WEDNESDAY, 9))
    watched(database, planted.placement_id, at(MONDAY, 9), at(MONDAY, 18), created_at=at(WEDNESDAY, 9), late_by_s=1e5)
    service = DerivingService(database, lambda: deriver(database), lambda: at(WEDNESDAY, 9))
    nothing = service.derive(ADMIN, "project-17", TUESDAY, TUESDAY)
    assert (nothing.days, nothing.corrected) == ([], 0)
    done = service.derive(ADMIN, str(planted.project_id), MONDAY, TUESDAY)
    assert [(day.day, day.state.value, day.corrected_because[0].windows) for day in done.days] == [
        (MONDAY, "ACTIVE", 108)
    ]
    assert done.signals == [MONDAY, TUESDAY, WEDNESDAY]
    with pytest.raises(NotFoundError, match="key or its id"):
        service.derive(ADMIN, "no-such")
    with pytest.raises(InvalidError):
        service.derive(ADMIN, "project-17", TUESDAY, MONDAY)


def test_readers_see_days_hours_and_history_of_their_own_sites(database: Database, planted: Planted) -> None:
    watched(database, planted.placement_id, at(MONDAY, 9), at(MONDAY, 18), machines=1.0)
    derive(database, planted, at(WEDNESDAY, 9))
    service = SiteDayService(database)
    owner = principal(Role.OWNER, planted.owner_id)
    first = service.days(owner, planted.site_id, PageRequest(limit=2))
    assert [day.day for day in first.rows] == [MONDAY, TUESDAY]
    rest = service.days(owner, planted.site_id, PageRequest(limit=2, after=first.next_after))
    assert ([day.day for day in rest.rows], rest.next_after) == ([WEDNESDAY], None)
    (only,) = service.days(owner, planted.site_id, PageRequest(), MONDAY, MONDAY).rows
    assert only.person_hours is not None
    assert only.machine_hours["excavator"].working is not None
    assert only.machine_hours["excavator"].working.value == pytest.approx(4.5)
    assert len(service.hours(owner, planted.site_id, MONDAY)) == 24
    assert service.hours(owner, planted.site_id, TUESDAY) == []
    assert [day.id for day in service.history(owner, planted.site_id, MONDAY)] == [only.id]
    # What was derived is kept once a site is out of use.
    change_site(database, planted, retired_at=at(WEDNESDAY, 12))
    assert [day.day for day in service.days(owner, planted.site_id, PageRequest()).rows] == [MONDAY, TUESDAY, WEDNESDAY]
    assert len(service.hours(owner, planted.site_id, MONDAY)) == 24
    stranger = principal(Role.OWNER, planted.other_owner_id)
    with pytest.raises(NotFoundError):
        service.days(stranger, planted.site_id, PageRequest())
    with pytest.raises(NotFoundError):
        service.hours(stranger, planted.site_id, MONDAY)
    with pytest.raises(NotFoundError, match="Nothing was derived"):
        service.hours(owner, planted.site_id, SUNDAY)
    with pytest.raises(InvalidError):
        service.days(owner, planted.site_id, PageRequest(), TUESDAY, MONDAY)
    with pytest.raises(InvalidError):
        service.days(owner, planted.site_id, PageRequest(after="bm90IGEgZGF5"))
