from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.words import SiteDayState
from pipeline.signals.calendar import Span, WorkCalendar
from pipeline.signals.site_day import SeenWindow, SiteDay, judge_site_day

ALMATY = ZoneInfo("Asia/Almaty")
CALENDAR = WorkCalendar(ALMATY, frozenset({1, 2, 3, 4, 5, 6}), time(9), time(18), frozenset({date(2026, 9, 15)}))
MONDAY, HOLIDAY, SUNDAY = date(2026, 9, 14), date(2026, 9, 15), date(2026, 9, 20)
PLACEMENT = uuid4()
ALWAYS = Span(datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))
LATER = datetime(2026, 12, 1, tzinfo=UTC)


def window(
    hour: int, *, stands_for_s: float = 3600.0, usable: float = 1.0, people: int = 0, looks: int = 60
) -> SeenWindow:
    starts_at = datetime.combine(MONDAY, time(hour), tzinfo=ALMATY)
    return SeenWindow(PLACEMENT, starts_at, 300, stands_for_s, looks, round(looks * usable), people, None)


def judge(windows: list[SeenWindow], day: date = MONDAY, now: datetime = LATER) -> SiteDay:
    return judge_site_day(CALENDAR, day, [(PLACEMENT, ALWAYS)], windows, now)


def test_a_day_says_why_looks_were_not_usable_the_most_frequent_first() -> None:
    windows = [
        replace(window(hour, usable=0.0), unusable=why)
        for hour, why in zip(
            range(9, 18), [{"moved": 40, "flat": 20}, {"black": 60}, *[{"moved": 60}] * 7], strict=True
        )
    ]
    day = judge(windows)
    assert (day.state, day.reasons) == (SiteDayState.OBSTRUCTED, ("moved", "black", "flat"))


def test_a_sunday_and_a_holiday_are_non_working_whatever_was_seen() -> None:
    assert judge([], SUNDAY).state is SiteDayState.NON_WORKING
    assert judge([window(10, people=30)], HOLIDAY).state is SiteDayState.NON_WORKING


def test_a_day_without_footage_is_an_outage_not_a_standstill() -> None:
    assert judge([]).state is SiteDayState.OUTAGE
    assert judge([window(9), window(10)]).state is SiteDayState.OUTAGE


def test_a_day_seen_only_through_fog_is_obstructed() -> None:
    assert judge([window(hour, usable=0.2) for hour in range(9, 18)]).state is SiteDayState.OBSTRUCTED


def test_people_make_a_day_active_and_their_absence_a_standstill() -> None:
    empty = [window(hour) for hour in range(9, 18)]
    assert judge(empty).state is SiteDayState.STANDSTILL
    assert judge([*empty[:-1], window(17, people=30)]).state is SiteDayState.ACTIVE


def test_one_box_in_hundreds_of_looks_is_not_a_working_day() -> None:
    assert judge([window(9, people=1), *(window(hour) for hour in range(10, 18))]).state is SiteDayState.STANDSTILL


def test_four_looks_a_day_are_enough_and_one_of_them_with_people_is_work() -> None:
    looks = [window(hour, stands_for_s=8100.0, looks=1) for hour in (9, 11, 14)]
    assert judge([*looks, window(16, stands_for_s=8100.0, looks=1, people=1)]).state is SiteDayState.ACTIVE


def test_work_before_the_site_opens_is_not_part_of_its_scheduled_day() -> None:
    day = judge([window(7, people=60), *(window(hour) for hour in range(9, 18))])
    assert day.state is SiteDayState.STANDSTILL


def test_today_is_judged_on_the_hours_that_have_passed() -> None:
    noon = datetime.combine(MONDAY, time(12), tzinfo=ALMATY)
    day = judge([window(9, people=20), window(10), window(11)], now=noon)
    assert (day.state, day.coverage) == (SiteDayState.ACTIVE, 1.0)


def test_a_placement_is_due_only_while_it_stood() -> None:
    afternoon = Span(datetime.combine(MONDAY, time(15), tzinfo=ALMATY), ALWAYS.ends_at)
    windows = [window(hour, people=9) for hour in (15, 16, 17)]
    day = judge_site_day(CALENDAR, MONDAY, [(PLACEMENT, afternoon)], windows, LATER)
    assert (day.state, day.coverage) == (SiteDayState.ACTIVE, 1.0)


def test_a_night_shift_belongs_to_the_day_it_begins_on() -> None:
    night = WorkCalendar(ALMATY, frozenset({1}), time(20), time(6), frozenset())
    scheduled = night.scheduled(MONDAY)
    assert scheduled is not None
    assert scheduled.seconds == timedelta(hours=10).total_seconds()


