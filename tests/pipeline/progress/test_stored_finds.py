"""What hides the works in a stored picture, by its row; and which pictures of a day are taken."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from models.repositories.progress import StoredPictureRef
from models.tables.observations import Evidence
from pipeline.progress.day_pictures import MOST_PICTURES, chosen, view_hours
from pipeline.progress.stored_finds import StoredFinds, nothing_hidden, stored_finds
from pipeline.progress.suspension import shows_another_view
from pipeline.signals.calendar import WorkCalendar
from pipeline.sun import Position
from vision.daily_view import hidden

ASTANA = Position(51.1, 71.4)
WEEK = frozenset(range(1, 8))
SHAPE = (540, 960)


def evidence(**found: object) -> Evidence:
    return Evidence(id=uuid4(), detections=[], redaction={"hidden_xyxy": []}, **found)


def test_what_was_blurred_is_hidden_at_the_views_size() -> None:
    row = evidence()
    row.redaction = {"hidden_xyxy": [[200, 400, 300, 500]]}
    mask = hidden(stored_finds(row, 1920), SHAPE)
    assert mask[200:250, 100:150].all()
    assert not mask[:190].any()
    assert not mask[:, 160:].any()


def test_a_machine_is_hidden_whole_with_the_name_above_it() -> None:
    row = evidence()
    row.detections = [{"label": "excavator", "group": "machine", "confidence": 0.9, "xyxy": [400, 300, 500, 380]}]
    mask = hidden(stored_finds(row, 960), SHAPE)
    assert mask[300:380, 400:500].all()
    assert mask[275:300, 400:540].all()
    assert not mask[:260].any()


def test_of_a_tall_crane_its_carrier_and_what_was_drawn_around_it_are_hidden() -> None:
    row = evidence()
    row.detections = [{"label": "crane", "group": "machine", "confidence": 0.9, "xyxy": [400, 100, 600, 500]}]
    mask = hidden(stored_finds(row, 960), SHAPE)
    assert mask[345:500, 400:600].all()
    assert mask[200, 398:403].all()
    assert mask[200, 597:602].all()
    # Through its mast the works are seen.
    assert not mask[150:320, 420:580].any()


def test_a_row_that_does_not_say_what_was_blurred_hides_what_was_found() -> None:
    row = evidence()
    row.redaction = {"hidden": 1}
    row.detections = [{"label": "person", "group": "person", "confidence": 0.9, "xyxy": [10, 100, 30, 160]}]
    assert hidden(stored_finds(row, 960), SHAPE)[100:160, 10:30].all()


def test_finds_are_told_for_the_very_pictures_that_they_are_of() -> None:
    finds, told = StoredFinds(), np.full((4, 4, 3), 7, np.uint8)
    finds.tell([(told, nothing_hidden())])
    assert len(finds.detect([told.copy()])[0]) == 0
    with pytest.raises(LookupError):
        finds.detect([np.zeros((4, 4, 3), np.uint8)])


def refs(hours: list[float], *, usable: int = 1) -> list[StoredPictureRef]:
    midnight = datetime(2026, 9, 14, tzinfo=ZoneInfo("Asia/Almaty")).astimezone(UTC)
    return [
        StoredPictureRef(UUID(int=number), midnight + timedelta(hours=hour), usable, is_removed=False)
        for number, hour in enumerate(hours)
    ]


def hours_of(pictures: list[StoredPictureRef]) -> list[float]:
    local = [one.taken_at.astimezone(ZoneInfo("Asia/Almaty")) for one in pictures]
    return [at.hour + at.minute / 60 for at in local]


def test_of_many_pictures_six_are_taken_spread_over_the_day() -> None:
    every_five_minutes = [9 + number / 12 for number in range(108)]
    taken = hours_of(chosen(refs(every_five_minutes), ASTANA))
    assert len(taken) == MOST_PICTURES
    assert taken == pytest.approx([9.0, 10.75, 12.5, 14.33, 16.17, 17.92], abs=0.1)


def test_nothing_is_taken_of_the_night_or_of_unusable_windows() -> None:
    assert hours_of(chosen(refs([3, 5, 12, 22]), ASTANA)) == [12]
    assert chosen(refs([12], usable=0), ASTANA) == []


def test_the_same_pictures_in_another_order_are_chosen_alike() -> None:
    pictures = refs([9 + number / 7 for number in range(50)])
    assert chosen(pictures[::-1], ASTANA) == chosen(pictures, ASTANA)


@pytest.mark.parametrize(("opens", "closes", "hours"), [((8, 0), (18, 30), (8, 18.5)), ((20, 0), (6, 0), (7, 19))])
def test_a_view_is_made_of_the_working_hours_or_by_day(
    opens: tuple[int, int], closes: tuple[int, int], hours: tuple[float, float]
) -> None:
    calendar = WorkCalendar(ZoneInfo("Asia/Almaty"), WEEK, time(*opens), time(*closes), frozenset())
    span = view_hours(calendar, date(2026, 9, 14))
    zone = calendar.time_zone
    found = [at.astimezone(zone).hour + at.astimezone(zone).minute / 60 for at in (span.starts_at, span.ends_at)]
    assert tuple(found) == hours


@pytest.mark.parametrize(
    ("pictures", "left_out", "is_another"),
    [
        (0, ["not_registered", "not_registered"], True),
        (0, ["not_registered", "hazy", "not_registered"], True),
        (0, ["not_registered"], False),
        (0, ["dark", "hazy", "not_registered"], False),
        (1, ["not_registered", "not_registered"], False),
        (0, [], False),
    ],
)
def test_a_day_shows_another_view_where_all_its_clear_pictures_do(
    pictures: int, left_out: list[str], is_another: bool
) -> None:
    assert shows_another_view(pictures, left_out) is is_another
