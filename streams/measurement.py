"""What a stream's pictures are like as they come: how often, how heavy, and how far apart the keyframes."""

from fractions import Fraction
from itertools import pairwise
from statistics import fmean, median
from typing import Final

from streams.connection import EncodedPicture

# Broadcast rates have 1001 below the line; a rate taken from arrival times is not that exact.
_STAMPED_DENOMINATOR: Final = 1001
_UNSTAMPED_DENOMINATOR: Final = 10


class Measurement:
    """Pictures timed as the stream stamps them, or as they came where it doesn't."""

    def __init__(self) -> None:
        self._times_s: list[float] = []
        self._sizes: list[int] = []
        # Which of the pictures are keyframes.
        self._keyframes: list[int] = []
        self._is_stamped = True

    @property
    def pictures(self) -> int:
        """How many came."""
        return len(self._times_s)

    def add(self, picture: EncodedPicture, at_s: float) -> None:
        """Take the next picture, which came at `at_s`."""
        self._is_stamped &= picture.pts_s is not None
        if picture.is_keyframe:
            self._keyframes.append(len(self._times_s))
        self._times_s.append(at_s if picture.pts_s is None else picture.pts_s)
        self._sizes.append(picture.size_bytes)

    def frame_rate(self) -> Fraction | None:
        """Pictures per second over the gaps of usual length; a lost picture or a jump of the stamps is none."""
        gaps = _gaps(self._times_s)
        if not gaps:
            return None
        typical_s = median(gaps)
        # Of gaps as uneven as those of pictures that come in bursts, none may be usual.
        usual_s = [gap for gap in gaps if 0.5 < gap / typical_s < 1.5] or gaps
        denominator = _STAMPED_DENOMINATOR if self._is_stamped else _UNSTAMPED_DENOMINATOR
        return Fraction(len(usual_s) / sum(usual_s)).limit_denominator(denominator)

    def bitrate_kbit_s(self) -> float | None:
        """Bits of the pictures over time, in thousands a second; over whole GOPs, since keyframes weigh the most."""
        rate = self.frame_rate()
        if rate is None:
            return None
        whole = self._sizes[self._keyframes[0] : self._keyframes[-1]] if self._keyframes else []
        return 8 * fmean(whole or self._sizes) * float(rate) / 1000

    def keyframe_interval_s(self) -> float | None:
        """The longest gap between two keyframes."""
        return max(_gaps(self._keyframe_times_s()), default=None)

    def keyframe_interval_over_s(self) -> float | None:
        """What the keyframe interval is longer than, where a stretch shows it that no second keyframe ended in time."""
        ends = [min(self._times_s), max(self._times_s)] if self._times_s else []
        longest_s = max(_gaps([*self._keyframe_times_s(), *ends]), default=None)
        whole_s = self.keyframe_interval_s()
        return longest_s if longest_s is not None and (whole_s is None or longest_s > whole_s) else None

    def _keyframe_times_s(self) -> list[float]:
        return [self._times_s[number] for number in self._keyframes]


def _gaps(times_s: list[float]) -> list[float]:
    # Sorted: with B-frames, pictures come in another order than they were taken in.
    return [later - earlier for earlier, later in pairwise(sorted(times_s)) if later > earlier]
