"""What goes on between looks: told where they are close together, and never made up where they are not."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.signals.zones import ZoneMap
from pipeline.watch.activity_watch import Activity, ActivityWatch
from pipeline.watch.look import Look
from streams.frame import Frame
from tests.support.true_clip import TrueDetector, clip_frames, later
from vision.activity_segment import WorkState
from vision.view_quality import ViewQuality

# In the middle of a window.
AT = datetime(2026, 9, 16, 4, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def detector() -> TrueDetector:
    return TrueDetector()


def look(detector: TrueDetector, frame: Frame, quality: ViewQuality = ViewQuality.USABLE) -> Look:
    found = detector.detect([frame.image])[0] if quality is ViewQuality.USABLE else None
    return Look(frame, frame.image, quality, found)


def watched(detector: TrueDetector, *runs: list[Frame]) -> Activity:
    watch = ActivityWatch()
    for run in runs:
        for frame in run:
            watch.see(look(detector, frame))
    return watch.end()


def seconds(activity: Activity) -> dict[str, dict[WorkState, float]]:
    sums: dict[str, dict[WorkState, float]] = defaultdict(lambda: defaultdict(float))
    for one in activity.stretches:
        sums[one.label][one.state] += (one.ends_at - one.starts_at).total_seconds()
    return sums


def test_a_machine_at_work_is_told_from_one_that_stands(detector: TrueDetector) -> None:
    found = seconds(watched(detector, clip_frames(AT)))
    assert found["excavator"][WorkState.WORKING] > 12
    assert found["excavator"][WorkState.IDLE] < 2
    assert found["dump_truck"][WorkState.IDLE] > 10
    assert found["dump_truck"][WorkState.WORKING] < 2
    # Nobody is watched for longer than there were pictures.
    assert max(sum(states.values()) for states in found.values()) <= 19.7


def test_looks_that_are_far_apart_tell_nothing(detector: TrueDetector) -> None:
    run = [frame for number in range(9) for frame in later(clip_frames(AT, seconds=0.2), 10.0 * number)]
    assert watched(detector, run) == Activity()


@pytest.mark.parametrize("gap_s", [3.0, 3.003, 3.2])
def test_looks_at_every_third_second_are_followed_though_they_come_a_little_late(
    detector: TrueDetector, gap_s: float
) -> None:
    frame = clip_frames(AT, seconds=0.2)
    activity = watched(detector, [one for n in range(9) for one in later(frame, gap_s * n)])
    assert activity.watched == ((AT, AT + timedelta(seconds=8 * gap_s)),)
    assert sum(seconds(activity)["excavator"].values()) == pytest.approx(8 * gap_s)


def test_looks_that_are_farther_apart_than_that_are_not_followed(detector: TrueDetector) -> None:
    frame = clip_frames(AT, seconds=0.2)
    assert watched(detector, [one for n in range(9) for one in later(frame, 3.4 * n)]) == Activity()


def test_a_stretch_that_was_not_usable_is_nobodys_idle_time(detector: TrueDetector) -> None:
    watch = ActivityWatch()
    for number, frame in enumerate(clip_frames(AT)):
        dark = 20 <= number < 25
        watch.see(look(detector, frame, ViewQuality.BLACK if dark else ViewQuality.USABLE))
    activity = watch.end()
    gap = AT + timedelta(seconds=19 * 0.4), AT + timedelta(seconds=25 * 0.4)
    assert activity.watched == ((AT, gap[0]), (gap[1], AT + timedelta(seconds=49 * 0.4)))
    assert activity.stretches
    assert not [one for one in activity.stretches if one.starts_at < gap[1] and one.ends_at > gap[0]]


def test_between_two_bursts_and_two_runs_nobody_is_followed(detector: TrueDetector) -> None:
    first = clip_frames(AT, seconds=6)
    # The next burst, and then another run, each within a second: near enough, were they one run.
    burst = later(first, 6.5, burst=1)
    reconnected = clip_frames(AT + timedelta(seconds=13), seconds=6)
    activity = watched(detector, first, burst, reconnected)
    runs = [(run[0].captured_at, run[-1].captured_at) for run in (first, burst, reconnected)]
    assert activity.watched == tuple(runs)
    assert all(any(a <= one.starts_at and one.ends_at <= b for a, b in runs) for one in activity.stretches)


def test_what_was_taken_is_not_given_again(detector: TrueDetector) -> None:
    whole, watch, parts = clip_frames(AT), ActivityWatch(), []
    for number, frame in enumerate(whole):
        watch.see(look(detector, frame))
        if number % 10 == 9:
            parts.append(watch.take())
    parts.append(watch.end())
    assert watch.end() == Activity()
    in_parts: dict[str, float] = defaultdict(float)
    for part in parts:
        for label, states in seconds(part).items():
            in_parts[label] += sum(states.values())
    at_once = {label: sum(states.values()) for label, states in seconds(watched(detector, whole)).items()}
    assert in_parts == pytest.approx(at_once, abs=0.01)


def test_the_same_moment_again_is_no_look_between_which_anything_went_on(detector: TrueDetector) -> None:
    run = clip_frames(AT, seconds=4)
    doubled = [frame for frame in run for _ in range(2)]
    assert seconds(watched(detector, doubled)) == seconds(watched(detector, run))


def test_gates_are_watched_within_a_run(detector: TrueDetector) -> None:
    """The clip's truck and people stay away from this corner; what crosses is for tests of gates themselves."""
    corner = [{"name": "gate", "purpose": "gate", "polygon": [[0.9, 0.0], [1.0, 0.0], [1.0, 0.1], [0.9, 0.1]]}]
    watch = ActivityWatch(ZoneMap.of(corner))
    for frame in clip_frames(AT):
        watch.see(look(detector, frame))
    assert watch.end().crossings == ()
