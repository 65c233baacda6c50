from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from models.observed_window import ObservedWindow
from models.words import SiteDayState
from pipeline.signals.calendar import Span, WorkCalendar
from pipeline.signals.site_rollup import RolledDay, roll_up
from tests.support.site_year import observation, tally, windows_of

ALMATY = ZoneInfo("Asia/Almaty")
CALENDAR = WorkCalendar(ALMATY, frozenset({1, 2, 3, 4, 5, 6}), time(9), time(18), frozenset())
MONDAY = date(2026, 9, 14)
ALWAYS = Span(datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))
LATER = datetime(2026, 12, 1, tzinfo=UTC)
CAMERA, OTHER = uuid4(), uuid4()
IDS = count(1)


def at(hour: int, minute: int = 0, day: date = MONDAY, zone: ZoneInfo = ALMATY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=zone).astimezone(UTC)


def seen(starts_at: datetime, placement_id: UUID = CAMERA, **told: Any) -> ObservedWindow:
    columns = observation(placement_id, starts_at, **told) | {"id": next(IDS)}
    return ObservedWindow(**{name: columns[name] for name in ObservedWindow.__slots__})


def hours(first: int, last: int, placement_id: UUID = CAMERA, **told: Any) -> list[ObservedWindow]:
    return [seen(start, placement_id, **told) for start in windows_of(at(first), at(last))]


def rolled(
    rows: Iterable[ObservedWindow],
    day: date = MONDAY,
    calendar: WorkCalendar = CALENDAR,
    now: datetime = LATER,
    placed: Iterable[tuple[UUID, Span]] = ((CAMERA, ALWAYS), (OTHER, ALWAYS)),
) -> RolledDay:
    ordered = sorted(rows, key=lambda row: (row.window_starts_at, row.id))
    return roll_up(calendar, day, list(placed), ordered, now)


def test_a_day_seen_whole_has_its_person_hours_and_machine_hours() -> None:
    day = rolled(hours(9, 18, people=4.0, machines=2.0))
    assert day.judged.state is SiteDayState.ACTIVE
    assert day.person_hours is not None
    assert day.person_hours.value == pytest.approx(36.0)
    assert day.person_hours.low < 36.0 <= day.person_hours.high
    excavator = day.machine_hours["excavator"]
    assert excavator.present.value == pytest.approx(18.0)
    assert excavator.working is not None
    assert excavator.idle is not None
    assert [excavator.working.value, excavator.idle.value] == pytest.approx([9.0, 9.0])
    assert excavator.working.low < 9.0 < excavator.working.high
    assert day.working_share is not None
    assert day.working_share.value == pytest.approx(0.5)
    assert (day.due_s, day.seen_s, day.usable_s) == (9 * 3600, 9 * 3600, 9 * 3600)


def test_hours_that_were_not_seen_widen_the_interval_and_do_not_lessen_the_figure() -> None:
    whole = rolled(hours(9, 18, people=4.0)).person_hours
    part = rolled(hours(10, 14, people=4.0)).person_hours
    assert whole is not None
    assert part is not None
    assert part.value == pytest.approx(whole.value)
    assert part.high - part.low > 1.5 * (whole.high - whole.low)


def test_a_day_that_was_not_seen_has_no_hours_and_not_none_at_work() -> None:
    outage, foggy = rolled(hours(9, 10, people=4.0)), rolled(hours(9, 18, people=4.0, looks_usable=3))
    assert (outage.judged.state, foggy.judged.state) == (SiteDayState.OUTAGE, SiteDayState.OBSTRUCTED)
    for day in (outage, foggy, rolled([])):
        assert day.person_hours is None
        assert day.machine_hours == {}
        assert day.working_share is None


def test_a_day_on_which_nobody_was_seen_has_zero_hours_with_an_upper_end() -> None:
    day = rolled(hours(9, 18))
    assert day.judged.state is SiteDayState.STANDSTILL
    assert day.person_hours is not None
    assert (day.person_hours.value, day.person_hours.low) == (0.0, 0.0)
    assert 0.1 < day.person_hours.high < 1.0


def test_machines_that_nobody_watched_closely_are_present_and_neither_at_work_nor_idle() -> None:
    day = rolled(hours(9, 18, people=1.0, machines=1.0, machine_seconds={}, machine_working_s=None))
    excavator = day.machine_hours["excavator"]
    assert excavator.present.value == pytest.approx(9.0)
    assert (excavator.working, excavator.idle, excavator.working_share) == (None, None, None)
    assert day.hours[10].machines["excavator"]["working_share"] is None


