from datetime import UTC, datetime, timedelta

from models.camera_grade import HourCounts
from pipeline.watch.hour_tally import HourTally

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)


def test_counts_of_an_hour_are_added_up() -> None:
    tally = HourTally()
    tally.add(NOON + timedelta(minutes=5), HourCounts(looks_due=1, looks_taken=1))
    tally.add(NOON + timedelta(minutes=55), HourCounts(looks_due=1, stalls=1))
    tally.add(NOON + timedelta(minutes=60), HourCounts(reconnects=1))
    assert dict(tally.hours) == {
        NOON: HourCounts(looks_due=2, looks_taken=1, stalls=1),
        NOON + timedelta(hours=1): HourCounts(reconnects=1),
    }
    tally.clear()
    assert dict(tally.hours) == {}


def test_a_live_stretch_is_split_between_the_hours_it_lies_in() -> None:
    tally = HourTally()
    tally.add_live(NOON + timedelta(hours=2, minutes=10), 4800.0)
    assert {hour: counts.seconds_live for hour, counts in tally.hours.items()} == {
        NOON: 600.0,
        NOON + timedelta(hours=1): 3600.0,
        NOON + timedelta(hours=2): 600.0,
    }


def test_no_time_is_no_live_stretch() -> None:
    tally = HourTally()
    tally.add_live(NOON, 0.0)
    assert dict(tally.hours) == {}
