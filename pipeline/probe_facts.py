"""What a probe found, as it is told: to those who register cameras, and on the command line."""

from fractions import Fraction
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from pipeline.advice import Advice, ProposedPolicy, advise, propose
from pipeline.probed_cost import probed_cost
from pipeline.this_machine import this_machine
from streams.address import StreamAddress
from streams.probe import ProbeReport


class ProbeFacts(BaseModel):
    """What answered at an address, and what is advised about it."""

    model_config = ConfigDict(frozen=True)

    address: str
    transport: Annotated[str, Field(description="What the video came over.", examples=["rtsp/tcp"])]
    codec: str
    width_px: int
    height_px: int
    frame_rate: Annotated[float | None, Field(description="Frames a second, measured; null where it can't be told.")]
    declared_frame_rate: Annotated[
        float | None, Field(description="Frames a second as the camera states them; null where it doesn't.")
    ]
    bitrate_kbit_s: Annotated[
        float | None, Field(description="Thousands of bits a second, measured; null where it can't be told.")
    ]
    keyframe_interval_s: Annotated[
        float | None, Field(description="Seconds between keyframes; null where fewer than two came.")
    ]
    keyframe_interval_over_s: Annotated[
        float | None,
        Field(
            description="Seconds that the keyframe interval is longer than, where listening ended in a stretch without "
            "a keyframe longer than any before; else null."
        ),
    ]
    clock_skew_s: Annotated[
        float | None,
        Field(description="Seconds that the camera's own clock is ahead; null where the camera didn't tell the time."),
    ]
    listened_s: Annotated[float, Field(description="Seconds over which this was measured.")]
    is_single_picture: Annotated[bool, Field(description="Whether the address gives one picture and no stream.")]
    advice: Annotated[
        tuple[Advice, ...],
        Field(description="What to know and to do, in words; codes stay the same, and more may be added."),
    ]
    proposed: Annotated[ProposedPolicy, Field(description="How to look at the camera as it is; accepted as it stands.")]
    cost: Annotated[str, Field(description="What it costs this machine, looked at as proposed, in words.")]

    @classmethod
    def of(cls, address: StreamAddress, report: ProbeReport) -> Self:
        """Tell what a probe of `address` found."""
        proposed = propose(report, address.scheme)
        return cls(
            address=address.display,
            transport=report.transport,
            codec=report.codec,
            width_px=report.width_px,
            height_px=report.height_px,
            frame_rate=_rounded(report.frame_rate),
            declared_frame_rate=_rounded(report.declared_frame_rate),
            bitrate_kbit_s=_rounded(report.bitrate_kbit_s, 1),
            keyframe_interval_s=_rounded(report.keyframe_interval_s),
            keyframe_interval_over_s=_rounded(report.keyframe_interval_over_s),
            clock_skew_s=_rounded(report.clock_skew_s, 1),
            listened_s=round(report.listened_s, 1),
            is_single_picture=report.is_single_picture,
            advice=advise(report),
            proposed=proposed,
            cost=probed_cost(report, proposed, this_machine()),
        )


def _rounded(value: Fraction | float | None, digits: int = 3) -> float | None:
    return None if value is None else round(float(value), digits)