def test_two_cameras_that_may_see_the_same_people_are_not_added_but_for_the_upper_end() -> None:
    alone = rolled(hours(9, 18, people=4.0)).person_hours
    both = rolled([*hours(9, 18, people=4.0), *hours(9, 18, OTHER, people=3.0)]).person_hours
    assert alone is not None
    assert both is not None
    assert [both.value, both.low] == pytest.approx([alone.value, alone.low])
    assert both.high >= 9 * 7.0


def test_a_camera_that_was_moved_at_noon_is_followed_by_its_next_placement() -> None:
    noon = at(13)
    placed = [(CAMERA, Span(ALWAYS.starts_at, noon)), (OTHER, Span(noon, ALWAYS.ends_at))]
    day = rolled([*hours(9, 13, people=2.0), *hours(13, 18, OTHER, people=4.0)], placed=placed)
    assert day.person_hours is not None
    assert day.person_hours.value == pytest.approx(4 * 2.0 + 5 * 4.0)


def rare(starts_at: datetime, placement_id: UUID = CAMERA, every_s: float = 14400.0, **told: Any) -> ObservedWindow:
    """A window with one look, which stands for as long as it is until the next."""
    return seen(starts_at, placement_id, looks_seen=1, looks_usable=1, turns_seen=1, look_every_s=every_s, **told)


def one_look(people: int) -> dict[str, Any]:
    return {"person": {"group": "person", "looks": 1, "total": people, "most": people}} if people else {}


@pytest.mark.parametrize("late_by_min", [0, 5])
def test_two_cameras_that_look_in_turns_count_as_they_do_when_they_look_at_once(late_by_min: int) -> None:
    starts = [at(9) + timedelta(minutes=10 * number) for number in range(54)]
    rows = [rare(start, every_s=600.0) for start in starts]
    later = timedelta(minutes=late_by_min)
    rows += [rare(start + later, OTHER, 600.0, tallies=one_look(10)) for start in starts]
    day = rolled(rows)
    assert day.person_hours is not None
    # In turns, one sees nobody in the first five minutes, when the other has not looked yet.
    assert day.person_hours.value == pytest.approx(90.0 if late_by_min == 0 else 90.0 - 10 * 5 / 60)
    assert day.person_hours.low < day.person_hours.value < 90.01
    assert day.person_hours.high == pytest.approx(90.0, abs=0.1)
    assert day.seen_s == pytest.approx(9 * 3600)
    assert [hour.people_mean for hour in day.hours[10:17]] == [pytest.approx(10.0)] * 7


def test_looks_that_stand_over_several_of_another_cameras_are_no_further_samples() -> None:
    rows = hours(9, 18, people=1.0)
    seldom = [rare(at(hour), OTHER, 3600.0 * 3, tallies=one_look(4)) for hour in (9, 12, 15)]
    alone, both = rolled(seldom).person_hours, rolled([*rows, *seldom]).person_hours
    assert alone is not None
    assert both is not None
    assert [both.value, both.low] == pytest.approx([alone.value, alone.low])


def test_rare_looks_weigh_what_they_stand_for_of_the_scheduled_hours() -> None:
    rows = [rare(at(8, 55)), rare(at(12, 55)), rare(at(17, 55), tallies=one_look(4))]
    day = rolled(rows)
    assert day.seen_s == pytest.approx(4 * 3600 + 300)
    assert day.seen_s == pytest.approx(day.judged.coverage * day.due_s)
    assert day.person_hours is not None
    assert day.person_hours.value == pytest.approx(9 * 4 * 300 / (4 * 3600 + 300))
    assert sum(hour.seen_s for hour in day.hours[9:18]) == pytest.approx(day.seen_s)
    assert [day.hours[hour].seen_s for hour in (8, 9, 12, 16, 17, 18)] == [300, 0, 300, 3300, 300, 0]


def test_a_look_shortly_before_work_begins_counts_after_hours_until_it_does() -> None:
    after = rolled([rare(at(8, 55), tallies=one_look(3)), rare(at(17, 55), tallies=one_look(3))]).after_hours
    assert (after.people_s, after.people_hours) == (300.0, (at(8),))


