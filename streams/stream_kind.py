"""What a camera's stream is like, as far as it costs anything to watch it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final


@dataclass(frozen=True, slots=True)
class StreamKind:
    """One kind of stream: `codec` by libav's name, `bit_rate` in bits a second."""

    codec: str
    width_px: int
    height_px: int
    frame_rate: Fraction
    bit_rate: int
    keyframe_every_s: float = 2.0

    def __post_init__(self) -> None:
        figures = (self.width_px, self.height_px, float(self.frame_rate), self.bit_rate, self.keyframe_every_s)
        if min(figures) <= 0:
            raise ValueError(f"A stream has a size, a rate and keyframes, all above 0, not {self}.")

    @property
    def megapixels(self) -> float:
        """Pixels of one picture, in millions."""
        return self.width_px * self.height_px / 1e6


# What sites' cameras mostly send, by the names that commands know them by.
USUAL_KINDS: Final = {
    "1080p-h264": StreamKind("h264", 1920, 1080, Fraction(25), 4_000_000),
    "1080p-h265": StreamKind("hevc", 1920, 1080, Fraction(25), 4_000_000),
    "360p-h264": StreamKind("h264", 640, 360, Fraction(15), 500_000),
}
