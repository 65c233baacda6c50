"""Zones as they are drawn: refused with the zone and what to do where they can't be counted in."""

import math
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.database import Database
from models.errors import ConflictError
from models.repositories.sites import SiteRepository
from pipeline.registry.placements import PlacementDraft, PlacementPatch, PlacementService
from pipeline.registry.zone_shape import shape_problem
from tests.support.builders import ADMIN, plant
from tests.support.clocks import StandingClock

SQUARE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]


def drawn(*polygons: Any, names: tuple[str, ...] = ("pit", "gate", "street")) -> PlacementDraft:
    zones = [
        {"name": name, "purpose": "work_area", "polygon": polygon}
        for name, polygon in zip(names, polygons, strict=False)
    ]
    return PlacementDraft.model_validate({"camera_id": uuid4(), "site_id": uuid4(), "zones": zones})


@pytest.mark.parametrize(
    ("polygon", "said"),
    [
        ([[0, 0], [1, 1], [1, 0], [0, 1]], r"crosses itself at \(0\.5, 0\.5\); draw its corners in order"),
        ([[0, 0], [1, 0], [0.5, 0.5], [1, 1], [0, 1], [0.5, 0.5]], r"crosses itself at \(0\.5, 0\.5\)"),
        ([[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]], "encloses nothing: its corners lie on one line"),
        ([[0.4, 0.4], [0.4, 0.8], [0.4, 0.4], [0.4, 0.9]], "encloses nothing"),
        ([[0, 0], [0.5, 0], [0.5, 0], [0, 0.5]], r"has its corner 2 at \(0\.5, 0\) twice in a row; leave one"),
        ([[0, 0], [1, 0], [1, 1], [0, 0]], "repeats its first corner at its end; leave the last one out"),
    ],
)
def test_a_zone_that_encloses_nothing_clear_is_refused_by_its_name(polygon: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=f"zone 2, 'gate', {said}"):
        drawn(SQUARE, polygon)


@pytest.mark.parametrize("corner", [[1.01, 0.5], [0.5, -0.01], [float("nan"), 0.5], [float("inf"), 0.5]])
def test_a_zone_outside_the_picture_is_refused(corner: list[float]) -> None:
    with pytest.raises(ValidationError, match=r"zones\.0\.polygon\.1"):
        drawn([[0, 0], corner, [0, 1]])


def test_a_zone_of_two_corners_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least 3"):
        drawn([[0, 0], [1, 1]])


def test_two_zones_of_one_name_are_refused() -> None:
    with pytest.raises(ValidationError, match="zone 2 is called 'pit' as another is; give each a name of its own"):
        drawn(SQUARE, SQUARE, names=("pit", "pit"))


def test_redrawn_zones_are_held_to_the_same() -> None:
    zone = {"name": "gate", "purpose": "gate", "polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}
    with pytest.raises(ValidationError, match="zone 1, 'gate', crosses itself"):
        PlacementPatch.model_validate({"zones": [zone]})
    assert PlacementPatch.model_validate({"zones": [{**zone, "polygon": SQUARE}]}).zones is not None


@given(
    st.integers(3, 40),
    st.floats(0.02, 0.5),
    st.booleans(),
)
def test_a_polygon_drawn_once_around_is_taken_either_way_round(corners: int, radius: float, is_turned: bool) -> None:
    around = [
        (0.5 + radius * math.cos(math.tau * number / corners), 0.5 + radius * math.sin(math.tau * number / corners))
        for number in range(corners)
    ]
    assert shape_problem(around[::-1] if is_turned else around) is None


def test_what_was_stored_before_shapes_were_asked_for_is_still_shown(database: Database, clock: StandingClock) -> None:
    planted = plant(database)
    crossing = [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
    with database.transaction() as session:
        placement = SiteRepository(session).placement(planted.placement_id)
        assert placement is not None
        placement.zones = [{"name": "old", "purpose": "gate", "polygon": crossing}]
    view = PlacementService(database, clock.now).get(ADMIN, planted.placement_id)
    assert [list(corner) for corner in view.zones[0].polygon] == crossing


def test_zones_are_those_of_the_placement_and_a_placement_that_ended_is_not_ended_again(
    database: Database, clock: StandingClock
) -> None:
    planted = plant(database)
    service = PlacementService(database, clock.now)
    zones = PlacementPatch.model_validate({"zones": [{"name": "pit", "purpose": "work_area", "polygon": SQUARE}]})
    assert [zone.name for zone in service.change(ADMIN, planted.placement_id, zones, None).zones] == ["pit"]
    service.change(ADMIN, planted.placement_id, PlacementPatch(ends_at=clock.now()), None)
    later = PlacementPatch(ends_at=clock.now() + timedelta(days=1))
    with pytest.raises(ConflictError, match="has ended"):
        service.change(ADMIN, planted.placement_id, later, None)
