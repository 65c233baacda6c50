"""What fails at a camera is told as what it is, harms no other camera, and is never a standstill."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from tests.support.fault_rig import LOOK_EVERY_S, NEVER_LIVE, WELL_FOR_S, FaultRig, Seen

# Longer than two looks at this pace, three for a frozen picture.
TOLD_WITHIN = timedelta(seconds=30)
assert 3 * LOOK_EVERY_S < 30

pytestmark = [pytest.mark.bar("5: fault matrix against real servers"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultRig]:
    with ExitStack() as stack:
        yield FaultRig(tmp_path_factory.mktemp("faults"), stack)


@pytest.fixture(scope="module")
def seen(rig: FaultRig) -> dict[str, Seen]:
    return rig.run()


@pytest.mark.parametrize(
    ("camera", "states", "words"),
    [
        ("killed", ["down"], "127.0.0.1"),
        ("half-open", ["down"], "127.0.0.1"),
        ("stall", ["down"], "127.0.0.1"),
        ("noise", ["down", "degraded"], "127.0.0.1"),
        ("spoilt", ["down", "degraded", "blurred", "blocked", "placeholder"], ""),
    ],
)
def test_a_fault_is_told_in_time_and_its_end_too(
    seen: dict[str, Seen], camera: str, states: list[str], words: str
) -> None:
    told = seen[camera].first(*states)
    assert told.at - seen[camera].faulty_from <= TOLD_WITHIN
    assert words in told.reason
    assert seen[camera].states[-1] == "live"


@pytest.mark.parametrize(
    ("camera", "words"), [("refusing", "127.0.0.1:9"), ("wrong password", "log-in"), ("redirect", "169.254.169.254")]
)
def test_a_camera_that_cannot_be_opened_says_why(seen: dict[str, Seen], camera: str, words: str) -> None:
    assert set(seen[camera].states) == {"connecting", "down"}
    told = seen[camera].first("down")
    assert told.at - seen[camera].events[0].at <= TOLD_WITHIN
    assert words in told.reason
    assert seen[camera].observations == []


@pytest.mark.parametrize("camera", ["black", "frozen"])
def test_a_picture_that_shows_nothing_new_is_told(seen: dict[str, Seen], camera: str) -> None:
    told = seen[camera].first(camera)
    assert told.at - seen[camera].first("live").at <= timedelta(seconds=WELL_FOR_S) + TOLD_WITHIN
    assert told.reason
    assert seen[camera].states == ["connecting", "live", camera]


@pytest.mark.parametrize("camera", ["turned back", "size", "broken parts", "gap"])
def test_what_a_stream_survives_is_looked_at_on(seen: dict[str, Seen], camera: str) -> None:
    assert seen[camera].states[-1] == "live"
    after = [row for row in seen[camera].observations if row.created_at > seen[camera].faulty_from]
    assert sum(row.looks_usable for row in after) > 0


def test_a_stream_that_changes_its_size_is_seen_in_both(rig: FaultRig, seen: dict[str, Seen]) -> None:
    assert seen["size"].states == ["connecting", "live"]
    assert {(640, 360), (320, 180)} <= rig.instance.site_detector.sizes


@pytest.mark.parametrize("camera", ["neighbour", "neighbour with a log-in"])
def test_neighbours_lose_no_look(seen: dict[str, Seen], camera: str) -> None:
    assert seen[camera].states == ["connecting", "live"]
    # The look that is due as they are stopped may be under way.
    assert seen[camera].looks_taken >= seen[camera].looks_due - 1
    assert seen[camera].looks_due > 20


def test_no_observation_says_inactivity(seen: dict[str, Seen]) -> None:
    rows = [row for name, one in seen.items() if name not in NEVER_LIVE for row in one.observations]
    assert rows
    for row in rows:
        # Whatever is usable shows the person who is there.
        assert row.tallies.get("person", {"looks": 0})["looks"] == row.looks_usable
        assert not row.machine_idle_s
