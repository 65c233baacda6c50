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
from pipeline.progress.suspension import UNKNOWN_PICTURES, shows_another_view
from pipeline.signals.calendar import WorkCalendar
from pipeline.sun import Position
from vision.daily_view import LEAST_OUTLINE_LEVELS, DailyView, LeftOut, hidden
from vision.detector import Image
from vision.progress.element_progress import FOG_UNDER_LEVELS
from vision.view_traits import view_traits

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


def squares(light: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """A picture whose outlines are as strong as its squares are light."""
    rows, columns = np.indices(SHAPE)
    board = (rows // 60 + columns // 60) % 2 * light
    return np.repeat(board[..., np.newaxis], 3, axis=2).astype(np.uint8)


CLEAR, THIN_FOG = squares(120), squares(36)
STRANGE, HAZY = LeftOut.NOT_REGISTERED, LeftOut.HAZY


def test_thin_fog_is_no_haze_and_not_clear() -> None:
    assert view_traits(CLEAR).outline_levels > FOG_UNDER_LEVELS
    assert LEAST_OUTLINE_LEVELS < view_traits(THIN_FOG).outline_levels < FOG_UNDER_LEVELS


@pytest.mark.parametrize(
    ("laid", "left_out", "is_another"),
    [
        (0, [(CLEAR, STRANGE), (CLEAR, STRANGE)], True),
        (0, [(CLEAR, STRANGE), (THIN_FOG, HAZY), (CLEAR, STRANGE)], True),
        (0, [(CLEAR, STRANGE), (THIN_FOG, STRANGE), (CLEAR, STRANGE)], True),
        (0, [(CLEAR, STRANGE), (CLEAR, STRANGE), (THIN_FOG, STRANGE), (THIN_FOG, HAZY)], False),
        (0, [(THIN_FOG, STRANGE), (THIN_FOG, STRANGE)], False),
        (0, [(CLEAR, STRANGE), (THIN_FOG, STRANGE)], False),
        (0, [(CLEAR, STRANGE)], False),
        (1, [(CLEAR, STRANGE), (CLEAR, STRANGE), (CLEAR, STRANGE)], False),
        (0, [], False),
    ],
)
def test_a_day_shows_another_view_where_most_of_its_pictures_are_clear_and_do(
    laid: int, left_out: list[tuple[Image, LeftOut]], is_another: bool
) -> None:
    given = [CLEAR] * laid + [image for image, _ in left_out]
    places = tuple(range(laid, len(given)))
    nothing, seen = np.zeros((*SHAPE, 3), np.uint8), np.zeros(SHAPE, np.bool_)
    why = tuple(reason for _, reason in left_out)
    view = DailyView(date(2026, 9, 14), nothing, seen, laid, why, 0.0, 0.0, places)
    assert shows_another_view(view, given, UNKNOWN_PICTURES) is is_another


def test_of_stills_one_clear_picture_a_day_is_enough() -> None:
    nothing, seen = np.zeros((*SHAPE, 3), np.uint8), np.zeros(SHAPE, np.bool_)
    view = DailyView(date(2026, 9, 14), nothing, seen, 0, (STRANGE,), 0.0, 0.0, (0,))
    assert shows_another_view(view, [CLEAR], 1)
    assert not shows_another_view(view, [THIN_FOG], 1)
