"""Crossings at a gate, with real tracks of boxes that walk."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from pipeline.signals.zones import ZoneMap
from pipeline.watch.activity_watch import ActivityWatch, SeenCrossing
from pipeline.watch.look import Look
from streams.frame import Frame
from tests.support.fakes import PERSON, picture
from vision.detections import Detections
from vision.view_quality import ViewQuality

AT = datetime(2026, 9, 16, 4, 2, tzinfo=UTC)
EVERY_S, SPEED = 0.4, 0.025
GATE = {"name": "gate", "purpose": "gate", "polygon": [[0.3, 0.2], [0.5, 0.2], [0.5, 1], [0.3, 1]]}
# The street is left of the gate, the works are right of it.
WORKS = {"name": "works", "purpose": "work_area", "polygon": [[0.6, 0.2], [1, 0.2], [1, 1], [0.6, 1]]}
NOBODY = [None] * 20

Path = list[float | None]


def walk(start: float, *stops: float) -> Path:
    """From one place to the next, standing a moment at each, at shares of the picture's width."""
    path: Path = [start] * 4
    at = start
    for stop in stops:
        steps = round(abs(stop - at) / SPEED)
        path += [float(x) for x in np.linspace(at, stop, steps + 1)[1:]]
        at = stop
        path += [stop] * 3
    return path


def looks(path: Sequence[float | None]) -> Iterator[Look]:
    run_id, image = uuid4(), picture(0)
    for number, x in enumerate(path):
        boxes = [] if x is None else [[x * 320 - 8, 60, x * 320 + 8, 120]]
        at_s = number * EVERY_S
        frame = Frame(image, AT + timedelta(seconds=at_s), run_id, number, at_s, True)
        found = Detections(
            np.array(boxes, np.float32).reshape(-1, 4),
            np.full(len(boxes), 0.9, np.float32),
            np.zeros(len(boxes), np.int64),
            (PERSON,),
        )
        yield Look(frame, image, ViewQuality.USABLE, found)


def crossings(path: Sequence[float | None], *zones: dict[str, Any], take_every: int = 10_000) -> list[str]:
    watch = ActivityWatch(ZoneMap.of(zones or (GATE, WORKS)))
    seen: list[SeenCrossing] = []
    for number, look in enumerate(looks(path), start=1):
        watch.see(look)
        if number % take_every == 0:
            seen += watch.take().crossings
    seen += watch.end().crossings
    assert {(one.gate, one.label) for one in seen} <= {("gate", "person")}
    return ["in" if one.is_arrival else "out" for one in seen]


@pytest.mark.parametrize("take_every", [10_000, 7])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param([*NOBODY, *walk(0.4, 0.9)], ["in"], id="appears in the gate and goes in"),
        pytest.param([*walk(0.9, 0.4), *NOBODY], ["out"], id="comes to the gate and is gone"),
        pytest.param(walk(0.1, 0.9), ["in"], id="comes along the street and through"),
        pytest.param(walk(0.9, 0.1), ["out"], id="goes through and along the street"),
        pytest.param([*NOBODY, *walk(0.4, 0.9, 0.4), *NOBODY], ["in", "out"], id="comes and goes again"),
        pytest.param(walk(0.9, 0.4, 0.9), [], id="turns round in the gate"),
        pytest.param(walk(0.1, 0.4, 0.1), [], id="turns round before the works"),
        pytest.param([*NOBODY, *walk(0.4, 0.1)], [], id="appears in the gate and goes away"),
        pytest.param([*walk(0.1, 0.4), *NOBODY], [], id="comes from the street and is gone in the gate"),
        pytest.param([*NOBODY, *walk(0.4), *NOBODY], [], id="stands in the gate for a while"),
        pytest.param([*NOBODY, *walk(0.7, 0.9, 0.7), *NOBODY], [], id="never comes near"),
    ],
)
def test_who_came_in_and_who_went_out(path: Path, expected: list[str], take_every: int) -> None:
    assert crossings(path, take_every=take_every) == expected


def test_who_was_there_when_the_looking_began_did_not_appear() -> None:
    assert crossings(walk(0.4, 0.9)) == []


def test_who_is_still_there_when_the_looking_ends_has_not_gone() -> None:
    assert crossings(walk(0.9, 0.4)) == []


def test_who_stands_on_the_gates_edge_crosses_it_once_at_most() -> None:
    to_and_fro = [0.49, 0.5, 0.51, 0.5] * 6
    assert crossings([*NOBODY, *walk(0.4, 0.49), *to_and_fro, *walk(0.51, 0.9)]) == ["in"]
    assert crossings([*walk(0.9, 0.51), *to_and_fro, *walk(0.49, 0.9)]) == []


def test_without_a_work_area_all_beside_the_gate_is_inside() -> None:
    assert crossings([*NOBODY, *walk(0.4, 0.1)], GATE) == ["in"]
    assert crossings([*walk(0.9, 0.4), *NOBODY], GATE) == ["out"]
    assert crossings(walk(0.1, 0.9), GATE) == []


def test_where_the_gate_lies_within_the_works_the_works_are_inside() -> None:
    works = {**WORKS, "polygon": [[0.3, 0.2], [1, 0.2], [1, 1], [0.3, 1]]}
    assert crossings(walk(0.1, 0.9), GATE, works) == ["in"]
    assert crossings([*NOBODY, *walk(0.4, 0.1)], GATE, works) == []


def test_a_crossing_is_dated_to_when_it_was_seen() -> None:
    watch = ActivityWatch(ZoneMap.of([GATE, WORKS]))
    path = walk(0.1, 0.9)
    for look in looks(path):
        watch.see(look)
    (crossing,) = watch.end().crossings
    # Its box, 0.05 wide, is clear of the gate's edge at 0.5.
    first_clear = next(number for number, x in enumerate(path) if x is not None and x > 0.525)
    assert (crossing.at - AT).total_seconds() == pytest.approx(first_clear * EVERY_S, abs=0.01)
