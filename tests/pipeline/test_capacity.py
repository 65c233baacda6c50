"""What cameras cost, foretold: the sum's shape; how near it comes is for `nazar bench streams` to show."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.words import RtspTransport, Sampling
from pipeline import capacity
from pipeline.advice import ProposedPolicy
from pipeline.capacity import Machine, Watching, camera_cost, cameras_held, cost_in_words, look_ms
from pipeline.probed_cost import probed_cost
from streams.probe import ProbeReport
from streams.stream_kind import USUAL_KINDS, StreamKind
from tests.support.fakes import frames

REFERENCE = Machine(cores=2, core_gflops=capacity.REFERENCE_CORE_GFLOPS, memory_mb=25_000)
SUBSTREAM, MAIN = USUAL_KINDS["360p-h264"], USUAL_KINDS["1080p-h264"]
EVERY_TEN = Watching(MAIN, Sampling.CONTINUOUS, 10.0)

watchings = st.builds(
    Watching,
    st.builds(
        StreamKind,
        st.sampled_from(["h264", "hevc", "mjpeg"]),
        st.integers(160, 7680),
        st.integers(120, 4320),
        st.fractions(Fraction(1, 2), 60),
        st.integers(10_000, 50_000_000),
        st.floats(0.1, 60),
    ),
    st.sampled_from(list(Sampling)),
    st.floats(0.2, 86400),
    st.floats(0.0, 600),
)


def test_a_cost_is_the_sum_of_receiving_looking_and_keeping() -> None:
    cost = camera_cost(EVERY_TEN, REFERENCE)
    assert cost.look_ms == pytest.approx(look_ms(MAIN) / 10)
    assert cost.keep_ms == pytest.approx(capacity.KEEP_WIDE_MS / 300)
    assert cost.cpu_ms_a_second == pytest.approx(cost.receive_ms + cost.look_ms + cost.keep_ms)


def test_a_machine_twice_as_fast_takes_half_the_time_and_the_same_memory() -> None:
    once, twice = (
        camera_cost(EVERY_TEN, replace(REFERENCE, core_gflops=times * capacity.REFERENCE_CORE_GFLOPS))
        for times in (1, 2)
    )
    assert twice.cpu_ms_a_second == pytest.approx(once.cpu_ms_a_second / 2)
    assert twice.mb == once.mb


def test_a_substream_a_rarer_look_and_a_burst_cost_less() -> None:
    dear = camera_cost(EVERY_TEN, REFERENCE).cpu_ms_a_second
    cheaper = [
        Watching(SUBSTREAM, Sampling.CONTINUOUS, 10.0),
        Watching(MAIN, Sampling.CONTINUOUS, 60.0),
        Watching(MAIN, Sampling.BURST, 300.0, 6.0),
        Watching(MAIN, Sampling.SNAPSHOT, 10.0),
    ]
    assert all(camera_cost(one, REFERENCE).cpu_ms_a_second < dear for one in cheaper)


def test_looks_never_come_more_often_than_keyframes() -> None:
    assert Watching(MAIN, Sampling.CONTINUOUS, 0.5).looks_a_second == 1 / MAIN.keyframe_every_s
    assert Watching(MAIN, Sampling.BURST, 60.0, 6.0).looks_a_second == 4 / 60
    assert Watching(MAIN, Sampling.BURST, 60.0, 0.5).looks_a_second == 1 / 60
    assert Watching(MAIN, Sampling.SNAPSHOT, 0.5).looks_a_second == 2


def test_what_goes_on_between_looks_costs_only_where_they_are_close_together() -> None:
    often, burst = Watching(MAIN, Sampling.CONTINUOUS, 2.0), Watching(MAIN, Sampling.BURST, 60.0, 6.0)
    assert [one.is_followed for one in (often, burst)] == [True, True]
    assert not EVERY_TEN.is_followed
    assert not Watching(MAIN, Sampling.BURST, 60.0, 0.5).is_followed
    for one in (often, burst):
        look = look_ms(MAIN) + capacity.FOLLOW_MS
        assert camera_cost(one, REFERENCE).look_ms == pytest.approx(look * one.looks_a_second)


@given(watchings)
def test_whatever_a_camera_sends_it_costs_something_and_a_machine_holds_a_whole_number(watching: Watching) -> None:
    cost = camera_cost(watching, REFERENCE)
    assert cost.cpu_ms_a_second > 0
    assert cost.mb > 0
    held = cameras_held(cost, REFERENCE)
    assert held * cost.cpu_ms_a_second <= REFERENCE.cores * 1000 * capacity.USED_SHARE
    assert held * cost.mb <= REFERENCE.memory_mb * capacity.USED_SHARE


def test_memory_bounds_a_machine_that_has_little_of_it() -> None:
    cost = camera_cost(Watching(SUBSTREAM, Sampling.CONTINUOUS, 60.0), REFERENCE)
    assert cameras_held(cost, replace(REFERENCE, memory_mb=500)) == 0
    small = cameras_held(cost, replace(REFERENCE, memory_mb=1200))
    assert 0 < small < cameras_held(cost, REFERENCE)


def test_a_cost_is_said_in_words_with_two_figures() -> None:
    cost = camera_cost(EVERY_TEN, REFERENCE)
    words = cost_in_words(EVERY_TEN, REFERENCE)
    assert words.startswith(f"Watched so, it costs about {cost.cpu_ms_a_second / 10:.2g} % of a core and ")
    assert words.endswith(f"this machine holds about {cameras_held(cost, REFERENCE)} such cameras.")


def test_a_probed_camera_is_reckoned_as_it_was_measured_and_proposed() -> None:
    proposed = ProposedPolicy(
        sampling=Sampling.BURST, look_every_s=60.0, burst_s=6.0, rtsp_transport=RtspTransport.AUTO
    )
    kind = StreamKind("hevc", 1920, 1080, Fraction(25), 3_000_000, keyframe_every_s=4.0)
    report = ProbeReport(
        codec="hevc",
        width_px=1920,
        height_px=1080,
        frame_rate=Fraction(25),
        declared_frame_rate=None,
        bitrate_kbit_s=3000.0,
        keyframe_interval_s=4.0,
        keyframe_interval_over_s=None,
        listened_s=6.0,
        transport="rtsp/tcp",
        clock_skew_s=None,
        is_single_picture=False,
        sample=next(frames(datetime(2026, 9, 16, tzinfo=UTC), 1, 1.0)),
    )
    told = probed_cost(report, proposed, REFERENCE)
    assert told == cost_in_words(Watching(kind, Sampling.BURST, 60.0, 6.0), REFERENCE)
    # One picture, of which nothing but its size is known, costs less than a stream.
    alone = replace(report, frame_rate=None, bitrate_kbit_s=None, keyframe_interval_s=None, is_single_picture=True)
    assert probed_cost(alone, proposed.model_copy(update={"sampling": Sampling.SNAPSHOT}), REFERENCE) != told
