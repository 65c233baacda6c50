"""What a camera costs, foretold: processor time, memory, and how many such cameras a machine holds.

A sum of what is done for a camera, each part's cost measured on a reference machine by
`nazar bench streams`, which prints the parts and holds the sum beside what it measures of the whole.
Another machine is as much faster or slower as one of its cores multiplies matrices
(vision/speed.py, `core_gflops`), which is what most of the time goes into.
"""

from dataclasses import dataclass
from typing import Final

from models.words import Sampling
from pipeline.watch.tally import WINDOW_S
from streams.burst_source import ONE_PICTURE_BELOW_S
from streams.stream_kind import StreamKind

# Of the reference machine, a virtual one with 2 cores of a Xeon: single precision on one core.
REFERENCE_CORE_GFLOPS: Final = 90.0

# Receiving and taking apart: per Mbit, and per picture of the stream whether it is looked at or not.
RECEIVE_MS_A_MBIT: Final = 0.9
RECEIVE_MS_A_PICTURE: Final = 0.04
# What a camera costs while nothing comes of it: its thread, its row of health every 15 s.
STANDING_MS_A_SECOND: Final = 0.6
# Opening a stream and closing it again, without what is received meanwhile; and asking for a single picture.
# Neither is measured by the command yet: estimates.
OPEN_MS: Final = 25.0
ASK_MS: Final = 5.0
_OPEN_MS: Final = {Sampling.BURST: OPEN_MS, Sampling.SNAPSHOT: ASK_MS, Sampling.PUSH: ASK_MS}
# A keyframe decoded, made BGR and handed over between processes.
DECODE_MS: Final = 3.0
DECODE_MS_A_MEGAPIXEL: Final = {"h264": 12.0, "hevc": 19.0, "mjpeg": 12.0}
OTHER_DECODE_MS_A_MEGAPIXEL: Final = 19.0
# Its quality, view and health judged, and counted.
JUDGE_MS: Final = 5.0
JUDGE_MS_A_MEGAPIXEL: Final = 2.0
# The detector's one search; the network sees every picture at the same size.
SEARCH_MS: Final = 24.0
SEARCH_MS_A_MEGAPIXEL: Final = 3.0
# Who is who and what works, where looks are close enough together to tell.
FOLLOW_MS: Final = 6.0
FOLLOWED_UP_TO_S: Final = 3.0
# A window's picture redacted and written; wide ones are searched at more sizes (vision/sight.py).
KEEP_MS: Final = 210.0
KEEP_WIDE_MS: Final = 520.0
WIDE_FROM_PX: Final = 960

# The program with its networks, and its decoding processes, before the first camera.
PROGRAM_MB: Final = 650.0
# A camera's thread, connection and memory of its view; and the pictures that are in hand, each 3 bytes a pixel. A
# substream takes 13.7 MB (`make bench ONLY=hundred`).
CAMERA_MB: Final = 11.0
PICTURES_HELD: Final = 4.0
_BYTES_A_PIXEL: Final = 3

# The rest is for what else a machine does, and for the moments at which much comes together.
USED_SHARE: Final = 0.7


@dataclass(frozen=True, slots=True)
class Machine:
    """What a machine has; `core_gflops` is single precision of one core (vision/speed.py)."""

    cores: int
    core_gflops: float
    memory_mb: float

    @property
    def speed(self) -> float:
        """How fast a core of it is, the reference machine's being 1."""
        return self.core_gflops / REFERENCE_CORE_GFLOPS


