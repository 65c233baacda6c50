"""A still picture as a camera gives it: which kind it is, and whether all of it came."""

from typing import Final

from streams.decoding.video_codec import VideoCodec
from streams.errors import NotVideoError

_JPEG: Final = b"\xff\xd8\xff"
_JPEG_SCAN: Final = b"\xff\xda"
_JPEG_END: Final = b"\xff\xd9"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"IEND"

# libav's names of what a still picture may be.
STILL_CODECS: Final = frozenset({"mjpeg", "png"})


def still_codec(data: bytes, display: str) -> VideoCodec:
    """Tell JPEG from PNG; the decoder would make up what a picture that is cut short lacks.

    Raises:
        NotVideoError: it is neither, or not whole.
    """
    if data.startswith(_JPEG):
        # A scan's data holds no end mark by chance: an FF in it is followed by a zero (ITU-T T.81,
        # B.1.1.5). A thumbnail, which ends by itself, comes before the scan.
        is_whole = data.rfind(_JPEG_END) > data.rfind(_JPEG_SCAN)
        name = "mjpeg"
    elif data.startswith(_PNG):
        is_whole, name = _PNG_END in data[-64:], "png"
    else:
        raise NotVideoError(f"{display} answers with something that is no picture; accepted are JPEG and PNG.")
    if not is_whole:
        raise NotVideoError(f"{display} gave a picture that is cut short.")
    return VideoCodec(name)
