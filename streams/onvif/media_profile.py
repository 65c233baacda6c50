"""What a camera can stream: its media profiles, and which of them to watch."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from streams.onvif.given_address import GivenAddress

_VIDEO_CODECS: Final = frozenset({"h264", "hevc"})


@dataclass(frozen=True, slots=True)
class MediaProfile:
    """One stream that a camera is set up to send, as the camera states it; None is what it doesn't state.

    `codec` is libav's name, as a probe reports it. `keyframe_interval_frames` is ONVIF's GovLength.
    """

    token: str
    name: str
    codec: str
    width_px: int | None
    height_px: int | None
    frame_rate: Fraction | None
    keyframe_interval_frames: int | None
    bitrate_kbit_s: int | None
    stream: GivenAddress
    snapshot: GivenAddress

    @property
    def keyframe_interval_s(self) -> float | None:
        """Seconds between keyframes, if the camera states enough to tell."""
        if self.frame_rate is None or self.keyframe_interval_frames is None:
            return None
        return float(self.keyframe_interval_frames / self.frame_rate)


def choose_profile(profiles: Sequence[MediaProfile], wanted_width_px: int = 640) -> MediaProfile | None:
    """Choose the smallest H.264 or H.265 stream at least that wide, else the widest; None if there is none.

    A sub stream costs a tenth of a main stream to receive; seeing needs no more than the width.
    """
    usable = [profile for profile in profiles if profile.codec in _VIDEO_CODECS and profile.stream.proposed is not None]
    wide_enough = [profile for profile in usable if (profile.width_px or 0) >= wanted_width_px]
    if wide_enough:
        return min(wide_enough, key=_cost)
    return max(usable, key=lambda profile: profile.width_px or 0, default=None)


def _cost(profile: MediaProfile) -> tuple[int, int, int]:
    return profile.width_px or 0, profile.height_px or 0, profile.bitrate_kbit_s or 0
