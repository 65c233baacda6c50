"""What an operator is told when a camera has been tried: what to set in it, and how to look at it as it is.

Pure: from what a probe found to sentences in plain words, each with a code that stays, and to a sampling
policy that can be registered as it stands.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from models.words import RtspTransport, Sampling
from pipeline.camera_clock import clock_reason, is_clock_wrong
from pipeline.registry.cameras import Burst, LookEvery
from pipeline.registry.sampling import SamplingPolicy
from streams.probe import ProbeReport

# Farther apart, looks tell presence only: whether a machine works or idles stays unknown.
_KEYFRAMES_AT_MOST_S: Final = 3.0
_LARGEST_PX: Final = (1920, 1080)
_SMALLEST_PX: Final = (640, 360)
_MOST_KBIT_S: Final = 4000.0
_FEWEST_FRAMES_S: Final = 1.0
# Of MJPEG, in which each picture weighs as much as a keyframe.
_MOST_MJPEG_FRAMES_S: Final = 2.0

_LOOK_EVERY_S: Final = 10.0
_BURST_EVERY_S: Final = 60.0
_BURST_S: Final = 6.0
_LONGEST_BURST_S: Final = 30.0

_NAMES: Final = {"h264": "H.264", "hevc": "H.265", "mjpeg": "MJPEG", "png": "PNG"}


class AdviceCode(StrEnum):
    """What a piece of advice is about; pages translate by it."""

    ALL_WELL = "all_well"
    SINGLE_PICTURE = "single_picture"
    KEYFRAMES_FAR_APART = "keyframes_far_apart"
    LARGER_THAN_NEEDED = "larger_than_needed"
    TOO_SMALL = "too_small"
    MJPEG_STREAM = "mjpeg_stream"
    COSTLY_CODEC = "costly_codec"
    LOW_FRAME_RATE = "low_frame_rate"
    OVER_UDP = "over_udp"
    WRONG_CLOCK = "wrong_clock"


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to know or to do about a camera."""

    code: AdviceCode
    text: str


class ProposedPolicy(BaseModel):
    """A sampling policy for the camera as it is now; its fields are those of a camera to be registered."""

    model_config = ConfigDict(frozen=True)

    sampling: Sampling
    look_every_s: LookEvery
    burst_s: Annotated[Burst, Field(description="Seconds that a burst lasts; of no matter unless sampling is burst.")]
    rtsp_transport: RtspTransport


def advise(report: ProbeReport) -> tuple[Advice, ...]:
    """Say what is to be known or done about a stream, the weightiest first; that all is well, where nothing is."""
    return tuple(_advice(report)) or (Advice(AdviceCode.ALL_WELL, _all_well(report)),)


def propose(report: ProbeReport, scheme: str) -> ProposedPolicy:
    """Propose how to look at a stream as it is, at an address with that scheme."""
    transport = RtspTransport.UDP if _is_over_udp(report) else RtspTransport.AUTO
    sampling, look_every_s, burst_s = Sampling.CONTINUOUS, _LOOK_EVERY_S, _BURST_S
    if report.is_single_picture:
        sampling = Sampling.SNAPSHOT
    elif _is_stretched(report) or _is_heavy_mjpeg(report):
        sampling, look_every_s = Sampling.BURST, _BURST_EVERY_S
        # So long that a second keyframe comes, where it is known when it does.
        needed_s = math.ceil(report.keyframe_interval_s or 0.0) + 1.0
        burst_s = min(max(_BURST_S, needed_s), _LONGEST_BURST_S)
    # Whatever is proposed must be what a camera may be registered with.
    SamplingPolicy(sampling, look_every_s, burst_s, None, scheme)
    return ProposedPolicy(sampling=sampling, look_every_s=look_every_s, burst_s=burst_s, rtsp_transport=transport)