def test_a_camera_that_is_back_at_its_pace_ends_what_a_rare_look_stood_for() -> None:
    day = rolled([rare(at(10), tallies=one_look(9)), *hours(11, 18, people=2.0)])
    assert day.person_hours is not None
    assert day.person_hours.value == pytest.approx(9 * (9 + 7 * 2) / 8)


def test_what_a_camera_saw_before_or_after_it_stood_there_is_left_out() -> None:
    rows = [*hours(9, 18, people=2.0), seen(at(20), people=3.0), seen(at(7), machines=1.0)]
    day = rolled(rows, placed=[(CAMERA, Span(at(8), at(13)))])
    assert (day.due_s, day.seen_s) == (4 * 3600, 4 * 3600)
    assert (day.after_hours.people_s, day.after_hours.machine_s) == (0.0, 0.0)
    assert [hour.seen_s for hour in day.hours[12:14]] == [3600, 0]


def test_a_days_pictures_are_of_its_scheduled_hours_and_of_sure_people_first() -> None:
    unsure = {"person": {"group": "person", "looks": 30, "total": 30, "most": 1, "sure": 0}}
    sure, post, guard, before = (uuid4() for _ in range(4))
    rows = [
        seen(at(3), people=1.0, evidence_id=before),
        *hours(9, 16, people=6.0),
        seen(at(16), people=6.0, evidence_id=sure),
        seen(at(17), tallies=unsure, evidence_id=post),
        seen(at(23), people=1.0, evidence_id=guard),
    ]
    assert [picture.evidence_id for picture in rolled(rows).evidence] == [sure]
    assert [picture.evidence_id for picture in rolled([row for row in rows if row.evidence_id != sure]).evidence] == [
        post
    ]
    off = WorkCalendar(ALMATY, frozenset({2}), time(9), time(18), frozenset())
    assert [picture.evidence_id for picture in rolled(rows, calendar=off).evidence] == [before, sure, guard]


def test_boxes_that_may_be_posts_are_nobody_after_hours() -> None:
    unsure = {"person": {"group": "person", "looks": 30, "total": 30, "most": 1, "sure": 0}}
    half = {"person": {"group": "person", "looks": 30, "total": 30, "most": 1, "sure": 15}}
    picture = uuid4()
    after = rolled([seen(at(21), tallies=unsure), seen(at(22), tallies=half, evidence_id=picture)]).after_hours
    assert (after.people_s, after.people_hours, after.evidence_ids) == (150.0, (at(22),), (picture,))


def test_zones_of_one_name_are_one_place_and_others_stand_by_themselves() -> None:
    mine = {"works": {"person": tally("person", 2.0)}, "gate": {"truck": tally("machine", 1.0)}}
    theirs = {"works": {"person": tally("person", 3.0)}}
    day = rolled([*hours(9, 18, people=3.0, zone_tallies=mine), *hours(9, 18, OTHER, people=3.0, zone_tallies=theirs)])
    assert day.zones["works"]["person"] == {"group": "person", "mean": pytest.approx(3.0), "most": 3}
    assert day.zones["gate"]["truck"]["mean"] == pytest.approx(1.0)


def test_a_gate_that_two_cameras_show_counts_what_the_one_that_saw_more_says() -> None:
    def _passed(arrivals: int) -> dict[str, Any]:
        return {"gate_crossings": {"north": {"truck": {"arrivals": arrivals, "departures": 1}}}}

    rows = [seen(at(9), **_passed(2)), seen(at(20), **_passed(1)), seen(at(9), OTHER, **_passed(2))]
    assert rolled(rows).gates == {"north": {"truck": {"arrivals": 3, "departures": 2}}}


def test_what_is_seen_outside_scheduled_hours_is_told_with_its_hours_and_pictures() -> None:
    picture = uuid4()
    rows = [
        *hours(9, 18, people=2.0),
        seen(at(22), people=1.0, evidence_id=picture),
        seen(at(22, 5), machines=1.0),
        seen(at(3), machines=1.0, machine_seconds={}),
    ]
    after = rolled(rows).after_hours
    assert (after.people_s, after.machine_s, after.machine_working_s) == (300.0, 600.0, 150.0)
    assert after.people_hours == (at(22),)
    assert set(after.machine_hours) == {at(3), at(22)}
    assert after.evidence_ids == (picture,)


