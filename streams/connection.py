"""One open connection to a camera, whatever its protocol, and the encoded pictures that come over it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from av import Packet
from av.video.codeccontext import VideoCodecContext


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """A picture as it came. `packet` is None unless it is an undamaged keyframe, which decodes by itself.

    `pts_s` is the stream's own media time in seconds, from anywhere; None where the stream has none.
    """

    pts_s: float | None
    is_keyframe: bool
    packet: "Packet[Any] | None"  # quoted: at run time av has no generic packet


class Connection(Protocol):
    """An open stream. Used by one thread, which closes it."""

    @property
    def transport(self) -> str:
        """The protocols in use, such as `rtsp/tcp`."""
        ...

    @property
    def codec_context(self) -> VideoCodecContext:
        """The decoder for this stream's pictures, not opened yet."""
        ...

    @property
    def declared_frame_rate(self) -> Fraction | None:
        """Pictures per second as the camera states them, which many do wrongly or not at all."""
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
