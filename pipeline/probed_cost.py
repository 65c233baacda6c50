"""What a camera that was tried would cost here, watched as was proposed for it."""

from fractions import Fraction

from pipeline.advice import ProposedPolicy
from pipeline.capacity import Machine, Watching, cost_in_words
from streams.probe import ProbeReport
from streams.stream_kind import StreamKind

# Where a stream is too short to tell: what usual ones of its size have.
_BITS_A_PIXEL = 2.0
_FRAME_RATE = Fraction(1)
_KEYFRAME_EVERY_S = 2.0


def probed_cost(report: ProbeReport, proposed: ProposedPolicy, machine: Machine) -> str:
    """Say it in a sentence."""
    kilobits = report.bitrate_kbit_s
    kind = StreamKind(
        codec=report.codec,
        width_px=report.width_px,
        height_px=report.height_px,
        frame_rate=report.frame_rate or report.declared_frame_rate or _FRAME_RATE,
        bit_rate=max(1, round(kilobits * 1000 if kilobits else report.width_px * report.height_px * _BITS_A_PIXEL)),
        keyframe_every_s=report.keyframe_interval_s or report.keyframe_interval_over_s or _KEYFRAME_EVERY_S,
    )
    return cost_in_words(Watching(kind, proposed.sampling, proposed.look_every_s, proposed.burst_s), machine)