@dataclass(frozen=True, slots=True)
class Watching:
    """A camera's stream, and how it is looked at; `burst_s` counts only where that is in bursts."""

    kind: StreamKind
    sampling: Sampling
    look_every_s: float
    burst_s: float = 0.0

    @property
    def looks_a_second(self) -> float:
        """Looks a second on the average: in a burst every keyframe is one."""
        if self.sampling is not Sampling.BURST:
            return 1 / max(self.look_every_s, self._keyframe_every_s)
        return (1 + self._burst_kept_s // self._keyframe_every_s) / self.look_every_s

    @property
    def is_followed(self) -> bool:
        """Whether pictures come close enough together to tell what goes on between them."""
        if self.sampling is Sampling.BURST:
            return self._keyframe_every_s <= min(self._burst_kept_s, FOLLOWED_UP_TO_S)
        return max(self.look_every_s, self._keyframe_every_s) <= FOLLOWED_UP_TO_S

    @property
    def connected_share(self) -> float:
        """Share of the time in which the stream comes in."""
        if self.sampling is Sampling.CONTINUOUS:
            return 1.0
        if self.sampling is Sampling.BURST:
            return min(1.0, (self._burst_kept_s + self._keyframe_every_s / 2) / self.look_every_s)
        # A snapshot is one picture of the stream, and nothing besides.
        return min(1.0, 1 / (float(self.kind.frame_rate) * self.look_every_s))

    @property
    def _burst_kept_s(self) -> float:
        return self.burst_s if self.burst_s >= ONE_PICTURE_BELOW_S else 0.0

    @property
    def _keyframe_every_s(self) -> float:
        return 0.0 if self.sampling in (Sampling.SNAPSHOT, Sampling.PUSH) else self.kind.keyframe_every_s


@dataclass(frozen=True, slots=True)
class CameraCost:
    """What one camera costs; each part in CPU-ms per second, and the memory of each further one."""

    receive_ms: float
    look_ms: float
    keep_ms: float
    mb: float

    @property
    def cpu_ms_a_second(self) -> float:
        """All together."""
        return self.receive_ms + self.look_ms + self.keep_ms


def camera_cost(watching: Watching, machine: Machine) -> CameraCost:
    """Foretell what a camera costs on a machine."""
    kind, speed = watching.kind, machine.speed
    received_ms = RECEIVE_MS_A_MBIT * kind.bit_rate / 1e6 + RECEIVE_MS_A_PICTURE * float(kind.frame_rate)
    open_ms = _OPEN_MS.get(watching.sampling, 0.0) / watching.look_every_s
    receive_ms = STANDING_MS_A_SECOND + received_ms * watching.connected_share + open_ms
    keep_ms = KEEP_WIDE_MS if max(kind.width_px, kind.height_px) >= WIDE_FROM_PX else KEEP_MS
    windows_a_second = min(1 / WINDOW_S, watching.looks_a_second)
    a_look_ms = look_ms(kind) + FOLLOW_MS * watching.is_followed
    return CameraCost(
        receive_ms=receive_ms / speed,
        look_ms=a_look_ms * watching.looks_a_second / speed,
        keep_ms=keep_ms * windows_a_second / speed,
        mb=CAMERA_MB + PICTURES_HELD * kind.width_px * kind.height_px * _BYTES_A_PIXEL / 1e6,
    )


def look_ms(kind: StreamKind) -> float:
    """CPU-ms of one look on the reference machine: decoded, judged and searched."""
    decode_ms = DECODE_MS_A_MEGAPIXEL.get(kind.codec, OTHER_DECODE_MS_A_MEGAPIXEL)
    a_megapixel = decode_ms + JUDGE_MS_A_MEGAPIXEL + SEARCH_MS_A_MEGAPIXEL
    return DECODE_MS + JUDGE_MS + SEARCH_MS + a_megapixel * kind.megapixels


def cameras_held(cost: CameraCost, machine: Machine) -> int:
    """How many such cameras a machine holds, by its cores and by its memory."""
    by_cores = machine.cores * 1000 * USED_SHARE / cost.cpu_ms_a_second
    by_memory = (machine.memory_mb * USED_SHARE - PROGRAM_MB) / cost.mb
    return max(0, int(min(by_cores, by_memory)))


def cost_in_words(watching: Watching, machine: Machine) -> str:
    """Say what a camera costs here, in a sentence that can stand behind an advice."""
    cost = camera_cost(watching, machine)
    count = cameras_held(cost, machine)
    return (
        f"Watched so, it costs about {_figure(cost.cpu_ms_a_second / 10)} % of a core and {_figure(cost.mb)} MB; "
        f"this machine holds about {count} such camera{'' if count == 1 else 's'}."
    )


def _figure(value: float) -> str:
    """Two figures: a forecast knows no more."""
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"