def test_many_reconnects_in_one_minute_do_not_make_a_seen_day() -> None:
    flapping = [window(9, stands_for_s=3600.0, looks=5)]
    assert judge(flapping).state is SiteDayState.OUTAGE


def test_windows_that_stand_for_overlapping_times_count_once() -> None:
    at_nine = [window(9, stands_for_s=8100.0, looks=1), window(10, stands_for_s=8100.0, looks=1)]
    assert judge(at_nine).coverage == pytest.approx((3600 + 8100) / (9 * 3600))


def test_one_view_of_people_is_not_outvoted_by_another_of_an_empty_corner() -> None:
    corner = uuid4()
    empty = [replace(window(hour, looks=1800), placement_id=corner) for hour in range(9, 18)]
    busy = [window(hour, looks=12, people=12) for hour in range(9, 18)]
    day = judge_site_day(CALENDAR, MONDAY, [(corner, ALWAYS), (PLACEMENT, ALWAYS)], [*empty, *busy], LATER)
    assert day.state is SiteDayState.ACTIVE


def test_a_camera_that_began_in_the_middle_of_a_window_is_judged_from_then_on() -> None:
    started = datetime.combine(MONDAY, time(10, 2), tzinfo=ALMATY)
    now = started + timedelta(minutes=1)
    seen = replace(window(10, people=3, looks=6), stands_for_s=60.0)
    day = judge_site_day(CALENDAR, MONDAY, [(PLACEMENT, Span(started, ALWAYS.ends_at))], [seen], now)
    assert (day.state, day.coverage) == (SiteDayState.ACTIVE, 1.0)


@given(st.lists(st.tuples(st.integers(9, 17), st.floats(0, 3600), st.floats(0, 1)), max_size=20))
def test_what_was_hardly_seen_is_never_called_a_standstill(parts: list[tuple[int, float, float]]) -> None:
    windows = [window(hour, stands_for_s=seen, usable=usable) for hour, seen, usable in parts]
    looks, usable = sum(item.looks_seen for item in windows), sum(item.looks_usable for item in windows)
    state = judge(windows).state
    if sum(item.stands_for_s for item in windows) < 0.29 * 9 * 3600 or usable < 0.29 * looks:
        assert state in (SiteDayState.OUTAGE, SiteDayState.OBSTRUCTED)


def test_the_first_look_at_a_picture_that_froze_is_no_evidence_of_its_day() -> None:
    first, *repeats = (window(hour, stands_for_s=10_800, people=0, looks=1) for hour in (9, 12, 15))
    frozen = [replace(item, looks_usable=0, unusable={"frozen": 1}) for item in repeats]
    day = judge([*reversed(frozen), first])
    assert (day.state, day.looks_usable, day.reasons) == (SiteDayState.OBSTRUCTED, 0, ("frozen",))
    with_people = judge([replace(first, looks_with_people=1), *frozen])
    assert (with_people.state, with_people.looks_with_people) == (SiteDayState.OBSTRUCTED, 0)


def test_a_picture_that_freezes_at_noon_takes_one_look_with_it() -> None:
    morning = [window(hour, people=30) for hour in range(9, 13)]
    frozen = [replace(window(hour, usable=0.0), unusable={"frozen": 60}) for hour in range(13, 18)]
    day = judge([*morning, *frozen])
    assert (day.state, day.looks_usable, day.looks_with_people) == (SiteDayState.ACTIVE, 239, 120)


def test_one_empty_look_between_obstructed_ones_is_no_standstill() -> None:
    looks = [window(hour, stands_for_s=10_800, looks=1) for hour in (9, 12, 15)]
    foggy = [replace(item, looks_usable=0, unusable={"flat": 1}) for item in looks]
    assert judge([looks[0], *foggy[1:]]).state is SiteDayState.OBSTRUCTED
    assert judge([*looks[:2], foggy[2]]).state is SiteDayState.STANDSTILL
    # A photograph a day is all that some sites have.
    assert judge([window(9, stands_for_s=86_400, looks=1)]).state is SiteDayState.STANDSTILL


def test_machines_make_a_day_active_from_a_share_of_the_seconds_that_were_told() -> None:
    def day_of(working_s: float, idle_s: float) -> SiteDayState:
        windows = [window(hour) for hour in range(9, 18)]
        windows[0] = replace(windows[0], machine_working_s=working_s, machine_idle_s=idle_s)
        return judge(windows).state

    assert day_of(1.0, 299.0) is SiteDayState.STANDSTILL
    assert day_of(10.0, 290.0) is SiteDayState.ACTIVE
    assert day_of(10.0, 0.0) is SiteDayState.ACTIVE
