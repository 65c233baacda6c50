"""What a decoder must know of a stream before it sees a picture."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VideoCodec:
    """libav's name of the codec, and what a container says once for all pictures (`extradata`)."""

    name: str
    extradata: bytes = b""
