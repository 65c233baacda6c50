"""A pushed camera's spell is held against the day on which its view said so; other days are told apart."""

from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.errors import FootageError
from pipeline.evaluation.card_kinds import kind_of
from pipeline.evaluation.moved_camera import MovedSpell, moved_figures, together
from pipeline.stills.followed_view import FollowedDay
from sample_footage.footage import SITES, read_json
from vision.daily_view import LeftOut
from vision.progress.work_kind import WorkKind

FIRST = date(2026, 9, 7)


def day(number: int, *, pictures: int = 1, left_out: tuple[LeftOut, ...] = (), elsewhere: bool = False) -> FollowedDay:
    return FollowedDay(FIRST + timedelta(days=number), pictures, left_out, 0.0, elsewhere, ())


def truth(faults: dict[int, str]) -> dict[str, Any]:
    return {
        "days": [
            {
                "on": str(FIRST + timedelta(days=number)),
                "faults": {"mast-1": [faults[number]] if number in faults else []},
            }
            for number in range(8)
        ]
    }


def spell(starts: int, ends: int, seen: int | None, named: int | None) -> MovedSpell:
    days = [None if number is None else FIRST + timedelta(days=number) for number in (starts, ends, seen, named)]
    assert days[0] is not None
    assert days[1] is not None
    return MovedSpell("bridge", "mast-1", days[0], days[1], days[2], days[3])


def test_each_spell_has_the_first_day_that_named_it() -> None:
    days = [
        day(0),
        day(1, elsewhere=True),
        day(2, elsewhere=True),
        day(3),
        day(4, pictures=0, left_out=(LeftOut.HAZY,)),
        day(5, pictures=0, left_out=(LeftOut.HAZY, LeftOut.NOT_REGISTERED)),
        day(6, elsewhere=True),
    ]
    figures = moved_figures(
        "bridge", "mast-1", truth({1: "moved", 2: "moved", 4: "moved", 5: "moved", 6: "moved"}), days
    )
    assert figures.spells == (spell(1, 2, 1, 1), spell(4, 6, 5, 6))
    assert [one.is_named_in_time for one in figures.spells] == [True, False]
    assert (figures.blocked_named, figures.wrongly_named) == ((), ())


def test_a_spell_that_nothing_named_is_not_in_time() -> None:
    (one,) = moved_figures(
        "bridge", "mast-1", truth({3: "moved"}), [day(3, pictures=0, left_out=(LeftOut.DARK,))]
    ).spells
    assert one == spell(3, 3, None, None)
    assert not one.is_named_in_time


def test_days_named_without_a_push_are_told_apart() -> None:
    days = [day(0), day(1, elsewhere=True), day(2, elsewhere=True)]
    figures = together([moved_figures("bridge", "mast-1", truth({1: "blocked"}), days)] * 2)
    assert figures.blocked_named == ("bridge/mast-1 2026-09-08",) * 2
    assert figures.wrongly_named == ("bridge/mast-1 2026-09-09",) * 2


def test_every_element_of_the_shipped_cards_has_a_kind() -> None:
    cards = [read_json(path) for path in sorted(SITES.glob("*/site.json"))]
    elements = [element for card in cards for camera in card["cameras"] for element in camera["elements"]]
    assert len(elements) == 16
    assert all(kind_of(element) is not None for element in elements)
    assert kind_of({"key": "pit", "kind": "embankment"}) is WorkKind.EMBANKMENT
    assert kind_of({"key": "fountain"}) is None
    with pytest.raises(FootageError, match="kind 'castle' is none of excavation"):
        kind_of({"key": "pit", "kind": "castle"})
