"""How often the measured cameras are looked at, and by whom."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from models.words import Sampling
from streams.stream_kind import StreamKind


@dataclass(frozen=True, slots=True)
class Policy:
    """A sampling policy; `burst_s` is 0 where the connection stands."""

    sampling: Sampling
    look_every_s: float
    burst_s: float = 0.0


TRIAL: Final = "trial"
POLICIES: Final = {
    "continuous-10s": Policy(Sampling.CONTINUOUS, 10.0),
    "continuous-60s": Policy(Sampling.CONTINUOUS, 60.0),
    "burst-60s": Policy(Sampling.BURST, 60.0, 6.0),
    # To see that all runs: its figures hold for nothing.
    TRIAL: Policy(Sampling.CONTINUOUS, 1.0),
}
TRIAL_KIND: Final = StreamKind("h264", 320, 180, Fraction(10), 200_000, keyframe_every_s=1.0)


class Watcher(StrEnum):
    """Who looks. Nazar as it ships; ultralytics' loader and predict; PyAV that decodes all; PyAV that does the least.

    The least is the limit: to receive and demux, decode what is looked at, and search it.
    """

    NAZAR = "nazar"
    ULTRALYTICS = "ultralytics"
    DECODE_ALL = "decode-all"
    LIMIT = "limit"

    def can_watch(self, policy: Policy) -> bool:
        """Whether it has this policy: neither a loader that stays connected nor one that decodes all has bursts."""
        return not policy.burst_s or self in (Watcher.NAZAR, Watcher.LIMIT)
