"""Who stands in which zone, by foot points."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from pipeline.signals.zones import NO_ZONES, ZoneMap
from pipeline.watch.look import Looker
from tests.support.fakes import MACHINERY, PERSON, VEHICLE, ToldDetector, frames
from vision.detections import Detections

LABELS = (PERSON, MACHINERY, VEHICLE)
WIDTH_PX, HEIGHT_PX = 320, 180


def zone(name: str, purpose: str, left: float, top: float, right: float, bottom: float) -> dict[str, Any]:
    corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
    return {"name": name, "purpose": purpose, "polygon": corners}


def found(*xyxy: tuple[float, float, float, float]) -> Detections:
    count = len(xyxy)
    return Detections(
        np.array(xyxy, np.float32).reshape(-1, 4), np.full(count, 0.9, np.float32), np.zeros(count, np.int64), LABELS
    )


def standing(zones: ZoneMap, *xyxy: tuple[float, float, float, float]) -> dict[str, list[bool]]:
    return {name: here.tolist() for name, here in zones.standing(found(*xyxy), WIDTH_PX, HEIGHT_PX).items()}


def test_what_counts_is_where_a_box_stands_not_where_it_reaches() -> None:
    pit = ZoneMap.of([zone("pit", "work_area", 0.5, 0.5, 1.0, 1.0)])
    reaches_in, stands_in_it = (150.0, 100.0, 168.0, 120.0), (160.0, 10.0, 200.0, 100.0)
    assert standing(pit, reaches_in, stands_in_it) == {"pit": [False, True]}


@pytest.mark.parametrize("foot", [(160.0, 135.0), (200.0, 90.0), (160.0, 90.0), (320.0, 180.0)])
def test_the_border_of_a_zone_is_inside_it(foot: tuple[float, float]) -> None:
    pit = ZoneMap.of([zone("pit", "work_area", 0.5, 0.5, 1.0, 1.0)])
    x, y = foot
    assert standing(pit, (x - 8, y - 40, x + 8, y)) == {"pit": [True]}


def test_zones_may_lie_in_one_another_and_zones_of_one_name_are_one() -> None:
    zones = ZoneMap.of(
        [
            zone("site", "work_area", 0.0, 0.0, 1.0, 1.0),
            zone("gate", "gate", 0.0, 0.0, 0.2, 1.0),
            zone("gate", "gate", 0.8, 0.0, 1.0, 1.0),
            zone("faces", "privacy_mask", 0.0, 0.0, 1.0, 1.0),
        ]
    )
    boxes = [(x - 8, 60.0, x + 8, 120.0) for x in (32.0, 160.0, 300.0)]
    assert standing(zones, *boxes) == {"site": [True, True, True], "gate": [True, False, True]}


def test_without_zones_nothing_is_counted_and_nothing_ignored() -> None:
    box = (10.0, 10.0, 20.0, 50.0)
    assert standing(NO_ZONES, box) == {}
    assert ZoneMap.of([zone("faces", "privacy_mask", 0.0, 0.0, 1.0, 1.0)]).digest == ""
    assert len(NO_ZONES.counted(found(box), WIDTH_PX, HEIGHT_PX)) == 1


def test_other_zones_are_told_by_their_digest() -> None:
    drawn = [zone("pit", "work_area", 0.5, 0.5, 1.0, 1.0)]
    redrawn = [zone("pit", "work_area", 0.5, 0.5, 1.0, 0.9)]
    assert ZoneMap.of(drawn).digest == ZoneMap.of(drawn).digest != ZoneMap.of(redrawn).digest


def test_a_zone_that_was_stored_crossing_itself_counts_what_it_encloses() -> None:
    bow_tie = {"name": "tie", "purpose": "work_area", "polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}
    left, top = (40.0, 60.0, 56.0, 90.0), (152.0, 0.0, 168.0, 20.0)
    assert standing(ZoneMap.of([bow_tie]), left, top) == {"tie": [True, False]}


def test_what_stands_in_an_ignored_zone_is_not_found() -> None:
    # Told people stand at x 35, 75 and 115 of 320, their feet at 160 of 180.
    street = ZoneMap.of([zone("street", "ignore", 0.2, 0.8, 0.3, 1.0)])
    look = Looker(ToldDetector(lambda _image: 3), [], zones=street).look(
        next(frames(datetime(2026, 9, 16, 4, 0, tzinfo=UTC), 1, 1.0))
    )
    assert look.detections is not None
    assert look.detections.xyxy[:, 0].tolist() == [20.0, 100.0]
