"""What is said about a stream, and how it is proposed to be looked at, case by case."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from models.words import RtspTransport, Sampling
from pipeline.advice import AdviceCode, ProposedPolicy, advise, propose
from pipeline.registry.cameras import CameraDraft
from pipeline.registry.sampling import SamplingPolicy
from streams.frame import Frame
from streams.probe import ProbeReport

_SAMPLE = Frame(np.zeros((2, 2, 3), np.uint8), datetime(2026, 11, 21, tzinfo=UTC), uuid4(), 0, 0.0, is_keyframe=True)
_CLEAN = ProbeReport(
    codec="h264",
    width_px=640,
    height_px=360,
    frame_rate=Fraction(25),
    declared_frame_rate=Fraction(25),
    bitrate_kbit_s=512.0,
    keyframe_interval_s=2.0,
    keyframe_interval_over_s=None,
    listened_s=6.0,
    transport="rtsp/tcp",
    clock_skew_s=0.4,
    is_single_picture=False,
    sample=_SAMPLE,
)
_SNAPSHOT = replace(
    _CLEAN,
    codec="mjpeg",
    frame_rate=None,
    declared_frame_rate=None,
    bitrate_kbit_s=None,
    keyframe_interval_s=None,
    listened_s=0.1,
    transport="http",
    clock_skew_s=None,
    is_single_picture=True,
)
_MJPEG = replace(
    _CLEAN, codec="mjpeg", declared_frame_rate=None, bitrate_kbit_s=3900.0, keyframe_interval_s=0.1, transport="http"
)
_AS_USUAL = ProposedPolicy(
    sampling=Sampling.CONTINUOUS, look_every_s=10.0, burst_s=6.0, rtsp_transport=RtspTransport.AUTO
)


def _codes(report: ProbeReport) -> list[AdviceCode]:
    return [advice.code for advice in advise(report)]


def _text(report: ProbeReport, code: AdviceCode) -> str:
    return next(advice.text for advice in advise(report) if advice.code is code)


def test_of_a_clean_stream_one_sentence_says_that_all_is_well() -> None:
    (advice,) = advise(_CLEAN)
    assert advice.code is AdviceCode.ALL_WELL
    assert advice.text == "All is well with this stream: H.264, 640 x 360 px, 25 frames/s."
    assert propose(_CLEAN, "rtsp") == _AS_USUAL


@pytest.mark.parametrize(
    ("interval_s", "over_s", "said", "burst_s"),
    [
        (3.2, None, "Keyframes come 3.2 s apart", 6.0),
        (None, 5.9, "Keyframes come more than 5.9 s apart", 6.0),
        (2.0, 4.5, "Keyframes come more than 4.5 s apart", 6.0),
        (8.0, None, "Keyframes come 8.0 s apart", 9.0),
        (50.0, None, "Keyframes come 50.0 s apart", 30.0),
    ],
)
def test_keyframes_far_apart_are_a_smart_codec_and_bursts_are_proposed(
    interval_s: float | None, over_s: float | None, said: str, burst_s: float
) -> None:
    report = replace(_CLEAN, keyframe_interval_s=interval_s, keyframe_interval_over_s=over_s)
    assert _codes(report) == [AdviceCode.KEYFRAMES_FAR_APART]
    text = _text(report, AdviceCode.KEYFRAMES_FAR_APART)
    assert text.startswith(said)
    assert "Set the I-frame interval to 2 s, and switch the smart codec (H.264+, H.265+, Smart Codec) off." in text
    proposed = propose(report, "rtsp")
    assert (proposed.sampling, proposed.look_every_s, proposed.burst_s) == (Sampling.BURST, 60.0, burst_s)


@pytest.mark.parametrize(("interval_s", "over_s"), [(3.0, None), (None, 2.4), (2.0, 2.9)])
def test_keyframes_at_most_3_s_apart_are_no_matter(interval_s: float | None, over_s: float | None) -> None:
    report = replace(_CLEAN, keyframe_interval_s=interval_s, keyframe_interval_over_s=over_s)
    assert _codes(report) == [AdviceCode.ALL_WELL]


@pytest.mark.parametrize(
    ("width_px", "height_px", "kbit_s", "is_large"),
    [
        (1920, 1080, 4000.0, False),
        (1080, 1920, 4000.0, False),
        (2560, 1440, 3000.0, True),
        (1440, 1920, 3000.0, True),
        (1280, 720, 4100.0, True),
        (3840, 2160, None, True),
    ],
)
def test_a_main_stream_larger_than_needed_is_given_up_for_the_sub_stream(
    width_px: int, height_px: int, kbit_s: float | None, *, is_large: bool
) -> None:
    report = replace(_CLEAN, width_px=width_px, height_px=height_px, bitrate_kbit_s=kbit_s)
    assert _codes(report) == [AdviceCode.LARGER_THAN_NEEDED if is_large else AdviceCode.ALL_WELL]
    if is_large:
        text = _text(report, AdviceCode.LARGER_THAN_NEEDED)
        assert text.startswith(f"{width_px} x {height_px} px")
        assert ("Mbit/s" in text) == (kbit_s is not None)
        assert "sub stream, of at least 640 x 360 px: `nazar onvif look-up` tells its address" in text
    assert propose(report, "rtsp") == _AS_USUAL


@pytest.mark.parametrize(
    ("width_px", "height_px", "is_small"),
    [(640, 360, False), (360, 640, False), (352, 288, True), (704, 288, True), (638, 480, True)],
)
def test_a_small_picture_loses_people(width_px: int, height_px: int, *, is_small: bool) -> None:
    report = replace(_CLEAN, width_px=width_px, height_px=height_px)
    assert _codes(report) == [AdviceCode.TOO_SMALL if is_small else AdviceCode.ALL_WELL]
    if is_small:
        assert "people will be a few pixels tall" in _text(report, AdviceCode.TOO_SMALL)


def test_h265_is_said_to_cost_more() -> None:
    report = replace(_CLEAN, codec="hevc")
    assert _codes(report) == [AdviceCode.COSTLY_CODEC]
    assert "set H.264" in _text(report, AdviceCode.COSTLY_CODEC)


def test_a_frame_rate_under_one_is_too_few() -> None:
    report = replace(_CLEAN, frame_rate=Fraction(1, 2))
    assert _codes(report) == [AdviceCode.LOW_FRAME_RATE]
    assert _text(report, AdviceCode.LOW_FRAME_RATE).startswith("0.5 frames/s is too few")
    assert _codes(replace(_CLEAN, frame_rate=Fraction(1))) == [AdviceCode.ALL_WELL]


def test_a_clock_that_is_off_is_to_be_set() -> None:
    report = replace(_CLEAN, clock_skew_s=-300.0)
    assert _codes(report) == [AdviceCode.WRONG_CLOCK]
    text = _text(report, AdviceCode.WRONG_CLOCK)
    assert text.startswith("The camera's clock is 5 minutes behind.")
    assert "NTP" in text
    assert _codes(replace(_CLEAN, clock_skew_s=60.0)) == [AdviceCode.ALL_WELL]
    assert _codes(replace(_CLEAN, clock_skew_s=None)) == [AdviceCode.ALL_WELL]


def test_a_camera_that_refuses_tcp_is_asked_for_udp_at_once() -> None:
    report = replace(_CLEAN, transport="rtsp/udp")
    assert _codes(report) == [AdviceCode.OVER_UDP]
    assert propose(report, "rtsp") == _AS_USUAL.model_copy(update={"rtsp_transport": RtspTransport.UDP})


@pytest.mark.parametrize(("codec", "kind"), [("mjpeg", "JPEG"), ("png", "PNG")])
def test_a_single_picture_is_polled_at_a_fair_pace(codec: str, kind: str) -> None:
    report = replace(_SNAPSHOT, codec=codec)
    assert _codes(report) == [AdviceCode.SINGLE_PICTURE]
    assert f"gives a single {kind} each time" in _text(report, AdviceCode.SINGLE_PICTURE)
    assert propose(report, "http") == _AS_USUAL.model_copy(update={"sampling": Sampling.SNAPSHOT})


def test_mjpeg_at_a_high_rate_is_given_up_for_h264_or_snapshots() -> None:
    assert _codes(_MJPEG) == [AdviceCode.MJPEG_STREAM]
    text = _text(_MJPEG, AdviceCode.MJPEG_STREAM)
    assert text.startswith("MJPEG at 25 frames/s")
    assert "H.264 stream, or its snapshot address with sampling snapshot" in text
    # The address itself is that of a stream, which is not to be had as a snapshot.
    assert propose(_MJPEG, "http").sampling is Sampling.BURST


def test_slow_mjpeg_is_no_smart_codec() -> None:
    slow = replace(_MJPEG, frame_rate=Fraction(1, 5), keyframe_interval_s=5.0)
    assert _codes(slow) == [AdviceCode.LOW_FRAME_RATE]
    assert propose(slow, "http") == _AS_USUAL
    assert _codes(replace(_MJPEG, frame_rate=Fraction(2))) == [AdviceCode.ALL_WELL]


def test_all_that_is_wrong_is_said_the_weightiest_first() -> None:
    report = replace(
        _CLEAN,
        codec="hevc",
        width_px=3840,
        height_px=2160,
        keyframe_interval_s=None,
        keyframe_interval_over_s=6.0,
        transport="rtsp/udp",
        clock_skew_s=-1.8e9,
    )
    assert _codes(report) == [
        AdviceCode.KEYFRAMES_FAR_APART,
        AdviceCode.LARGER_THAN_NEEDED,
        AdviceCode.COSTLY_CODEC,
        AdviceCode.OVER_UDP,
        AdviceCode.WRONG_CLOCK,
    ]


_seconds = st.none() | st.floats(0.001, 1e6)
_streams = st.builds(
    replace,
    st.sampled_from([_CLEAN, _SNAPSHOT, _MJPEG]),
    codec=st.sampled_from(["h264", "hevc", "mjpeg", "png", "vp9"]),
    width_px=st.integers(1, 8192),
    height_px=st.integers(1, 8192),
    frame_rate=st.none() | st.fractions(Fraction(1, 100), 240),
    bitrate_kbit_s=_seconds,
    keyframe_interval_s=_seconds,
    keyframe_interval_over_s=_seconds,
    clock_skew_s=st.none() | st.floats(-4e9, 4e9),
)


@given(_streams)
def test_whatever_is_proposed_can_be_registered_and_whatever_is_said_is_a_sentence(report: ProbeReport) -> None:
    scheme = "http" if report.transport == "http" else "rtsp"
    proposed = propose(report, scheme).model_dump(mode="json")
    draft = CameraDraft(name="camera", address=SecretStr(f"{scheme}://192.0.2.1/"), **proposed)
    SamplingPolicy(draft.sampling, draft.look_every_s, draft.burst_s, draft.off_hours_every_s, scheme)
    texts = [advice.text for advice in advise(report)]
    assert texts
    assert all(text[0].isupper() or text[0].isdigit() for text in texts)
    assert all(text.endswith(".") and "None" not in text and "  " not in text for text in texts)
