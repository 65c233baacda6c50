"""One open connection to a camera, whatever its protocol, and the encoded pictures that come over it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from streams.decoding.video_codec import VideoCodec


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """A picture as it came. `data` is None unless it is an undamaged keyframe, which decodes by itself.

    `pts_s` is the stream's own media time in seconds, from anywhere; None where the stream has none.
    `size_bytes` is what came of the picture, also of one whose data is not kept.
    """

    pts_s: float | None
    is_keyframe: bool
    data: bytes | None
    size_bytes: int


class Connection(Protocol):
    """An open stream. Used by one thread, which closes it."""

    @property
    def transport(self) -> str:
        """The protocols in use, such as `rtsp/tcp`."""
        ...

    @property
    def codec(self) -> VideoCodec:
        """What a decoder needs to know."""
        ...

    @property
    def declared_frame_rate(self) -> Fraction | None:
        """Pictures per second as the camera states them, which many do wrongly or not at all."""
        ...

    @property
    def clock_skew_s(self) -> float | None:
        """How far the camera's own clock is ahead of ours, in seconds; None as long as it has not told.

        RTSP tells it over and over while pictures are read, HLS with each playlist, HTTP once.
        """
        ...

    def pictures(self) -> Iterator[EncodedPicture]:
        """Yield the pictures as they come; ends when the other side ends the stream.

        Raises:
            StreamError: the stream stalled or broke.
            StoppedError: the run was stopped.
        """
        ...

    def close(self) -> None:
        """Close it."""
        ...