def _advice(report: ProbeReport) -> Iterator[Advice]:
    size = f"{report.width_px} x {report.height_px} px"
    if report.is_single_picture:
        kind = "JPEG" if report.codec == "mjpeg" else "PNG"
        yield Advice(
            AdviceCode.SINGLE_PICTURE,
            f"This address gives a single {kind} each time it is asked. Sampling snapshot, one every "
            f"{_LOOK_EVERY_S:g} s, is proposed: it tells who and what is there, not whether machines work.",
        )
    if _is_stretched(report):
        yield Advice(
            AdviceCode.KEYFRAMES_FAR_APART,
            f"Keyframes come {_interval(report)} apart, and at most {_KEYFRAMES_AT_MOST_S:g} s are needed to tell a "
            "working machine from an idle one. Set the I-frame interval to 2 s, and switch the smart codec (H.264+, "
            "H.265+, Smart Codec) off. As it is, bursts are proposed: most cameras begin each with a keyframe.",
        )
    if _is_heavy_mjpeg(report):
        yield Advice(
            AdviceCode.MJPEG_STREAM,
            f"MJPEG at {_per_second(report)} takes many times the network of H.264. Register the camera's H.264 "
            "stream, or its snapshot address with sampling snapshot. As it is, bursts are proposed.",
        )
    if _is_beyond(report, _LARGEST_PX) or (report.bitrate_kbit_s or 0.0) > _MOST_KBIT_S:
        rate = "" if report.bitrate_kbit_s is None else f" at {report.bitrate_kbit_s / 1000:.1f} Mbit/s"
        yield Advice(
            AdviceCode.LARGER_THAN_NEEDED,
            f"{size}{rate} is far more than is looked at. Register the sub stream, of at least {_px(_SMALLEST_PX)}: "
            "`nazar onvif look-up` tells its address.",
        )
    if max(report.width_px, report.height_px) < max(_SMALLEST_PX) or min(report.width_px, report.height_px) < min(
        _SMALLEST_PX
    ):
        yield Advice(
            AdviceCode.TOO_SMALL,
            f"{size} is small: people will be a few pixels tall, and many are missed. Give a stream of at least "
            f"{_px(_SMALLEST_PX)}.",
        )
    if report.codec == "hevc":
        yield Advice(
            AdviceCode.COSTLY_CODEC,
            "H.265 takes two to three times the work of H.264 to decode. Where the network has room, set H.264.",
        )
    if report.frame_rate is not None and report.frame_rate < _FEWEST_FRAMES_S:
        yield Advice(
            AdviceCode.LOW_FRAME_RATE,
            f"{_per_second(report)} is too few to tell a working machine from an idle one. Set 5 or more.",
        )
    if _is_over_udp(report):
        yield Advice(
            AdviceCode.OVER_UDP,
            "The camera refuses TCP, so its video comes over UDP, where packets get lost and pictures with them. "
            "Allow RTSP over TCP in the camera.",
        )
    if report.clock_skew_s is not None and is_clock_wrong(report.clock_skew_s):
        yield Advice(AdviceCode.WRONG_CLOCK, clock_reason(report.clock_skew_s))


def _all_well(report: ProbeReport) -> str:
    facts = [_NAMES.get(report.codec, report.codec), f"{report.width_px} x {report.height_px} px"]
    if report.frame_rate is not None:
        facts.append(_per_second(report))
    return f"All is well with this stream: {', '.join(facts)}."


def _is_stretched(report: ProbeReport) -> bool:
    # Of MJPEG every picture is a keyframe; too few of them are a low frame rate.
    seen_s = max(report.keyframe_interval_s or 0.0, report.keyframe_interval_over_s or 0.0)
    return report.codec != "mjpeg" and seen_s > _KEYFRAMES_AT_MOST_S


def _is_heavy_mjpeg(report: ProbeReport) -> bool:
    return report.codec == "mjpeg" and report.frame_rate is not None and report.frame_rate > _MOST_MJPEG_FRAMES_S


def _is_over_udp(report: ProbeReport) -> bool:
    return report.transport.endswith("/udp")


def _is_beyond(report: ProbeReport, largest_px: tuple[int, int]) -> bool:
    # Either way up: a camera may be mounted on its side.
    longer, shorter = max(report.width_px, report.height_px), min(report.width_px, report.height_px)
    return longer > max(largest_px) or shorter > min(largest_px)


def _interval(report: ProbeReport) -> str:
    over_s = report.keyframe_interval_over_s
    return f"{report.keyframe_interval_s:.1f} s" if over_s is None else f"more than {over_s:.1f} s"


def _per_second(report: ProbeReport) -> str:
    return "" if report.frame_rate is None else f"{float(report.frame_rate):.3g} frames/s"


def _px(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]} px"
