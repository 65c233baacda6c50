"""How often the measured cameras are looked at, and by whom."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from models.words import Sampling
from streams.burst_source import ONE_PICTURE_BELOW_S
from streams.stream_kind import StreamKind


@dataclass(frozen=True, slots=True)
class Policy:
    """A sampling policy; `burst_s` is 0 where the connection stands, and under a second for one picture a burst."""

    sampling: Sampling
    look_every_s: float
    burst_s: float = 0.0

    @property
    def is_one_picture(self) -> bool:
        """Whether each turn brings one picture, by whatever connection."""
        return self.burst_s < ONE_PICTURE_BELOW_S


TRIAL: Final = "trial"
POLICIES: Final = {
    "continuous-10s": Policy(Sampling.CONTINUOUS, 10.0),
    "continuous-60s": Policy(Sampling.CONTINUOUS, 60.0),
    "glimpse-60s": Policy(Sampling.BURST, 60.0, 0.5),
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
        """Whether it looks as often as that: a loader that stays connected, or decodes all, brings no bursts."""
        return policy.is_one_picture or self in (Watcher.NAZAR, Watcher.LIMIT)