def test_a_day_off_has_no_hours_and_all_that_is_seen_is_after_hours() -> None:
    sunday = date(2026, 9, 20)
    rows = [seen(start, people=2.0) for start in windows_of(at(9, day=sunday), at(11, day=sunday))]
    day = rolled(rows, sunday)
    assert (day.judged.state, day.person_hours, day.scheduled) == (SiteDayState.NON_WORKING, None, None)
    assert day.after_hours.people_s == pytest.approx(2 * 3600)


def test_each_hour_says_what_was_seen_in_it() -> None:
    rows = [*hours(9, 11, people=2.0, machines=1.0), *hours(11, 12, people=6.0)]
    found = rolled(rows).hours
    assert [hour.starts_at for hour in found] == [at(hour) for hour in range(24)]
    assert [found[hour].people_mean for hour in (8, 9, 11)] == [None, pytest.approx(2.0), pytest.approx(6.0)]
    assert [found[hour].scheduled_s for hour in (8, 9, 17, 18)] == [0, 3600, 3600, 0]
    assert [(found[hour].due_s, found[hour].seen_s) for hour in (8, 9)] == [(3600, 0), (3600, 3600)]
    assert found[9].machines["excavator"]["working_share"] == pytest.approx(0.5)
    assert found[11].machines == {}


def test_a_look_every_two_hours_stands_for_both() -> None:
    rows = [
        seen(at(hour), people=2.0, looks_seen=1, looks_usable=1, turns_seen=1, look_every_s=7200.0)
        for hour in (9, 11, 13, 15)
    ]
    day = rolled(rows)
    assert day.seen_s == pytest.approx(8 * 3600)
    assert [hour.seen_s for hour in day.hours[9:13]] == [3600] * 4
    # Four looks say little.
    assert day.person_hours is not None
    assert day.person_hours.high - day.person_hours.low > 0.4 * day.person_hours.value


def test_a_day_in_progress_stands_for_the_hours_that_have_passed() -> None:
    day = rolled(hours(9, 12, people=4.0), now=at(12))
    assert day.due_s == 3 * 3600
    assert day.person_hours is not None
    assert day.person_hours.value == pytest.approx(12.0)


def test_a_shift_into_the_next_day_belongs_to_the_day_it_began_on() -> None:
    nights = WorkCalendar(ALMATY, frozenset({1}), time(20), time(6), frozenset())
    tuesday = MONDAY + timedelta(days=1)
    rows = [seen(start, people=3.0) for start in windows_of(at(20), at(6, day=tuesday))]
    monday = rolled(rows, calendar=nights)
    assert monday.person_hours is not None
    assert monday.person_hours.value == pytest.approx(30.0)
    of_tuesday = rolled([row for row in rows if row.window_starts_at >= at(0, day=tuesday)], tuesday, nights)
    assert (of_tuesday.person_hours, of_tuesday.after_hours.people_s) == (None, 0.0)
    assert [hour.scheduled_s for hour in of_tuesday.hours[4:8]] == [3600, 3600, 0, 0]


@pytest.mark.parametrize(("day", "count_of_hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_over_a_clock_change_has_23_or_25_hours(day: date, count_of_hours: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = WorkCalendar(berlin, frozenset(range(1, 8)), time(0), time(0), frozenset())
    first, last = at(0, day=day, zone=berlin), at(0, day=day + timedelta(days=1), zone=berlin)
    found = rolled([seen(start, people=1.0) for start in windows_of(first, last)], day, calendar)
    assert len(found.hours) == count_of_hours
    assert found.person_hours is not None
    assert found.person_hours.value == pytest.approx(count_of_hours)
    assert found.hours[-1].starts_at == last - timedelta(hours=1)


def test_the_day_on_which_almaty_went_over_to_utc_plus_5_has_25_hours() -> None:
    # At midnight of 1 March 2024 clocks went back to 23:00 of 29 February.
    day = date(2024, 2, 29)
    rows = [seen(start) for start in windows_of(datetime(2024, 2, 28, 18, tzinfo=UTC), at(0, day=date(2024, 3, 1)))]
    found = rolled(rows, day)
    assert len(found.hours) == 25
    # Nine in the morning was 03:00 UTC before and is 04:00 UTC after.
    assert found.hours[9].starts_at == datetime(2024, 2, 29, 3, tzinfo=UTC)
    assert found.hours[9].scheduled_s == 3600
    after = rolled([seen(at(9, day=date(2024, 3, 1)))], date(2024, 3, 1))
    assert after.hours[9].starts_at == datetime(2024, 3, 1, 4, tzinfo=UTC)
